// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Child } from '../harness/child'
import { pause } from '../harness/waiting'
import type { ScenarioResult } from '../model/report'
import { judged, reported } from '../model/row'
import { spreadOf } from '../model/spread'
import { sumOf } from '../model/sum'
import type { CountingClientCommands, CountingResult } from '../programs/counting-client'
import type { ServiceCommands } from '../programs/service'
import { sized, type Scenario, type ScenarioContext } from './scenario'
import { World } from './world'

const MS_PER_SECOND = 1000
/** Of a drain: longer than the time that one may take by default. */
const PATIENCE_MS = 60_000

interface Drained {
  readonly alone: CountingResult
  readonly drained: CountingResult
  readonly moved: number
  /** From its beginning until the last container served elsewhere. */
  readonly movingMs: number
  /** Until the agent might go. */
  readonly ms: number
}

/** A service that leaves again and again, for another one that has come before. */
class Succession {
  private constructor(
    private readonly context: ScenarioContext,
    private readonly world: World,
    private service: Child<ServiceCommands>
  ) {}

  static async start(context: ScenarioContext): Promise<Succession> {
    const world = await World.start(context)
    return new Succession(context, world, await startService(context, world))
  }

  async client(containers: number): Promise<Child<CountingClientCommands>> {
    const client = this.context.processes.child<CountingClientCommands>('client', 'counting-client')
    await client.call('start', { ...this.world.address, containers })
    return client
  }

  /** All containers move; the process they were in ends. */
  async succeed(): Promise<Pick<Drained, 'moved' | 'movingMs' | 'ms'>> {
    const successor = await startService(this.context, this.world)
    const { moved, beganAtMs, ms } = await this.service.call('drain', undefined, PATIENCE_MS)
    const arrivedAtMs = await successor.call('arrivedAtMs', undefined)
    await this.service.kill()
    this.service = successor
    return { moved, movingMs: arrivedAtMs - beganAtMs, ms }
  }
}

async function startService(context: ScenarioContext, world: World): Promise<Child<ServiceCommands>> {
  const service = context.processes.child<ServiceCommands>('agent', 'service')
  await service.call('start', { ...world.address, kinds: ['counting'] })
  return service
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const containers = sized(context, { smoke: 20, default: 500, full: 2000 })
  const everyMs = sized(context, { smoke: 20, default: 200, full: 400 })
  const rounds = sized(context, { smoke: 1, default: 3, full: 15 })
  const aloneMs = sized(context, { smoke: 50, default: 1000, full: 3000 })
  const succession = await Succession.start(context)
  const client = await succession.client(containers)
  const results: Drained[] = []
  for (let round = 1; round <= rounds; round++) {
    context.progress(`round ${round} of ${rounds}, left alone`)
    await client.call('begin', { everyMs })
    await pause(aloneMs)
    const alone = await client.call('end', undefined)
    context.progress(`round ${round} of ${rounds}, the agent drains`)
    await client.call('begin', { everyMs })
    const moves = await succession.succeed()
    results.push({ ...moves, alone, drained: await client.call('end', undefined) })
  }
  const all = results.flatMap(({ alone, drained }) => [alone, drained])
  const failed = sumOf(all.map((result) => result.failed))
  const wrong = sumOf(all.map((result) => result.wrong))
  const left = rounds * containers - sumOf(results.map(({ moved }) => moved))
  const slowest = ({ ways }: CountingResult): number => Math.max(ways.relayed.slowestMs, ways.direct.slowestMs)
  return {
    rows: [
      judged({ name: 'calls that failed', unit: 'count' }, spreadOf([failed]), { atMost: 0 }),
      judged({ name: 'calls that were lost or executed twice', unit: 'count' }, spreadOf([wrong]), { atMost: 0 }),
      judged({ name: 'containers that did not move', unit: 'count' }, spreadOf([left]), { atMost: 0 }),
      reported(
        { name: 'containers moved', unit: '/s' },
        spreadOf(results.map(({ moved, movingMs }) => (MS_PER_SECOND * moved) / movingMs)),
        'more'
      ),
      reported({ name: 'until the agent may go', unit: 'ms' }, spreadOf(results.map(({ ms }) => ms)), 'less'),
      reported(
        { name: 'slowest call while it drains', unit: 'ms' },
        spreadOf(results.map(({ drained }) => slowest(drained))),
        'less'
      ),
      reported(
        { name: 'p99 on references while it drains', unit: 'ms' },
        spreadOf(results.map(({ drained }) => drained.ways.relayed.p99)),
        'less'
      ),
      reported(
        { name: 'p99 on connections while it drains', unit: 'ms' },
        spreadOf(results.map(({ drained }) => drained.ways.direct.p99)),
        'less'
      ),
      reported(
        { name: 'slowest call when left alone', unit: 'ms' },
        spreadOf(results.map(({ alone }) => slowest(alone))),
        'less'
      )
    ],
    notes: [
      `${containers} containers of one agent, which move to another one with their state; each is called every ${everyMs} ms, half of them on references, half on connections, and checks that none is executed twice.`
    ],
    lost: failed + wrong + left
  }
}

/** An agent leaves under load. */
export const agentDrain: Scenario = {
  name: 'agent-drain',
  title: 'Drain of an agent under load',
  tags: ['failover and recovery'],
  run
}
