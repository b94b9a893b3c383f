// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** For a runner that does not end: something holds it open. */
const hangingMs = 120_000

const folder = join(__dirname, 'fixtures')

/** Runs a test runner over the built package; rejects unless it ends by itself with exit code 0. */
async function run(...args: readonly string[]): Promise<string> {
  const env = { ...process.env }
  delete env.NODE_TEST_CONTEXT
  const options = { cwd: join(folder, '..', '..', '..'), timeout: hangingMs, killSignal: 'SIGKILL' as const, env }
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...args], options)
  return stdout + stderr
}

describe('runners', () => {
  it(
    'jest passes and exits by itself',
    async () => {
      const jest = require.resolve('jest/bin/jest')
      // For users our packages are installed, and Jest compiles nothing of them; here it would, and that takes most of the time
      const config = { rootDir: folder, testMatch: ['**/*.jest.js'], testEnvironment: 'node', transform: {} }
      const output = await run(jest, '--config', JSON.stringify(config), '--runInBand')
      expect(output).toContain('1 passed')
    },
    2 * hangingMs
  )

  it(
    'node:test passes and exits by itself',
    async () => {
      expect(await run('--test', join(folder, 'runner.node.mjs'))).toMatch(/pass 2\b/)
    },
    2 * hangingMs
  )
})
