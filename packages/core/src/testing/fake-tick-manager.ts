// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TickHandler, TickManager } from '../api/time'
import { DeadlineQueue } from '../state/deadline-queue'

/** Lets everything that was made ready run: promises, and what they make ready in turn. */
async function settle(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve))
}

/**
 * Virtual time for tests: it moves only by `setTime`, `waitTick` and `advance`. Handlers given to `register` run only by
 * `execAll`.
 */
export class FakeTickManager implements TickManager {
  private readonly handlers: TickHandler[] = []
  private readonly queue = new DeadlineQueue<() => void>()
  private time = 0

  /** @param tps ticks per second: what one tick of `waitTick` is worth */
  constructor(readonly tps: number = 20) {}

  /** The virtual time in milliseconds; 0 at first. */
  now(): number {
    return this.time
  }

  /** Number of scheduled functions that have not run. */
  get pending(): number {
    return this.queue.size
  }

  /** When the next scheduled function is due. */
  get nextTime(): number | undefined {
    return this.queue.next()
  }

  /**
   * Sets the time in milliseconds. Scheduled functions that are due run before it returns, each at its own time, in
   * order; those that they schedule within the span too. A time before now moves only the clock.
   */
  setTime(ms: number): void {
    for (let at = this.queue.next(); at !== undefined && at <= ms; at = this.queue.next()) {
      this.time = Math.max(this.time, at)
      this.runNext(at)
    }
    this.time = ms
  }

  /** Lets `ms` milliseconds pass as they would in life: promises settle between one scheduled function and the next. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms
    await settle()
    for (let at = this.queue.next(); at !== undefined && at <= end; at = this.queue.next()) {
      this.time = Math.max(this.time, at)
      this.runNext(at)
      await settle()
    }
    this.time = Math.max(this.time, end)
  }

  register(handler: TickHandler, _intervalSeconds: number): () => void {
    this.handlers.push(handler)
    return () => {
      const index = this.handlers.indexOf(handler)
      if (index >= 0) this.handlers.splice(index, 1)
    }
  }

  /** Runs every registered handler once, in order, whatever its interval; rejects with what one throws. */
  async execAll(): Promise<void> {
    for (const handler of [...this.handlers]) await handler()
  }

  start(): void {}

  stop(): void {}

  /** Advances the time by that many ticks, then resolves. */
  async waitTick(ticks: number): Promise<void> {
    await this.advance((ticks * 1000) / this.tps)
  }

  schedule(delayMs: number, fn: () => void): () => void {
    // A function of its own, since the same one may be scheduled twice.
    const entry = (): void => fn()
    this.queue.set(entry, this.time + Math.max(0, delayMs))
    return () => {
      this.queue.delete(entry)
    }
  }

  private runNext(at: number): void {
    // One at a time: each may cancel the next, though it is due at the same moment.
    const fn = this.queue.take(at)
    fn?.()
  }
}
