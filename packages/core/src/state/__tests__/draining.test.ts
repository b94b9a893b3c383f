// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { maxEndsAtOnce } from '../draining'
import { TestNetwork, agentId, record, uuidOf } from './test-network'

/** An agent with a container that `c1` holds, and another that could have it. */
function serving(others = true): TestNetwork {
  const net = new TestNetwork()
  net.agent('a1', ['k'], { client: 'owner-1' })
  net.running('c1', 'k', { uuid: 'u', labels: ['l'] })
  if (others) net.agent('a2', ['k'], { client: 'owner-2' })
  return net
}

/** It says that it is to leave, listing what it serves. */
function drain(net: TestNetwork, agent = 'a1', uuids = ['u']): void {
  const token = net.of('start').length === 0 ? undefined : net.start().token
  const containers = uuids.map((uuid) => record(uuid, 'k', agent, token === undefined ? {} : { token }))
  net.agent(agent, ['k'], { client: `owner-${agent.slice(1)}`, draining: true, containers })
}

describe('an agent that drains', () => {
  test('is given nothing new, and says so in the list of agents', () => {
    const net = serving()
    drain(net)
    for (const uuid of ['v', 'w', 'x']) {
      net.get('c2', 'k', { uuid })
      expect(net.start().agentId).toBe('a2')
    }
    expect(net.state.agents().find((agent) => agent.agentId === agentId('a1'))).toMatchObject({ draining: true })
  })

  test('says of what stays whether nobody else offers its kind, or has no room for it', () => {
    const waitsFor = (net: TestNetwork): string | undefined =>
      net.state.explain(uuidOf('u'), net.now, net.unixNow)?.waitsFor
    const alone = serving(false)
    drain(alone)
    expect(waitsFor(alone)).toBe('another agent that offers kind k: its own is to leave')

    const full = serving(false)
    full.agent('a2', ['k'], { client: 'owner-2', capacity: { containers: 0 } })
    drain(full)
    expect(waitsFor(full)).toBe('room for one more of kind k: a2 has 0 of 0 containers: its own agent is to leave')
  })

  test('has its held containers moved: ended there first, then started elsewhere with what they left', () => {
    const net = serving()
    drain(net)
    expect(net.stateOf('u')).toBe('moving')
    expect(net.last('terminate')).toMatchObject({ agentId: 'a1', uuid: 'u', final: true, move: true })
    expect(net.of('start')).toHaveLength(1)
    net.terminated(net.last('terminate'), { page: 7 })
    expect(net.start()).toMatchObject({ agentId: 'a2', options: { uuid: 'u', labels: ['l'] }, state: { page: 7 } })
    net.started()
    expect(net.agentOf('u')).toBe('a2')
    expect(net.state.holds('c1' as never, uuidOf('u'))).toBe(1)
  })

  test('moves what is held since a coordinator started that heard of the agent first, and ends what is not', () => {
    const net = new TestNetwork()
    net.do((state) => state.beginRecovery(net.now, new Map([[agentId('a1'), 3_000]])))
    net.agent('a2', ['k'], { client: 'owner-2' })
    drain(net, 'a1', ['u', 'v'])
    expect([net.stateOf('u'), net.stateOf('v')]).toEqual(['active', 'active'])
    net.restore('c1', 'k', 'u', 'a1')
    expect(net.last('terminate')).toMatchObject({ uuid: 'u', move: true })
    expect(net.stateOf('v')).toBe('active')
    net.pass(8_000)
    expect(net.last('terminate')).toMatchObject({ uuid: 'v', move: false })
    net.agent('a3', ['k'], { client: 'owner-3', containers: [record('w', 'k', 'a3')] })
    drain(net, 'a3', ['w'])
    expect(net.last('terminate')).toMatchObject({ uuid: 'w', reason: 'nobody holds it, and its agent is to leave' })
  })

  test('lets requests wait for what moves, and gets too', () => {
    const net = serving()
    drain(net)
    expect(net.state.lookup(uuidOf('u'))).toMatchObject({ state: 'moving', waitable: true })
    const gets = [net.get('c2', 'k', { uuid: 'u' }), net.get('c2', 'k', { labels: ['l'] })]
    net.terminated()
    net.started()
    expect(gets.map((get) => net.settled(get))).toEqual(['u@a2', 'u@a2'])
  })

  test('moves what somebody waits for though its last holder has gone', () => {
    const net = serving()
    drain(net)
    const get = net.get('c2', 'k', { uuid: 'u' })
    net.release('c1', 'u')
    net.terminated(net.last('terminate'), 'left')
    expect(net.start()).toMatchObject({ agentId: 'a2', state: 'left' })
    net.started()
    expect(net.settled(get)).toBe('u@a2')
  })

  test('ends what nobody needs any more when its move has come so far', () => {
    const net = serving()
    drain(net)
    net.release('c1', 'u')
    net.terminated()
    expect(net.stateOf('u')).toBeUndefined()
    expect(net.of('start')).toHaveLength(1)
  })

  test('has what nobody holds ended at once, unless that cannot end yet', () => {
    const net = serving()
    net.release('c1', 'u')
    drain(net)
    expect(net.last('terminate')).toMatchObject({ uuid: 'u', final: false, move: false })
    net.notYet({ reason: 'it writes' })
    const get = net.get('c2', 'k', { uuid: 'u' })
    expect(net.settled(get)).toBe('u@a1')
    // Held again, it moves
    expect(net.stateOf('u')).toBe('moving')
  })

  test('keeps what nobody else offers, until somebody does', () => {
    const net = serving(false)
    drain(net)
    expect(net.stateOf('u')).toBe('active')
    net.pass(20_000)
    expect(net.stateOf('u')).toBe('active')
    net.agent('a2', ['k'])
    expect(net.stateOf('u')).toBe('moving')
  })

  test('has its containers taken by label only where there is no other', () => {
    const net = serving(false)
    drain(net)
    expect(net.settled(net.get('c2', 'k', { labels: ['l'] }))).toBe('u@a1')
    expect(net.of('start')).toHaveLength(1)
  })

  test('has so many moved at a time', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'owner-1' })
    const uuids = Array.from({ length: maxEndsAtOnce + 3 }, (_, n) => net.running('c1', 'k', { uuid: `u${n}` }))
    net.agent('a2', ['k'])
    drain(net, 'a1', uuids)
    expect(net.of('terminate')).toHaveLength(maxEndsAtOnce)
    net.terminated(net.of('terminate')[0])
    expect(net.of('terminate')).toHaveLength(maxEndsAtOnce + 1)
  })

  test('has what was starting moved when it serves', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'owner-1' })
    const get = net.get('c1', 'k', { uuid: 'u' })
    const start = net.start()
    net.agent('a2', ['k'])
    drain(net, 'a1', [])
    net.started(start)
    expect(net.settled(get)).toBe('u@a1')
    expect(net.stateOf('u')).toBe('moving')
  })

  test('gives a stateless container to the next copy, and its own copies are not chosen', () => {
    const net = new TestNetwork()
    for (const agent of ['a1', 'a2', 'a3']) {
      const container = record('s', 'k', agent, { stateless: true })
      net.agent(agent, [], { client: `owner-${agent.slice(1)}`, containers: [container] })
    }
    net.started()
    const copy = (agent: string, more = {}): ReturnType<typeof record> =>
      record('s', 'k', agent, { stateless: true, ...more })
    net.agent('a2', [], { client: 'owner-2', draining: true, containers: [copy('a2')] })
    net.agent('a1', [], {
      client: 'owner-1',
      draining: true,
      containers: [copy('a1', { token: net.start().token })]
    })
    net.terminated()
    expect(net.start().agentId).toBe('a3')
  })

  test('stays after all when it says so', () => {
    const net = serving(false)
    drain(net)
    net.agent('a1', ['k'], { client: 'owner-1', containers: [record('u', 'k', 'a1')] })
    net.agent('a2', ['k'])
    expect(net.stateOf('u')).toBe('active')
    net.get('c2', 'k', { uuid: 'v' })
    net.get('c2', 'k', { uuid: 'w' })
    expect(new Set(net.of('start').map((start) => start.agentId))).toEqual(new Set(['a1', 'a2']))
  })
})

