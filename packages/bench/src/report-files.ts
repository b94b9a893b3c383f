// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from './model/report'
import { renderReport, type Earlier } from './render/markdown'
import { plot } from './render/plot'
import { UsageError } from './options'

/** Without the logs of processes, which name folders of this machine: the terminal has shown them. */
function publishable(report: Report): Report {
  const scenarios = report.scenarios.map(({ failure, ...rest }) =>
    failure === undefined ? rest : { ...rest, failure: failure.split('\n')[0] }
  )
  return { ...report, scenarios }
}

/** Writes `report.json`, `report.md` and the plots; plots of an earlier run there are removed. */
export function writeReport(folder: string, report: Report, earlier?: Earlier): void {
  mkdirSync(folder, { recursive: true })
  for (const file of readdirSync(folder)) if (file.endsWith('.svg')) rmSync(join(folder, file))
  const plots = new Map<string, string[]>()
  for (const { name, charts = [] } of report.scenarios) {
    const files = charts.map((_chart, i) => (charts.length === 1 ? `${name}.svg` : `${name}-${i + 1}.svg`))
    for (const [i, chart] of charts.entries()) writeFileSync(join(folder, files[i]), plot(chart))
    plots.set(name, files)
  }
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify(publishable(report), null, 2)}\n`)
  writeFileSync(join(folder, 'report.md'), renderReport(report, plots, earlier))
}

/** Reads the JSON of an earlier run. */
export function readReport(file: string): Report {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`The earlier run cannot be read: ${(error as Error).message}`)
  }
  const { format, scenarios } = (value ?? {}) as Partial<Report>
  if (format === 1 && Array.isArray(scenarios)) return value as Report
  throw new UsageError(`${file} is not the report.json of a run (format 1)`)
}
