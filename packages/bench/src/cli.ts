// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// The only file that touches the terminal, the arguments and the exit code.

import { join, resolve } from 'node:path'
import { compare } from './model/comparison'
import type { Report } from './model/report'
import { parseOptions, usage, UsageError, type BenchOptions } from './options'
import { describe, describeEarlier, summary } from './render/markdown'
import { renderText } from './render/table'
import { comparisonTable, rowsTable } from './render/tables'
import { readReport, writeReport } from './report-files'
import { run, type RunListener } from './run'
import { scenarios } from './scenarios/catalogue'

const DEFAULT_FOLDER = join(__dirname, '../../../docs/benchmarks/latest')
const CLEAR_LINE = '\r\u001b[2K'

/** One line that is overwritten where a person watches; nothing where a file is written. */
function showProgress(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`${CLEAR_LINE}${line.slice(0, (process.stdout.columns ?? 80) - 1)}`)
}

const listener: RunListener = {
  progress: (scenario, text) => showProgress(`${scenario}: ${text}`),
  finished: (report) => {
    showProgress('')
    console.log(`${report.name} (${report.seconds.toFixed(1)} s)`)
    if (report.failure !== undefined) console.log(`  did not get to its end: ${report.failure}`)
    if (report.rows.length > 0) console.log(`${renderText(rowsTable([report])).replace(/^/gm, '  ')}\n`)
  }
}

/** A relative path is one of who typed it: Rush and npm change the folder. */
const given = (path: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), path)

function folderFor({ out, scale }: BenchOptions): string | undefined {
  if (out !== undefined) return given(out)
  return scale === 'smoke' ? undefined : DEFAULT_FOLDER
}

function broken({ scenarios: reports }: Report): boolean {
  return reports.some(({ failure, lost }) => failure !== undefined || lost > 0)
}

async function main(): Promise<void> {
  const options = parseOptions(
    process.argv.slice(2),
    scenarios.map(({ name }) => name)
  )
  if (options.help) {
    console.log(`${usage}\n\nScenarios:`)
    for (const { name, title } of scenarios) console.log(`  ${name.padEnd(22)}${title}`)
    return
  }
  // Read first: a run of minutes must not end with a misspelt name
  const before = options.compare === undefined ? undefined : readReport(given(options.compare))
  const report = await run(options, listener)
  const earlier = before === undefined ? undefined : { report: before, compared: compare(before, report) }
  console.log(renderText(rowsTable(report.scenarios)))
  if (earlier !== undefined) {
    console.log(`\nBefore is ${describeEarlier(earlier.report)}\n${renderText(comparisonTable(earlier.compared))}`)
  }
  for (const { name, reason } of report.skipped) console.log(`${name} was skipped: ${reason}`)
  console.log(`\n${describe(report.machine)}\n${summary(report)} (${report.seconds.toFixed(0)} s)`)
  const folder = folderFor(options)
  if (folder !== undefined) {
    writeReport(folder, report, earlier)
    console.log(`Written to ${folder}`)
  }
  if (broken(report)) process.exitCode = 1
}

// An orderly exit ends what children do not notice by themselves
for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
  process.once(signal, () => process.exit(code))
}

main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : error)
  process.exitCode = error instanceof UsageError ? 2 : 1
})
