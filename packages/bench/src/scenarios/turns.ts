// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Child } from '../harness/child'
import type { RoundResult } from '../harness/closed-loop'
import type { ScenarioResult } from '../model/report'
import { judged, reported } from '../model/row'
import { ratioOf, spreadOf } from '../model/spread'
import { lostIn, sumOf } from '../model/sum'
import type { AskingClientCommands, AskingLoad } from '../programs/asking-client'
import type { ServiceCommands } from '../programs/service'
import { peerKindOf, SLOW_MS, type Concurrency } from '../systems/turn-container'
import { sized, type Scenario, type ScenarioContext } from './scenario'
import { World } from './world'

const concurrencies: readonly Concurrency[] = ['parallel', 'serial']
/** Fewer than a mailbox takes. */
const IN_FLIGHT = 64
/** Containers that are called by a peer of each whom they call. */
const PAIRS = 16

type Asked = Pick<AskingLoad, 'operation' | 'inFlight' | 'containers'> & { readonly kind: Concurrency }

const one = { inFlight: IN_FLIGHT, containers: 1 }
const pairs = { operation: 'call', inFlight: PAIRS, containers: PAIRS }

/** What is compared, in turns. */
const loads = {
  parallel: { ...one, kind: 'parallel', operation: 'write' },
  serial: { ...one, kind: 'serial', operation: 'write' },
  readOnly: { ...one, kind: 'serial', operation: 'read' },
  slow: { ...one, kind: 'serial', operation: 'writeSlowly' },
  slowReadOnly: { ...one, kind: 'serial', operation: 'readSlowly' },
  parallelChains: { ...pairs, kind: 'parallel' },
  serialChains: { ...pairs, kind: 'serial' },
  oneChain: { ...pairs, kind: 'serial', inFlight: 1, containers: 1 }
} as const satisfies Readonly<Record<string, Asked>>

type LoadName = keyof typeof loads
const names = Object.keys(loads) as LoadName[]

/** The containers in one process, the peers that they call in another. */
async function startServices(context: ScenarioContext, world: World): Promise<void> {
  for (const kinds of [concurrencies, concurrencies.map(peerKindOf)]) {
    const service = context.processes.child<ServiceCommands>('agent', 'service')
    await service.call('start', { ...world.address, kinds })
  }
}

async function startClient(context: ScenarioContext, world: World): Promise<Child<AskingClientCommands>> {
  const client = context.processes.child<AskingClientCommands>('client', 'asking-client')
  await client.call('start', world.address)
  for (const kind of concurrencies) await client.call('hold', { kind, containers: PAIRS, connect: true })
  return client
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const rounds = sized(context, { smoke: 1, default: 3, full: 9 })
  const durationMs = sized(context, { smoke: 10_000, default: 300, full: 3000 })
  const world = await World.start(context)
  await startServices(context, world)
  const client = await startClient(context, world)
  const results = Object.fromEntries(names.map((name) => [name, [] as RoundResult[]])) as Record<
    LoadName,
    RoundResult[]
  >
  for (let round = 0; round <= rounds; round++) {
    context.progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
    for (const name of names) {
      const load = loads[name]
      const requests = sized(context, { smoke: 2 * load.inFlight, default: undefined, full: undefined })
      const result = await client.call('load', { ...load, durationMs, requests })
      if (round > 0) results[name].push(result)
    }
  }
  const overlaps = sumOf((await client.call('ask', { kind: 'serial', operation: 'overlaps' })) as number[])
  const perSecond = (name: LoadName): number[] => results[name].map((result) => result.perSecond)
  const rate = (what: string, name: LoadName): ReturnType<typeof reported> =>
    reported({ name: what, unit: '/s' }, spreadOf(perSecond(name)), 'more')
  return {
    rows: [
      rate('one parallel container, requests', 'parallel'),
      rate('one serial container, requests', 'serial'),
      rate('one serial container, read-only requests', 'readOnly'),
      reported(
        { name: 'requests/s, serial ÷ parallel', unit: '×' },
        ratioOf(perSecond('serial'), perSecond('parallel')),
        'more'
      ),
      rate(`turns that wait for ${SLOW_MS} ms`, 'slow'),
      rate(`read-only turns that wait for ${SLOW_MS} ms`, 'slowReadOnly'),
      rate(`chains of three calls, the last of them back, ${PAIRS} pairs of serial containers`, 'serialChains'),
      reported(
        { name: 'chains/s, serial ÷ parallel', unit: '×' },
        ratioOf(perSecond('serialChains'), perSecond('parallelChains')),
        'more'
      ),
      reported(
        { name: 'one chain at a time, p50', unit: 'ms' },
        spreadOf(results.oneChain.map(({ p50Ms }) => p50Ms)),
        'less'
      ),
      judged({ name: 'turns that overlapped', unit: 'count' }, spreadOf([overlaps]), { atMost: 0 })
    ],
    notes: [
      `${IN_FLIGHT} requests in flight over one connection to one container; a serial one executes one of them at a time, those that are read-only together.`,
      'A chain: a client calls a container, which calls one in another process, which calls the first back in its turn. All connections are direct.'
    ],
    lost: lostIn(Object.values(results).flat()) + overlaps
  }
}

/** Containers that execute one request at a time. */
export const turns: Scenario = {
  name: 'turns',
  title: 'Turns of serial containers',
  tags: ['high request volume'],
  run
}
