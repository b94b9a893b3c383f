// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Call, Target } from '../fixtures/client'
import type { SerialData } from '../fixtures/serial-container'
import type { Outcome } from '../harness/messages'
import type { Agent, Client } from '../harness/roles'
import { worlds } from '../harness/world'

const world = worlds()
const old = process.env.NETWORK_TEST_PROTOCOL === '1'

interface Stage {
  readonly agents: Agent[]
  readonly client: Client
  /** Where x and y are: on different agents. */
  readonly of: { readonly x: Agent; readonly y: Agent }
  readonly targets: { readonly x: Target; readonly y: Target }
}

/** Two serial containers on two agents, by their agents' servers, by the coordinator, or by connections that that relays. */
async function stage(way: string): Promise<Stage> {
  const where = { kinds: ['serial' as const], ...(way === 'relayed' ? { port: undefined } : {}) }
  const { client, agents } = await world.current.network(['a', 'b'], {}, where)
  await Promise.all(agents.map(async (agent) => await agent.call('containers', {})))
  const [x, y] = [await client.get('serial', { uuid: 'x' }), await client.get('serial', { uuid: 'y' })]
  const targets =
    way === 'reference'
      ? { x: x.target, y: y.target }
      : { x: (await x.connect()).target, y: (await y.connect()).target }
  const [first, second] = agents
  const hasX = (await first.call('containers', {})).includes('x')
  return { agents, client, targets, of: hasX ? { x: first, y: second } : { x: second, y: first } }
}

const go = (target: Target, data: SerialData, operation = 'go', timeoutMs = 30_000): Call => {
  return { target, operation, data, options: { timeoutMs } }
}

const valueOf = (outcome: Outcome): unknown => ('value' in outcome ? outcome.value : outcome.error)

/** What ran between the beginning and the end of a turn: nothing of another one. */
function overlaps(uuid: string): string[] {
  const running: string[] = []
  const found: string[] = []
  for (const { what, id = '', operation } of world.current.journal.entries({ kind: 'serial', uuid })) {
    if (what === 'executed') {
      if (operation === 'go') found.push(...running.filter((other) => other !== id).map((other) => `${id} in ${other}`))
      running.push(id)
    } else if (what === 'answered') running.splice(running.indexOf(id), 1)
  }
  return found
}

const ways = ['direct', 'reference', 'relayed']

