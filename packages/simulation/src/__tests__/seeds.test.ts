// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const seeds = 60

/** As it was built, in a process of its own: within the test runner a run takes four times as long. */
const program = join(__dirname, '../../lib/cli.js')

/** For what hangs, not for what is slow: a busy machine takes many times as long as a quiet one. */
const hangingMs = 20 * 60_000

/** What it says. */
function simulate(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

const traceOf = (seed: number): string => simulate('--seed', String(seed), '--trace', '0').split('\n')[0]

describe('simulation', () => {
  it(
    `holds every rule in ${seeds} runs with other faults each`,
    () => {
      expect(simulate('--seeds', String(seeds))).toContain(`${seeds} seeds, 0 failed, 0 vacuous`)
    },
    hangingMs
  )

  it(
    'does the same twice for one seed, and something else for another',
    () => {
      const traces = [1, 2, 3].map(traceOf)
      expect(traces).toEqual([expect.stringMatching(/ steps, .* trace \w+$/), expect.any(String), expect.any(String)])
      expect([1, 2, 3].map(traceOf)).toEqual(traces)
      expect(new Set(traces.map((trace) => trace.split(' trace ')[1])).size).toBe(3)
    },
    hangingMs
  )
})
