// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '../../errors'
import { TestNetwork, clientId, record, uuidOf } from './test-network'

describe('a start that fails', () => {
  test('rejects all who wait with the factory’s reason, leaves nothing, and the next get is fresh', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    const gets = [net.get('c1', 'k', { uuid: 'u' }), net.get('c2', 'k', { uuid: 'u' })]
    const cause = new Error('no such database')
    net.failed(cause)
    for (const get of gets) {
      const error = net.failure(get)
      expect(error).toMatchObject({
        code: 'START_FAILED',
        stage: 'starting on agent a1',
        agentId: 'a1',
        kind: 'k',
        uuid: 'u',
        cause
      })
      expect(error.message).toBe('Agent a1 failed to start container u of kind k: no such database')
    }
    expect(net.stateOf('u')).toBeUndefined()
    expect(net.state.stats()).toMatchObject({ references: 0, pendingStarts: 0, containers: { starting: 0 } })
    const again = net.get('c1', 'k', { uuid: 'u' })
    net.started()
    expect(net.settled(again)).toBe('u@a1')
  })

  test('does not poison its kind: other containers of it start', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.get('c1', 'k', { labels: ['x'] })
    net.failed(new Error('no'))
    const get = net.get('c1', 'k', { labels: ['x'] })
    net.started()
    expect(net.settled(get)).toMatch(/@a1$/)
  })

  test('CAPACITY keeps its code and its advice', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    const get = net.get('c1', 'k')
    net.failed(new NetworkError('CAPACITY', 'full', { retryAfterMs: 900 }))
    expect(net.failure(get)).toMatchObject({ code: 'CAPACITY', retryAfterMs: 900, retryable: true })
  })
})

describe('a start that is not answered', () => {
  test('fails at the start deadline of its kind, and a late result is terminated', () => {
    const net = new TestNetwork({ startTimeoutMsByKind: new Map([['quick', 2_000]]) })
    net.agent('a1', ['k', 'quick'])
    const get = net.get('c1', 'k', { uuid: 'u' })
    const quick = net.get('c1', 'quick', { uuid: 'q' })
    net.pass(2_000)
    expect(net.failure(quick)).toMatchObject({ code: 'START_TIMEOUT', retryable: true, agentId: 'a1' })
    expect(net.failure(quick).message).toContain('Agent a1 did not start container q of kind quick within 2000 ms')
    net.pass(8_000)
    expect(net.failure(get).code).toBe('START_TIMEOUT')
    net.started(net.of('start')[0])
    const [, end] = net.of('terminate')
    expect(end).toMatchObject({ agentId: 'a1', uuid: 'u' })
    net.terminated(end)
    expect(net.stateOf('u')).toBeUndefined()
  })

  /** A held container whose agent left, and whose start at another, `first`, was given up. */
  const givenUp = (): { net: TestNetwork; first: string } => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'p1' })
    net.running('c1', 'k', { uuid: 'u' })
    for (const number of [2, 3, 4]) net.agent(`a${number}`, ['k'], { client: `p${number}` })
    net.unregister('a1')
    const first = net.start().agentId
    net.pass(10_000)
    return { net, first }
  }

  test('is begun elsewhere when its agent has heard that it was given up, and not before', () => {
    const { net, first } = givenUp()
    expect(net.of('terminate')).toMatchObject([{ agentId: first, uuid: 'u', reason: 'its start was given up' }])
    expect(net.state.explain(uuidOf('u'), net.now, net.unixNow)?.waitsFor).toBe(
      `agent ${first} to end it, for 23.0 s at most`
    )
    expect([net.of('start').length, net.state.awaitsEnd(net.last('terminate').terminationId)]).toEqual([2, true])
    net.terminated()
    expect(net.start().agentId).not.toBe(first)
    expect(net.state.awaitsEnd(net.last('terminate').terminationId)).toBe(false)
  })

  test('is begun elsewhere when its agent has been gone for its lease, if it never hears of that', () => {
    const { net, first } = givenUp()
    net.do((state) => state.removeClient(clientId(first.replace('a', 'p')), net.now, 1_500))
    net.pass(1_499)
    expect(net.of('start')).toHaveLength(2)
    net.pass(1)
    expect(net.start().agentId).not.toBe(first)
  })

  /** A container whose start `first` was given up, has not heard so for as long as that is waited for, and which starts elsewhere. */
  const unheard = (): { net: TestNetwork; first: string; second: string; starts: number } => {
    const { net, first } = givenUp()
    net.pass(23_000)
    const second = net.start().agentId
    expect(second).not.toBe(first)
    return { net, first, second, starts: net.of('start').length }
  }
  const lose = (net: TestNetwork, agent: string): void =>
    net.do((state) =>
      state.removeClient(clientId(agent.replace('a', 'p')), net.now, 3_000, { written: false, rows: [] })
    )

  test('is nothing to whom it was given since, when its agent hears of that at last', () => {
    const { net, second, starts } = unheard()
    const told = net.last('terminate')
    lose(net, second)
    net.terminated(told)
    net.pass(2_000)
    expect(net.of('start')).toHaveLength(starts)
  })

  test('is nothing to whom it was given since, when its agent leaves at last', () => {
    const { net, first, second, starts } = unheard()
    lose(net, second)
    net.unregister(first)
    net.pass(2_000)
    expect(net.of('start')).toHaveLength(starts)
  })

  test('is nothing to what that agent was asked for since', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'p1' })
    net.get('c1', 'k', { uuid: 'u' })
    net.pass(10_000)
    const get = net.get('c1', 'k', { uuid: 'u' })
    net.pass(23_000)
    net.started()
    expect(net.settled(get)).toBe('u@a1')
    const { token } = net.start()
    const renewal = net.agent('a1', ['k'], { client: 'p1', containers: [record('u', 'k', 'a1', { token })] })
    expect(net.registration(renewal)).toEqual([])
  })

  test('a get of the same uuid waits until what the first start makes is sure to end', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.get('c1', 'k', { uuid: 'u' })
    net.pass(10_000)
    const again = net.get('c1', 'k', { uuid: 'u' })
    net.started(net.of('start')[0])
    // What the first start makes ends: the agent was told when that was given up
    expect(net.of('terminate')).toMatchObject([{ agentId: 'a1', uuid: 'u', reason: 'its start was given up' }])
    expect(net.of('start')).toHaveLength(1)
    net.terminated()
    net.started(net.of('start')[1])
    expect(net.settled(again)).toBe('u@a1')
  })

  test('goes on without its waiters: what starts unreferenced is an orphan', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.get('c1', 'k', { uuid: 'u' })
    net.removeClient('c1')
    net.started()
    expect(net.stateOf('u')).toBe('active')
    net.pass(5_000)
    expect(net.last('terminate')).toMatchObject({ uuid: 'u' })
  })
})

