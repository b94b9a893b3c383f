// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TickManager } from '../api/time'
import type { Relay } from './relays'
import { schedule } from './schedule'

/** Delays between attempts: the first, and the most they double to. */
const firstMs = 100
const mostMs = 5_000

/** How one relayed connection is made. */
export interface RelayAttempts {
  open(): Promise<void>
  /** `false`: who wanted it does not any more, or has it. */
  isWanted(): boolean
  /** The first attempt has failed; others follow. */
  failed(error: unknown): void
}

interface Run {
  /** While the next attempt waits. */
  cancel?: () => void
}

/** Makes relayed connections again after a move, trying for as long as they are wanted. */
export class RelayRetries {
  private readonly running = new Map<Relay, Run>()

  constructor(private readonly tickManager: TickManager) {}

  /** In place of what was tried for it until now. Resolves when the first attempt has ended, well or not. */
  async begin(relay: Relay, attempts: RelayAttempts): Promise<void> {
    this.stop(relay)
    const run: Run = {}
    this.running.set(relay, run)
    const attempt = async (delayMs: number): Promise<void> => {
      try {
        await attempts.open()
        this.end(relay, run)
      } catch (error) {
        if (!attempts.isWanted()) return this.end(relay, run)
        if (this.running.get(relay) !== run) return
        if (delayMs === firstMs) attempts.failed(error)
        run.cancel = schedule(this.tickManager, delayMs, () => {
          if (attempts.isWanted()) void attempt(Math.min(mostMs, delayMs * 2))
          else this.end(relay, run)
        })
      }
    }
    await attempt(firstMs)
  }

  /** Nothing more is tried for it. */
  stop(relay: Relay): void {
    this.running.get(relay)?.cancel?.()
    this.running.delete(relay)
  }

  close(): void {
    for (const relay of [...this.running.keys()]) this.stop(relay)
  }

  private end(relay: Relay, run: Run): void {
    if (this.running.get(relay) === run) this.running.delete(relay)
  }
}
