// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Compared } from '../model/comparison'
import type { Machine, Report, ScenarioReport } from '../model/report'
import { formatNumber } from './numbers'
import { renderMarkdown } from './table'
import { comparisonTable, measurementsTable, rowsTable } from './tables'

const GIB = 1024 ** 3

/** One line about where it ran. */
export function describe({ cores, cpu, memoryBytes, node, os, loadBefore }: Machine): string {
  const memory = formatNumber(memoryBytes / GIB)
  return `${cores} cores (${cpu}), ${memory} GiB, ${os}, Node ${node}; load average before the run ${formatNumber(loadBefore)}`
}

/** Which run the numbers are compared with: others than like with like say little. */
export function describeEarlier({ startedAt, scale, transport, machine }: Report): string {
  return `the run of ${startedAt.slice(0, 16).replace('T', ' ')} UTC, ${scale}, transport \`${transport}\`, Node ${machine.node}`
}

/** How many targets were met, of those that could be judged. */
export function summary(report: Report): string {
  const rows = report.scenarios.flatMap((scenario) => scenario.rows)
  const count = (verdict: string): number => rows.filter((row) => row.verdict === verdict).length
  const lost = report.scenarios.reduce((sum, scenario) => sum + scenario.lost, 0)
  const failures = report.scenarios.filter(({ failure }) => failure !== undefined).length
  return [
    `${count('met')} targets met, ${count('missed')} missed, ${count('not there yet')} not there yet, ${count('skipped')} skipped`,
    `${lost} lost or failed`,
    `${failures} scenarios did not end`
  ].join('; ')
}

function scenarioSection(scenario: ScenarioReport, plots: readonly string[]): string[] {
  const { name, title, tags, rows, measurements = [], notes = [], failure, seconds } = scenario
  const remarks = rows.flatMap((row) => (row.remark === undefined ? [] : [`- ${row.name}: ${row.remark}.`]))
  return [
    `## ${title}`,
    `\`--only ${name}\`${tags.length > 0 ? ` · ${tags.join(', ')}` : ''} · ${formatNumber(seconds)} s`,
    ...(failure === undefined ? [] : [`**It did not get to its end:** ${failure.split('\n')[0]}`]),
    ...(rows.length > 0 ? [renderMarkdown(rowsTable([scenario]))] : []),
    ...(remarks.length > 0 ? [remarks.join('\n')] : []),
    ...plots.map((file) => `![${title}](${file})`),
    ...(measurements.length > 0 ? [renderMarkdown(measurementsTable(measurements))] : []),
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : [])
  ]
}

/** An earlier run, and the numbers that both have. */
export interface Earlier {
  readonly report: Report
  readonly compared: readonly Compared[]
}

function comparisonSection({ report, compared }: Earlier): string[] {
  return [
    '## Compared with an earlier run',
    `Before is ${describeEarlier(report)}. Slower or faster means beyond noise: the ranges of the rounds do not overlap.`,
    renderMarkdown(comparisonTable(compared))
  ]
}

/**
 * The report for people.
 *
 * @param plots files of the plots by scenario, relative to the report
 */
export function renderReport(report: Report, plots: ReadonlyMap<string, readonly string[]>, earlier?: Earlier): string {
  const { startedAt, scale, transport, machine, skipped, seconds, scenarios } = report
  const parts = [
    '# Benchmarks',
    `Run of ${startedAt.slice(0, 16).replace('T', ' ')} UTC, ${scale}, transport \`${transport}\`, ${formatNumber(seconds)} s: ${summary(report)}.`,
    `Machine: ${describe(machine)}.`,
    'Ratios compare systems measured in turns in this run; absolute numbers are this machine’s, with whatever else it did. How it is measured: [packages/bench](../../../packages/bench/README.md).',
    ...(skipped.length > 0 ? [skipped.map(({ name, reason }) => `- ${name} was skipped: ${reason}.`).join('\n')] : []),
    ...(earlier === undefined ? [] : comparisonSection(earlier)),
    '## All targets',
    renderMarkdown(
      rowsTable(
        scenarios.map((scenario) => ({
          ...scenario,
          rows: scenario.rows.filter(({ verdict }) => verdict !== 'reported')
        }))
      )
    ),
    ...scenarios.flatMap((scenario) => scenarioSection(scenario, plots.get(scenario.name) ?? []))
  ]
  return `${parts.join('\n\n')}\n`
}
