// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Compared } from '../model/comparison'
import type { Measurement, ProcessCost } from '../model/measurement'
import type { ScenarioReport } from '../model/report'
import { formatMedian, formatNumber, formatQuantity, formatRange, formatTarget } from './numbers'
import type { Table } from './table'

const MEGABYTE = 1e6

/** The rows of some scenarios, with their targets. */
export function rowsTable(scenarios: readonly ScenarioReport[]): Table {
  return {
    head: ['Scenario', 'What', 'Target', 'Measured', 'Min – max', 'Verdict'],
    right: [2, 3, 4],
    lines: scenarios.flatMap(({ name, rows }) =>
      rows.map((row) => [
        name,
        row.name,
        formatTarget(row.target, row.unit),
        formatMedian(row.measured, row.unit),
        formatRange(row.measured),
        row.verdict
      ])
    )
  }
}

function processCell({ role, cpuSeconds, peakMemoryBytes, longestStallMs }: ProcessCost): string {
  const stall = longestStallMs === undefined ? '' : `, stall ${formatNumber(longestStallMs)} ms`
  return `${role}: ${formatNumber(cpuSeconds)} s, ${formatNumber(peakMemoryBytes / MEGABYTE)} MB${stall}`
}

/** Every system under every load. */
export function measurementsTable(measurements: readonly Measurement[]): Table {
  return {
    head: ['System', 'Load', 'Requests/s', 'Min – max', 'p50 ms', 'p95 ms', 'p99 ms', 'Errors', 'Bytes', 'Processes'],
    right: [2, 3, 4, 5, 6, 7, 8],
    lines: measurements.map((measurement) => [
      measurement.system,
      measurement.load,
      formatNumber(measurement.perSecond.median),
      formatRange(measurement.perSecond),
      formatNumber(measurement.p50Ms.median),
      formatNumber(measurement.p95Ms.median),
      formatNumber(measurement.p99Ms.median),
      formatNumber(measurement.failed + measurement.lost + measurement.wrong),
      measurement.bytesPerRequest === undefined ? '–' : formatNumber(measurement.bytesPerRequest),
      measurement.processes.map(processCell).join('; ')
    ])
  }
}

/** This run beside an earlier one, the slower first. */
export function comparisonTable(compared: readonly Compared[]): Table {
  const order = { slower: 0, faster: 1, same: 2 }
  const sorted = [...compared].sort((a, b) => order[a.change] - order[b.change])
  return {
    head: ['Scenario', 'What', 'Before', 'Now', 'Now ÷ before', 'Change'],
    right: [2, 3, 4],
    lines: sorted.map(({ scenario, name, unit, before, now, ratio, change }) => [
      scenario,
      name,
      formatQuantity(before.median, unit),
      formatQuantity(now.median, unit),
      formatQuantity(ratio, '×'),
      change === 'same' ? 'within noise' : change
    ])
  }
}
