// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/**
 * For how long an agent may serve without hearing of the coordinator again. Counted on two clocks: the monotonic one may
 * stand still while a machine sleeps, the other may be set. Whichever runs out first ends it.
 */
export class Lease {
  private until = Infinity
  private unixUntil = Infinity

  /** Nobody has granted one: then nobody takes it away. */
  get unlimited(): boolean {
    return this.until === Infinity
  }

  /** From now on for that long; takes the place of what was granted before. */
  grant(forMs: number, now: number, unixNow: number): void {
    this.until = now + forMs
    this.unixUntil = unixNow + forMs
  }

  /** @param now monotonic milliseconds; @param unixNow Unix milliseconds */
  isHeld(now: number, unixNow: number): boolean {
    return now < this.until && unixNow < this.unixUntil
  }
}
