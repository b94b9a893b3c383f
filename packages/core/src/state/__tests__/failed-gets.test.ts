// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerExplanation, FailedGets } from '../../api/diagnosis'
import { NetworkError, type ErrorCode } from '../../errors'
import { failedGetsKeptMs, FailedGetTable, maxFailedGets } from '../failed-get-table'
import { didNotStart } from '../failures'
import type { PendingGet } from '../rows'
import { agentId, kindOf, TestNetwork, unixStart, uuidOf } from './test-network'

function explain(net: TestNetwork, uuid: string): ContainerExplanation | undefined {
  return net.state.explain(uuidOf(uuid), net.now, net.unixNow)
}

const failedGets = (net: TestNetwork): FailedGets[] => net.state.failedGets(net.now, net.unixNow)

describe('gets that failed', () => {
  test('are explained though nobody asks any more: nobody offered the kind', () => {
    const net = new TestNetwork()
    net.get('c1', 'k', { uuid: 'u' }, 1_000)
    net.pass(1_000)
    net.pass(60_000)
    expect(explain(net, 'u')).toEqual({
      uuid: 'u',
      kind: 'k',
      state: 'absent',
      since: unixStart + 1_000,
      holderCount: 0,
      holders: [],
      waiterCount: 0,
      waiters: [],
      standbys: [],
      moves: [],
      failedGets: {
        kind: 'k',
        uuid: 'u',
        at: unixStart + 1_000,
        code: 'NO_AGENT',
        why: expect.stringContaining('No agent that offers kind k could be had') as string,
        gets: 1
      }
    })
  })

  test('are explained with who asks again meanwhile, and what that waits for', () => {
    const net = new TestNetwork()
    net.get('c1', 'k', { uuid: 'u' }, 1_000)
    net.pass(1_000)
    net.get('c2', 'k', { uuid: 'u', placement: { agent: agentId('a9') } })
    expect(explain(net, 'u')).toMatchObject({
      state: 'absent',
      waiterCount: 1,
      waiters: [{ client: 'c2', since: unixStart + 1_000 }],
      waitsFor: 'agent a9, to which it is pinned',
      failedGets: { code: 'NO_AGENT' }
    })
  })

  test('for want of room are explained', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { capacity: { containers: 0 } })
    net.get('c1', 'k', { uuid: 'u' })
    expect(explain(net, 'u')).toMatchObject({ state: 'absent', failedGets: { code: 'CAPACITY', gets: 1 } })
  })

  test('since it could not be started are explained with where, and the bare reason', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'owner-1' })
    net.get('c1', 'k', { uuid: 'u' })
    const reason = `${didNotStart(kindOf('k'), uuidOf('u'), agentId('a1'))}no memory`
    net.failed(new NetworkError('START_FAILED', reason, { stage: 'starting on agent a1', agentId: agentId('a1') }))
    expect(explain(net, 'u')).toMatchObject({
      state: 'absent',
      moves: [{ what: 'start-failed', agentId: 'a1', why: 'no memory' }],
      failedGets: { code: 'START_FAILED', why: reason }
    })
  })

  test('are counted, and remembered when it serves at last', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    for (let tries = 0; tries < 3; tries++) {
      net.get('c1', 'k', { uuid: 'u' })
      net.failed(new Error('no memory'))
    }
    net.running('c1', 'k', { uuid: 'u' })
    const known = explain(net, 'u')
    expect(known).toMatchObject({ state: 'active', failedGets: { gets: 3 } })
    expect(known?.moves).toMatchObject([
      { what: 'start-failed', agentId: 'a1', why: 'no memory', times: 3 },
      { what: 'started', agentId: 'a1' }
    ])
  })

  test('of a uuid that names a container of another kind are told with it', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k', 'other'])
    net.running('c1', 'k', { uuid: 'u' })
    net.get('c2', 'other', { uuid: 'u' })
    expect(explain(net, 'u')).toMatchObject({
      state: 'active',
      kind: 'k',
      failedGets: { kind: 'other', code: 'KIND_MISMATCH' }
    })
  })

  test('are forgotten after ten minutes', () => {
    const net = new TestNetwork()
    net.get('c1', 'k', { uuid: 'u' }, 0)
    net.pass(failedGetsKeptMs)
    expect(explain(net, 'u')).toBeDefined()
    net.pass(1)
    expect(explain(net, 'u')).toBeUndefined()
    expect(failedGets(net)).toEqual([])
  })

  test('since their client took them back, or went, have not failed', () => {
    const net = new TestNetwork()
    const get = net.get('c1', 'k', { uuid: 'u' })
    net.do((state) => state.cancelGet(get, new NetworkError('CANCELLED', 'nobody waits any more'), net.now))
    net.get('c1', 'k', { uuid: 'v' })
    net.do((state) => state.removeClient('c1' as never, net.now))
    expect(failedGets(net)).toEqual([])
  })

  test('are told by kind and code, of which there are most first, with the last of them', () => {
    const net = new TestNetwork()
    net.get('c1', 'k', { uuid: 'u' }, 0)
    net.get('c1', 'other', { uuid: 'o' }, 0)
    net.pass(5_000)
    net.get('c1', 'k', { labels: ['l'] }, 0)
    net.pass(0)
    expect(failedGets(net)).toMatchObject([
      { kind: 'k', code: 'NO_AGENT', gets: 2, at: unixStart + 5_000 },
      { kind: 'other', code: 'NO_AGENT', gets: 1, uuid: 'o' }
    ])
    expect(failedGets(net)[0].uuid).toBeUndefined()
  })
})

describe('the memory of them', () => {
  const fail = (table: FailedGetTable, uuid: string, now: number, code: ErrorCode = 'NO_AGENT', why = 'so'): void =>
    table.note({ kind: kindOf('k'), options: { uuid: uuidOf(uuid) } } as PendingGet, new NetworkError(code, why), now)
  const counted = (table: FailedGetTable, now: number): number =>
    table.byKind(now).reduce((sum, { gets }) => sum + gets, 0)

  test('is bounded: those that failed longest ago are forgotten first', () => {
    const table = new FailedGetTable()
    for (let i = 0; i < maxFailedGets; i++) fail(table, `u${i}`, 0)
    fail(table, 'u0', 0)
    fail(table, 'one-more', 0)
    expect(counted(table, 0)).toBe(maxFailedGets + 1)
    expect(table.of(uuidOf('u1'), 0)).toBeUndefined()
    expect(table.of(uuidOf('u0'), 0)).toMatchObject({ gets: 2 })
  })

  test('counts anew after ten minutes', () => {
    const table = new FailedGetTable()
    fail(table, 'u', 0)
    fail(table, 'u', failedGetsKeptMs + 1, 'CAPACITY')
    expect(table.of(uuidOf('u'), failedGetsKeptMs + 1)).toMatchObject({ gets: 1, code: 'CAPACITY' })
  })

  test('cuts long reasons', () => {
    const table = new FailedGetTable()
    fail(table, 'u', 0, 'NO_AGENT', 'x'.repeat(10_000))
    expect(table.of(uuidOf('u'), 0)?.why).toHaveLength(256)
  })
})
