// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { EchoRun } from '../harness/echo-run'
import type { ScenarioResult } from '../model/report'
import { judged, unmeasured, type Row } from '../model/row'
import { ratioOf } from '../model/spread'
import { missing } from '../systems/catalogue'
import { lostIn, measureEchoes, roundsOf, startEchoes } from './echo-sizes'
import { sized, type Scenario, type ScenarioContext } from './scenario'

const target = { atLeast: 2 }

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const runs = await startEchoes(context, ['coordinator', 'zeromq'])
  const rounds = await measureEchoes(context, runs, { inFlight: 256 })
  const ours = roundsOf(runs, rounds, 'coordinator')
  const theirs = roundsOf(runs, rounds, 'zeromq')
  const described = { name: '256 in flight, requests/s ÷ raw zeromq', unit: '×' as const }
  const row: Row =
    ours === undefined || theirs === undefined
      ? unmeasured({ ...described, remark: missing('zeromq') ?? 'not measured' }, 'skipped', target)
      : judged(described, ratioOf(ours.perSecond, theirs.perSecond), target)
  await context.processes.end()
  context.progress('counting bytes')
  const counted = await EchoRun.start(context.processes, 'coordinator', { proxyDelayMs: 0 })
  const bytesPerRequest = await counted.bytesPerRequest(sized(context, { smoke: 16, default: 1000, full: 5000 }))
  const measurements = rounds.map(({ measurement }, i) =>
    runs[i].system === 'coordinator' ? { ...measurement, bytesPerRequest } : measurement
  )
  return {
    rows: [row],
    measurements,
    notes: [
      'Bytes on the wire are those between client and coordinator alone; the way to the agent costs about the same.'
    ],
    lost: lostIn(measurements)
  }
}

/** Requests on a reference: client, coordinator and agent, each a process. */
export const coordinatorEcho: Scenario = {
  name: 'coordinator-echo',
  title: 'Echo through the coordinator',
  tags: ['high request volume'],
  run
}