describe('a container that moves', () => {
  test('is not taken for ended by what its agent tells of it meanwhile: its answer has the state', () => {
    const net = serving()
    drain(net)
    net.do((state) => state.containerUpdates(agentId('a1'), [{ container: record('u', 'k', 'a1'), event: 2 }], net.now))
    drain(net, 'a1', [])
    expect(net.stateOf('u')).toBe('moving')
    expect(net.of('start')).toHaveLength(1)
    net.terminated(net.last('terminate'), 'left')
    expect(net.start()).toMatchObject({ state: 'left' })
  })

  test('starts elsewhere without its state when its agent dies, once that serves no more', () => {
    const net = serving()
    drain(net)
    net.do((state) => state.removeClient('owner-1' as never, net.now, 3_000))
    expect(net.of('start')).toHaveLength(1)
    net.pass(3_000)
    expect(net.start()).toMatchObject({ agentId: 'a2' })
    expect(net.start()).not.toHaveProperty('state')
  })

  test('waits for its agent that does not answer, until that is known to serve no more', () => {
    const net = serving()
    drain(net)
    net.pass(100_000)
    expect(net.of('start')).toHaveLength(1)
    net.do((state) => state.removeClient('owner-1' as never, net.now, 3_000))
    net.pass(3_000 - 1)
    expect(net.of('start')).toHaveLength(1)
    net.pass(1)
    expect(net.of('start')).toHaveLength(2)
  })

  test('keeps its state until it serves, whoever fails to start it', () => {
    const net = serving()
    net.agent('a3', ['k'])
    drain(net)
    net.terminated(net.last('terminate'), 'left')
    const first = net.start()
    net.failed(new Error('full'))
    expect(net.start().agentId).not.toBe(first.agentId)
    expect(net.start()).toMatchObject({ state: 'left' })
    net.started()
    net.agent('a2', ['k'], { client: 'owner-2' })
    expect(net.stateOf('u')).toBe('active')
  })
})
