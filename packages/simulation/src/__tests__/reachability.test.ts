// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Fact } from '@hcengineering/network-testing/kernel'
import { Reachability } from '../checkers/reachability'

function after(
  ...facts: readonly [at: number, type: 'unreachable' | 'reachable' | 'died' | 'started'][]
): Reachability {
  const reachability = new Reachability()
  for (const [at, type] of facts) reachability.see({ ...({ type, process: 'coordinator' } satisfies Fact), at })
  return reachability
}

describe('Reachability', () => {
  it('counts as cut off who could not be reached until it died', () => {
    const reachability = after([1000, 'unreachable'], [5000, 'died'], [5300, 'started'])
    expect(reachability.wasCutOff('coordinator', 4000)).toBe(true)
    expect(reachability.wasCutOff('coordinator', 5200)).toBe(false)
  })

  it('does not count as cut off who died where all could reach it', () => {
    const reachability = after([1000, 'unreachable'], [2000, 'reachable'], [5000, 'died'], [5300, 'started'])
    expect(reachability.wasCutOff('coordinator', 4000)).toBe(false)
    expect(reachability.wasDisturbed('coordinator', 4000)).toBe(true)
  })
})
