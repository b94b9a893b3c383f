// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { describeMachine } from './harness/machine'
import { Processes } from './harness/processes'
import type { Report, ScenarioReport } from './model/report'
import type { BenchOptions } from './options'
import { scenarios } from './scenarios/catalogue'
import type { Scenario } from './scenarios/scenario'
import { catalogue, entryOf, missing, type SystemName } from './systems/catalogue'

/** What a run tells while it goes on. */
export interface RunListener {
  readonly progress: (scenario: string, text: string) => void
  readonly finished: (scenario: ScenarioReport) => void
}

type RunOptions = Pick<BenchOptions, 'only' | 'scale' | 'transport'>

async function runScenario(scenario: Scenario, options: RunOptions, listener: RunListener): Promise<ScenarioReport> {
  const { name, title, tags } = scenario
  const processes = new Processes(options.transport)
  const begun = performance.now()
  const described = (): Pick<ScenarioReport, 'name' | 'title' | 'tags' | 'seconds'> => ({
    name,
    title,
    tags,
    seconds: (performance.now() - begun) / 1000
  })
  try {
    const progress = (text: string): void => listener.progress(name, text)
    const result = await scenario.run({ scale: options.scale, processes, progress })
    return { ...described(), ...result }
  } catch (error) {
    // The others still have something to say
    return { ...described(), rows: [], lost: 0, failure: (error as Error).message }
  } finally {
    await processes.end()
  }
}

/** Runs the scenarios one after the other. A scenario that fails is in the report with its reason. */
export async function run(options: RunOptions, listener: RunListener): Promise<Report> {
  const { only, scale, transport } = options
  const machine = describeMachine()
  const startedAt = new Date().toISOString()
  const begun = performance.now()
  const reports: ScenarioReport[] = []
  for (const scenario of scenarios.filter(({ name }) => only.length === 0 || only.includes(name))) {
    const report = await runScenario(scenario, options, listener)
    reports.push(report)
    listener.finished(report)
  }
  const skipped = (Object.keys(catalogue) as SystemName[]).flatMap((name) => {
    const reason = missing(name)
    return reason === undefined ? [] : [{ name: entryOf(name).title, reason }]
  })
  const seconds = (performance.now() - begun) / 1000
  return { format: 1, startedAt, seconds, scale, transport, machine, skipped, scenarios: reports }
}
