// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { mutants } from '../mutants/mutants'

/** As it was built: the test runner loads modules in a way of its own. */
const program = join(__dirname, '../../lib/mutants/main.js')

/** For what hangs, not for what is slow. */
const hangingMs = 10 * 60_000

describe('mutants', () => {
  it('are enough, each with a name of its own', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(20)
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
  })

  it(
    'are caught, each by its recorded seed or plan',
    () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [...process.execArgv, program], {
        encoding: 'utf8'
      })
      expect({ status, missed: stdout.match(/^.*MISSED$/gm) ?? [], stderr }).toEqual({
        status: 0,
        missed: [],
        stderr: ''
      })
    },
    hangingMs
  )
})
