// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { StreamPeer } from '../api/stream'
import { NetworkError } from '../errors'
import { streamTook, streamTurn } from './stream-pace'

type Source = AsyncIterator<unknown> | Iterator<unknown>

/** What can be sent as a stream. */
export type StreamSource = AsyncIterable<unknown> | Iterable<unknown>

/** Where what is sent goes, and what happens at its end. */
export interface StreamWriterParts {
  readonly reader: Pick<StreamPeer, 'item' | 'end'>
  /** What the reader is told of what the source threw. */
  readonly failure: (error: unknown) => NetworkError
  /** It sends no more, however that came. */
  readonly onOver: () => void
  /** The source failed when it was told to end. */
  readonly onLeft: (error: unknown) => void
  /** How the source is called. Default: directly. */
  readonly within?: <T>(run: () => T) => T
}

function directly<T>(run: () => T): T {
  return run()
}

/** Sends what it takes from an iterable, as far as the reader has granted it: never more is taken than can go. */
export class StreamWriter {
  private readonly source: Source
  private readonly within: <T>(run: () => T) => T
  private sentItems = 0
  private sentBytes = 0
  private maxItems = 0
  private maxBytes = 0
  private running = false
  private over = false

  /** Throws what stands in the way of an iteration. */
  constructor(
    source: StreamSource,
    private readonly parts: StreamWriterParts
  ) {
    this.source = iteratorOf(source)
    this.within = parts.within ?? directly
  }

  /** So much may have been sent, since the beginning. */
  grant(items: number, bytes: number): void {
    this.maxItems = Math.max(this.maxItems, items)
    this.maxBytes = Math.max(this.maxBytes, bytes)
    if (!this.running) void this.run()
  }

  /** The reader wants no more: the source is told, so that its `finally` runs. */
  stop(): void {
    if (this.over) return
    this.leave()
    this.endSource()
  }

  /** Sends no more, and tells the reader why. */
  fail(error: NetworkError): void {
    if (this.over) return
    this.parts.reader.end(error)
    this.stop()
  }

  private async run(): Promise<void> {
    this.running = true
    while (!this.over && this.sentItems < this.maxItems && this.sentBytes < this.maxBytes) {
      const turn = streamTurn()
      if (turn !== undefined) {
        await turn
        // Others have waited, too
        continue
      }
      try {
        const next = checkResult(await this.within(() => this.source.next()))
        if (this.over) break
        if (next.done === true) this.finish()
        else this.send(next.value)
      } catch (error) {
        this.finish(this.parts.failure(error))
      }
    }
    this.running = false
  }

  private send(value: unknown): void {
    try {
      const bytes = this.parts.reader.item(value)
      this.sentBytes += bytes
      this.sentItems++
      streamTook(bytes)
    } catch (error) {
      // It cannot travel
      this.fail(NetworkError.from(error))
    }
  }

  private finish(error?: NetworkError): void {
    if (this.over) return
    this.parts.reader.end(error)
    this.leave()
  }

  private leave(): void {
    this.over = true
    this.parts.onOver()
  }

  private endSource(): void {
    try {
      const ended: unknown = this.within(() => this.source.return?.())
      Promise.resolve(ended).catch(this.parts.onLeft)
    } catch (error) {
      this.parts.onLeft(error)
    }
  }
}

/** An iterator that was made by hand may answer anything. */
function checkResult(result: IteratorResult<unknown> | undefined | null): IteratorResult<unknown> {
  if (typeof result === 'object' && result !== null) return result
  const got = result === null ? 'null' : typeof result
  throw new TypeError(`next() of a stream must answer an object with 'done' and 'value', got ${got}`)
}

function iteratorOf(source: StreamSource): Source {
  const asyncOnes = (source as Partial<AsyncIterable<unknown>> | undefined | null)?.[Symbol.asyncIterator]
  if (typeof asyncOnes === 'function') return asyncOnes.call(source)
  const ones = (source as Partial<Iterable<unknown>> | undefined | null)?.[Symbol.iterator]
  if (typeof ones === 'function') return ones.call(source)
  throw new TypeError(
    `A stream must be something that can be iterated, got ${source === null ? 'null' : typeof source}`
  )
}
