// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { listenerOf } from '../registrations'
import { TestNetwork, agentId, clientId, kindOf, listening, record, uuidOf } from './test-network'

describe('registration', () => {
  test('makes the agent, its kinds and its containers known', () => {
    const net = new TestNetwork()
    const endpoint = listening(1)
    const registration = net.agent('a1', ['k', 'other'], {
      endpoint,
      containers: [record('u', 'k', 'a1', { labels: ['l'] })]
    })
    expect(net.registration(registration)).toEqual([])
    expect(net.state.agents()).toEqual([{ agentId: 'a1', endpoint, containers: 1, kinds: ['k', 'other'] }])
    expect(net.state.kinds()).toEqual(['k', 'other'])
    expect(net.settled(net.get('c1', 'k', { labels: ['l'] }))).toBe('u@a1')
  })

  test('list is by kind, and null means all as absence does', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k', 'other'], { containers: [record('u', 'k', 'a1'), record('v', 'other', 'a1')] })
    expect(net.state.list(kindOf('k')).map(({ uuid }) => uuid)).toEqual(['u'])
    expect(net.state.list(null)).toHaveLength(2)
    expect(net.state.list()).toHaveLength(2)
  })

  test('is the first of its effects, so that those who run the others know the agent', () => {
    const net = new TestNetwork()
    net.get('c1', 'k')
    const effects = net.during(() => net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1')] }))
    expect(effects.map(({ type }) => type)).toEqual(['registered', 'ready', 'get-settled'])
  })

  test('by the same client again is a renewal: kinds, endpoint and containers follow the record', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'c1', containers: [record('u', 'k', 'a1'), record('v', 'k', 'a1')] })
    net.running('c2', 'k', { uuid: 'u' })
    const waits = net.get('c2', 'new')
    net.agent('a1', ['new'], { client: 'c1', endpoint: listening(2), containers: [record('u', 'k', 'a1')] })
    expect(net.of('agent-removed')).toHaveLength(0)
    expect(net.state.agents()).toMatchObject([{ agentId: 'a1', endpoint: listening(2), containers: 1, kinds: ['new'] }])
    expect(net.stateOf('v')).toBeUndefined()
    net.started()
    expect(net.settled(waits)).toMatch(/@a1$/)
  })

  test('a renewal without a container that is held loses it: it starts anew', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'c1' })
    net.running('c2', 'k', { uuid: 'u' })
    net.agent('a1', ['k'], { client: 'c1' })
    expect(net.start()).toMatchObject({ agentId: 'a1', options: { uuid: 'u' } })
    expect(net.of('start')).toHaveLength(2)
  })

  test('a renewal leaves starts and terminations alone', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'c1' })
    net.running('c2', 'k', { uuid: 'ends' })
    net.release('c2', 'ends')
    net.pass(5_000)
    const get = net.get('c2', 'k', { uuid: 'starts' })
    net.agent('a1', ['k'], { client: 'c1', containers: [record('ends', 'k', 'a1')] })
    expect([net.stateOf('starts'), net.stateOf('ends')]).toEqual(['starting', 'terminating'])
    expect(net.of('start')).toHaveLength(2)
    net.started()
    expect(net.settled(get)).toBe('starts@a1')
  })

  test('a renewal that lists what was starting has it serve; the answer changes nothing', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'c1' })
    const get = net.get('c2', 'k', { uuid: 'u' })
    net.agent('a1', ['k'], { client: 'c1', containers: [record('u', 'k', 'a1')] })
    expect(net.settled(get)).toBe('u@a1')
    net.started()
    expect(net.of('terminate')).toHaveLength(0)
    expect(net.state.stats()).toMatchObject({ references: 1, pendingStarts: 0 })
  })

  test('a renewal that lists what came of a start given up before is told to end it; a get waits for that', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'c1' })
    net.get('c2', 'k', { uuid: 'u' })
    const { token } = net.start()
    net.pass(10_000)
    const get = net.get('c2', 'k', { uuid: 'u', labels: ['red'] })
    net.agent('a1', ['k'], { client: 'c1', containers: [record('u', 'k', 'a1', { token })] })
    expect(net.last('registered').terminate).toEqual(['u'])
    expect([net.outcome(get), net.of('start').length]).toEqual(['pending', 1])
    const [givenUp] = net.of('terminate')
    net.terminated(givenUp)
    net.started()
    expect(net.settled(get)).toBe('u@a1')
    expect(net.state.list()).toMatchObject([{ uuid: 'u', labels: ['red'] }])
  })
})

