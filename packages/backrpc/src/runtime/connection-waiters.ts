// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { schedule, type Caller, type TickManager } from '@hcengineering/network-core'

/** Who waits for a connection. */
export class ConnectionWaiters {
  private readonly waiters = new Set<Caller>()

  constructor(private readonly tickManager: TickManager) {}

  /** Resolves when it stands; rejects with `late` after `timeoutMs`, of which 0 is never. */
  async wait(timeoutMs: number, late: () => Error): Promise<void> {
    let cancel = (): void => {}
    let waiter: Caller | undefined
    try {
      await new Promise<unknown>((resolve, reject) => {
        waiter = { resolve, reject }
        this.waiters.add(waiter)
        if (timeoutMs > 0) cancel = schedule(this.tickManager, timeoutMs, () => reject(late()))
      })
    } finally {
      cancel()
      if (waiter !== undefined) this.waiters.delete(waiter)
    }
  }

  /** It stands. */
  resolve(): void {
    for (const waiter of this.waiters) waiter.resolve(undefined)
  }

  /** There will be none. */
  reject(error: Error): void {
    for (const waiter of this.waiters) waiter.reject(error)
  }
}
