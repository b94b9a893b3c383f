// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { monotonicMs } from '../harness/monotonic'
import { pause } from '../harness/waiting'
import type { RoundResult } from '../harness/closed-loop'
import type { ScenarioResult } from '../model/report'
import { judged, reported } from '../model/row'
import { spreadOf } from '../model/spread'
import { lostIn, sumOf } from '../model/sum'
import { sized, type Scenario, type ScenarioContext } from './scenario'
import { World } from './world'

const IN_FLIGHT = 64
/** What is no pause: a garbage collection and a process that starts beside it on the same cores. */
const NO_PAUSE_MS = 100
const BEFORE_MS = 300

interface Round {
  readonly quiet: RoundResult
  readonly restarted: RoundResult
  /** From listening again to the first answer that came over the coordinator. */
  readonly usableMs: number
  readonly referenceFailures: number
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const rounds = sized(context, { smoke: 1, default: 3, full: 20 })
  const durationMs = sized(context, { smoke: 1500, default: 2500, full: 5000 })
  const world = await World.start(context)
  await world.agents()
  const [loader, prober] = await Promise.all([world.clients(), world.prober()])
  await loader.call('connect', { name: 'loaded' })
  await prober.call('hold', { uuid: 'watched' })
  const load = { inFlight: IN_FLIGHT, durationMs }
  await loader.call('load', { ...load, durationMs: BEFORE_MS })
  const results: Round[] = []
  for (let round = 1; round <= rounds; round++) {
    context.progress(`round ${round} of ${rounds}, left alone`)
    const quiet = await loader.call('load', load)
    context.progress(`round ${round} of ${rounds}, coordinator killed and restarted`)
    const loading = loader.call('load', load)
    await prober.call('startWatching', undefined)
    await pause(BEFORE_MS)
    await world.coordinator.kill()
    await world.restartCoordinator()
    const listensAtMs = monotonicMs()
    const restarted = await loading
    const { answeredAtMs, failures } = await prober.call('stopWatching', undefined)
    const first = answeredAtMs.find((at) => at >= listensAtMs) ?? Infinity
    const referenceFailures = sumOf(Object.values(failures))
    results.push({ quiet, restarted, usableMs: first - listensAtMs, referenceFailures })
  }
  const failed = lostIn(results.map(({ restarted }) => restarted))
  return {
    rows: [
      judged({ name: 'direct calls failed', unit: 'count' }, spreadOf([failed]), { atMost: 0 }),
      judged(
        {
          name: 'longest pause of direct calls',
          unit: 'ms',
          remark: `"no pause" is read as at most ${NO_PAUSE_MS} ms`
        },
        spreadOf(results.map(({ restarted }) => restarted.longestPauseMs)),
        { atMost: NO_PAUSE_MS }
      ),
      reported(
        { name: 'longest pause of direct calls when left alone', unit: 'ms' },
        spreadOf(results.map(({ quiet }) => quiet.longestPauseMs)),
        'less'
      ),
      judged(
        { name: 'references usable after it listens again', unit: 'ms' },
        spreadOf(results.map(({ usableMs }) => usableMs)),
        { atMost: 1000 }
      ),
      reported(
        {
          name: 'requests on the reference that failed',
          unit: 'count',
          remark: 'sent to the coordinator that was killed'
        },
        spreadOf(results.map(({ referenceFailures }) => referenceFailures)),
        'less'
      )
    ],
    notes: [`${IN_FLIGHT} direct calls in flight all the while; the coordinator is killed by SIGKILL.`],
    lost: failed
  }
}

/** The coordinator is killed and started again under load. */
export const coordinatorRestart: Scenario = {
  name: 'coordinator-restart',
  title: 'Restart of the coordinator under load',
  tags: ['failover and recovery'],
  run
}
