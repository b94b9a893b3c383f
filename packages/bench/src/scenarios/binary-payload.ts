// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ScenarioResult } from '../model/report'
import { judged, unmeasured, type Row } from '../model/row'
import { ratioOf } from '../model/spread'
import { missing } from '../systems/catalogue'
import { lostIn, measureEchoes, roundsOf, startEchoes } from './echo-sizes'
import type { Scenario, ScenarioContext } from './scenario'

const MIB = 1024 * 1024
const IN_FLIGHT = 4
const target = { atLeast: 0.8 }

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const runs = await startEchoes(context, ['direct', 'zeromq'])
  const rounds = await measureEchoes(context, runs, { inFlight: IN_FLIGHT, bytes: MIB })
  const ours = roundsOf(runs, rounds, 'direct')
  const theirs = roundsOf(runs, rounds, 'zeromq')
  const described = {
    name: `1 MiB there and back, ${IN_FLIGHT} in flight, requests/s ÷ raw zeromq`,
    unit: '×' as const
  }
  const row: Row =
    ours === undefined || theirs === undefined
      ? unmeasured({ ...described, remark: missing('zeromq') ?? 'not measured' }, 'skipped', target)
      : judged(described, ratioOf(ours.perSecond, theirs.perSecond), target)
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
