// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { appendFileSync } from 'node:fs'
import { readOptions, usage } from './options'
import type { Report } from './report'
import { runFault } from './run-fault'
import { table } from './table'

const exitCodes = { clean: 0, broken: 1, usage: 2, vacuous: 3 } as const

/** Runs the faults that the arguments name, one after the other; the answer is the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${usage}\n`)
    return exitCodes.usage
  }
  const reports: Report[] = []
  for (const fault of options.faults) {
    const report = await runFault(fault, options.rounds, options)
    reports.push(report)
    if (options.out !== undefined) {
      appendFileSync(options.out, `${JSON.stringify({ ...report, ends: Object.fromEntries(report.ends) })}\n`)
    }
    for (const violation of report.violations) process.stderr.write(`${fault}: ${violation}\n`)
    if (report.folder !== undefined) process.stderr.write(`${fault}: the history is in ${report.folder}\n`)
    if (report.vacuous !== undefined) process.stderr.write(`${fault}: ${report.vacuous}\n`)
  }
  process.stdout.write(`${table(reports)}\n`)
  if (reports.some(({ violations }) => violations.length > 0)) return exitCodes.broken
  return reports.some(({ vacuous }) => vacuous !== undefined) ? exitCodes.vacuous : exitCodes.clean
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code
})
