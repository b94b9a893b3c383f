// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ProcessUsage } from '../harness/process-usage'
import type { ScenarioResult } from '../model/report'
import { judged, reported } from '../model/row'
import { around, spreadOf } from '../model/spread'
import type { PacedResult } from '../programs/clients'
import { sized, type Scenario, type ScenarioContext } from './scenario'
import { World } from './world'

const MEGABYTE = 1e6
/** Slices after which memory is read; the first is the warm-up. */
const SLICES = 5

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  // Not more: libzmq has 1023 sockets for a process, and a connected client takes more than four
  const clients = sized(context, { smoke: 10, default: 100, full: 100 })
  const everyMs = sized(context, { smoke: 50, default: 250, full: 250 })
  const sliceMs = sized(context, { smoke: 100, default: 2500, full: 120_000 })
  const world = await World.start(context)
  const agent = await world.agents()
  const users = await world.clients(clients)
  await users.call('connect', { name: 'kept' })
  const results: PacedResult[] = []
  const agentUsage: ProcessUsage[] = []
  const coordinatorUsage: ProcessUsage[] = []
  for (let slice = 1; slice <= SLICES; slice++) {
    context.progress(`slice ${slice} of ${SLICES}`)
    results.push(await users.call('paced', { everyMs, durationMs: sliceMs }, sliceMs + 60_000))
    agentUsage.push(await agent.call('usage', { collect: true }))
    coordinatorUsage.push(await world.coordinator.call('usage', { collect: true }))
  }
  const [, ...steady] = results
  const failed = results.reduce((sum, result) => sum + result.failed, 0)
  const answered = results.reduce((sum, result) => sum + result.answered, 0)
  const grown = (usage: readonly ProcessUsage[]): number =>
    ((usage.at(-1)?.usedBytes ?? 0) - usage[0].usedBytes) / MEGABYTE
  const p99 = steady.map((result) => result.p99)
  return {
    rows: [
      judged({ name: 'requests that failed', unit: 'count' }, spreadOf([failed]), { atMost: 0 }),
      reported({ name: 'p99', unit: 'ms' }, spreadOf(p99), 'less'),
      reported(
        { name: 'p99, last slice ÷ first', unit: '×' },
        around(
          (p99.at(-1) ?? NaN) / p99[0],
          p99.map((value) => value / p99[0])
        ),
        'less'
      ),
      reported(
        { name: 'memory of the agent, grown since the warm-up', unit: 'MB', remark: 'in use after a collection' },
        spreadOf([grown(agentUsage)]),
        'less'
      ),
      reported(
        { name: 'memory of the coordinator, grown since the warm-up', unit: 'MB', remark: 'in use after a collection' },
        spreadOf([grown(coordinatorUsage)]),
        'less'
      )
    ],
    notes: [
      `${clients} connections, each asking every ${everyMs} ms for ${(SLICES * sliceMs) / 1000} s: ${answered} requests. --full takes longer.`
    ],
    lost: failed
  }
}

/** Connections that stay open and are used now and then. */
export const soak: Scenario = {
  name: 'soak',
  title: 'Long-running connections',
  tags: ['long-running connections'],
  run
}
