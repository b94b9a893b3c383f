// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { targets } from './fuzz/targets'

/** As it was built. In a process of its own: the engine would count every block of the test runner too. */
const program = join(__dirname, '../../../lib/wire/__tests__/fuzz/main.js')

function fuzz(target: string, rounds: number): { readonly status: number | null; readonly output: string } {
  const args = ['--target', target, '--rounds', String(rounds), '--seed', '1']
  const flags = [...process.execArgv, '--enable-source-maps']
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, program, ...args], { encoding: 'utf8' })
  return { status, output: stdout + stderr }
}

describe('fuzzing', () => {
  it.each(targets.map(({ name }) => name))('breaks no rule of %s', (name) => {
    expect(fuzz(name, 2)).toEqual({ status: 0, output: expect.stringMatching(/^\w+: seed 1, \d+ inputs, \d+ kept/) })
  })

  it.each([
    ['what lies behind several conditions, by what its inputs reach', 'planted-depth', /three bytes, one by one/],
    ['what takes more than linear time, by counting', 'planted-steps', /An input took \d+ blocks/],
    ['what sets memory aside that nobody has sent', 'planted-memory', /An input took \d+ bytes of memory/],
    ['what changes a prototype', 'planted-prototype', /Object\.prototype was changed/]
  ])('finds %s', (_title, target, message) => {
    expect(fuzz(target, 400)).toEqual({ status: 1, output: expect.stringMatching(message) })
  })
})
