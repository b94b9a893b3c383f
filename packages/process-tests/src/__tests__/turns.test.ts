// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Call, Target } from '../fixtures/client'
import type { SerialData } from '../fixtures/serial-container'
import type { Outcome } from '../harness/messages'
import type { Agent, Client } from '../harness/roles'
import { worlds, type World } from '../harness/world'

const old = process.env.NETWORK_TEST_PROTOCOL === '1'

interface Network {
  readonly agents: Agent[]
  readonly client: Client
}

/** Two serial containers, on different agents. */
interface Stage extends Network {
  readonly x: string
  readonly y: string
  readonly of: { readonly x: Agent; readonly y: Agent }
  readonly targets: { readonly x: Target; readonly y: Target }
}

type Where = 'direct' | 'reference' | 'relayed'

/** By their agents' servers, by the coordinator, or by connections that that relays. */
const ways: Where[] = ['direct', 'reference', 'relayed']

async function networkIn(world: World, way: Where): Promise<Network> {
  const where = { kinds: ['serial' as const], ...(way === 'relayed' ? { port: undefined } : {}) }
  return await world.network(['a', 'b'], {}, where)
}

let stages = 0

async function stageIn({ agents, client }: Network, way: Where): Promise<Stage> {
  const number = ++stages
  const x = await client.get('serial', { uuid: `x${number}` })
  const y = await client.get('serial', { uuid: `y${number}` })
  const targets =
    way === 'reference'
      ? { x: x.target, y: y.target }
      : { x: (await x.connect()).target, y: (await y.connect()).target }
  const [first, second] = agents
  const hasX = (await first.call('containers', {})).includes(x.uuid)
  const of = hasX ? { x: first, y: second } : { x: second, y: first }
  return { agents, client, x: x.uuid, y: y.uuid, targets, of }
}

const go = (target: Target, data: SerialData, operation = 'go', timeoutMs = 30_000): Call => {
  return { target, operation, data, options: { timeoutMs } }
}

const valueOf = (outcome: Outcome): unknown => ('value' in outcome ? outcome.value : outcome.error)

/** What ran between the beginning and the end of a turn: nothing of another one. */
function overlaps(world: World, uuid: string): string[] {
  const running: string[] = []
  const found: string[] = []
  for (const { what, id = '', operation } of world.journal.entries({ kind: 'serial', uuid })) {
    if (what === 'executed') {
      if (operation === 'go') found.push(...running.filter((other) => other !== id).map((other) => `${id} in ${other}`))
      running.push(id)
    } else if (what === 'answered') running.splice(running.indexOf(id), 1)
  }
  return found
}

const executed = (world: World, uuid: string): (string | undefined)[] =>
  world.journal.entries({ uuid, what: 'executed' }).map(({ id }) => id)

// Neither deadlines nor cancelling travel in protocol 1, nor what a turn is part of
const itNow = old ? it.skip : it