describe('containers that take turns, between processes', () => {
  it.each(ways)('one turn at a time, in their order (%s)', async (way) => {
    const { client, targets, of } = await stage(way)
    const calls = Array.from({ length: 20 }, (_, n) => go(targets.x, { id: `${n}`, path: ['y'], way: 'connection' }))
    const outcomes = await client.requestMany(calls)
    expect(outcomes.map(valueOf)).toEqual(calls.map(() => ['x', 'y']))
    expect([overlaps('x'), overlaps('y')]).toEqual([[], []])
    const order = world.current.journal.entries({ uuid: 'x', what: 'executed' }).map(({ id }) => id)
    expect(order).toEqual(calls.map((_, n) => `${n}`))
    await of.x.has({ what: 'answered', uuid: 'x' }, calls.length)
  })

  it.each(ways)('what is read-only runs together, and what waits before it goes first (%s)', async (way) => {
    const { client, targets, of } = await stage(way)
    const looks = ['l1', 'l2'].map((id) => go(targets.x, { id, hold: true }, 'look'))
    const first = client.requestMany(looks)
    await of.x.has({ what: 'executed', operation: 'look' }, 2)
    const more = client.requestMany([go(targets.x, { id: 'w' }), go(targets.x, { id: 'l3' }, 'look')])
    // Both are there: what comes behind them is answered
    await client.requestMany([go(targets.y, {})])
    await of.x.call('releaseTurn', { uuid: 'x' })
    await first
    await more
    const order = world.current.journal.entries({ uuid: 'x', what: 'executed' }).map(({ id }) => id)
    expect(order).toEqual(['l1', 'l2', 'w', 'l3'])
    expect(overlaps('x')).toEqual([])
  })

  it.each(ways)('refuses what its mailbox does not hold (%s)', async (way) => {
    const { client, targets, of } = await stage(way)
    const held = client.requestMany([go(targets.x, { id: 'held', hold: true })])
    await of.x.has({ what: 'executed', id: 'held' })
    const calls = Array.from({ length: 25 }, (_, n) => go(targets.x, { id: `${n}` }))
    const many = client.requestMany(calls)
    const late = await client.requestMany([go(targets.x, { id: 'late' })])
    expect(late).toMatchObject([
      { error: { code: 'OVERLOADED', retryable: true, uuid: 'x', kind: 'serial', agentId: of.x.options.agentId } }
    ])
    await of.x.call('releaseTurn', { uuid: 'x' })
    await held
    const outcomes = await many
    expect(outcomes.filter((outcome) => 'value' in outcome)).toHaveLength(20)
  })

  // Neither deadlines nor cancelling travel in protocol 1
  ;(old ? it.skip : it).each(ways)(
    'a request leaves the mailbox at its deadline, and is not executed (%s)',
    async (way) => {
      const { client, targets, of } = await stage(way)
      const held = client.requestMany([go(targets.x, { id: 'held', hold: true })])
      await of.x.has({ what: 'executed', id: 'held' })
      const late = await client.requestMany([go(targets.x, { id: 'late' }, 'go', 1000)])
      expect(late).toMatchObject([{ error: { code: 'DEADLINE_EXCEEDED' } }])
      await of.x.call('releaseTurn', { uuid: 'x' })
      await held
      await client.requestMany([go(targets.x, { id: 'next' })])
      expect(world.current.journal.executions().get('late')).toBeUndefined()
    }
  )

  it('those that wait when their agent is killed have an unknown outcome, and the container starts anew', async () => {
    const { client, targets, of } = await stage('reference')
    const held = client.requestMany([go(targets.x, { id: 'held', hold: true })])
    await of.x.has({ what: 'executed', id: 'held' })
    const waiting = client.requestMany([go(targets.x, { id: 'waiting' })])
    await client.requestMany([go(targets.y, {})])
    await of.x.kill()
    expect(await held).toMatchObject([{ error: { code: 'OUTCOME_UNKNOWN' } }])
    // Nobody knows that it was not executed
    expect(await waiting).toMatchObject([{ error: { code: 'OUTCOME_UNKNOWN' } }])
    expect(valueOf((await client.requestMany([go(targets.x, { id: 'again' })]))[0])).toEqual(['x'])
  })

  it('those that wait when their container moves are executed there', async () => {
    const { client, targets, of } = await stage('direct')
    const held = client.requestMany([go(targets.x, { id: 'held', hold: true })])
    await of.x.has({ what: 'executed', id: 'held' })
    const waiting = client.requestMany(Array.from({ length: 5 }, (_, n) => go(targets.x, { id: `${n}` })))
    await client.requestMany([go(targets.y, {})])
    const drained = of.x.call('drain', { timeoutMs: 20_000 })
    await of.x.call('releaseTurn', { uuid: 'x' })
    expect((await held).map(valueOf)).toEqual([['x']])
    expect((await waiting).map(valueOf)).toEqual(Array.from({ length: 5 }, () => ['x']))
    expect(await drained).toMatchObject({ moved: 1, left: 0 })
    expect([...world.current.journal.executions().values()].every((count) => count === 1)).toBe(true)
  })
})

;(old ? describe.skip : describe)('calls made in turns, between processes', () => {
  it.each(
    ways.flatMap((way) => [
      { way, next: 'reference' as const },
      { way, next: 'connection' as const }
    ])
  )('are let in again ($way, then by $next)', async ({ way, next }) => {
    const { client, targets } = await stage(way)
    const path = ['y', 'x', 'y']
    const calls = Array.from({ length: 5 }, (_, n) => go(targets.x, { id: `${n}`, path, way: next }))
    const outcomes = await client.requestMany(calls)
    expect(outcomes.map(valueOf)).toEqual(calls.map(() => ['x', 'y', 'x', 'y']))
    expect([overlaps('x'), overlaps('y')]).toEqual([[], []])
  })

  it.each(ways)('two that wait for each other are found out, and told (%s)', async (way) => {
    const { client, targets, of } = await stage(way)
    const next = way === 'reference' ? 'reference' : 'connection'
    const moves = client.requestMany([
      go(targets.x, { id: 'mx', hold: true, path: ['y'], way: next }),
      go(targets.y, { id: 'my', hold: true, path: ['x'], way: next })
    ])
    await of.x.has({ what: 'executed', id: 'mx' })
    await of.y.has({ what: 'executed', id: 'my' })
    await Promise.all([of.x.call('releaseTurn', { uuid: 'x' }), of.y.call('releaseTurn', { uuid: 'y' })])
    const outcomes = await moves
    expect(outcomes.filter((outcome) => 'value' in outcome)).toHaveLength(1)
    const [failed] = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : []))
    expect(failed).toMatchObject({ code: 'REMOTE_ERROR', remoteCode: 'DEADLINE_EXCEEDED' })
    expect(failed.message).toMatch(
      /a deadlock would last until its deadline: (x|y) in 'go' waits for (x|y) \('go'\); (x|y) in 'go'/
    )
  })
})
