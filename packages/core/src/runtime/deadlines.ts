// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TickManager } from '../api/time'
import { DeadlineQueue } from '../state/deadline-queue'
import { DeadlineTimer } from './deadline-timer'

const explainMs = 250

/** What waits here ends a little before its caller's own deadline: that knows only that there was no answer, this knows why. */
export function sooner(leftMs: number): number {
  return leftMs === 0 ? 0 : Math.max(1, leftMs - Math.min(explainMs, leftMs / 10))
}

/** Many deadlines, one timer. */
export class Deadlines {
  private readonly queue = new DeadlineQueue<() => void>()
  private readonly timer: DeadlineTimer

  constructor(private readonly tickManager: TickManager) {
    this.timer = new DeadlineTimer(tickManager, () => this.expire())
  }

  /** Calls `expired` after `delayMs`, never for 0 (no deadline); the answer cancels it. */
  after(delayMs: number, expired: () => void): () => void {
    if (delayMs === 0) return () => {}
    const key = (): void => expired()
    this.queue.set(key, this.tickManager.now() + delayMs)
    this.timer.rearm(this.queue.next())
    return () => this.queue.delete(key)
  }

  /** Nothing is called any more. */
  close(): void {
    this.timer.stop()
  }

  private expire(): void {
    for (const expired of this.queue.due(this.tickManager.now())) expired()
    this.timer.rearm(this.queue.next())
  }
}
