// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TickManager } from '../api/time'
import { DeadlineTimer } from './deadline-timer'
import type { HostedContainer } from './hosted-container'

/** Collects which containers were asked, and reports them together at an interval. */
export class Visits {
  private readonly visited = new Set<HostedContainer>()
  private readonly timer: DeadlineTimer

  constructor(
    private readonly tickManager: TickManager,
    private readonly intervalMs: number,
    report: (visited: HostedContainer[]) => void
  ) {
    this.timer = new DeadlineTimer(tickManager, () => {
      const visited = [...this.visited]
      this.visited.clear()
      report(visited)
    })
  }

  note(hosted: HostedContainer, unixNow: number): void {
    hosted.lastVisit = unixNow
    if (this.visited.size === 0) this.timer.rearm(this.tickManager.now() + this.intervalMs)
    this.visited.add(hosted)
  }

  forget(hosted: HostedContainer): void {
    if (this.visited.delete(hosted) && this.visited.size === 0) this.timer.rearm(undefined)
  }

  stop(): void {
    this.visited.clear()
    this.timer.stop()
  }
}
