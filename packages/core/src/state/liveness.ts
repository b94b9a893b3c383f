// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { DeadlineQueue } from './deadline-queue'

interface Watched {
  readonly timeoutMs: number
  lastSign: number
}

/**
 * Who has been silent for too long. A signal is the most frequent thing of all, so it only notes the time; the deadline
 * in the queue is brought up to date when it comes due.
 */
export class Liveness<K> {
  private readonly watched = new Map<K, Watched>()
  private readonly queue = new DeadlineQueue<K>()

  /** Number of ids watched. */
  get size(): number {
    return this.watched.size
  }

  /** Whether it is watched. */
  has(id: K): boolean {
    return this.watched.has(id)
  }

  /** Watches `id` from now on; again: with the new timeout, counted from now. A timeout of Infinity never ends. */
  watch(id: K, timeoutMs: number, now: number): void {
    this.watched.set(id, { timeoutMs, lastSign: now })
    this.queue.set(id, now + timeoutMs)
  }

  /** A sign of life; nothing for an id that is not watched. */
  signal(id: K, now: number): void {
    const watched = this.watched.get(id)
    if (watched !== undefined && now > watched.lastSign) watched.lastSign = now
  }

  /** Since when `id` has been silent; undefined when it is not watched. */
  silentMs(id: K, now: number): number | undefined {
    const watched = this.watched.get(id)
    return watched === undefined ? undefined : Math.max(0, now - watched.lastSign)
  }

  /** Answers whether it was watched. */
  forget(id: K): boolean {
    this.queue.delete(id)
    return this.watched.delete(id)
  }

  /** When to call `tardy`: at or before the moment when the next one may have been silent for too long. */
  nextDeadline(): number | undefined {
    return this.queue.next()
  }

  /** Those silent for their whole timeout, the longest overdue first. They are not watched any more. */
  tardy(now: number): K[] {
    const dead: K[] = []
    for (const id of this.queue.due(now)) {
      const watched = this.watched.get(id)
      if (watched === undefined) continue
      const deadline = watched.lastSign + watched.timeoutMs
      if (deadline > now) {
        this.queue.set(id, deadline)
      } else {
        this.watched.delete(id)
        dead.push(id)
      }
    }
    return dead
  }
}
