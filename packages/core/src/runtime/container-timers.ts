// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TimerHandler, Timers } from '../api/activation'
import type { TickManager } from '../api/time'
import { messageOf, NetworkError, type ErrorCode } from '../errors'
import { limits } from '../limits'
import { maxMs } from './agent-options'
import type { HostedContainer } from './hosted-container'
import { schedule } from './schedule'

/** What timers need of the agent around them. */
export interface TimersHost {
  readonly tickManager: TickManager
  /** Resolves when the container may be served here: `false` when this activation of it is over. */
  admitted(): Promise<boolean>
  /** Runs that in a turn, where the container takes turns; rejects when it has none. */
  inTurn(work: () => Promise<void>): Promise<void>
  failed(error: unknown): void
}

interface Timer {
  readonly handler: TimerHandler
  readonly everyMs: number | undefined
  disarm: () => void
}

/** The container was about to end: when that is put off, its timers go on. */
const goesOn: ReadonlySet<ErrorCode> = new Set(['TERMINATING', 'NOT_ACTIVE'])

/** The timers of one activation. */
export class ContainerTimers implements Timers {
  private readonly timers = new Set<Timer>()
  private over = false

  constructor(
    private readonly hosted: HostedContainer,
    private readonly host: TimersHost
  ) {}

  after(delayMs: number, handler: TimerHandler): () => void {
    return this.add('delayMs', delayMs, 0, { handler, everyMs: undefined, disarm: () => {} })
  }

  every(intervalMs: number, handler: TimerHandler): () => void {
    return this.add('intervalMs', intervalMs, 1, { handler, everyMs: intervalMs, disarm: () => {} })
  }

  /** The activation is over. */
  end(): void {
    this.over = true
    for (const timer of this.timers) timer.disarm()
    this.timers.clear()
  }

  private add(what: string, delayMs: number, leastMs: number, timer: Timer): () => void {
    const { uuid, details } = this.hosted
    if (typeof delayMs !== 'number' || !(delayMs >= leastMs && delayMs <= maxMs)) {
      const text = `${what} of a timer must be ${leastMs} to ${maxMs} milliseconds, got ${String(delayMs)}`
      throw new NetworkError('INVALID_ARGUMENT', text, details)
    }
    if (typeof timer.handler !== 'function') {
      throw new NetworkError('INVALID_ARGUMENT', `The handler of a timer must be a function`, details)
    }
    if (this.over) {
      const text = `Container ${uuid} does not serve here any more: its timers have ended with it`
      throw new NetworkError('TERMINATING', text, details)
    }
    if (this.timers.size >= limits.maxTimers) {
      const text = `Container ${uuid} has ${this.timers.size} timers; at most ${limits.maxTimers} are allowed: cancel those that are not needed`
      throw new NetworkError('OVERLOADED', text, details)
    }
    this.timers.add(timer)
    this.arm(timer, delayMs)
    return () => {
      timer.disarm()
      this.timers.delete(timer)
    }
  }

  private arm(timer: Timer, delayMs: number): void {
    timer.disarm = schedule(this.host.tickManager, delayMs, () => {
      void this.fire(timer)
    })
  }

  /** Counts as a request that runs: a container that moves takes down its state only after it. */
  private async fire(timer: Timer): Promise<void> {
    do {
      if (!(await this.host.admitted()) || !this.timers.has(timer)) return
    } while (!(await this.call(timer)))
    if (timer.everyMs !== undefined && this.timers.has(timer)) this.arm(timer, timer.everyMs)
  }

  /** `false` when its turn did not come, since the container was about to end. */
  private async call(timer: Timer): Promise<boolean> {
    const { hosted, host } = this
    const work = async (): Promise<void> => {
      // Cancelled while it waited for its turn
      if (!this.timers.has(timer)) return
      if (timer.everyMs === undefined) this.timers.delete(timer)
      hosted.entered()
      try {
        await timer.handler()
      } catch (error) {
        host.failed(error)
      } finally {
        hosted.left()
      }
    }
    try {
      await host.inTurn(work)
    } catch (error) {
      if (error instanceof NetworkError && goesOn.has(error.code)) return false
      host.failed(error)
    }
    return true
  }
}

/** How a failure of a timer is logged. */
export function timerFailure({ uuid, kind }: HostedContainer, error: unknown): [string, Record<string, unknown>] {
  return ['A timer of a container failed', { uuid, kind, error: messageOf(error) }]
}
