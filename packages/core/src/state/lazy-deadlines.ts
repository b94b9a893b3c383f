// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Something with a deadline that may be settled before. */
export interface Expiring {
  /** By the caller's clock. */
  readonly deadline: number
  /** Its deadline means nothing any more. */
  readonly settled: boolean
  /** Of two with one deadline the first is due first. */
  readonly sequence: number
}

/** Settled ones are swept out when there are more of them than of the others, and more than this. */
const SWEEP_ABOVE = 64

/**
 * Deadlines of many short-lived things, soonest first: a binary heap. Almost all are settled long before their deadlines,
 * and later ones mostly end later; so adding costs next to nothing, and who is settled is not taken out but skipped.
 */
export class LazyDeadlines<T extends Expiring> {
  private heap: T[] = []
  private settledCount = 0

  /** Takes one in. */
  add(item: T): void {
    const { heap } = this
    let index = heap.length
    heap.push(item)
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (heap[parent].deadline <= item.deadline) break
      heap[index] = heap[parent]
      index = parent
    }
    heap[index] = item
  }

  /** One of those that were added is settled. */
  noteSettled(): void {
    const { heap } = this
    if (++this.settledCount <= SWEEP_ABOVE || 2 * this.settledCount <= heap.length) return
    this.heap = heap.filter(({ settled }) => !settled)
    this.settledCount = 0
    for (let index = (this.heap.length >> 1) - 1; index >= 0; index--) this.down(index)
  }

  /** The soonest deadline; Infinity for none. */
  next(): number {
    while (this.heap.length > 0 && this.heap[0].settled) {
      this.settledCount = Math.max(0, this.settledCount - 1)
      this.pop()
    }
    return this.heap.length === 0 ? Infinity : this.heap[0].deadline
  }

  /** Takes out those whose deadline is at or before `now`, soonest first. */
  due(now: number): T[] {
    const due: T[] = []
    while (this.next() <= now) due.push(this.pop())
    return due.sort((a, b) => a.deadline - b.deadline || a.sequence - b.sequence)
  }

  private pop(): T {
    const [first] = this.heap
    const last = this.heap.pop() as T
    if (this.heap.length > 0) {
      this.heap[0] = last
      this.down(0)
    }
    return first
  }

  private down(start: number): void {
    const { heap } = this
    const item = heap[start]
    let index = start
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && heap[child + 1].deadline < heap[child].deadline) child++
      if (heap[child].deadline >= item.deadline) break
      heap[index] = heap[child]
      index = child
    }
    heap[index] = item
  }
}
