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
  const { status, stdout, stderr } = spawnSync(process.execPath, [...process.execArgv, program, ...args], {
    encoding: 'utf8'
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

/** What each of the seeds came to, with the hash of its trace. */
const outcomes = (output: string): string[] => output.match(/^seed \d+: .* trace \w+$/gm) ?? []

describe('simulation', () => {
  let output: string

  beforeAll(() => (output = simulate('--seeds', String(seeds), '--each')), hangingMs)

  it(`holds every rule in ${seeds} runs with other faults each`, () => {
    expect(output).toContain(`${seeds} seeds, 0 failed, 0 vacuous`)
  })

  it(
    'does the same again for a seed, whatever ran before it in its process, and something else for another',
    () => {
      const all = outcomes(output)
      const again = outcomes(simulate('--seeds', '3', '--from', String(seeds - 2), '--each'))
      expect(again).toHaveLength(3)
      expect(all.slice(-3)).toEqual(again)
      expect(new Set(all.map((outcome) => outcome.split(' trace ')[1])).size).toBe(seeds)
    },
    hangingMs
  )
})
