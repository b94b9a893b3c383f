// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { runSeed } from '../index'

const seeds = 60

/** For what hangs, not for what is slow: a busy machine takes many times as long as a quiet one. */
const hangingMs = 20 * 60_000

describe('simulation', () => {
  it(
    `holds every rule in ${seeds} runs with other faults each`,
    async () => {
      for (let seed = 1; seed <= seeds; seed++) {
        const { violations, vacuous } = await runSeed(seed)
        expect({ seed, violations, vacuous }).toEqual({ seed, violations: [], vacuous: undefined })
      }
    },
    hangingMs
  )

  it('does the same twice for one seed, and something else for another', async () => {
    const hashes = new Set<string>()
    for (let seed = 1; seed <= 10; seed++) {
      const [first, second] = [await runSeed(seed, { traceLines: 20 }), await runSeed(seed)]
      expect({ seed, hash: second.hash, steps: second.steps }).toEqual({ seed, hash: first.hash, steps: first.steps })
      hashes.add(first.hash)
    }
    expect(hashes.size).toBe(10)
  })
})