describe('what an agent may not keep', () => {
  const refused = (more: object): TestNetwork => {
    const net = new TestNetwork()
    net.agent('a2', ['k'], { client: 'c2' })
    net.running('c1', 'k', { uuid: 'u' })
    const token = { epoch: 1, counter: 1 }
    const id = net.agent('a1', ['k'], { client: 'c3', containers: [record('u', 'k', 'a1', { token })], ...more })
    expect(net.registration(id)).toEqual(['u'])
    return net
  }

  test('is to end, as it hears before any start there that follows', () => {
    const net = refused({})
    expect(net.of('terminate')).toMatchObject([{ agentId: 'a1', uuid: 'u', final: true }])
  })

  test('is in the answer only, where the agent knows nothing else', () => {
    expect(refused({ moves: false }).of('terminate')).toEqual([])
  })
})

describe('an agent id that is taken', () => {
  const taken = (): { net: TestNetwork; second: number } => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'c1', endpoint: listening(1) })
    return { net, second: net.agent('a1', ['k'], { client: 'c2', endpoint: listening(2) }) }
  }

  test('waits for its owner’s end, which is looked into', () => {
    const { net, second } = taken()
    expect(net.registration(second)).toBeUndefined()
    expect(net.of('probe')).toEqual([{ type: 'probe', agentId: 'a1', client: 'c1', endpoint: listening(1) }])
    const effects = net.during(() => net.removeClient('c1'))
    expect(effects.map(({ type }) => type)).toEqual(['agent-removed', 'registered', 'client-removed'])
    expect(net.registration(second)).toEqual([])
    expect(net.state.ownerOf(agentId('a1'))).toBe('c2')
  })

  test('is refused when the owner still lives after its alive timeout', () => {
    const { net, second } = taken()
    net.pass(2_999)
    expect(net.registration(second)).toBeUndefined()
    net.pass(1)
    expect(net.registration(second)).toMatchObject({ code: 'AGENT_ID_TAKEN', agentId: 'a1', retryable: true })
    expect(String(net.registration(second))).toContain('belongs to client c1, which still lived after 3000 ms')
    expect(net.state.ownerOf(agentId('a1'))).toBe('c1')
  })

  test('waits for an owner that asked for a long alive timeout for 30 s at most', () => {
    const net = new TestNetwork()
    net.state.addClient(clientId('c1'), { aliveTimeoutMs: 3_600_000 }, 0)
    net.agent('a1', ['k'], { client: 'c1' })
    const second = net.agent('a1', ['k'], { client: 'c2' })
    net.pass(29_999)
    expect(net.registration(second)).toBeUndefined()
    net.pass(1)
    expect(net.registration(second)).toMatchObject({ code: 'AGENT_ID_TAKEN' })
  })

  test('is had at once when the owner unregisters it', () => {
    const { net, second } = taken()
    net.unregister('a1')
    expect(net.registration(second)).toEqual([])
  })

  test('is had at once by a new process on the same port when the owner’s connection is lost', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'c1', endpoint: listening(1) })
    net.running('c9', 'k', { uuid: 'u' })
    net.get('c9', 'k', { uuid: 'starting' })
    net.do((state) => state.clientDetached(clientId('c1'), net.now))
    const second = net.agent('a1', ['k'], { client: 'c2', endpoint: listening(1) })
    expect(net.registration(second)).toEqual([])
    expect(net.of('agent-removed')).toHaveLength(1)
    const restarted = net.of('start').slice(2)
    expect(restarted.map(({ agentId: agent, options }) => `${options.uuid}@${agent}`).sort()).toEqual([
      'starting@a1',
      'u@a1'
    ])
  })

  test('is had by one that waits as soon as the owner’s connection turns out to be lost', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'c1', endpoint: listening(1) })
    const second = net.agent('a1', ['k'], { client: 'c2', endpoint: listening(1) })
    expect(net.registration(second)).toBeUndefined()
    net.do((state) => state.clientDetached(clientId('c1'), net.now))
    expect(net.registration(second)).toEqual([])
    expect(net.state.hasClient(clientId('c1'))).toBe(true)
  })

  test('is not had while the owner is connected, again connected, or listens elsewhere', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'c1', endpoint: listening(1) })
    net.do((state) => state.clientDetached(clientId('c1'), net.now))
    const elsewhere = net.agent('a1', ['k'], { client: 'c2', endpoint: listening(2) })
    net.do((state) => state.clientAttached(clientId('c1'), net.now))
    const connected = net.agent('a1', ['k'], { client: 'c3', endpoint: listening(1) })
    expect([net.registration(elsewhere), net.registration(connected)]).toEqual([undefined, undefined])
  })

  test('several wait in order; a further one by the winner is a renewal', () => {
    const { net, second } = taken()
    const third = net.agent('a1', ['k'], { client: 'c3' })
    const again = net.agent('a1', ['k', 'more'], { client: 'c2' })
    net.unregister('a1')
    expect(net.registration(second)).toEqual([])
    expect(net.registration(again)).toEqual([])
    expect(net.registration(third)).toBeUndefined()
    expect(net.state.kinds()).toEqual(['k', 'more'])
    net.removeClient('c2')
    expect(net.registration(third)).toEqual([])
  })

  test('a registration that waits ends with its client, or when it unregisters', () => {
    const { net, second } = taken()
    const third = net.agent('a1', ['k'], { client: 'c3' })
    net.removeClient('c2')
    net.do((state) => state.unregister(agentId('a1'), net.now, clientId('c3')))
    for (const registration of [second, third])
      expect(net.registration(registration)).toMatchObject({ code: 'CANCELLED' })
    expect(net.state.ownerOf(agentId('a1'))).toBe('c1')
    expect(net.state.hasAgent(agentId('a1'))).toBe(true)
  })

  test('what the old owner had goes to the new one when it brings it along', () => {
    const { net, second } = taken()
    net.running('c9', 'k', { uuid: 'u' })
    expect(net.registration(second)).toBeUndefined()
    net.removeClient('c2')
    net.agent('a1', ['k'], { client: 'c3', containers: [record('u', 'k', 'a1')] })
    net.removeClient('c1')
    expect(net.of('start')).toHaveLength(1)
    expect(net.agentOf('u')).toBe('a1')
    expect(net.state.holds(clientId('c9'), uuidOf('u'))).toBe(1)
  })
})

