// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { percentile } from './percentiles'
import type { Report } from './report'

const head = [
  'fault',
  'rounds',
  'times',
  'p50',
  'p95',
  'p99',
  'max',
  'executed',
  'caught',
  'events',
  'violations',
  'ends'
]

/** The reports as lines of a table; times are milliseconds. */
export function table(reports: readonly Report[]): string {
  const rows = [head, ...reports.map(row)]
  const widths = head.map((_, column) => Math.max(...rows.map((cells) => cells[column].length)))
  return rows
    .map((cells) =>
      cells
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd()
    )
    .join('\n')
}

function row({ fault, rounds, times, executed, caught, events, violations, ends }: Report): string[] {
  const figures = [50, 95, 99, 100].map((percent) => percentile(times, percent)?.toFixed(0) ?? '-')
  const counts = [...ends].sort(([, a], [, b]) => b - a).map(([end, count]) => `${end} ${count}`)
  const numbers = [executed, caught, events, violations.length].map(String)
  return [fault, String(rounds), String(times.length), ...figures, ...numbers, counts.join(', ')]
}
