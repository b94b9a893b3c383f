// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { EchoRun } from '../harness/echo-run'
import type { ScenarioResult } from '../model/report'
import { lostIn } from '../model/sum'
import { measureEchoes, roundsOf, startEchoes } from './echo-sizes'
import { ratioRow, type RatioGoal } from './ratio-row'
import { sized, type Scenario, type ScenarioContext } from './scenario'

const goal: RatioGoal = {
  name: '256 in flight, requests/s ÷ raw zeromq',
  peer: 'zeromq',
  field: 'perSecond',
  target: { atLeast: 2 }
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const runs = await startEchoes(context, ['coordinator', 'zeromq'])
  const rounds = await measureEchoes(context, runs, { inFlight: 256 })
  const row = ratioRow(goal, roundsOf(runs, rounds, 'coordinator'), roundsOf(runs, rounds, 'zeromq'))
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
