// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Something that can leave a queue without being taken out of it. */
export interface Waiting {
  readonly waiting: boolean
}

const SWEEP_ABOVE = 64

/**
 * First in, first out. Whoever stops waiting is skipped when its turn comes, and swept out when the queue has doubled
 * since the last sweep: leaving costs nothing, and a queue that nobody reads does not grow by what left it.
 */
export class Fifo<T extends Waiting> {
  private items: T[] = []
  private head = 0
  private sweepAt = SWEEP_ABOVE

  push(item: T): void {
    if (this.items.length >= this.sweepAt) this.sweep()
    this.items.push(item)
  }

  /** The first that still waits; it stays first until it stops waiting. */
  peek(): T | undefined {
    for (; this.head < this.items.length; this.head++) {
      const item = this.items[this.head]
      if (item.waiting) return item
    }
    this.clear()
    return undefined
  }

  /** The first goes behind the others. */
  rotate(): void {
    const first = this.peek()
    if (first === undefined) return
    this.head++
    this.push(first)
  }

  /** All that still wait, in order. */
  *all(): Iterable<T> {
    for (let index = this.head; index < this.items.length; index++) {
      if (this.items[index].waiting) yield this.items[index]
    }
  }

  clear(): void {
    this.items = []
    this.head = 0
    this.sweepAt = SWEEP_ABOVE
  }

  private sweep(): void {
    this.items = this.items.slice(this.head).filter((item) => item.waiting)
    this.head = 0
    this.sweepAt = Math.max(SWEEP_ABOVE, 2 * this.items.length)
  }
}
