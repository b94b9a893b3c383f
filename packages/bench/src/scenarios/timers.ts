// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Child } from '../harness/child'
import type { TicksAsked, TicksResult } from '../harness/ticks'
import type { ScenarioResult } from '../model/report'
import { reported, type Row } from '../model/row'
import { ratioOf, spreadOf } from '../model/spread'
import { sumOf } from '../model/sum'
import type { TickingAgentCommands } from '../programs/ticking-agent'
import { sized, type Scenario, type ScenarioContext } from './scenario'
import { stallRow } from './stall-row'
import { World } from './world'

/** For the start, which gets all the containers. */
const PATIENCE_MS = 120_000

interface Sizes {
  readonly many: number
  readonly few: number
  /** Of many: the interval, and how often each ticks. */
  readonly everyMs: number
  readonly times: number
  readonly rounds: number
}

const sizes: Readonly<Record<ScenarioContext['scale'], Sizes>> = {
  smoke: { many: 40, few: 4, everyMs: 100, times: 2, rounds: 1 },
  default: { many: 5000, few: 500, everyMs: 500, times: 2, rounds: 3 },
  full: { many: 20_000, few: 2000, everyMs: 2000, times: 5, rounds: 9 }
}

/** What is compared, in turns. */
const ways = ['many', 'few', 'bare', 'together'] as const
type Way = (typeof ways)[number]

async function ticksOf(agent: Child<TickingAgentCommands>, way: Way, sizes: Sizes): Promise<TicksResult> {
  const { many, few, everyMs, times } = sizes
  const asked: TicksAsked = { everyMs, times }
  // As many ticks a second, of fewer timers
  const share = many / few
  switch (way) {
    case 'many':
      return await agent.call('tick', { ...asked, containers: many })
    case 'few':
      return await agent.call('tick', { everyMs: everyMs / share, times: times * share, containers: few })
    case 'bare':
      return await agent.call('tickBare', { ...asked, timers: many })
    case 'together':
      return await agent.call('tick', { everyMs, times: 1, together: true, containers: many })
  }
}

function latenessRows(what: string, results: readonly TicksResult[]): Row[] {
  const row = (name: string, of: (result: TicksResult) => number): Row =>
    reported({ name: `${what}, ${name}`, unit: 'ms' }, spreadOf(results.map(of)), 'less')
  return [row('late by, p50', ({ p50 }) => p50), row('late by, p99', ({ p99 }) => p99)]
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const wanted = sized(context, sizes)
  const { many, few, everyMs, rounds } = wanted
  const world = await World.start(context)
  const agent = context.processes.child<TickingAgentCommands>('agent', 'ticking-agent')
  context.progress(`starting ${many} containers`)
  await agent.call('start', { ...world.address, containers: many }, PATIENCE_MS)
  const results: Readonly<Record<Way, TicksResult[]>> = { many: [], few: [], bare: [], together: [] }
  let stallMs = 0
  for (let round = 0; round <= rounds; round++) {
    context.progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
    // Reading begins the stall anew
    await agent.call('usage', {})
    for (const way of ways) {
      const result = await ticksOf(agent, way, wanted)
      if (round > 0) results[way].push(result)
      const { longestStallMs = 0 } = await agent.call('usage', {})
      if (round > 0 && way === 'many') stallMs = Math.max(stallMs, longestStallMs)
    }
  }
  const cost = (way: Way): number[] => results[way].map(({ microsecondsPerTick }) => microsecondsPerTick)
  const cpu = { unit: 'µs', remark: 'CPU time of the agent' } as const
  return {
    rows: [
      ...latenessRows('many timers', results.many),
      ...latenessRows('few timers', results.few),
      ...latenessRows('as many timers of Node', results.bare),
      reported(
        { name: 'many timers due in one turn, the last one late by', unit: 'ms' },
        spreadOf(results.together.map(({ latestMs }) => latestMs)),
        'less'
      ),
      reported({ ...cpu, name: 'CPU per tick, many timers' }, spreadOf(cost('many')), 'less'),
      reported({ ...cpu, name: 'CPU per tick, as many timers of Node' }, spreadOf(cost('bare')), 'less'),
      reported({ name: 'CPU per tick, many ÷ few', unit: '×' }, ratioOf(cost('many'), cost('few')), 'less'),
      reported(
        { name: 'ticks of many timers', unit: '/s' },
        spreadOf(results.many.map(({ perSecond }) => perSecond)),
        'more'
      ),
      stallRow('agent, longest stall while many tick', [stallMs])
    ],
    notes: [
      `Many are ${many} containers of one agent with a timer of ${everyMs} ms each, few are ${few} of them that make as many ticks a second; they are spread over the interval.`,
      'Late is a tick by what passed beyond the interval since the call before; a timer is begun anew when its call has ended.'
    ],
    lost: sumOf(ways.flatMap((way) => results[way].map(({ stray }) => stray)))
  }
}

/** Timers of many containers. */
export const timers: Scenario = {
  name: 'timers',
  title: 'Timers of many containers',
  tags: ['container scaling'],
  run
}
