// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { faultNames, type FaultName } from '../faults'
import { runFault } from '../faults/run-fault'

/** A few of each; `npm run faults` takes as many as wanted. */
const rounds: Partial<Record<FaultName, number>> = {
  'kill-agent': 2,
  reset: 2,
  'one-way-cut': 2,
  'restart-coordinator': 2,
  'ledger-full': 2
}

/** What the machine of every test bears, beside other tests. */
const load = { perSecond: 300, pauseMs: 150 }

describe('under load', () => {
  it.each(faultNames)(
    '%s: nothing lost, nothing twice, nothing hangs, one owner, and all is well again',
    async (fault) => {
      const { violations, vacuous, times, ends } = await runFault(fault, rounds[fault] ?? 1, load)
      expect(violations).toEqual([])
      expect(vacuous).toBeUndefined()
      expect(times.length).toBeGreaterThan(0)
      expect(ends.get('answered')).toBeGreaterThan(0)
    }
  )
})
