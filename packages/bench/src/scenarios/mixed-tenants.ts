// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { RoundResult } from '../harness/closed-loop'
import type { ScenarioResult } from '../model/report'
import { judged, reported } from '../model/row'
import { median, spreadOf } from '../model/spread'
import type { PacedResult } from '../programs/clients'
import { sized, type Scenario, type ScenarioContext } from './scenario'
import { stallRow } from './stall-row'
import { World } from './world'

const TENANTS = 4
const EVERY_MS = 10
const LEAST_TARGET_MS = 5

function barOf(values: readonly number[]): { value: number; min: number; max: number } {
  const { median: value, min, max } = spreadOf(values)
  return { value, min, max }
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const rounds = sized(context, { smoke: 1, default: 3, full: 9 })
  const durationMs = sized(context, { smoke: 200, default: 1000, full: 5000 })
  const flood = { inFlight: sized(context, { smoke: 100, default: 4096, full: 4096 }), durationMs: durationMs + 200 }
  const world = await World.start(context)
  const agent = await world.agents()
  const [tenants, flooder] = await Promise.all([world.clients(TENANTS, 'tenants'), world.clients(1, 'flooder')])
  await tenants.call('connect', { name: 'tenant' })
  await flooder.call('connect', { name: 'flooder' })
  await tenants.call('paced', { everyMs: EVERY_MS, durationMs })
  // Reading begins the stall anew
  await agent.call('usage', {})
  const alone: PacedResult[] = []
  const flooded: PacedResult[] = []
  const floods: RoundResult[] = []
  for (let round = 1; round <= rounds; round++) {
    context.progress(`round ${round} of ${rounds}, alone`)
    alone.push(await tenants.call('paced', { everyMs: EVERY_MS, durationMs }))
    context.progress(`round ${round} of ${rounds}, flooded`)
    const [result, flooding] = await Promise.all([
      tenants.call('paced', { everyMs: EVERY_MS, durationMs }),
      flooder.call('load', flood)
    ])
    flooded.push(result)
    floods.push(flooding)
  }
  const { peakMemoryBytes, longestStallMs = 0 } = await agent.call('usage', {})
  const p99 = (results: readonly PacedResult[]): number[] => results.map((result) => result.p99)
  const failed = [...alone, ...flooded].reduce((sum, result) => sum + result.failed, 0)
  const floodLost = floods.reduce((sum, { lost, wrong }) => sum + lost + wrong, 0)
  const aloneMs = median(p99(alone))
  return {
    rows: [
      judged(
        {
          name: 'p99 of the others while one floods',
          unit: 'ms',
          remark: 'the larger of twice their p99 alone and 5 ms'
        },
        spreadOf(p99(flooded)),
        { atMost: Math.max(2 * aloneMs, LEAST_TARGET_MS) }
      ),
      reported({ name: 'p99 of the others alone', unit: 'ms' }, spreadOf(p99(alone)), 'less'),
      judged({ name: 'requests of the others that failed', unit: 'count' }, spreadOf([failed]), { atMost: 0 }),
      reported(
        { name: 'requests of the flooder', unit: '/s' },
        spreadOf(floods.map(({ perSecond }) => perSecond)),
        'more'
      ),
      reported({ name: 'agent, peak memory', unit: 'MB' }, spreadOf([peakMemoryBytes / 1e6]), 'less'),
      stallRow('agent, longest stall', [longestStallMs])
    ],
    charts: [
      {
        kind: 'bars',
        title: 'Tenants beside one that floods',
        label: 'p99 latency (ms), median and range',
        bars: [
          { name: 'alone', ...barOf(p99(alone)) },
          { name: 'while one floods', ours: true, ...barOf(p99(flooded)) }
        ]
      }
    ],
    notes: [
      `${TENANTS} tenants ask every ${EVERY_MS} ms; the flooder keeps ${flood.inFlight} requests in flight. All containers share one agent; tenants share a process, the flooder has its own.`
    ],
    lost: failed + floodLost
  }
}

/** One tenant takes what it can get. */
export const mixedTenants: Scenario = {
  name: 'mixed-tenants',
  title: 'Mixed tenants, one of which floods',
  tags: ['multi-tenant mix'],
  run
}
