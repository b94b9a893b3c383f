// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { placementPolicies, type KindPlacement, type PlacementPolicy } from '@hcengineering/network-core'
import type { Child } from '../harness/child'
import type { RoundResult } from '../harness/closed-loop'
import { until } from '../harness/waiting'
import type { ScenarioResult } from '../model/report'
import { reported, type Row } from '../model/row'
import { ratioOf, spreadOf } from '../model/spread'
import { lostIn, sumOf } from '../model/sum'
import type { GettingClientCommands, Spread } from '../programs/getting-client'
import { sized, type Scenario, type ScenarioContext } from './scenario'
import { World } from './world'

const IN_FLIGHT = 16
const TENANTS = 20
const MICROSECONDS = 1e6
/** What a process of agents may have; each is a server and a client. */
const AGENTS_PER_PROCESS = 50

const titles: Readonly<Record<PlacementPolicy, string>> = {
  'round-robin': 'round robin',
  'least-loaded': 'least loaded'
}

/** Rules by the kind that has them. */
const policies: Readonly<Record<string, { readonly title: string; readonly rules: KindPlacement; tenants?: number }>> =
  {
    ...Object.fromEntries(placementPolicies.map((policy) => [policy, { title: titles[policy], rules: { policy } }])),
    attracted: { title: 'labels that attract', rules: { attract: ['tenant'] }, tenants: TENANTS }
  }
const kinds = Object.keys(policies)
const placementByKind = Object.fromEntries(kinds.map((kind) => [kind, policies[kind].rules]))

/** What gets of one policy gave, a value a round. */
interface Placed {
  readonly results: RoundResult[]
  /** CPU of the coordinator. */
  readonly microsecondsPerGet: number[]
  readonly spreads: Spread[]
}

/** A world with that many agents, and what placing containers costs in it. */
class Field {
  readonly placed = new Map<string, Placed>(
    kinds.map((kind) => [kind, { results: [], microsecondsPerGet: [], spreads: [] }])
  )

  private constructor(
    private readonly world: World,
    private readonly client: Child<GettingClientCommands>,
    readonly agents: number
  ) {}

  static async start(context: ScenarioContext, agents: number): Promise<Field> {
    // Soon: what a round has got must be gone before the next one
    const world = await World.start(context, { timeouts: { unusedContainerSeconds: 0.2 }, placementByKind })
    for (let left = agents; left > 0; left -= AGENTS_PER_PROCESS) {
      await world.agents(Math.min(left, AGENTS_PER_PROCESS), { echoKinds: kinds })
    }
    const client = context.processes.child<GettingClientCommands>('client', 'getting-client')
    await client.call('start', world.address)
    return new Field(world, client, agents)
  }

  of(kind: string): Placed {
    return this.placed.get(kind) as Placed
  }

  /** Gets so many new containers, and waits until they are gone. */
  async round(kind: string, gets: number, counts: boolean): Promise<void> {
    const { coordinator } = this.world
    const { results, microsecondsPerGet, spreads } = this.of(kind)
    const load = { kind, tenants: policies[kind].tenants, inFlight: IN_FLIGHT, durationMs: 60_000, requests: gets }
    const before = await coordinator.call('usage', {})
    const result = await this.client.call('get', load)
    const after = await coordinator.call('usage', {})
    const spread = await this.client.call('spread', undefined)
    await this.client.call('release', undefined)
    const gone = async (): Promise<boolean> => (await coordinator.call('containers', undefined)) === 0
    await until(gone, 'the round’s containers end', { everyMs: 50 })
    if (!counts) return
    results.push(result)
    microsecondsPerGet.push((MICROSECONDS * (after.cpuSeconds - before.cpuSeconds)) / result.answered)
    spreads.push(spread)
  }
}

function rowsOf(kind: string, few: Field, many: Field): Row[] {
  const { title, tenants } = policies[kind]
  const { results, microsecondsPerGet, spreads } = few.of(kind)
  const fullest = spreads.map(({ perAgent }) => (Math.max(...perAgent) * few.agents) / sumOf(perAgent))
  const name = (what: string): string => `${title}, ${what}`
  const cpu = ratioOf(many.of(kind).microsecondsPerGet, microsecondsPerGet)
  return [
    reported(
      { name: name('gets of new uuids'), unit: '/s' },
      spreadOf(results.map(({ perSecond }) => perSecond)),
      'more'
    ),
    reported({ name: name('fullest agent ÷ mean'), unit: '×' }, spreadOf(fullest), 'less'),
    reported(
      { name: name('CPU per get'), unit: 'µs', remark: 'of the coordinator' },
      spreadOf(microsecondsPerGet),
      'less'
    ),
    reported({ name: name('CPU per get, many agents ÷ few'), unit: '×' }, cpu, 'less'),
    ...(tenants === undefined
      ? []
      : [
          reported(
            { name: name('labels on more than one agent'), unit: 'count' },
            spreadOf(spreads.map(({ torn }) => torn)),
            'less'
          )
        ])
  ]
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const few = sized(context, { smoke: 3, default: 10, full: 10 })
  const many = sized(context, { smoke: 6, default: 100, full: 100 })
  const gets = sized(context, { smoke: 40, default: 300, full: 5000 })
  const rounds = sized(context, { smoke: 1, default: 3, full: 9 })
  context.progress(`starting ${few} and ${many} agents`)
  const fields = [await Field.start(context, few), await Field.start(context, many)]
  for (let round = 0; round <= rounds; round++) {
    context.progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
    for (const kind of kinds) for (const field of fields) await field.round(kind, gets, round > 0)
  }
  const [small, large] = fields
  return {
    rows: kinds.flatMap((kind) => rowsOf(kind, small, large)),
    notes: [
      `${gets} gets a round, ${IN_FLIGHT} in flight, released and gone before the next; few are ${few} agents, many are ${many}. Attracted are containers of ${TENANTS} tenants.`,
      'That a get looks up the same number of tables, however many agents there are, is counted by a test of packages/core, not here.'
    ],
    lost: lostIn(fields.flatMap((field) => kinds.flatMap((kind) => field.of(kind).results)))
  }
}

/** Where containers start, and what it costs to decide that. */
export const placement: Scenario = {
  name: 'placement',
  title: 'Placement on many agents',
  tags: ['container scaling', 'multi-tenant mix'],
  run
}
