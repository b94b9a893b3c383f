// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Measurement } from '../model/measurement'
import type { Report, ScenarioReport } from '../model/report'

/** A measurement with the given parts. */
export function sampleMeasurement(parts: Partial<Measurement> = {}): Measurement {
  const one = { median: 1, min: 1, max: 1 }
  return {
    system: 'ours',
    load: '64 in flight',
    perSecond: { median: 12_345.6, min: 12_000, max: 13_000 },
    p50Ms: one,
    p95Ms: one,
    p99Ms: one,
    answered: 100,
    failed: 0,
    lost: 0,
    wrong: 0,
    processes: [{ role: 'client', cpuSeconds: 1.5, peakMemoryBytes: 60e6, longestStallMs: 12 }],
    ...parts
  }
}

/** A scenario with the given parts. */
export function sampleScenario(parts: Partial<ScenarioReport> = {}): ScenarioReport {
  return { name: 'echo', title: 'Echo', tags: [], seconds: 1, rows: [], lost: 0, ...parts }
}

/** A report of these scenarios. */
export function sampleReport(scenarios: readonly ScenarioReport[]): Report {
  return {
    format: 1,
    startedAt: '2026-01-02T03:04:05.678Z',
    seconds: 61,
    scale: 'default',
    transport: 'default',
    machine: { cpu: 'Sample', cores: 2, memoryBytes: 8 * 1024 ** 3, os: 'Linux 6', node: 'v20.19.0', loadBefore: 0.5 },
    skipped: [{ name: 'NATS', reason: 'no nats-server on the PATH' }],
    scenarios
  }
}
