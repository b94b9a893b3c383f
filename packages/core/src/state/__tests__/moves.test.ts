// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { TestNetwork, agentId, clientId, record, uuidOf } from './test-network'

const held = (net: TestNetwork, client: string, uuid: string): number => net.state.holds(clientId(client), uuidOf(uuid))

describe('an agent that leaves', () => {
  const moved = (): TestNetwork => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u', labels: ['l'], extra: 5 })
    net.running('c2', 'k', { uuid: 'unheld' })
    net.release('c2', 'unheld')
    net.agent('a2', ['k'])
    net.unregister('a1')
    return net
  }

  test('what is held starts elsewhere: same uuid, labels, extra, larger token; references go on', () => {
    const net = moved()
    const [first, , second] = net.of('start')
    expect(second).toMatchObject({ agentId: 'a2', kind: 'k', options: { uuid: 'u', labels: ['l'], extra: 5 } })
    expect(second.token.counter).toBeGreaterThan(first.token.counter)
    expect(net.state.lookup(uuidOf('u'))).toMatchObject({ state: 'starting', waitable: true })
    net.started()
    expect(net.last('ready')).toMatchObject({ uuid: 'u', agentId: 'a2', endpoint: 'u@a2' })
    expect(held(net, 'c1', 'u')).toBe(1)
  })

  test('what nobody holds ends', () => {
    const net = moved()
    expect(net.of('gone')).toMatchObject([{ uuid: 'unheld', error: { code: 'NOT_FOUND' } }])
    expect(net.stateOf('unheld')).toBeUndefined()
  })

  test('without another that offers the kind, what is held waits for one', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.unregister('a1')
    expect(net.stateOf('u')).toBe('lost')
    expect(net.state.lookup(uuidOf('u'))).toMatchObject({ waitable: true, agentId: undefined })
    const joins = net.get('c2', 'k', { uuid: 'u' })
    net.pass(25_000)
    net.agent('a2', ['k'])
    net.started()
    expect(net.settled(joins)).toBe('u@a2')
    expect(held(net, 'c1', 'u')).toBe(1)
  })

  test('a get of what is lost fails at its deadline with NO_AGENT; the reference stays', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.unregister('a1')
    const get = net.get('c2', 'k', { uuid: 'u' }, 1_000)
    net.pass(1_000)
    expect(net.failure(get)).toMatchObject({ code: 'NO_AGENT', uuid: 'u' })
    expect(held(net, 'c1', 'u')).toBe(1)
  })

  test('what is lost ends with its last reference, and waiters are placed anew', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.unregister('a1')
    const get = net.get('c2', 'k', { uuid: 'u' })
    net.release('c1', 'u')
    expect(net.stateOf('u')).toBeUndefined()
    net.agent('a2', ['k'])
    net.started()
    expect(net.settled(get)).toBe('u@a2')
  })

  test('what was terminating there has ended; who waits for it starts anew', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.release('c1', 'u')
    net.pass(5_000)
    net.agent('a2', ['k'])
    const get = net.get('c2', 'k', { uuid: 'u' })
    net.unregister('a1')
    net.started()
    expect(net.settled(get)).toBe('u@a2')
  })
})

describe('a restart that fails', () => {
  const lost = (): TestNetwork => {
    const net = new TestNetwork()
    for (const agent of ['a1', 'a2', 'a3']) net.agent(agent, ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.unregister('a1')
    return net
  }

  /** Every agent fails, each at most once. */
  const failRound = (net: TestNetwork): void => {
    for (let agents = 0; agents < 4 && net.stateOf('u') === 'starting'; agents++) net.failed(new Error('no'))
    expect(net.stateOf('u')).toBe('lost')
  }

  test('is tried on each agent once; those who wait fail when all have failed; the reference stays', () => {
    const net = lost()
    const get = net.get('c2', 'k', { uuid: 'u' })
    expect(net.start().agentId).toBe('a2')
    net.failed(new Error('first'))
    expect(net.outcome(get)).toBe('pending')
    expect(net.start().agentId).toBe('a3')
    net.failed(new Error('second'))
    expect(net.failure(get)).toMatchObject({ code: 'START_FAILED', agentId: 'a3' })
    expect(net.stateOf('u')).toBe('lost')
    expect(held(net, 'c1', 'u')).toBe(1)
  })

  test('is repeated after 100 ms, doubling to 5 s, until it works', () => {
    const net = lost()
    const delays: number[] = []
    for (let round = 0; round < 9; round++) {
      failRound(net)
      const before = net.now
      net.now = net.state.nextDeadline() ?? 0
      delays.push(net.now - before)
      net.do((state) => state.advance(net.now))
    }
    expect(delays).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000])
    net.started()
    expect(net.stateOf('u')).toBe('active')
    net.unregister(net.agentOf('u') ?? '')
    net.failed(new Error('no'))
    net.pass(99)
    expect(net.stateOf('u')).toBe('lost')
    net.pass(1)
    expect(net.stateOf('u')).toBe('starting')
  })

  test('is tried at once on an agent that comes', () => {
    const net = lost()
    failRound(net)
    net.agent('a4', ['k'])
    net.pass(0)
    expect(net.stateOf('u')).toBe('starting')
  })

  test('that takes its agents down with it is repeated more slowly', () => {
    const net = new TestNetwork()
    for (const agent of ['a1', 'a2', 'a3', 'a4']) net.agent(agent, ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.unregister('a1')
    net.unregister('a2')
    expect(net.start().agentId).toBe('a3')
    net.unregister('a3')
    expect(net.stateOf('u')).toBe('lost')
    net.pass(200)
    expect(net.start().agentId).toBe('a4')
  })

  test('times out like any start', () => {
    const net = lost()
    net.pass(10_000)
    expect(net.last('terminate')).toMatchObject({ agentId: 'a2', uuid: 'u' })
    net.terminated()
    expect(net.start().agentId).toBe('a3')
    net.pass(10_000)
    expect(net.stateOf('u')).toBe('lost')
    expect(net.last('terminate')).toMatchObject({ agentId: 'a3', uuid: 'u' })
  })
})

