// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Something that can be in one {@link Bag}. */
export interface Bagged {
  /** Where it is in its bag, which alone reads and sets it. */
  place: number
}

/**
 * Things that come and go all the time, in no order. A set would do, but costs the garbage collector dearly: what is left
 * of each of its tables points to the next one.
 */
export class Bag<T extends Bagged> {
  private readonly items: T[] = []

  /** How many there are. */
  get size(): number {
    return this.items.length
  }

  /** Adds what is in no bag. */
  add(item: T): void {
    item.place = this.items.length
    this.items.push(item)
  }

  /** Takes out what is in this bag. */
  delete(item: T): void {
    const last = this.items.pop() as T
    if (last === item) return
    last.place = item.place
    this.items[item.place] = last
  }

  /** All that are in it now. */
  all(): T[] {
    return [...this.items]
  }
}
