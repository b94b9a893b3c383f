// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { silentLogger, type Logger } from '../api/logger'
import type { TickHandler, TickManager } from '../api/time'
import { checkFunction } from '../arguments'
import { NetworkError, messageOf } from '../errors'
import { DeadlineQueue } from '../state/deadline-queue'
import { scheduleReal } from './schedule'

/** Ticks per second a {@link TickManagerImpl} takes: a timer of Node cannot fire more often. */
export const maxTicksPerSecond = 1000

interface Registration {
  readonly id: number
  readonly handler: TickHandler
  readonly intervalSeconds: number
}

interface Waiter {
  resolve(): void
  timer?: NodeJS.Timeout
}

/**
 * Time and periodic work of a process, by its own clock. Only `register` and `waitTick` depend on `start`; `now` and
 * `schedule` work without.
 */
export class TickManagerImpl implements TickManager {
  private readonly handlers = new Map<number, Registration>()
  private readonly waiters = new DeadlineQueue<Waiter>()
  private readonly running = new Set<Registration>()
  private nextId = 0
  private timer: NodeJS.Timeout | undefined
  /** Ticks so far. */
  _tick = 0

  /** @param tps ticks per second, 1 to 1000; else `INVALID_ARGUMENT` */
  constructor(
    readonly tps: number,
    private readonly logger: Logger = silentLogger
  ) {
    if (!(tps >= 1 && tps <= maxTicksPerSecond)) {
      throw new NetworkError(
        'INVALID_ARGUMENT',
        `Ticks per second has an invalid value: ${String(tps)}; it must be from 1 to ${maxTicksPerSecond}`
      )
    }
  }

  /** It ticks. */
  get started(): boolean {
    return this.timer !== undefined
  }

  now(): number {
    return performance.now()
  }

  register(handler: TickHandler, intervalSeconds: number): () => void {
    if (!Number.isFinite(intervalSeconds) || intervalSeconds < 1) {
      throw new NetworkError(
        'INVALID_ARGUMENT',
        `Interval must be a finite number >= 1, got ${String(intervalSeconds)} seconds`
      )
    }
    checkFunction(handler, 'the handler of ticks')
    const id = this.nextId++
    this.handlers.set(id, { id, handler, intervalSeconds })
    return () => {
      this.handlers.delete(id)
    }
  }

  /** Begins to tick; holds the process open until `stop`. */
  start(): void {
    if (this.timer !== undefined) return
    const tickMs = 1000 / this.tps
    let next = this.now() + tickMs
    const arm = (): void => {
      this.timer = setTimeout(
        () => {
          arm()
          void this.tick()
        },
        Math.max(0, next - this.now())
      )
      // A process that slept goes on from now instead of making up for what it missed.
      next = Math.max(next + tickMs, this.now())
    }
    arm()
  }

  /** Ends ticking. Who waits for a tick goes on by the clock, and holds the process open no more. */
  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    for (const { waiter, ticks } of this.pending()) this.waitByClock(waiter, ticks).unref()
  }

  /** Resolves after that many ticks; while not started, after as long as they would have taken. */
  async waitTick(ticks: number): Promise<void> {
    if (!(ticks >= 1 && ticks < Infinity)) {
      throw new NetworkError('INVALID_ARGUMENT', `Ticks must be >= 1, got ${String(ticks)}`)
    }
    await new Promise<void>((resolve) => {
      const waiter: Waiter = { resolve }
      this.waiters.set(waiter, this._tick + Math.ceil(ticks))
      if (!this.started) this.waitByClock(waiter, ticks)
    })
  }

  schedule(delayMs: number, fn: () => void): () => void {
    return scheduleReal(delayMs, fn)
  }

  /** Runs one tick by hand: resolves when the handlers due in it have settled. */
  async tick(): Promise<void> {
    this._tick++
    for (const waiter of this.waiters.due(this._tick)) {
      clearTimeout(waiter.timer)
      waiter.resolve()
    }
    const due = [...this.handlers.values()].filter(({ id, intervalSeconds }) => this.isMe(id, intervalSeconds))
    await Promise.all(due.map(async (registration) => await this.run(registration)))
  }

  /**
   * Whether the work numbered `id`, done every `seconds`, is due in this tick. Consecutive numbers fall on different
   * ticks of the interval, so that periodic work spreads over it.
   */
  isMe(id: number, seconds: number): boolean {
    const period = Math.max(1, Math.round(seconds * this.tps))
    return this._tick % period === id % period
  }

  /** Who waits for ticks, and for how many. */
  private pending(): { waiter: Waiter; ticks: number }[] {
    const taken: { waiter: Waiter; ticks: number }[] = []
    for (let at = this.waiters.next(); at !== undefined; at = this.waiters.next()) {
      for (const waiter of this.waiters.due(at)) taken.push({ waiter, ticks: at - this._tick })
    }
    return taken
  }

  private waitByClock(waiter: Waiter, ticks: number): NodeJS.Timeout {
    clearTimeout(waiter.timer)
    const timer = setTimeout(
      () => {
        this.waiters.delete(waiter)
        waiter.resolve()
      },
      (ticks * 1000) / this.tps
    )
    waiter.timer = timer
    return timer
  }

  /** What a handler throws stays here; one that still runs is left out. */
  private async run(registration: Registration): Promise<void> {
    if (this.running.has(registration)) return
    this.running.add(registration)
    try {
      await registration.handler()
    } catch (error) {
      this.logger.error('Periodic work failed', { error: messageOf(error) })
    } finally {
      this.running.delete(registration)
    }
  }
}
