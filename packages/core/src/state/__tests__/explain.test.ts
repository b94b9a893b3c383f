// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerExplanation } from '../../api/diagnosis'
import { maxNamed } from '../explain'
import { History, maxMovesEach, maxRemembered } from '../history'
import { TestNetwork, clientId, kindOf, record, unixStart, uuidOf } from './test-network'

function explain(net: TestNetwork, uuid: string): ContainerExplanation {
  const known = net.state.explain(uuidOf(uuid), net.now, net.unixNow)
  if (known === undefined) throw new Error(`nothing is known of ${uuid}`)
  return known
}

const movesOf = (net: TestNetwork, uuid: string): string[] =>
  explain(net, uuid).moves.map(({ at, what, agentId, why }) =>
    [`${(at - unixStart) / 1000} s:`, what, agentId, why].filter((part) => part !== undefined).join(' ')
  )

describe('explain', () => {
  test('tells where a container is, since when, and who holds it', () => {
    const net = new TestNetwork()
    net.pass(5_000)
    net.agent('a1', ['k'], { client: 'owner-1' })
    net.running('c1', 'k', { uuid: 'u', labels: ['l'] })
    net.get('c1', 'k', { uuid: 'u' })
    net.get('owner-1', 'k', { uuid: 'u' })
    net.do((state) => state.clientDetached(clientId('owner-1'), net.now))
    net.pass(2_000)
    expect(explain(net, 'u')).toEqual({
      uuid: 'u',
      kind: 'k',
      state: 'active',
      since: unixStart + 5_000,
      agentId: 'a1',
      endpoint: 'u@a1',
      labels: ['l'],
      token: { epoch: 7, counter: 1 },
      lastVisit: unixStart + 5_000,
      holderCount: 2,
      holders: [
        { client: 'c1', holds: 2 },
        { client: 'owner-1', holds: 1, agents: ['a1'], detached: true }
      ],
      waiterCount: 0,
      waiters: [],
      standbys: [],
      moves: []
    })
  })

  test('knows nothing of what never was', () => {
    const net = new TestNetwork()
    expect(net.state.explain(uuidOf('u'), 0, 0)).toBeUndefined()
  })

  test('names who waits for a start, and for what', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.get('c1', 'k', { uuid: 'u' }, 10_000)
    net.pass(3_000)
    expect(explain(net, 'u')).toMatchObject({
      state: 'starting',
      agentId: 'a1',
      waitsFor: 'agent a1 to start it',
      waiterCount: 1,
      waiters: [{ client: 'c1', since: unixStart, until: unixStart + 10_000 }]
    })
  })

  test('says of what nobody holds when it ends', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.release('c1', 'u')
    net.pass(1_000)
    expect(explain(net, 'u').waitsFor).toBe('somebody to hold it: nobody does, and it is ended in 4.0 s')
  })

  test('remembers what has ended, and why', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.release('c1', 'u')
    net.pass(5_000)
    net.terminated()
    net.pass(1_000)
    expect(explain(net, 'u')).toMatchObject({ kind: 'k', state: 'ended', since: unixStart + 5_000, holderCount: 0 })
    expect(movesOf(net, 'u')).toEqual(['5 s: ended a1 it was terminated, and nobody holds it'])
    net.running('c1', 'k', { uuid: 'u' })
    expect(movesOf(net, 'u')[1]).toBe('6 s: started a1')
  })

  test('tells the moves of one whose agent died, with the reasons, and what it waits for meanwhile', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'owner-1' })
    net.running('c1', 'k', { uuid: 'u' })
    net.do((state) => state.removeClient(clientId('owner-1'), net.now, 3_000))
    expect(explain(net, 'u')).toMatchObject({ state: 'lost', holderCount: 1 })
    expect(explain(net, 'u').waitsFor).toBe(
      'the lease of the agent that had it, which may serve it still, for 3.0 s at most'
    )
    net.pass(3_000)
    expect(explain(net, 'u').waitsFor).toBe('an agent that offers kind k')
    net.agent('a2', ['k'])
    net.failed(new Error('no memory'))
    expect(explain(net, 'u')).toMatchObject({
      state: 'lost',
      waitsFor: 'the next attempt to start it, in 0.1 s',
      lastError: expect.stringContaining('no memory') as string
    })
    net.pass(1_000)
    net.started()
    const moves = movesOf(net, 'u')
    expect(moves.map((move) => move.split(' ').slice(2, 4).join(' '))).toEqual([
      'lost a1',
      'start-failed a2',
      'started a2'
    ])
    expect(moves[0]).toContain('agent a1')
    expect(explain(net, 'u').lastError).toBeUndefined()
  })

  test('says of what finds no room who is full, and of what is pinned to whom', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'owner-1' })
    net.running('c1', 'k', { uuid: 'u' })
    net.agent('a2', ['k'], { client: 'owner-2', capacity: { containers: 5, byKind: { k: 0 } } })
    net.do((state) => state.removeClient(clientId('owner-1'), net.now, 0))
    expect(explain(net, 'u').waitsFor).toBe('room for one more of kind k: a2 has 0 of 0 of this kind')
    expect(net.state.whyNotServed(uuidOf('u'), net.now)).toBe(
      'lost and waits for room for one more of kind k: a2 has 0 of 0 of this kind'
    )
    net.agent('a3', ['k'], { client: 'owner-3' })
    expect(explain(net, 'u').agentId).toBe('a3')
    net.started()
    net.running('c1', 'k', { uuid: 'p', placement: { agent: 'a3' as never } })
    net.do((state) => state.removeClient(clientId('owner-3'), net.now, 0))
    expect(explain(net, 'p').waitsFor).toBe('agent a3, to which it is pinned')
  })

  test('a get that waits for what could not be started says so, and why', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'owner-1' })
    net.running('c1', 'k', { uuid: 'u' })
    net.agent('a2', ['k'], { client: 'owner-2' })
    net.do((state) => state.removeClient(clientId('owner-1'), net.now, 0))
    net.failed(new Error('no memory'))
    const get = net.get('c2', 'k', { uuid: 'u' }, net.now + 10)
    net.pass(10)
    expect(net.failure(get)).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      stage: 'waiting for an agent that can start kind k again',
      message: expect.stringContaining('its last start failed (Agent a2 failed to start') as string
    })
    expect(net.state.whyNotServed(uuidOf('u'), net.now)).toMatch(
      /^lost and waits .*; its last start failed: .* no memory$/
    )
  })

  test('tells a move from an agent that drains once, and its health', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'owner-1' })
    net.running('c1', 'k', { uuid: 'u' })
    const { token } = net.start()
    const update = (healthy: boolean, why: { healthError?: string } = {}): void =>
      net.do((state) =>
        state.containerUpdates(
          'a1' as never,
          [{ container: record('u', 'k', 'a1', { token, healthy, ...why }), event: 1 }],
          net.now
        )
      )
    update(false, { healthError: 'no database' })
    expect(explain(net, 'u').healthy).toBe(false)
    update(true)
    net.agent('a2', ['k'], { client: 'owner-2' })
    net.agent('a1', ['k'], { client: 'owner-1', draining: true, containers: [record('u', 'k', 'a1', { token })] })
    expect(explain(net, 'u').waitsFor).toBe('agent a1 to end it, so that it starts elsewhere')
    net.terminated()
    net.started()
    expect(movesOf(net, 'u')).toEqual([
      '0 s: unhealthy a1 no database',
      '0 s: healthy a1',
      '0 s: moving a1 it moves, since its agent is to leave',
      '0 s: started a2'
    ])
  })

  test('tells of an end that cannot be yet, and of its taking back', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.release('c1', 'u')
    net.pass(5_000)
    net.notYet({ reason: 'it saves' })
    expect(explain(net, 'u')).toMatchObject({
      state: 'pre-terminating',
      waitsFor: 'its own work to end (it saves), for 60.0 s at most'
    })
    net.get('c1', 'k', { uuid: 'u' })
    expect(movesOf(net, 'u')).toEqual(['5 s: not-yet a1 it saves', '5 s: restored a1'])
  })

  test('names a bounded number of holders, and their number', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    for (let i = 0; i <= maxNamed; i++) net.running(`c${i}`, 'k', { uuid: 'u' })
    expect(explain(net, 'u').holderCount).toBe(maxNamed + 1)
    expect(explain(net, 'u').holders).toHaveLength(maxNamed)
  })
})

