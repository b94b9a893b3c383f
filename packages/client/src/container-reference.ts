// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types: the signatures are fixed since 0.7 */
import {
  checkName,
  createProxy,
  messageOf,
  NetworkError,
  type ContainerEndpointRef,
  type CastOptions,
  type ContainerUuid,
  type RequestOptions,
  type StreamOptions
} from '@hcengineering/network-core'
import { AskedStreams } from './asked-streams'
import type { Connections } from './connections'
import type { ContainerRequests } from './container-requests'
import type { ContainerStreams } from './container-streams'
import type { Holds } from './holds'
import type { DisposableConnection, DisposableReference } from './disposable'
import { callOptions, type ResolvedClientOptions } from './options'

/** What references are made with. */
export interface ReferenceParts {
  readonly holds: Holds
  readonly requests: ContainerRequests
  readonly streams: ContainerStreams
  readonly connections: Connections
  readonly options: ResolvedClientOptions
  readonly onClosed: (reference: ContainerReferenceImpl) => void
}

/** One hold of the user's: released when it and the connections made from it are closed. */
export class ContainerReferenceImpl implements DisposableReference {
  onEndpointUpdate?: (endpoint: ContainerEndpointRef) => void | Promise<void>
  private lastEndpoint: ContainerEndpointRef
  private readonly streams: AskedStreams
  private closed = false
  /** The reference itself and its connections. */
  private users = 1

  constructor(
    readonly uuid: ContainerUuid,
    endpoint: ContainerEndpointRef,
    private readonly parts: ReferenceParts
  ) {
    this.lastEndpoint = endpoint
    const { requestTimeoutMs, logger } = parts.options
    this.streams = new AskedStreams(uuid, requestTimeoutMs, logger, (stream, opening, asker) =>
      parts.streams.open(stream, opening, asker)
    )
  }

  get endpoint(): ContainerEndpointRef {
    this.lastEndpoint = this.parts.holds.book.get(this.uuid)?.location.endpoint ?? this.lastEndpoint
    return this.lastEndpoint
  }

  async connect(): Promise<DisposableConnection> {
    this.checkOpen()
    this.users++
    return await this.parts.connections.connect(this.uuid, async () => await this.leave())
  }

  request(operation: string, data?: any, options?: RequestOptions): Promise<any> {
    try {
      this.checkOpen()
      checkName(operation, 'operation')
      const call = callOptions(options, 'the options of a request')
      return this.parts.requests.request(this.uuid, operation, data, call)
    } catch (error) {
      return Promise.reject(error as Error)
    }
  }

  /** A message without an answer: rejects when it cannot be sent, else resolves at once; a later failure is logged. */
  async send(operation: string, data?: any): Promise<void> {
    this.checkOpen()
    checkName(operation, 'operation')
    const { requests, options } = this.parts
    await requests.tell(this.uuid, operation, data, (error) => {
      options.logger.warn('A message was not delivered', { container: this.uuid, cause: messageOf(error) })
    })
  }

  stream(operation: string, data?: any, options?: StreamOptions): AsyncIterableIterator<any> {
    this.checkOpen()
    return this.streams.stream(operation, data, options)
  }

  cast<T>(interfaceName?: string, options?: CastOptions<T>): T {
    return createProxy<T>(this, interfaceName, options)
  }

  /** Lets the hold go, unless a connection made from it is still open: then with that. */
  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.parts.onClosed(this)
    this.streams.close('The reference')
    await this.leave()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** The client is closed, and its hold with it. Streams within this process end by nothing else. */
  clientClosed(): void {
    this.streams.close('The client of the reference')
  }

  /** The container is elsewhere. */
  moved(): void {
    const { endpoint, onEndpointUpdate } = this
    void (async () => await onEndpointUpdate?.(endpoint))().catch((error) => {
      this.parts.options.logger.warn('A handler of endpoint updates failed', {
        container: this.uuid,
        cause: messageOf(error)
      })
    })
  }

  private async leave(): Promise<void> {
    if (--this.users === 0) await this.parts.holds.release(this.uuid)
  }

  private checkOpen(): void {
    if (this.closed) {
      throw new NetworkError('CLOSED', `The reference to container ${this.uuid} is closed`, { uuid: this.uuid })
    }
  }
}
