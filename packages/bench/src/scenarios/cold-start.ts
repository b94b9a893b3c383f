// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { monotonicMs } from '../harness/monotonic'
import { Pod, podMissing } from '../harness/pod'
import { freePort } from '../harness/ports'
import type { ScenarioResult } from '../model/report'
import { judged, reported, unmeasured } from '../model/row'
import { spreadOf } from '../model/spread'
import { sized, type Scenario, type ScenarioContext } from './scenario'
import { World } from './world'

const target = { atMost: 500 }
const FIRST_ANSWER = { name: 'start of the process until the first answer', unit: 'ms' } as const

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const missing = podMissing()
  if (missing !== undefined) {
    return { rows: [unmeasured({ ...FIRST_ANSWER, remark: missing }, 'skipped', target)], lost: 0 }
  }
  const rounds = sized(context, { smoke: 1, default: 9, full: 25 })
  // A client that is warm: its own start is not the pod's
  const prober = await (await World.start(context)).prober()
  const { transport } = context.processes
  const listening: number[] = []
  const answered: number[] = []
  // The first one fills the file cache
  for (let round = 0; round <= rounds; round++) {
    context.progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
    const port = await freePort()
    const begun = monotonicMs()
    const pod = Pod.begin(port)
    context.processes.onEnd(async () => await pod.kill())
    await pod.listens()
    const listens = monotonicMs()
    const answer = await prober.call('firstAnswer', { coordinatorPort: port, transport })
    if (round > 0) {
      listening.push(listens - begun)
      answered.push(answer - begun)
    }
    await pod.kill()
  }
  return {
    rows: [
      judged(FIRST_ANSWER, spreadOf(answered), target),
      reported({ name: 'start of the process until it listens', unit: 'ms' }, spreadOf(listening), 'less')
    ],
    notes: ['The bundle is started by node; the client runs already and connects when the pod says that it listens.'],
    lost: 0
  }
}

/** From nothing to an answer. */
export const coldStart: Scenario = { name: 'cold-start', title: 'Cold start of the pod', tags: ['cold start'], run }
