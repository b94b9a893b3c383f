// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  limits,
  NetworkError,
  onAbort,
  refuseArgument,
  StreamReader,
  StreamWriter,
  type CancelSignal,
  type StreamOpening,
  type StreamOptions,
  type StreamPeer
} from '@hcengineering/network-core'
import { cancelled, checkSignal } from './waits'

/** Opens a stream, by whatever way: resolves with the container's side. */
export type OpenStream = (opening: StreamOpening, asker: AskedStream, signal: CancelSignal) => Promise<StreamPeer>

/** A user's side of one stream: opened when its reading begins, and ended with it. */
export class AskedStream implements AsyncIterableIterator<unknown>, StreamPeer {
  private readonly reader = new StreamReader(true)
  private readonly opening = new AbortController()
  private readonly writer: StreamWriter | undefined
  private container: StreamPeer | undefined
  private granted: { readonly items: number; readonly bytes: number } | undefined
  private begun = false
  private over = false
  private stopListening: (() => void) | undefined

  /**
   * @param onOver it needs nothing any more
   * @param onLeft the input failed when it was told to end
   */
  constructor(
    private readonly open: OpenStream,
    private readonly options: StreamOptions,
    private readonly onOver: (stream: AskedStream) => void,
    onLeft: (error: unknown) => void
  ) {
    const { input, signal } = options
    if (signal !== undefined) checkSignal(signal)
    if (input === undefined) return
    checkIterable(input)
    const reader = {
      item: (value: unknown): number => (this.container as StreamPeer).item(value),
      end: (error?: NetworkError): void => this.container?.end(error)
    }
    const failure = (error: unknown): NetworkError =>
      NetworkError.remote(error, { stage: 'reading the input of a stream' })
    this.writer = new StreamWriter(input, { reader, failure, onOver: () => {}, onLeft })
  }

  next(): Promise<IteratorResult<unknown>> {
    this.begin()
    return this.reader.next()
  }

  async return(): Promise<IteratorResult<unknown>> {
    this.fail(undefined)
    return await this.reader.return()
  }

  async throw(error: unknown): Promise<IteratorResult<unknown>> {
    this.fail(undefined)
    return await this.reader.throw(error)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  item(value: unknown, bytes: number = 0): number {
    this.reader.item(value, bytes)
    return bytes
  }

  end(error?: NetworkError): void {
    this.reader.end(error)
    this.finish()
    // Who has ended reads no more
    this.writer?.stop()
  }

  grant(items: number, bytes: number): void {
    this.granted = { items, bytes }
    // It may come before the word that the stream is open
    if (this.container !== undefined) this.writer?.grant(items, bytes)
  }

  stop(): void {
    this.writer?.stop()
  }

  /** Ends it on both sides. @param error what its reader is told; nothing when it has left */
  fail(error: NetworkError | undefined): void {
    const { over } = this
    this.begun = true
    this.finish()
    if (error === undefined) this.reader.close()
    else this.reader.fail(error)
    if (over) return
    this.opening.abort()
    this.writer?.fail(error ?? new NetworkError('CANCELLED', 'The reader of the stream has left it'))
  }

  private begin(): void {
    if (this.begun) return
    this.begun = true
    const { signal } = this.options
    if (signal?.aborted === true) return this.abort()
    if (signal !== undefined) this.stopListening = onAbort(signal, this.abort)
    const opening = {
      items: limits.maxStreamItems,
      bytes: limits.maxStreamBytes,
      input: this.writer !== undefined
    }
    this.open(opening, this, this.opening.signal).then(
      (container) => this.opened(container),
      (error) => this.fail(NetworkError.from(error))
    )
  }

  private opened(container: StreamPeer): void {
    this.container = container
    const { granted } = this
    if (!this.over) {
      this.reader.attach(container)
      if (granted !== undefined) this.writer?.grant(granted.items, granted.bytes)
      return
    }
    // Left meanwhile
    container.stop()
    if (this.writer !== undefined) container.end(new NetworkError('CANCELLED', 'The reader of the stream has left it'))
  }

  private readonly abort = (): void => {
    this.fail(cancelled(this.options.signal as CancelSignal))
  }

  private finish(): void {
    if (this.over) return
    this.over = true
    this.stopListening?.()
    this.onOver(this)
  }
}

function checkIterable(input: object): void {
  if (input === null || !(Symbol.asyncIterator in Object(input) || Symbol.iterator in Object(input)))
    refuseArgument('input', input, 'something that can be iterated')
}
