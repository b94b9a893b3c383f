// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { join } from 'node:path'
import type { Child } from '../harness/child'
import type { RoundResult } from '../harness/closed-loop'
import { until } from '../harness/waiting'
import { percentilesOf, type Percentiles } from '../model/percentile'
import type { ScenarioResult } from '../model/report'
import { judged, reported, type Row } from '../model/row'
import { spreadOf } from '../model/spread'
import { lostIn } from '../model/sum'
import type { AskingClientCommands } from '../programs/asking-client'
import type { ServiceCommands } from '../programs/service'
import { sized, type Scenario, type ScenarioContext } from './scenario'
import { World } from './world'

const kind = 'reminded'
const IN_FLIGHT = 64
const MS_PER_SECOND = 1000
/** Later than so long after it was due, one counts as lost. */
const GRACE_MS = 30_000

interface Delivery {
  readonly created: RoundResult
  /** How late they were. */
  readonly lateMs: Percentiles
  readonly perSecond: number
  /** Containers that were started for them. */
  readonly started: number
  /** All were set, and those that were to end had ended, before they were due. */
  readonly inTime: boolean
}

/** Containers that have a reminder each, all due at one time. */
class Reminded {
  /** Reminders that did not come, or came again. */
  missing = 0
  /** Those that could not be set. */
  unset = 0
  private rounds = 0

  private constructor(
    private readonly world: World,
    private readonly agent: Child<ServiceCommands>,
    private readonly client: Child<AskingClientCommands>,
    private readonly containers: number
  ) {}

  static async start(context: ScenarioContext, containers: number): Promise<Reminded> {
    const ledgerFile = join(await context.processes.folder(), 'ledger.json')
    const world = await World.start(context, { timeouts: { unusedContainerSeconds: 0.2 }, ledgerFile })
    const agent = context.processes.child<ServiceCommands>('agent', 'service')
    await agent.call('start', { ...world.address, kinds: [kind] })
    const client = context.processes.child<AskingClientCommands>('client', 'asking-client')
    await client.call('start', world.address)
    return new Reminded(world, agent, client, containers)
  }

  /**
   * @param dueInMs twice as long when they could not be set by then
   * @param asleep the containers have ended by then, and are started for it
   */
  async remind(dueInMs: number, asleep: boolean): Promise<Delivery> {
    const delivery = await this.once(dueInMs, asleep)
    return delivery.inTime ? delivery : await this.remind(2 * dueInMs, asleep)
  }

  private async once(dueInMs: number, asleep: boolean): Promise<Delivery> {
    const { agent, client, containers, world } = this
    await client.call('hold', { kind, containers })
    const from = containers * this.rounds++
    const at = Date.now() + dueInMs
    const created = await client.call('load', {
      kind,
      operation: 'remind',
      data: { name: `round ${this.rounds}`, at },
      inFlight: IN_FLIGHT,
      durationMs: 60_000,
      requests: containers
    })
    if (asleep) {
      await client.call('release', { kind })
      const gone = async (): Promise<boolean> => (await world.coordinator.call('containers', undefined)) === 0
      await until(gone, 'the containers end', { everyMs: 50 })
    }
    const inTime = Date.now() < at
    const { made } = await agent.call('reminded', { from })
    const come = async (): Promise<boolean> => (await agent.call('reminded', { from })).heardAt.length >= containers
    await until(come, 'all reminders come', { withinMs: dueInMs + GRACE_MS, everyMs: 50 }).catch(() => {})
    const heard = await agent.call('reminded', { from })
    await client.call('release', { kind })
    const lateMs = heard.heardAt.map((ms) => Math.max(0, ms - at))
    this.missing += Math.abs(containers - lateMs.length)
    this.unset += lostIn([created])
    return {
      created,
      lateMs: percentilesOf(lateMs),
      perSecond: (MS_PER_SECOND * lateMs.length) / Math.max(1, ...lateMs),
      started: heard.made - made,
      inTime
    }
  }
}

function rowsOf(what: string, deliveries: readonly Delivery[]): Row[] {
  const late = (name: 'p50' | 'p99'): Row =>
    reported(
      { name: `${what}, late by, ${name}`, unit: 'ms' },
      spreadOf(deliveries.map(({ lateMs }) => lateMs[name])),
      'less'
    )
  return [
    reported({ name: `${what}, delivered`, unit: '/s' }, spreadOf(deliveries.map((one) => one.perSecond)), 'more'),
    late('p50'),
    late('p99')
  ]
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const containers = sized(context, { smoke: 10, default: 1000, full: 5000 })
  const rounds = sized(context, { smoke: 1, default: 3, full: 9 })
  // Longer than it takes to set them all, and until the containers have ended
  const awakeMs = sized(context, { smoke: 100, default: 1000, full: 5000 })
  const asleepMs = sized(context, { smoke: 1000, default: 2500, full: 10_000 })
  const reminded = await Reminded.start(context, containers)
  const awake: Delivery[] = []
  const asleep: Delivery[] = []
  for (let round = 0; round <= rounds; round++) {
    const which = round === 0 ? 'warming up' : `round ${round} of ${rounds}`
    context.progress(`${which}, containers that serve`)
    const first = await reminded.remind(awakeMs, false)
    if (round === 0) continue
    awake.push(first)
    context.progress(`${which}, containers that have ended`)
    asleep.push(await reminded.remind(asleepMs, true))
  }
  const all = [...awake, ...asleep]
  const { missing, unset } = reminded
  return {
    rows: [
      judged({ name: 'reminders that did not come, or came again', unit: 'count' }, spreadOf([missing]), { atMost: 0 }),
      reported(
        { name: `reminders created, ${IN_FLIGHT} in flight`, unit: '/s', remark: 'on the disk of the coordinator' },
        spreadOf(all.map(({ created }) => created.perSecond)),
        'more'
      ),
      ...rowsOf('all due at once, containers serve', awake),
      ...rowsOf('all due at once, containers are started for it', asleep)
    ],
    notes: [
      `${containers} containers of one agent with a reminder each, all due at one time; of those that had ended, ${asleep.map(({ started }) => started).join(', ')} were started for it.`
    ],
    lost: unset + missing
  }
}

/** Reminders that are set, and due, together. */
export const reminders: Scenario = {
  name: 'reminders',
  title: 'Reminders, many due at once',
  tags: ['container scaling'],
  run
}
