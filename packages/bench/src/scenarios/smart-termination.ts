// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Child } from '../harness/child'
import type { RoundResult } from '../harness/closed-loop'
import { until } from '../harness/waiting'
import type { ScenarioResult } from '../model/report'
import { judged, reported } from '../model/row'
import { ratioOf, spreadOf } from '../model/spread'
import { lostIn } from '../model/sum'
import type { GettingClientCommands } from '../programs/getting-client'
import type { ServiceCommands } from '../programs/service'
import { sized, type Scenario, type ScenarioContext } from './scenario'
import { World } from './world'

const IN_FLIGHT = 16
const kind = 'lingering'

/** Containers that somebody gets, lets go, and gets again before they have ended. */
class Returning {
  private constructor(
    private readonly agent: Child<ServiceCommands>,
    private readonly client: Child<GettingClientCommands>,
    private readonly containers: number
  ) {}

  static async start(context: ScenarioContext, containers: number): Promise<Returning> {
    const world = await World.start(context, { timeouts: { unusedContainerSeconds: 0.2 } })
    const agent = context.processes.child<ServiceCommands>('agent', 'service')
    await agent.call('start', { ...world.address, kinds: [kind] })
    const client = context.processes.child<GettingClientCommands>('client', 'getting-client')
    await client.call('start', world.address)
    return new Returning(agent, client, containers)
  }

  /** Gets all of them. */
  async get(): Promise<RoundResult> {
    const { client, containers } = this
    return await client.call('get', {
      kind,
      again: true,
      inFlight: IN_FLIGHT,
      durationMs: 60_000,
      requests: containers
    })
  }

  /** Lets them go, and waits until each has said that it cannot end yet. */
  async leave(): Promise<void> {
    const { client, containers } = this
    await client.call('release', undefined)
    const linger = async (): Promise<boolean> => (await client.call('lingering', { kind })) === containers
    await until(linger, 'all containers ask for time', { everyMs: 50 })
  }

  /** Containers that were made anew, and returns in which one was not restored. */
  async missing(returns: number): Promise<number> {
    const { made, restored } = await this.agent.call('lingering', undefined)
    return Math.abs(made - this.containers) + Math.abs(restored - returns * this.containers)
  }
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const containers = sized(context, { smoke: 20, default: 1000, full: 5000 })
  const rounds = sized(context, { smoke: 1, default: 3, full: 9 })
  const returning = await Returning.start(context, containers)
  context.progress(`starting ${containers} containers`)
  await returning.get()
  const restores: RoundResult[] = []
  const joins: RoundResult[] = []
  for (let round = 0; round <= rounds; round++) {
    context.progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
    await returning.leave()
    const restored = await returning.get()
    const joined = await returning.get()
    if (round === 0) continue
    restores.push(restored)
    joins.push(joined)
  }
  const missing = await returning.missing(rounds + 1)
  const perSecond = (results: readonly RoundResult[]): number[] => results.map((result) => result.perSecond)
  return {
    rows: [
      judged({ name: 'containers that were not restored', unit: 'count' }, spreadOf([missing]), { atMost: 0 }),
      reported({ name: `restores, ${IN_FLIGHT} gets in flight`, unit: '/s' }, spreadOf(perSecond(restores)), 'more'),
      reported({ name: 'restore, p99', unit: 'ms' }, spreadOf(restores.map(({ p99Ms }) => p99Ms)), 'less'),
      reported({ name: 'gets of the same while they are held', unit: '/s' }, spreadOf(perSecond(joins)), 'more'),
      reported({ name: 'restores ÷ gets', unit: '×' }, ratioOf(perSecond(restores), perSecond(joins)), 'more')
    ],
    notes: [
      `${containers} containers that say they cannot end yet; in each round all are released, asked to end, got again, and got once more.`
    ],
    lost: lostIn([...restores, ...joins]) + missing
  }
}

/** Containers that are wanted again before they have ended. */
export const smartTermination: Scenario = {
  name: 'smart-termination',
  title: 'Return to containers that were to end',
  tags: ['container scaling'],
  run
}
