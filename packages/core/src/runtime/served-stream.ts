// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ActivationContext, Reminders, Timers } from '../api/activation'
import type { ClientUuid } from '../api/identifiers'
import type { StreamContext, StreamOpening, StreamPeer } from '../api/stream'
import type { ActivationToken } from '../api/token'
import type { CallChain } from '../api/turns'
import { NetworkError } from '../errors'
import { CallScope, withinScope } from './call-scope'
import { StreamReader } from './stream-reader'
import { StreamWriter, type StreamSource } from './stream-writer'

const left = 'Who asked for the stream reads it no more, or is gone'

/** What serves one stream. */
export interface ServedStreamParts {
  /** Who asks, where somebody says so. */
  readonly caller: ClientUuid | undefined
  readonly opening: StreamOpening
  /** Absent where the container is its own server. */
  readonly activation?: ActivationContext
  readonly asker: StreamPeer
  /** The calls for which it is read, and itself; absent where it is read for none. */
  readonly chain?: CallChain
  /** How a turn is taken. Default: the container takes none. */
  readonly turn?: <T>(work: () => T | Promise<T>, signal: AbortSignal) => Promise<T>
  /** What the asker is told of what the container threw. */
  readonly failure: (error: unknown) => NetworkError
  /** Calls the container. */
  readonly open: (context: StreamContext) => StreamSource
  /** Both directions are over. */
  readonly onOver: (stream: ServedStream) => void
  /** The container failed at the end of a stream that nobody reads. */
  readonly onLeft: (error: unknown) => void
}

/** A container's side of one stream: what it answers with goes out, what its caller sends is its input. */
export class ServedStream implements StreamPeer, StreamContext {
  readonly input: StreamReader
  private readonly controller = new AbortController()
  private readonly writer: StreamWriter

  /** Throws what the container throws. */
  constructor(private readonly parts: ServedStreamParts) {
    const { asker, opening, failure, onLeft, chain } = parts
    const scope = chain === undefined ? undefined : new CallScope(chain)
    const within = <T>(run: () => T): T => withinScope(scope, run)
    this.input = new StreamReader(false)
    if (!opening.input) this.input.end()
    const onOver = (): void => {
      // It wants no more of its caller either. Who still reads what was cut off must not take it for all there was
      if (!this.signal.aborted) this.input.close()
      scope?.end()
      parts.onOver(this)
    }
    const source = within(() => parts.open(this))
    this.writer = new StreamWriter(source, { reader: asker, failure, onOver, onLeft, within })
    if (opening.input) this.input.attach(asker)
    this.writer.grant(opening.items, opening.bytes)
  }

  get signal(): AbortSignal {
    return this.controller.signal
  }

  get caller(): ClientUuid | undefined {
    return this.parts.caller
  }

  get token(): ActivationToken | undefined {
    return this.parts.activation?.token
  }

  get timers(): Timers {
    return this.activation.timers
  }

  get reminders(): Reminders {
    return this.activation.reminders
  }

  // Containers pass it on by itself
  readonly turn = async <T>(work: () => T | Promise<T>): Promise<T> => {
    const { turn } = this.parts
    return await (turn === undefined ? work() : turn(work, this.signal))
  }

  item(value: unknown, bytes: number = 0): number {
    this.input.item(value, bytes)
    return bytes
  }

  end(error?: NetworkError): void {
    this.input.end(error)
  }

  grant(items: number, bytes: number): void {
    this.writer.grant(items, bytes)
  }

  stop(): void {
    const error = new NetworkError('CANCELLED', left)
    this.abort(error)
    this.writer.stop()
  }

  /** The container serves no more. */
  cut(error: NetworkError): void {
    this.abort(error)
    this.writer.fail(error)
  }

  private get activation(): ActivationContext {
    const { activation } = this.parts
    if (activation !== undefined) return activation
    throw new NetworkError('UNKNOWN_OPERATION', 'A container that is its own server has no timers and reminders here')
  }

  private abort(error: NetworkError): void {
    this.input.fail(error)
    this.controller.abort(error)
  }
}
