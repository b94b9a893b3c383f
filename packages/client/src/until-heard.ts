// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { Backoff, type Pause } from './waits'

/**
 * Says what the other side must know: again, after pauses that grow, where it was refused for now, be it that too much waits
 * here. Answers whether it was heard; rejects when it cannot be.
 *
 * @param goesOn it is still to be said
 */
export async function untilHeard(pause: Pause, say: () => Promise<unknown>, goesOn: () => boolean): Promise<boolean> {
  const backoff = new Backoff(100, 5000)
  for (;;) {
    try {
      await say()
      return true
    } catch (error) {
      if (!NetworkError.is(error) || !error.retryable) throw error
    }
    if (goesOn()) await pause.wait(backoff.next())
    if (!goesOn()) return false
  }
}
