// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { schedule, type TickManager } from '@hcengineering/network-core'

/** Something that is waited for, at most for a time. */
export class Awaited {
  /** While somebody waits. */
  private check: (() => void) | undefined

  constructor(
    private readonly tickManager: TickManager,
    private readonly isSo: () => boolean
  ) {}

  /** Resolves when it is so, or after that time: with whether it is. */
  wait(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = schedule(this.tickManager, timeoutMs, () => resolve(false))
      this.check = () => {
        if (!this.isSo()) return
        this.check = undefined
        cancel()
        resolve(true)
      }
    })
  }

  /** It may be so now. */
  look(): void {
    this.check?.()
  }
}
