// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TickManager } from '@hcengineering/network-core'
import type { VirtualTime } from './virtual-time'

/** Where a process has its timers. */
export interface Timers {
  after(delayMs: number, run: () => void): () => void
}

/** Virtual time as a process has it. */
export class ProcessTicks implements TickManager {
  readonly tps = 20

  constructor(
    private readonly process: Timers,
    private readonly time: VirtualTime
  ) {}

  now(): number {
    return this.time.now
  }

  register(handler: () => void | Promise<void>, intervalSeconds: number): () => void {
    let cancel = (): void => {}
    const again = (): void => {
      cancel = this.process.after(intervalSeconds * 1000, () => {
        again()
        void handler()
      })
    }
    again()
    return () => cancel()
  }

  start(): void {}

  stop(): void {}

  async waitTick(ticks: number): Promise<void> {
    await new Promise<void>((resolve) => this.process.after((ticks * 1000) / this.tps, resolve))
  }

  schedule(delayMs: number, fn: () => void): () => void {
    return this.process.after(delayMs, fn)
  }
}
