// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types: the signatures are fixed since 0.7 */
import {
  checkName,
  createProxy,
  currentChain,
  limits,
  messageOf,
  NetworkError,
  toCaller,
  type CallChain,
  type ContainerUuid,
  type EventGap,
  type CastOptions,
  type Logger,
  type RequestOptions,
  type StreamOptions
} from '@hcengineering/network-core'
import { AskedStreams } from './asked-streams'
import type { Channel, ChannelListener } from './channel'
import { openOnChannel } from './channel-stream'
import type { DisposableConnection } from './disposable'
import { EventQueue } from './event-queue'
import { callOptions } from './options'
import { sendOnly, unlessAborted } from './waits'

/** Events kept behind a busy handler: a minute of a thousand a second. Small ones cost by their number, others by their bytes. */
const maxBehindHandler = 64 * 1024

const none: RequestOptions = {}

/** One user's line to a container; several to one container share a channel. */
export class ContainerConnectionImpl implements DisposableConnection, ChannelListener {
  readonly containerId: ContainerUuid
  onGap?: (gap: EventGap) => void
  private readonly queue: EventQueue
  private readonly streams: AskedStreams
  private closing: Promise<void> | undefined

  /** @param onClose lets the channel and the hold go */
  constructor(
    private readonly channel: Channel,
    private readonly logger: Logger,
    private readonly onClose: (connection: ContainerConnectionImpl) => Promise<void>
  ) {
    this.containerId = channel.uuid
    this.streams = new AskedStreams(channel.uuid, channel.requestTimeoutMs, logger, (stream, opening, asker) =>
      openOnChannel(channel, stream, opening, asker)
    )
    this.queue = new EventQueue({
      maxBeforeHandler: limits.maxEventsBeforeHandler,
      maxBehindHandler,
      maxBytes: limits.maxWaitingEventBytes,
      onGap: (gap) => this.tellGap(gap),
      onError: (error) => this.logFailure('An event handler failed', error)
    })
  }

  /** Receives the container's events one after the other; those that came before it was set are kept, bounded. */
  get on(): ((event: any) => Promise<void>) | undefined {
    return this.queue.handler
  }

  set on(handler: ((event: any) => Promise<void>) | undefined) {
    this.queue.handler = handler
  }

  request(operation: string, data?: any, options?: RequestOptions): Promise<any> {
    try {
      const call = callOptions(options, 'the options of a request')
      const chain = currentChain()
      if (call.signal === undefined) return new Promise((resolve) => this.start(operation, data, call, chain, resolve))
      const ask = async (): Promise<unknown> =>
        await new Promise((resolve, reject) => this.start(operation, data, call, chain, resolve, reject))
      return unlessAborted(call.signal, ask).catch(toCaller)
    } catch (error) {
      return Promise.reject(error as Error)
    }
  }

  /** A message without an answer: rejects when it cannot be sent, else resolves at once; a later failure is logged. */
  send(operation: string, data?: any): Promise<void> {
    return sendOnly(
      // Nobody waits for it
      (resolve, reject) => this.start(operation, data, none, undefined, resolve, reject),
      (error) => this.logFailure('A message was not delivered', error)
    )
  }

  stream(operation: string, data?: any, options?: StreamOptions): AsyncIterableIterator<any> {
    if (this.closing !== undefined) throw this.closedError()
    return this.streams.stream(operation, data, options)
  }

  cast<T>(interfaceName?: string, options?: CastOptions<T>): T {
    return createProxy<T>(this, interfaceName, options)
  }

  async close(): Promise<void> {
    this.closing ??= this.end()
    await this.closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  event(data: unknown, bytes?: number): void {
    this.queue.push(data, bytes)
  }

  gap(gap: EventGap): void {
    this.queue.pushGap(gap)
  }

  /** Throws, or tells `reject` at once, what stands in the way from the start. */
  private start(
    operation: string,
    data: unknown,
    { timeoutMs, idempotent, signal }: RequestOptions,
    chain: CallChain | undefined,
    resolve: (result: unknown) => void,
    reject?: (error: Error) => void
  ): void {
    checkName(operation, 'operation')
    if (this.closing !== undefined) throw this.closedError()
    const deadline = this.channel.deadline(timeoutMs)
    this.channel.request({ operation, data, deadline, idempotent: idempotent === true, signal, chain, resolve, reject })
  }

  private async end(): Promise<void> {
    this.queue.close()
    this.streams.close('The connection')
    await this.onClose(this)
  }

  private tellGap(gap: EventGap): void {
    try {
      this.onGap?.(gap)
    } catch (error) {
      this.logFailure('A handler of gaps failed', error)
    }
  }

  private logFailure(what: string, error: unknown): void {
    this.logger.warn(what, { container: this.containerId, cause: messageOf(error) })
  }

  private closedError(): NetworkError {
    return new NetworkError('CLOSED', `The connection to container ${this.containerId} is closed`, {
      uuid: this.containerId
    })
  }
}
