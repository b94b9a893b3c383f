// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TickManager } from '../api/time'
import { messageOf } from '../errors'
import { DeadlineQueue } from '../state/deadline-queue'
import { DeadlineTimer } from './deadline-timer'
import type { HostedContainer } from './hosted-container'

/** Failures in a row that end a container. */
export const strikes = 3

/** What follows from the health of a container. */
export interface HealthActions {
  pingMs(kind: string): number
  pingIntervalMs(kind: string): number
  /** `hosted.healthy` has changed. */
  changed(hosted: HostedContainer): void
  /** It failed {@link strikes} times in a row, the last time by that cause. */
  condemned(hosted: HostedContainer, cause: string): void
}

interface Check {
  failures: number
  /** A call of `ping()` has not answered; there is never another one meanwhile. */
  outstanding: boolean
  /** The outstanding call has taken too long, and was counted for it. */
  late: boolean
}

/** Pings containers at their intervals. */
export class HealthMonitor {
  private readonly checks = new Map<HostedContainer, Check>()
  /** The next ping; while one is outstanding, the moment when it counts as failed. */
  private readonly queue = new DeadlineQueue<HostedContainer>()
  private readonly timer: DeadlineTimer

  constructor(
    private readonly tickManager: TickManager,
    private readonly actions: HealthActions
  ) {
    this.timer = new DeadlineTimer(tickManager, () => this.advance())
  }

  watch(hosted: HostedContainer): void {
    this.checks.set(hosted, { failures: 0, outstanding: false, late: false })
    this.pause(hosted)
  }

  forget(hosted: HostedContainer): void {
    this.checks.delete(hosted)
    this.queue.delete(hosted)
  }

  stop(): void {
    this.checks.clear()
    this.queue.clear()
    this.timer.stop()
  }

  private advance(): void {
    for (const hosted of this.queue.due(this.tickManager.now())) {
      const check = this.checks.get(hosted)
      if (check === undefined) continue
      if (check.outstanding) {
        check.late = true
        this.failed(hosted, check, `ping() took longer than ${this.actions.pingMs(hosted.kind)} ms`)
      } else {
        this.ping(hosted, check)
      }
    }
    this.timer.rearm(this.queue.next())
  }

  private ping(hosted: HostedContainer, check: Check): void {
    check.outstanding = true
    check.late = false
    this.queue.set(hosted, this.tickManager.now() + this.actions.pingMs(hosted.kind))
    const run = async (): Promise<void> => await hosted.container.ping()
    run().then(
      () => this.answered(hosted, check),
      (error: unknown) => this.answered(hosted, check, messageOf(error))
    )
  }

  /** @param cause of a failure */
  private answered(hosted: HostedContainer, check: Check, cause?: string): void {
    check.outstanding = false
    if (this.checks.get(hosted) !== check) return
    if (cause === undefined) {
      check.failures = 0
      this.pause(hosted)
      this.mark(hosted, undefined)
    } else if (!check.late) {
      this.failed(hosted, check, cause)
    }
  }

  private failed(hosted: HostedContainer, check: Check, cause: string): void {
    check.failures++
    this.pause(hosted)
    this.mark(hosted, cause)
    if (check.failures >= strikes) this.actions.condemned(hosted, cause)
  }

  private pause(hosted: HostedContainer): void {
    this.queue.set(hosted, this.tickManager.now() + this.actions.pingIntervalMs(hosted.kind))
    this.timer.rearm(this.queue.next())
  }

  private mark(hosted: HostedContainer, error: string | undefined): void {
    const was = hosted.healthy
    hosted.healthError = error
    if (hosted.healthy !== was) this.actions.changed(hosted)
  }
}
