// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { version } from '@hcengineering/network-core'
import { exitCodes } from './exit-codes'
import { lineWriter } from './output/stdio'
import { run } from './run'

/** The one file that touches the process. */
async function main(): Promise<void> {
  const { stdout, stderr, stdin, argv, env } = process
  const args = argv.slice(2)
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-v')) {
    stdout.write(`${version}\n`)
    return
  }
  const end = new AbortController()
  let broken = false
  const onBroken = (): void => {
    broken = true
    end.abort()
  }
  const onSignal = (): void => {
    if (end.signal.aborted) process.exit(exitCodes.interrupted)
    end.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  const writeError = lineWriter(stderr, () => {})
  const code = await run({
    args,
    environment: env,
    input: stdin,
    write: lineWriter(stdout, onBroken),
    // Whoever reads no more has interrupted nothing
    writeError: async (line) => await (broken ? undefined : writeError(line)),
    colours: { output: stdout.isTTY, error: stderr.isTTY },
    signal: end.signal
  })
  // They have what they wanted
  process.exit(broken ? exitCodes.ok : code)
}

void main()
