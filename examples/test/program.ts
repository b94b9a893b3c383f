// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** The examples' folder: programs run in it, and find the packages from it. */
export const examplesFolder = join(import.meta.dirname, '..')

/** The repository. */
export const rootFolder = join(examplesFolder, '..')

/** A program shows one thing and ends by itself; one that is still running after this hangs. */
const programTimeoutMs = 60_000

/** Runs Node with `args` in the examples' folder; throws with all it printed unless it ends with exit code 0. */
export async function runNode(args: readonly string[]): Promise<string> {
  // Node 20 reads these certificates at every start, which takes a quarter of it, and no program needs them
  const env = { ...process.env }
  delete env.NODE_EXTRA_CA_CERTS
  const child = spawn(process.execPath, args, { cwd: examplesFolder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    child.kill('SIGKILL')
  }, programTimeoutMs)
  const end = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(code === 0 ? '' : `ended with ${signal ?? `exit code ${code}`}`))
  })
  clearTimeout(timer)
  const output = Buffer.concat(chunks).toString()
  if (timedOut) throw new Error(`still running after ${programTimeoutMs} ms; its output:\n${output}`)
  if (end !== '') throw new Error(`${end}; its output:\n${output}`)
  return output
}

/** Runs a TypeScript program as users do, and with it every process that it forks: each start takes twice as long so. */
export const runWithTsx = async (file: string): Promise<string> => await runNode(['--import', 'tsx', file])

/** Runs a program as the compiler has left it. */
export const runCompiled = async (file: string): Promise<string> => await runNode(['--enable-source-maps', file])
