// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Checker, TimedFact } from '@hcengineering/network-testing/kernel'

/** Once nobody does anything, nobody has anything under way, waiting to be sent or kept for a repeat. */
export class NothingPending implements Checker {
  readonly name = 'nothing pending'

  see(fact: TimedFact, fail: (message: string) => void): void {
    if (fact.type !== 'quiet') return
    for (const one of fact.view.pending) fail(one)
  }
}
