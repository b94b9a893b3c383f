// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { StreamPeer } from '../api/stream'
import { limits } from '../limits'
import { readValue } from '../unread'
import { toCaller } from './caller-stack'

interface Item {
  readonly value: unknown
  readonly bytes: number
}

type Resolve = (result: IteratorResult<unknown> | Promise<never>) => void

/** Places of items that were read are swept out when there are more of them than of the others, and at least this many. */
const SWEEP_ABOVE = limits.maxStreamItems

const DONE: IteratorResult<unknown> = { value: undefined, done: true }

/** What comes of a stream, to be read once. It grants as much as it has room for: who reads slowly is sent slowly. */
export class StreamReader implements AsyncIterableIterator<unknown> {
  /** Those before `head` were read, and are let go of. */
  private queue: (Item | undefined)[] = []
  private head = 0
  private readonly waiters: Resolve[] = []
  private items = 0
  private bytes = 0
  /** What had been consumed when it granted last. */
  private grantedItems = 0
  private grantedBytes = 0
  private ended: { readonly error?: Error } | undefined
  private over = false
  private source: Pick<StreamPeer, 'grant' | 'stop'> | undefined

  /** @param granted who sends knows already what it may send at first */
  constructor(private granted: boolean) {}

  /** Nobody reads any more, or there is nothing more to read. */
  get closed(): boolean {
    return this.over
  }

  /** Who sends is there. */
  attach(source: Pick<StreamPeer, 'grant' | 'stop'>): void {
    this.source = source
    if (this.over && this.ended === undefined) source.stop()
    else if (this.grantedItems > 0 || (!this.granted && this.waiters.length > 0)) this.grant()
  }

  /** The next item has come. */
  item(value: unknown, bytes: number): void {
    if (this.over || this.ended !== undefined) return
    const waiter = this.waiters.shift()
    if (waiter === undefined) this.queue.push({ value, bytes })
    else this.hand({ value, bytes }, waiter)
  }

  /** No more comes; what has come is read first. */
  end(error?: Error): void {
    if (this.over || this.ended !== undefined) return
    this.ended = { error }
    if (this.waiters.length > 0) this.finish()
  }

  /** Ends the reading at once, with that error. */
  fail(error: Error): void {
    if (this.over) return
    this.drop()
    const known = this.ended
    this.ended = { error }
    if (this.waiters.length > 0) this.finish()
    if (known === undefined) this.source?.stop()
  }

  /** The next item, when it has come; rejects with why no more comes. */
  next(): Promise<IteratorResult<unknown>> {
    return new Promise((resolve) => {
      const item = this.take()
      if (item !== undefined) {
        this.hand(item, resolve)
      } else {
        this.waiters.push(resolve)
        if (this.over || this.ended !== undefined) this.finish()
        else if (!this.granted) this.grant()
      }
    })
  }

  /** Ends the reading: who sends is told to stop. */
  async return(): Promise<IteratorResult<unknown>> {
    this.close()
    return DONE
  }

  /** The same, and rejects with that error. */
  async throw(error: unknown): Promise<IteratorResult<unknown>> {
    this.close()
    throw error
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** Nobody reads any more. */
  close(): void {
    if (this.over) return
    this.over = true
    this.drop()
    if (this.ended === undefined) this.source?.stop()
    this.finish()
  }

  private take(): Item | undefined {
    const { queue, head } = this
    const item = queue[head]
    if (item === undefined) return undefined
    queue[head] = undefined
    this.head++
    if (this.head === queue.length) this.drop()
    else if (this.head >= SWEEP_ABOVE && 2 * this.head >= queue.length) {
      this.queue = queue.slice(this.head)
      this.head = 0
    }
    return item
  }

  private hand({ value, bytes }: Item, resolve: Resolve): void {
    this.items++
    this.bytes += bytes
    const { maxStreamItems, minStreamBytes } = limits
    // The writer may have let no more than that count
    const due =
      this.items - this.grantedItems >= maxStreamItems / 2 || this.bytes - this.grantedBytes >= minStreamBytes / 2
    if (due && this.ended === undefined) this.grant()
    try {
      resolve({ value: readValue(value), done: false })
    } catch (error) {
      resolve(toCaller(error))
      this.close()
    }
  }

  private grant(): void {
    this.grantedItems = this.items
    this.grantedBytes = this.bytes
    if (this.source === undefined) return
    this.granted = true
    this.source.grant(this.items + limits.maxStreamItems, this.bytes + limits.maxStreamBytes)
  }

  private finish(): void {
    const error = this.over ? undefined : this.ended?.error
    this.over = true
    if (error !== undefined) this.waiters.shift()?.(toCaller(error))
    for (const resolve of this.waiters.splice(0)) resolve(DONE)
  }

  private drop(): void {
    this.queue = []
    this.head = 0
  }
}