describe('the history', () => {
  const row = (uuid: string): Parameters<History['note']>[0] =>
    ({ uuid: uuidOf(uuid), kind: kindOf('k'), servedBy: 'a1' }) as Parameters<History['note']>[0]

  test('keeps the last moves of each', () => {
    const history = new History()
    for (let i = 0; i < 20; i++) history.note(row('u'), 'lost', i, undefined, `${i}`)
    expect(history.of(uuidOf('u'))?.moves.map(({ at }) => at)).toEqual(
      Array.from({ length: maxMovesEach }, (_, i) => 20 - maxMovesEach + i)
    )
  })

  test('keeps what happens again and again once', () => {
    const history = new History()
    for (let i = 0; i < 20; i++) history.note(row('u'), 'lost', i)
    expect(history.of(uuidOf('u'))?.moves).toEqual([{ at: 19, what: 'lost', times: 20 }])
  })

  test('of what never served costs the living nothing when it ends', () => {
    const history = new History()
    const inVain = (uuid: string): Parameters<History['note']>[0] => ({ ...row(uuid), servedBy: undefined })
    history.note(row('old'), 'lost', 0)
    for (let i = 0; i <= maxRemembered; i++) {
      history.note(inVain(`v${i}`), 'start-failed', 0)
      history.end(inVain(`v${i}`), 0, 'so')
    }
    expect(history.of(uuidOf('old'))).toBeDefined()
    expect(history.of(uuidOf('v0'))).toBeUndefined()
    expect(history.of(uuidOf(`v${maxRemembered}`))?.moves).toEqual([{ at: 0, what: 'start-failed' }])
  })

  test('forgets those that changed longest ago, and those that end cost the living nothing', () => {
    const history = new History()
    history.note(row('old'), 'lost', 0)
    history.note(row('kept'), 'lost', 0)
    for (let i = 0; i < maxRemembered; i++) history.end(row(`ended-${i}`), 0, 'so')
    expect(history.of(uuidOf('old'))).toBeDefined()
    for (let i = 0; i < maxRemembered - 1; i++) history.note(row(`moved-${i}`), 'lost', 0)
    expect(history.of(uuidOf('old'))).toBeUndefined()
    expect(history.of(uuidOf('kept'))).toBeDefined()
    history.end(row('one-more'), 0, 'so')
    expect(history.of(uuidOf('ended-0'))).toBeUndefined()
  })

  test('cuts long reasons', () => {
    const history = new History()
    history.note(row('u'), 'lost', 0, undefined, 'x'.repeat(10_000))
    expect(history.of(uuidOf('u'))?.moves[0].why).toHaveLength(256)
  })
})

