// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Child } from '../harness/child'
import { monotonicMs } from '../harness/monotonic'
import type { ScenarioResult } from '../model/report'
import { judged, reported } from '../model/row'
import { spreadOf } from '../model/spread'
import { sumOf } from '../model/sum'
import type { AgentsCommands } from '../programs/agents'
import type { ClientsCommands } from '../programs/clients'
import type { TransportName } from '../systems/transport-name'
import { sized, type Scenario, type ScenarioContext } from './scenario'
import { stallRow } from './stall-row'
import { World } from './world'

const EVENTS = 20
const EVENT_BYTES = 32
/** libzmq has 1023 sockets for a process, and a client that is connected to a container takes more than four of them. */
const PROCESSES: Readonly<Record<TransportName, number>> = { default: 2, zeromq: 8 }
/** Beyond this an event is lost, however slow the machine is. */
const GRACE_MS = 120_000

const PATIENCE_MS = GRACE_MS + 30_000

interface Delivery {
  readonly ms: number
  /** Deliveries missing or too many. */
  readonly missing: number
  readonly outOfOrder: number
  /** Readers that were told that they had lost some. */
  readonly gaps: number
}

/** One container and its readers. */
class Fan {
  constructor(
    private readonly agent: Child<AgentsCommands>,
    private readonly readers: readonly Child<ClientsCommands>[],
    private readonly readersEach: number
  ) {}

  /** From the first broadcast until the last reader has the last event. */
  async deliver(bursts: number, events: number): Promise<Delivery> {
    const total = bursts * events * this.readersEach
    const begun = monotonicMs()
    const [, ...received] = await Promise.all([
      this.agent.call('burst', { bursts, events, bytes: EVENT_BYTES }, PATIENCE_MS),
      ...this.readers.map(async (reader) => await reader.call('received', { total, withinMs: GRACE_MS }, PATIENCE_MS))
    ])
    return {
      ms: Math.max(...received.map(({ lastAtMs }) => lastAtMs)) - begun,
      missing: sumOf(received.map(({ events: got }) => Math.abs(total - got))),
      outOfOrder: sumOf(received.map((got) => got.outOfOrder)),
      gaps: sumOf(received.map((got) => got.gaps))
    }
  }
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const clients = sized(context, { smoke: 16, default: 1000, full: 1000 })
  const rounds = sized(context, { smoke: 1, default: 3, full: 15 })
  const bursts = sized(context, { smoke: 2, default: 10, full: 40 })
  const processes = PROCESSES[context.processes.transport]
  const world = await World.start(context)
  const agent = await world.agents()
  context.progress(`connecting ${clients} clients`)
  const readers = await Promise.all(
    Array.from({ length: processes }, async () => await world.clients(clients / processes, 'readers'))
  )
  await Promise.all(readers.map(async (reader) => await reader.call('listen', { uuid: 'fan' })))
  const fan = new Fan(agent, readers, clients / processes)
  await fan.deliver(1, 1)
  const inBursts: Delivery[] = []
  const single: Delivery[] = []
  for (let round = 1; round <= rounds; round++) {
    context.progress(`round ${round} of ${rounds}`)
    inBursts.push(await fan.deliver(bursts, EVENTS))
    single.push(await fan.deliver(1, 1))
  }
  const all = [...inBursts, ...single]
  const missing = sumOf(all.map((delivery) => delivery.missing))
  const outOfOrder = sumOf(all.map((delivery) => delivery.outOfOrder))
  const gaps = sumOf(all.map((delivery) => delivery.gaps))
  const { peakMemoryBytes, longestStallMs = 0 } = await agent.call('usage', {})
  const deliveries = clients * bursts * EVENTS
  return {
    rows: [
      judged(
        { name: `bursts of ${EVENTS} events a turn, deliveries/s`, unit: '/s' },
        spreadOf(inBursts.map(({ ms }) => (1000 * deliveries) / ms)),
        { atLeast: 200_000 }
      ),
      judged({ name: 'lost or doubled', unit: 'count' }, spreadOf([missing]), { atMost: 0 }),
      judged({ name: 'out of order', unit: 'count' }, spreadOf([outOfOrder]), { atMost: 0 }),
      judged({ name: 'gaps told to readers', unit: 'count' }, spreadOf([gaps]), { atMost: 0 }),
      reported(
        { name: 'one event, until the last client has it', unit: 'ms' },
        spreadOf(single.map(({ ms }) => ms)),
        'less'
      ),
      reported({ name: 'agent, peak memory', unit: 'MB' }, spreadOf([peakMemoryBytes / 1e6]), 'less'),
      stallRow('agent, longest stall', [longestStallMs])
    ],
    notes: [`${clients} clients in ${processes} processes; ${bursts} bursts a round.`],
    lost: missing + outOfOrder + gaps
  }
}

/** One container that many clients listen to. */
export const events: Scenario = {
  name: 'events',
  title: 'Events of one container to many clients',
  tags: ['high request volume'],
  run
}