describe('what a factory answers', () => {
  test('another uuid than the one asked for is a failure, and what it made is terminated', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    const get = net.get('c1', 'k', { uuid: 'u' })
    net.started(net.start(), 'surprise')
    expect(net.failure(get).message).toContain('answered with uuid surprise')
    expect(net.failure(get).code).toBe('START_FAILED')
    expect(net.last('terminate')).toMatchObject({ agentId: 'a1', uuid: 'surprise' })
    expect(net.stateOf('u')).toBeUndefined()
    expect(net.stateOf('surprise')).toBeUndefined()
  })

  test('another uuid that is rightly live on that agent is left alone', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'good' })
    net.get('c1', 'k', { uuid: 'u' })
    net.started(net.start(), 'good')
    expect(net.of('terminate')).toHaveLength(0)
    expect(net.stateOf('good')).toBe('active')
  })

  test('a name that is live elsewhere is a conflict, and what it made is terminated', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'taken' })
    net.agent('a2', ['k'])
    net.get('c1', 'k')
    const get = net.get('c2', 'k')
    expect(net.start().agentId).toBe('a2')
    net.started(net.start(), 'taken')
    expect(net.failure(get)).toMatchObject({ code: 'UUID_CONFLICT', agentId: 'a2' })
    expect(net.last('terminate')).toMatchObject({ agentId: 'a2', uuid: 'taken' })
    expect(net.agentOf('taken')).toBe('a1')
  })

  test('the name of its own container of that kind merges with it', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'single', labels: ['old'] })
    const get = net.get('c2', 'k', { labels: ['new'] })
    net.started(net.start(), 'single')
    expect(net.settled(get)).toBe('single@a1')
    expect(net.state.list()).toHaveLength(1)
    expect(net.of('terminate')).toHaveLength(0)
  })

  test('the name of its own container that is still starting joins that start', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    const named = net.get('c1', 'k', { uuid: 'single' })
    const free = net.get('c2', 'k', { labels: ['new'] })
    net.started(net.start(), 'single')
    expect(net.outcome(free)).toBe('pending')
    net.started(net.of('start')[0])
    expect([net.settled(named), net.settled(free)]).toEqual(['single@a1', 'single@a1'])
  })

  test('an agent that tells of the container before it answers changes nothing', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    const get = net.get('c1', 'k', { labels: ['x'] })
    const added = { container: record('made', 'k', 'a1', { token: net.start().token }), event: 0 }
    net.do((state) => state.containerUpdates('a1' as never, [added], net.now))
    net.started(net.start(), 'made')
    expect(net.settled(get)).toBe('made@a1')
    expect(net.state.list()).toHaveLength(1)
    expect(net.state.lookup(uuidOf('made'))).toMatchObject({ state: 'active' })
  })
})

describe('an agent that leaves while it starts', () => {
  test('those who wait get their container from another agent', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.agent('a2', ['k'])
    const gets = [net.get('c1', 'k', { uuid: 'u', labels: ['l'] }), net.get('c2', 'k', { uuid: 'u' })]
    net.unregister('a1')
    expect(net.start()).toMatchObject({ agentId: 'a2', options: { uuid: 'u', labels: ['l'] } })
    net.started()
    expect(gets.map((get) => net.settled(get))).toEqual(['u@a2', 'u@a2'])
  })

  test('wait for an agent when there is no other', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    const get = net.get('c1', 'k', { uuid: 'u' })
    net.unregister('a1')
    expect(net.stateOf('u')).toBeUndefined()
    net.agent('a2', ['k'])
    net.started()
    expect(net.settled(get)).toBe('u@a2')
  })

  test('a container that takes three agents down with it is given up', () => {
    const net = new TestNetwork()
    for (const agent of ['a1', 'a2', 'a3', 'a4']) net.agent(agent, ['k'])
    const get = net.get('c1', 'k', { uuid: 'poison' })
    for (const agent of ['a1', 'a2', 'a3']) net.unregister(agent)
    expect(net.failure(get)).toMatchObject({ code: 'START_FAILED', uuid: 'poison' })
    expect(net.failure(get).message).toContain('ended 3 times with the loss of the agent, the last a3')
    expect(net.of('start')).toHaveLength(3)
  })

  test('an answer of the process that left changes nothing', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.get('c1', 'k', { uuid: 'u' }, 100)
    net.unregister('a1')
    net.pass(100)
    net.agent('a1', ['k'])
    net.started(net.of('start')[0])
    expect(net.stateOf('u')).toBeUndefined()
    expect(net.of('terminate')).toHaveLength(0)
  })
})
