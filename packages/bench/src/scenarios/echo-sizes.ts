// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { EchoLoad } from '../programs/echo-client'
import { EchoRun, type EchoOptions } from '../harness/echo-run'
import { inTurns, type SystemRounds } from '../harness/echo-rounds'
import { missing, type SystemName } from '../systems/catalogue'
import { sized, type ScenarioContext } from './scenario'

/** Starts those that can run here. */
export async function startEchoes(
  context: ScenarioContext,
  systems: readonly SystemName[],
  options: EchoOptions = {}
): Promise<EchoRun[]> {
  const able = systems.filter((name) => missing(name) === undefined)
  context.progress(`starting ${able.join(', ')}`)
  return await Promise.all(able.map(async (system) => await EchoRun.start(context.processes, system, options)))
}

/** Rounds of the length and number that the scale asks for; a smoke run counts requests instead of time. */
export async function measureEchoes(
  context: ScenarioContext,
  runs: readonly EchoRun[],
  load: Pick<EchoLoad, 'inFlight' | 'bytes' | 'items'>,
  rounds: number = sized(context, { smoke: 1, default: 5, full: 9 })
): Promise<SystemRounds[]> {
  return await inTurns(runs, {
    load: {
      ...load,
      durationMs: sized(context, { smoke: 10_000, default: 400, full: 3000 }),
      requests: sized(context, { smoke: load.inFlight + 4, default: undefined, full: undefined })
    },
    rounds,
    warmUp: {
      durationMs: sized(context, { smoke: 10_000, default: 1000, full: 2000 }),
      requests: sized(context, { smoke: 1, default: undefined, full: undefined })
    },
    progress: context.progress
  })
}

/** The rounds of one system, found by its name. */
export function roundsOf(
  runs: readonly EchoRun[],
  rounds: readonly SystemRounds[],
  system: SystemName
): SystemRounds | undefined {
  return rounds[runs.findIndex((run) => run.system === system)]
}
