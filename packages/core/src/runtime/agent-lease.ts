// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { CancelSignal } from '../api/call'
import type { Logger } from '../api/logger'
import type { TickManager } from '../api/time'
import { Lease } from '../state/lease'
import { onAbort } from './abort-listeners'

/** Whether an agent may serve, and those who wait until it may again. */
export class AgentLease {
  private readonly lease = new Lease()
  private readonly waiting = new Set<() => void>()
  private gaps = 0
  /** Somebody is held back, and the log knows. */
  private told = false

  /** @param isAvailable kinds that are served whatever happens */
  constructor(
    private readonly tickManager: TickManager,
    private readonly isAvailable: (kind: string) => boolean,
    private readonly logger: Logger
  ) {}

  /** Changes whenever the agent may serve again that might not for a while: others may have served meanwhile. */
  get lapses(): number {
    return this.gaps
  }

  grant(forMs: number): void {
    if (!this.lease.unlimited && !this.lease.isHeld(this.tickManager.now(), Date.now())) this.gaps++
    this.lease.grant(forMs, this.tickManager.now(), Date.now())
    if (forMs > 0) this.told = false
    this.wake()
  }

  /** Containers of that kind may be served now. @param unixNow where it is known already */
  covers(kind: string, unixNow?: number): boolean {
    const { lease } = this
    return lease.unlimited || lease.isHeld(this.tickManager.now(), unixNow ?? Date.now()) || this.isAvailable(kind)
  }

  /** Resolves when something has changed, or the signal aborts: look again. */
  async change(signal: CancelSignal): Promise<void> {
    if (signal.aborted) return
    if (!this.told) {
      this.told = true
      this.logger.warn('The coordinator does not answer for too long: the agent holds requests back until it does')
    }
    await new Promise<void>((resolve) => {
      let stop = (): void => {}
      const done = (): void => {
        this.waiting.delete(done)
        stop()
        resolve()
      }
      this.waiting.add(done)
      stop = onAbort(signal, done)
    })
  }

  /** Those who wait look again. */
  wake(): void {
    for (const done of [...this.waiting]) done()
  }
}
