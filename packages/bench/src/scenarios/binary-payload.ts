// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ScenarioResult } from '../model/report'
import { lostIn } from '../model/sum'
import { measureEchoes, roundsOf, startEchoes } from './echo-sizes'
import { ratioRow, type RatioGoal } from './ratio-row'
import type { Scenario, ScenarioContext } from './scenario'

const MIB = 1024 * 1024
const IN_FLIGHT = 4
const goal: RatioGoal = {
  name: `1 MiB there and back, ${IN_FLIGHT} in flight, requests/s ÷ raw zeromq`,
  peer: 'zeromq',
  field: 'perSecond',
  target: { atLeast: 0.8 }
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const runs = await startEchoes(context, ['direct', 'zeromq'])
  const rounds = await measureEchoes(context, runs, { inFlight: IN_FLIGHT, bytes: MIB })
  const row = ratioRow(goal, roundsOf(runs, rounds, 'direct'), roundsOf(runs, rounds, 'zeromq'))
  const measurements = rounds.map(({ measurement }) => ({ ...measurement, load: `1 MiB, ${measurement.load}` }))
  return { rows: [row], measurements, lost: lostIn(measurements) }
}

/** One MiB of bytes, there and back. */
export const binaryPayload: Scenario = {
  name: 'binary-payload',
  title: 'Binary payload of 1 MiB',
  tags: [],
  run
}
