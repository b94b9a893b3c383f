// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TickManager } from '../api/time'
import { schedule } from './schedule'

/**
 * One timer for "the next deadline" of a state machine, which is asked for after every input. Deadlines move far more
 * often than they come due, and mostly to later or away; so a timer already armed for an earlier moment stays, and finds
 * out when it fires.
 */
export class DeadlineTimer {
  private deadline: number | undefined
  private armedFor: number | undefined
  private disarm: (() => void) | undefined

  /** `onDue` is called when the deadline has come; it sets the next one by `rearm`. */
  constructor(
    private readonly tickManager: TickManager,
    private readonly onDue: () => void
  ) {}

  /** The next deadline by the tick manager's clock; `undefined` for none. */
  rearm(at: number | undefined): void {
    this.deadline = at === Infinity ? undefined : at
    if (this.deadline === undefined || (this.armedFor !== undefined && this.armedFor <= this.deadline)) return
    this.arm(this.deadline)
  }

  /** Ends the timer, not only the deadline; `rearm` starts it again. */
  stop(): void {
    this.deadline = undefined
    this.armedFor = undefined
    this.disarm?.()
    this.disarm = undefined
  }

  private arm(at: number): void {
    this.disarm?.()
    this.armedFor = at
    this.disarm = schedule(this.tickManager, at - this.tickManager.now(), () => this.fire())
  }

  private fire(): void {
    this.armedFor = undefined
    this.disarm = undefined
    if (this.deadline === undefined) return
    if (this.deadline > this.tickManager.now()) return this.arm(this.deadline)
    this.deadline = undefined
    this.onDue()
  }
}