describe('what agents tell of their containers', () => {
  const running = (): TestNetwork => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    return net
  }
  const tell = (net: TestNetwork, agent: string, event: number, more: object = {}): void => {
    net.do((state) =>
      state.containerUpdates(agentId(agent), [{ container: record('u', 'k', agent, more), event }], net.now)
    )
  }

  test('removed and held: it is started anew', () => {
    const net = running()
    tell(net, 'a1', 2)
    expect(net.of('start')).toHaveLength(2)
    net.started()
    expect(net.stateOf('u')).toBe('active')
  })

  test('removed by an older activation than the one that serves: nothing', () => {
    const net = running()
    tell(net, 'a1', 2, { token: { epoch: 1, counter: 1 } })
    expect(net.stateOf('u')).toBe('active')
  })

  test('removed while it terminates: it has ended', () => {
    const net = running()
    net.release('c1', 'u')
    net.pass(5_000)
    tell(net, 'a1', 2)
    expect(net.stateOf('u')).toBeUndefined()
    net.terminated()
  })

  test('removed by another agent: nothing', () => {
    const net = running()
    net.agent('a2', ['k'])
    tell(net, 'a2', 2)
    expect(net.agentOf('u')).toBe('a1')
  })

  test('unhealthy: listed as such and passed over until it is well', () => {
    const net = running()
    tell(net, 'a1', 1, { healthy: false, token: net.start().token })
    expect(net.state.list()).toMatchObject([{ uuid: 'u', healthy: false }])
    net.get('c2', 'k')
    expect(net.of('start')).toHaveLength(2)
    tell(net, 'a1', 1, { token: net.start(1).token })
    expect(net.state.list()[0]).not.toHaveProperty('healthy')
    expect(net.settled(net.get('c2', 'k', { uuid: 'u' }))).toBe('u@a1')
  })

  test('a new endpoint: relays and parked requests are told', () => {
    const net = running()
    tell(net, 'a1', 1, { endpoint: 'elsewhere', token: net.start().token })
    expect(net.last('ready')).toMatchObject({ uuid: 'u', endpoint: 'elsewhere' })
    expect(net.state.lookup(uuidOf('u'))?.endpoint).toBe('elsewhere')
  })

  test('added: it is adopted, and an orphan until somebody gets it', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    tell(net, 'a1', 0)
    expect(net.stateOf('u')).toBe('active')
    net.pass(5_000)
    expect(net.last('terminate').uuid).toBe('u')
  })

  test('added under a uuid that is live elsewhere: terminated', () => {
    const net = running()
    net.agent('a2', ['k'])
    tell(net, 'a2', 0)
    expect(net.last('terminate')).toMatchObject({ agentId: 'a2', uuid: 'u' })
    expect(net.agentOf('u')).toBe('a1')
  })

  test('added with the token of the running start: it serves', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    const get = net.get('c1', 'k', { uuid: 'u' })
    tell(net, 'a1', 0)
    expect(net.outcome(get)).toBe('pending')
    tell(net, 'a1', 0, { token: net.start().token })
    expect(net.settled(get)).toBe('u@a1')
    net.started()
    expect(net.stateOf('u')).toBe('active')
  })

  test('by an agent that is unknown: nothing', () => {
    const net = new TestNetwork()
    tell(net, 'a1', 0)
    expect(net.stateOf('u')).toBeUndefined()
  })

  test('a request moves the last visit', () => {
    const net = running()
    net.state.touch(uuidOf('u'), net.unixNow + 500)
    net.state.touch(uuidOf('unknown'), 1)
    expect(net.state.list()[0].lastVisit).toBe(net.unixNow + 500)
  })
})
