// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

interface Entry<K> {
  readonly key: K
  at: number
  /** Breaks ties: what was set first is due first, so that a run can be repeated exactly. */
  order: number
  /** Where it is in the heap. */
  index: number
}

/**
 * Deadlines by key, soonest first: an indexed binary heap. `set` and `delete` cost O(log n), `next` O(1). Times are
 * milliseconds of whatever clock the caller uses.
 */
export class DeadlineQueue<K> {
  private readonly heap: Entry<K>[] = []
  private readonly entries = new Map<K, Entry<K>>()
  private sequence = 0

  /** Number of keys that have a deadline. */
  get size(): number {
    return this.entries.size
  }

  /** Whether it has a deadline. */
  has(key: K): boolean {
    return this.entries.has(key)
  }

  /** The deadline of that key. */
  get(key: K): number | undefined {
    return this.entries.get(key)?.at
  }

  /** Sets the deadline of `key`, or moves it. An `at` of Infinity is as good as none. */
  set(key: K, at: number): void {
    if (Number.isNaN(at) || at === Infinity) {
      this.delete(key)
      return
    }
    const entry = this.entries.get(key)
    if (entry === undefined) {
      const added: Entry<K> = { key, at, order: this.sequence++, index: this.heap.length }
      this.entries.set(key, added)
      this.heap.push(added)
      this.up(added)
    } else {
      entry.at = at
      entry.order = this.sequence++
      this.up(entry)
      this.down(entry)
    }
  }

  /** Answers whether there was one. */
  delete(key: K): boolean {
    const entry = this.entries.get(key)
    if (entry === undefined) return false
    this.remove(entry)
    return true
  }

  /** The soonest deadline. */
  next(): number | undefined {
    return this.heap[0]?.at
  }

  /** Takes out the keys whose deadline is at or before `now`, soonest first. */
  due(now: number): K[] {
    const keys: K[] = []
    while (this.heap.length > 0 && this.heap[0].at <= now) keys.push(this.take(now) as K)
    return keys
  }

  /** Takes out the first key whose deadline is at or before `now`, for callers whose work on one may delete another. */
  take(now: number): K | undefined {
    const first = this.heap[0]
    if (first === undefined || first.at > now) return undefined
    this.remove(first)
    return first.key
  }

  /** Forgets all. */
  clear(): void {
    this.heap.length = 0
    this.entries.clear()
  }

  private remove(entry: Entry<K>): void {
    this.entries.delete(entry.key)
    const last = this.heap.pop() as Entry<K>
    if (last === entry) return
    this.place(last, entry.index)
    this.up(last)
    this.down(last)
  }

  private up(entry: Entry<K>): void {
    while (entry.index > 0) {
      const parent = this.heap[(entry.index - 1) >> 1]
      if (!before(entry, parent)) return
      this.swap(entry, parent)
    }
  }

  private down(entry: Entry<K>): void {
    for (;;) {
      const left: Entry<K> | undefined = this.heap[2 * entry.index + 1]
      const right: Entry<K> | undefined = this.heap[2 * entry.index + 2]
      if (left === undefined) return
      const smaller = right !== undefined && before(right, left) ? right : left
      if (!before(smaller, entry)) return
      this.swap(smaller, entry)
    }
  }

  private swap(a: Entry<K>, b: Entry<K>): void {
    const { index } = a
    this.place(a, b.index)
    this.place(b, index)
  }

  private place(entry: Entry<K>, index: number): void {
    entry.index = index
    this.heap[index] = entry
  }
}

function before<K>(a: Entry<K>, b: Entry<K>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
