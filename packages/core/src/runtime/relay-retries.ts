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

/** Makes relayed connections again after a move, trying for as long as they are wanted. */
export class RelayRetries {
  private readonly running = new Map<Relay, { cancel?: () => void }>()

  constructor(private readonly tickManager: TickManager) {}

  /** In place of what was tried for it until now. Resolves when the first attempt has ended, well or not. */
  async begin(relay: Relay, attempts: RelayAttempts): Promise<void> {
    this.stop(relay)
    const run: { cancel?: () => void } = {}
    this.running.set(relay, run)
    const goesOn = (): boolean => this.running.get(relay) === run && attempts.isWanted()
    const attempt = async (delayMs: number): Promise<void> => {
      try {
        await attempts.open()
        if (this.running.get(relay) === run) this.stop(relay)
      } catch (error) {
        if (!goesOn()) return
        if (delayMs === firstMs) attempts.failed(error)
        run.cancel = schedule(this.tickManager, delayMs, () => {
          if (goesOn()) void attempt(Math.min(mostMs, delayMs * 2))
          else if (this.running.get(relay) === run) this.stop(relay)
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
}