describe('owners', () => {
  test('an agent that a client maps lives as long as that client', () => {
    const net = new TestNetwork()
    net.do((state) => state.mapAgent(clientId('c1'), agentId('a1'), net.now))
    net.agent('a1', ['k'])
    expect(net.state.ownerOf(agentId('a1'))).toBe('c1')
    net.removeClient('c1')
    expect(net.state.agents()).toEqual([])
  })

  test('one that is unmapped goes on without it', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'c1' })
    net.do((state) => state.unmapAgent(clientId('c2'), agentId('a1'), net.now))
    net.do((state) => state.unmapAgent(clientId('c1'), agentId('a1'), net.now))
    net.removeClient('c1')
    expect(net.state.hasAgent(agentId('a1'))).toBe(true)
  })

  test('a client may register several agents', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'c1' })
    net.agent('a2', ['k'], { client: 'c1' })
    net.removeClient('c1')
    expect(net.of('agent-removed').map((effect) => effect.agentId)).toEqual(['a1', 'a2'])
  })

  test('whoever waits for an id that is mapped to it has it', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    const waits = net.agent('a1', ['k', 'more'], { client: 'c1' })
    net.do((state) => state.mapAgent(clientId('c1'), agentId('a1'), net.now))
    expect(net.registration(waits)).toEqual([])
  })

  test('an id that pinged in-process and falls silent is removed, one that never pinged is not', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.agent('a2', ['k'])
    net.state.addClient(clientId('c1'), {}, 0)
    net.state.addClient(clientId('c2'), { aliveTimeoutMs: 9_000 }, 0)
    for (const id of ['a1', 'c1', 'c2', 'unknown']) net.do((state) => state.ping(agentId(id), net.now))
    net.pass(2_000)
    net.do((state) => state.ping(agentId('a1'), net.now))
    net.pass(1_000)
    expect(net.state.hasClient(clientId('c1'))).toBe(false)
    expect(net.state.hasAgent(agentId('a1'))).toBe(true)
    net.pass(2_000)
    expect(net.state.agents().map(({ agentId: id }) => id)).toEqual(['a2'])
    expect(net.state.hasClient(clientId('c2'))).toBe(true)
    net.pass(4_000)
    expect(net.state.hasClient(clientId('c2'))).toBe(false)
  })
})

describe('listenerOf', () => {
  test.each([
    [listening(3738, 'h'), 'h:3738'],
    ['{"kind":2,"host":"","port":0,"agentId":"a"}', undefined],
    ['my-service://host/a', undefined],
    ['null', undefined],
    [undefined, undefined]
  ])('%s is %s', (endpoint, expected) => {
    expect(listenerOf(endpoint as never)).toBe(expected)
  })
})
