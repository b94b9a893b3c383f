// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// Runs every numbered example as its own process, one after the other, and expects exit code 0.
// `run-examples.ts 03 05` runs only those whose names begin so, and then writes no result file.
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface RunResult {
  readonly passed: boolean
  readonly reason: string
  readonly output: string
  readonly seconds: number
}

/** An example shows one thing and ends by itself; one that is still running after this hangs. */
const EXAMPLE_TIMEOUT_MS = 60_000

const folder = join(import.meta.dirname, '..')
const resultFile = join(folder, 'temp', 'test-results.json')

async function run(file: string): Promise<RunResult> {
  const started = performance.now()
  const child = spawn(process.execPath, ['--import', 'tsx', file], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    child.kill('SIGKILL')
  }, EXAMPLE_TIMEOUT_MS)
  const reason = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(code === 0 ? '' : `ended with ${signal ?? `exit code ${code}`}`))
  })
  clearTimeout(timer)
  return {
    passed: reason === '',
    reason: timedOut ? `still running after ${EXAMPLE_TIMEOUT_MS} ms` : reason,
    output: Buffer.concat(chunks).toString(),
    seconds: (performance.now() - started) / 1000
  }
}

const prefixes = process.argv.slice(2)
const files = readdirSync(folder)
  .filter((name) => /^\d\d-.*\.ts$/.test(name))
  .filter((name) => prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix)))
  .sort()

if (prefixes.length === 0) rmSync(resultFile, { force: true })
let failed = 0
for (const file of files) {
  const result = await run(file)
  console.log(`${result.passed ? 'PASS' : 'FAIL'} ${file} (${result.seconds.toFixed(1)} s)`)
  if (result.passed) continue
  failed++
  console.log(`${result.reason}; its output:\n${result.output.replace(/^/gm, '  ')}`)
}
console.log(`Examples: ${files.length - failed} passed, ${failed} failed`)
if (prefixes.length === 0) {
  mkdirSync(join(folder, 'temp'), { recursive: true })
  const totals = { numPassedTests: files.length - failed, numFailedTests: failed }
  writeFileSync(resultFile, JSON.stringify(totals))
}
process.exitCode = failed === 0 ? 0 : 1
