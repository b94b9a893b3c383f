// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { EventGap } from '@hcengineering/network-core'

/** Delivers one event; a rejection does not stop the next. */
export type EventHandler = (event: unknown) => Promise<void>

/** Options of {@link EventQueue}. */
export interface EventQueueOptions {
  /** Events kept until there is a handler; the oldest stay, later ones are lost. */
  readonly maxBeforeHandler: number
  /** Events kept behind a handler that is busy. */
  readonly maxBehindHandler: number
  /** Bytes of events kept, whatever they wait for. */
  readonly maxBytes: number
  onGap(gap: EventGap): void
  onError(error: unknown): void
}

type Item = { readonly event: unknown; readonly bytes: number } | { gap: EventGap }

/** Taken items are cut off the front in strides: one by one, a long queue would cost the square of its length. */
const stride = 256

/** Events of one connection, one after the other: the next waits until the handler is done with the one before. */
export class EventQueue {
  /** Those that were taken are let go of at once. */
  private items: (Item | undefined)[] = []
  /** Where the next item is. */
  private head = 0
  private bytes = 0
  private handle: EventHandler | undefined
  private running = false
  private closed = false

  constructor(private readonly options: EventQueueOptions) {}

  get handler(): EventHandler | undefined {
    return this.handle
  }

  set handler(handler: EventHandler | undefined) {
    this.handle = handler
    this.run()
  }

  /** @param bytes of it on the wire; what came over none is bounded by number only */
  push(event: unknown, bytes: number = 0): void {
    if (this.closed) return
    const { maxBeforeHandler, maxBehindHandler, maxBytes } = this.options
    const most = this.handle === undefined ? maxBeforeHandler : maxBehindHandler
    if (this.size >= most) this.lose(`${most} events`)
    else if (this.bytes + bytes > maxBytes) this.lose(`${maxBytes} bytes of events`)
    else {
      this.items.push({ event, bytes })
      this.bytes += bytes
    }
    this.run()
  }

  /** Told in its place among the events. */
  pushGap(gap: EventGap): void {
    if (this.closed) return
    const last = this.size > 0 ? this.items[this.items.length - 1] : undefined
    if (last !== undefined && 'gap' in last) last.gap = sum(last.gap, gap)
    else this.items.push({ gap })
    this.run()
  }

  close(): void {
    this.closed = true
    this.items = []
    this.head = this.bytes = 0
  }

  private lose(what: string): void {
    this.pushGap({ lost: 1, reason: `more than ${what} wait for their handler` })
  }

  private get size(): number {
    return this.items.length - this.head
  }

  /** A gap is told whether there is a handler or not; an event waits for one. */
  private get ready(): boolean {
    if (this.closed || this.size === 0) return false
    return this.handle !== undefined || 'gap' in (this.items[this.head] as Item)
  }

  private run(): void {
    if (this.running || !this.ready) return
    this.running = true
    void this.drain()
  }

  private async drain(): Promise<void> {
    // Not within the statement that sets the handler.
    await Promise.resolve()
    while (this.ready) {
      const item = this.take()
      if ('gap' in item) {
        this.options.onGap(item.gap)
        continue
      }
      try {
        await this.handle?.(item.event)
      } catch (error) {
        this.options.onError(error)
      }
    }
    this.running = false
  }

  private take(): Item {
    const item = this.items[this.head] as Item
    this.items[this.head++] = undefined
    if ('event' in item) this.bytes -= item.bytes
    if (this.head === this.items.length) {
      this.items.length = this.head = 0
    } else if (this.head >= stride) {
      this.items = this.items.slice(this.head)
      this.head = 0
    }
    return item
  }
}

function sum(a: EventGap, b: EventGap): EventGap {
  const lost = a.lost === 'unknown' || b.lost === 'unknown' ? 'unknown' : a.lost + b.lost
  return { lost, reason: a.reason === b.reason ? a.reason : `${a.reason}; ${b.reason}` }
}