describe('an end that an operator asks for', () => {
  const ask = (net: TestNetwork, uuid: string, force = false): { terminationId: number; restarts: boolean } =>
    net.do((state) => state.terminate(uuidOf(uuid), { force }, net.now))

  function running(): TestNetwork {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    return net
  }

  test('ends what nobody holds', () => {
    const net = running()
    net.release('c1', 'u')
    const end = ask(net, 'u')
    expect(end.restarts).toBe(false)
    expect(net.last('terminate')).toMatchObject({
      terminationId: end.terminationId,
      uuid: 'u',
      final: false,
      move: false
    })
    net.terminated()
    expect(net.stateOf('u')).toBeUndefined()
  })

  test('is refused for what somebody holds, and nothing changes', () => {
    const net = running()
    expect(() => ask(net, 'u')).toThrow(/keeps container u of kind k for a client/)
    expect(net.stateOf('u')).toBe('active')
  })

  test('restarts what somebody holds when forced', () => {
    const net = running()
    expect(ask(net, 'u', true).restarts).toBe(true)
    expect(net.last('terminate')).toMatchObject({ uuid: 'u', final: true, move: true })
    net.terminated()
    net.started()
    expect(net.stateOf('u')).toBe('active')
    expect(net.state.holds(clientId('c1'), uuidOf('u'))).toBe(1)
  })

  test('ends what said that it cannot yet only when forced', () => {
    const net = running()
    net.release('c1', 'u')
    ask(net, 'u')
    net.notYet({ reason: 'busy' })
    expect(() => ask(net, 'u')).toThrow('force it, or let it finish')
    ask(net, 'u', true)
    expect(net.last('terminate')).toMatchObject({ final: true })
  })

  test('joins an end that runs', () => {
    const net = running()
    net.release('c1', 'u')
    expect(ask(net, 'u')).toEqual(ask(net, 'u', true))
    expect(net.of('terminate')).toHaveLength(1)
  })

  test('is refused for what is unknown, and for what is not served', () => {
    const net = new TestNetwork()
    expect(() => ask(net, 'u')).toThrow('The network has no container u')
    net.agent('a1', ['k'])
    net.get('c1', 'k', { uuid: 'u' })
    expect(() => ask(net, 'u', true)).toThrow('is starting, not served')
  })
})