describe.each(ways)('containers that take turns, between processes (%s)', (way) => {
  const world = worlds({ shared: true })
  let network: Network
  beforeAll(async () => {
    network = await networkIn(world.current, way)
  })
  const stage = async (): Promise<Stage> => await stageIn(network, way)

  it('one turn at a time, in their order', async () => {
    const { client, targets, of, x, y } = await stage()
    const calls = Array.from({ length: 20 }, (_, n) => go(targets.x, { id: `${n}`, path: [y], way: 'connection' }))
    const outcomes = await client.requestMany(calls)
    expect(outcomes.map(valueOf)).toEqual(calls.map(() => [x, y]))
    expect([overlaps(world.current, x), overlaps(world.current, y)]).toEqual([[], []])
    expect(executed(world.current, x)).toEqual(calls.map((_, n) => `${n}`))
    await of.x.has({ what: 'answered', uuid: x }, calls.length)
  })

  it('what is read-only runs together, and what waits before it goes first', async () => {
    const { client, targets, of, x } = await stage()
    const looks = ['l1', 'l2'].map((id) => go(targets.x, { id, hold: true }, 'look'))
    const first = client.requestMany(looks)
    await of.x.has({ what: 'executed', uuid: x, operation: 'look' }, 2)
    const more = client.requestMany([go(targets.x, { id: 'w' }), go(targets.x, { id: 'l3' }, 'look')])
    // Both are there: what comes behind them is answered
    await client.requestMany([go(targets.y, {})])
    await of.x.call('releaseTurn', { uuid: x })
    await first
    await more
    expect(executed(world.current, x)).toEqual(['l1', 'l2', 'w', 'l3'])
    expect(overlaps(world.current, x)).toEqual([])
  })

  it('refuses what its mailbox does not hold', async () => {
    const { client, targets, of, x } = await stage()
    const held = client.requestMany([go(targets.x, { id: 'held', hold: true })])
    await of.x.has({ what: 'executed', uuid: x, id: 'held' })
    const calls = Array.from({ length: 25 }, (_, n) => go(targets.x, { id: `${n}` }))
    const many = client.requestMany(calls)
    const late = await client.requestMany([go(targets.x, { id: 'late' })])
    expect(late).toMatchObject([
      { error: { code: 'OVERLOADED', retryable: true, uuid: x, kind: 'serial', agentId: of.x.options.agentId } }
    ])
    await of.x.call('releaseTurn', { uuid: x })
    await held
    const outcomes = await many
    expect(outcomes.filter((outcome) => 'value' in outcome)).toHaveLength(20)
  })

  itNow('a request leaves the mailbox at its deadline, and is not executed', async () => {
    const { client, targets, of, x } = await stage()
    const held = client.requestMany([go(targets.x, { id: 'held', hold: true })])
    await of.x.has({ what: 'executed', uuid: x, id: 'held' })
    const late = await client.requestMany([go(targets.x, { id: 'late' }, 'go', 1000)])
    expect(late).toMatchObject([{ error: { code: 'DEADLINE_EXCEEDED' } }])
    await of.x.call('releaseTurn', { uuid: x })
    await held
    await client.requestMany([go(targets.x, { id: 'next' })])
    expect(executed(world.current, x)).toEqual(['held', 'next'])
  })

  itNow.each(['reference', 'connection'] as const)('calls made in turns are let in again, by %s', async (next) => {
    const { client, targets, x, y } = await stage()
    const path = [y, x, y]
    const calls = Array.from({ length: 5 }, (_, n) => go(targets.x, { id: `${n}`, path, way: next }))
    const outcomes = await client.requestMany(calls)
    expect(outcomes.map(valueOf)).toEqual(calls.map(() => [x, y, x, y]))
    expect([overlaps(world.current, x), overlaps(world.current, y)]).toEqual([[], []])
  })

  itNow('two that wait for each other are found out, and told', async () => {
    const { client, targets, of, x, y } = await stage()
    const next = way === 'reference' ? 'reference' : 'connection'
    const moves = client.requestMany([
      go(targets.x, { id: 'mx', hold: true, path: [y], way: next }),
      go(targets.y, { id: 'my', hold: true, path: [x], way: next })
    ])
    await of.x.has({ what: 'executed', uuid: x, id: 'mx' })
    await of.y.has({ what: 'executed', uuid: y, id: 'my' })
    await Promise.all([of.x.call('releaseTurn', { uuid: x }), of.y.call('releaseTurn', { uuid: y })])
    const outcomes = await moves
    expect(outcomes.filter((outcome) => 'value' in outcome)).toHaveLength(1)
    const [failed] = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : []))
    expect(failed).toMatchObject({ code: 'REMOTE_ERROR', remoteCode: 'DEADLINE_EXCEEDED' })
    const who = (uuid: string): string => (uuid === x ? 'x' : uuid === y ? 'y' : uuid)
    expect(failed.message.replace(/[xy]\d+/g, who)).toMatch(
      /a deadlock would last until its deadline: (x|y) in 'go' waits for (x|y) \('go'\); (x|y) in 'go'/
    )
  })
})

describe('turns whose agent goes', () => {
  const world = worlds()

  it('those that wait when it is killed have an unknown outcome, and the container starts anew', async () => {
    const { client, targets, of, x } = await stageIn(await networkIn(world.current, 'reference'), 'reference')
    const held = client.requestMany([go(targets.x, { id: 'held', hold: true })])
    await of.x.has({ what: 'executed', id: 'held' })
    const waiting = client.requestMany([go(targets.x, { id: 'waiting' })])
    await client.requestMany([go(targets.y, {})])
    await of.x.kill()
    expect(await held).toMatchObject([{ error: { code: 'OUTCOME_UNKNOWN' } }])
    // Nobody knows that it was not executed
    expect(await waiting).toMatchObject([{ error: { code: 'OUTCOME_UNKNOWN' } }])
    expect(valueOf((await client.requestMany([go(targets.x, { id: 'again' })]))[0])).toEqual([x])
  })

  it('those that wait when their container moves are executed there', async () => {
    const { client, targets, of, x } = await stageIn(await networkIn(world.current, 'direct'), 'direct')
    const held = client.requestMany([go(targets.x, { id: 'held', hold: true })])
    await of.x.has({ what: 'executed', id: 'held' })
    const waiting = client.requestMany(Array.from({ length: 5 }, (_, n) => go(targets.x, { id: `${n}` })))
    await client.requestMany([go(targets.y, {})])
    const drained = of.x.call('drain', { timeoutMs: 20_000 })
    await of.x.call('releaseTurn', { uuid: x })
    expect((await held).map(valueOf)).toEqual([[x]])
    expect((await waiting).map(valueOf)).toEqual(Array.from({ length: 5 }, () => [x]))
    expect(await drained).toMatchObject({ moved: 1, left: 0 })
    expect([...world.current.journal.executions().values()].every((count) => count === 1)).toBe(true)
  })
})
