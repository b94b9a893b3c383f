// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Child } from '../harness/child'
import type { RoundResult } from '../harness/closed-loop'
import { until } from '../harness/waiting'
import type { ScenarioResult } from '../model/report'
import { judged, reported } from '../model/row'
import { ratioOf, spreadOf } from '../model/spread'
import { lostIn } from '../model/sum'
import type { ClientsCommands } from '../programs/clients'
import { sized, type Scenario, type ScenarioContext } from './scenario'
import { World } from './world'

const IN_FLIGHT = 16
const AGENTS = 4
const HOLDERS = 4
const FILL_IN_FLIGHT = 64
const MICROSECONDS = 1e6
/** For the fill, which is much longer than any other step. */
const PATIENCE_MS = 600_000

/** A world with that many live containers, and what gets of new ones cost in it. */
class Crowd {
  readonly results: RoundResult[] = []
  /** CPU of the coordinator. */
  readonly microsecondsPerGet: number[] = []

  private constructor(
    private readonly world: World,
    private readonly getter: Child<ClientsCommands>,
    private readonly live: number
  ) {}

  static async start(context: ScenarioContext, live: number): Promise<Crowd> {
    // Soon: what a round has got must be gone before the next one
    const world = await World.start(context, { timeouts: { unusedContainerSeconds: 0.2 } })
    await world.agents(AGENTS)
    const holders = await world.clients(HOLDERS, 'holders')
    await holders.call('populate', { containers: live, fillers: HOLDERS, inFlight: FILL_IN_FLIGHT }, PATIENCE_MS)
    return new Crowd(world, await world.clients(1, 'client'), live)
  }

  async round(gets: number): Promise<void> {
    const { coordinator } = this.world
    const before = await coordinator.call('usage', {})
    const result = await this.getter.call('getNew', { inFlight: IN_FLIGHT, durationMs: 60_000, requests: gets })
    const after = await coordinator.call('usage', {})
    this.results.push(result)
    this.microsecondsPerGet.push((MICROSECONDS * (after.cpuSeconds - before.cpuSeconds)) / result.answered)
    await this.getter.call('release', undefined)
    const gone = async (): Promise<boolean> => (await coordinator.call('containers', undefined)) === this.live
    await until(gone, 'the round’s containers end', { everyMs: 100 })
  }

  /** What it has measured was a warm-up. */
  forget(): void {
    this.results.length = 0
    this.microsecondsPerGet.length = 0
  }

  get perSecond(): number[] {
    return this.results.map(({ perSecond }) => perSecond)
  }

  get lost(): number {
    return lostIn(this.results)
  }
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const few = sized(context, { smoke: 20, default: 1000, full: 1000 })
  const many = sized(context, { smoke: 80, default: 100_000, full: 100_000 })
  const gets = sized(context, { smoke: 40, default: 4000, full: 5000 })
  const rounds = sized(context, { smoke: 1, default: 3, full: 9 })
  // Of 1000 gets each: the first costs three to four times as much as the fifth, from which on it stays the same
  const warmUps = sized(context, { smoke: 1, default: 4, full: 2 })
  context.progress(`starting ${few} and ${many} containers`)
  const small = await Crowd.start(context, few)
  const large = await Crowd.start(context, many)
  for (let round = 1 - warmUps; round <= rounds; round++) {
    context.progress(round < 1 ? 'warming up' : `round ${round} of ${rounds}`)
    for (const crowd of [small, large]) {
      await crowd.round(gets)
      if (round < 1) crowd.forget()
    }
  }
  const cpu = { unit: 'µs', remark: 'CPU time of the coordinator' } as const
  return {
    rows: [
      judged({ name: `gets of new uuids, few live, ${IN_FLIGHT} in flight`, unit: '/s' }, spreadOf(small.perSecond), {
        atLeast: 20_000
      }),
      judged({ name: `gets of new uuids, many live, ${IN_FLIGHT} in flight`, unit: '/s' }, spreadOf(large.perSecond), {
        atLeast: 20_000
      }),
      judged(
        { name: 'CPU per get, many ÷ few', unit: '×' },
        ratioOf(large.microsecondsPerGet, small.microsecondsPerGet),
        {
          atMost: 3
        }
      ),
      reported({ ...cpu, name: 'CPU per get, few live' }, spreadOf(small.microsecondsPerGet), 'less'),
      reported({ ...cpu, name: 'CPU per get, many live' }, spreadOf(large.microsecondsPerGet), 'less')
    ],
    notes: [
      `Few are ${few}, many are ${many} live containers; in each round ${gets} more, released and gone before the next.`,
      'That a get looks up the same number of tables whatever is live is counted by a test of packages/core, not here.'
    ],
    lost: small.lost + large.lost
  }
}

/** Gets that start a container each. */
export const activation: Scenario = { name: 'activation', title: 'Activation', tags: ['container scaling'], run }
