// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TickManager } from '@hcengineering/network-core'
import { ProcessTicks } from './process-ticks'
import type { VirtualTime } from './virtual-time'

/** How a process is: it runs, what comes in waits, or it is no more. */
export type ProcessState = 'running' | 'paused' | 'dead'

interface Timer {
  live: boolean
  stop: () => void
}

/**
 * One simulated process from its start to its end: everything that happens in it enters through {@link deliver}. Paused,
 * it keeps what comes in, timers too, in the order of arrival, and takes it all when it wakes up, as after SIGSTOP and
 * SIGCONT; its clock runs on. Dead, it drops everything.
 */
export class SimulatedProcess {
  private current: ProcessState = 'running'
  private held: (() => void)[] = []
  private readonly timers = new Set<Timer>()
  readonly ticks: TickManager

  constructor(
    /** Unique in the run: a process that starts again has another. */
    readonly name: string,
    private readonly time: VirtualTime,
    private readonly failed: (process: string, error: unknown) => void
  ) {
    this.ticks = new ProcessTicks(this, time)
  }

  get state(): ProcessState {
    return this.current
  }

  get alive(): boolean {
    return this.current !== 'dead'
  }

  /** Something reaches the process. */
  deliver(run: () => void): void {
    if (this.current === 'dead') return
    if (this.current === 'paused') {
      this.held.push(run)
      return
    }
    try {
      run()
    } catch (error) {
      this.failed(this.name, error)
    }
  }

  /** A timer of the process. */
  after(delayMs: number, run: () => void): () => void {
    const timer: Timer = { live: true, stop: () => {} }
    this.timers.add(timer)
    timer.stop = this.time.after(delayMs, () => {
      this.timers.delete(timer)
      this.deliver(() => {
        // It may have been cancelled while it was held.
        if (timer.live) run()
      })
    })
    return () => {
      timer.live = false
      this.timers.delete(timer)
      timer.stop()
    }
  }

  pause(): void {
    if (this.current === 'running') this.current = 'paused'
  }

  /** What was held happens now, each piece in a step of its own. */
  resume(): void {
    if (this.current !== 'paused') return
    this.current = 'running'
    const held = this.held
    this.held = []
    for (const run of held) this.time.after(0, () => this.deliver(run))
  }

  kill(): void {
    this.current = 'dead'
    this.held = []
    for (const { stop } of this.timers) stop()
    this.timers.clear()
  }
}
