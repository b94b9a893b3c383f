// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { TestNetwork, agentId, clientId, record, uuidOf } from './test-network'

/** A coordinator that starts where an earlier one ran. */
const restarted = (): TestNetwork => {
  const net = new TestNetwork()
  net.do((state) => state.beginRecovery(net.now))
  return net
}

describe('recovery', () => {
  test('a restored reference finds its container when its agent brings it', () => {
    const net = restarted()
    const get = net.restore('c1', 'k', 'u', 'a1')
    net.agent('a2', ['k'])
    expect(net.of('start')).toHaveLength(0)
    expect(net.state.lookup(uuidOf('u'))).toMatchObject({ state: 'recovering', waitable: true })
    net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1')] })
    expect(net.settled(get)).toBe('u@a1')
    expect(net.state.holds(clientId('c1'), uuidOf('u'))).toBe(1)
    net.pass(60_000)
    expect(net.of('start')).toHaveLength(0)
  })

  test('it is found at once when the agent was there first', () => {
    const net = restarted()
    net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1')] })
    expect(net.settled(net.restore('c1', 'k', 'u', 'a1'))).toBe('u@a1')
  })

  test('it is placed anew when the agent registers without it', () => {
    const net = restarted()
    const get = net.restore('c1', 'k', 'u', 'a1')
    const joins = net.get('c2', 'k', { uuid: 'u' })
    net.agent('a1', ['k'])
    net.started()
    expect([net.settled(get), net.settled(joins)]).toEqual(['u@a1', 'u@a1'])
  })

  test('it is placed anew when the agent has registered without it before', () => {
    const net = restarted()
    net.agent('a1', ['k'])
    net.restore('c1', 'k', 'first', 'a1')
    expect(net.start().options.uuid).toBe('first')
    net.restore('c1', 'k', 'second', 'a2')
    expect(net.of('start')).toHaveLength(1)
  })

  describe('while another agent has a lease, whoever saw it last may be behind', () => {
    const leases = new Map([
      [agentId('a1'), 3_000],
      [agentId('a2'), 3_000]
    ])
    const leased = (): TestNetwork => {
      const net = new TestNetwork()
      net.do((state) => state.beginRecovery(net.now, leases))
      return net
    }

    test.each(['before', 'after'])('a get that comes %s the registration without it waits for the other', (when) => {
      const net = leased()
      const early = when === 'before' ? net.restore('c1', 'k', 'u', 'a1') : undefined
      net.agent('a1', ['k'])
      const get = early ?? net.restore('c1', 'k', 'u', 'a1')
      expect(net.of('start')).toHaveLength(0)
      net.agent('a2', ['k'], { containers: [record('u', 'k', 'a2')] })
      expect(net.settled(get)).toBe('u@a2')
      expect(net.of('start')).toHaveLength(0)
    })

    test('a get that joins one of somebody who knows nothing waits for it too', () => {
      const net = leased()
      net.agent('a1', ['k'])
      net.get('c2', 'k', { uuid: 'u' })
      const get = net.restore('c1', 'k', 'u', 'a1')
      expect(net.of('start')).toHaveLength(0)
      net.agent('a2', ['k'])
      net.started()
      expect(net.settled(get)).toMatch(/^u@/)
    })
  })

  test('others who wait for it join what is placed anew', () => {
    const net = restarted()
    net.agent('a1', ['k'])
    const unknown = net.get('c2', 'k', { uuid: 'u' })
    expect(net.of('start')).toHaveLength(0)
    const get = net.restore('c1', 'k', 'u', 'a1')
    net.started()
    expect([net.settled(get), net.settled(unknown)]).toEqual(['u@a1', 'u@a1'])
  })

  test('it is placed anew when the window ends', () => {
    const net = restarted()
    const get = net.restore('c1', 'k', 'u', 'gone')
    net.agent('a2', ['k'])
    net.pass(2_999)
    expect(net.of('start')).toHaveLength(0)
    net.pass(1)
    expect(net.start()).toMatchObject({ agentId: 'a2', options: { uuid: 'u' } })
    net.started()
    expect(net.settled(get)).toBe('u@a2')
  })

  test('without an agent for it when the window ends, it waits for one', () => {
    const net = restarted()
    const get = net.restore('c1', 'k', 'u', 'gone')
    net.pass(3_000)
    expect(net.stateOf('u')).toBeUndefined()
    expect(net.last('gone')).toMatchObject({ uuid: 'u' })
    net.agent('a1', ['k'])
    net.started()
    expect(net.settled(get)).toBe('u@a1')
  })

  test('no get by an unknown uuid or by labels starts anything; one of any does', () => {
    const net = restarted()
    net.agent('a1', ['k'])
    const named = net.get('c1', 'k', { uuid: 'u' })
    const labelled = net.get('c1', 'k', { labels: ['l'] })
    expect(net.of('start')).toHaveLength(0)
    const any = net.get('c1', 'k')
    net.started()
    expect(net.settled(any)).toMatch(/@a1$/)
    net.pass(3_000)
    expect(net.of('start').map(({ options }) => options)).toEqual([{}, { uuid: 'u' }, { labels: ['l'] }])
    net.started(net.start())
    net.started(net.start(1))
    expect([named, labelled].map((get) => net.settled(get).split('@')[1])).toEqual(['a1', 'a1'])
  })

  test('a get by labels is settled as soon as an agent brings a container that fits', () => {
    const net = restarted()
    const get = net.get('c1', 'k', { labels: ['l', 'm'] })
    net.agent('a1', ['k'], { containers: [record('wrong', 'k', 'a1', { labels: ['l'] })] })
    expect(net.outcome(get)).toBe('pending')
    net.agent('a2', ['k'], { containers: [record('right', 'k', 'a2', { labels: ['m', 'l'] })] })
    expect(net.settled(get)).toBe('right@a2')
  })

  test('deadlines hold inside the window', () => {
    const net = restarted()
    const get = net.get('c1', 'k', { uuid: 'u' }, 1_000)
    const labelled = net.get('c1', 'k', { labels: ['l'] }, 1_000)
    net.pass(1_000)
    expect(net.failure(get)).toMatchObject({ code: 'DEADLINE_EXCEEDED' })
    expect(net.failure(labelled).stage).toBe('waiting for the agents to come back after the restart of the coordinator')
    expect(net.stateOf('u')).toBeUndefined()
  })

  test('a container that comes back without references is an orphan only after the window', () => {
    const net = restarted()
    net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1')] })
    net.pass(7_999)
    expect(net.stateOf('u')).toBe('active')
    net.pass(1)
    expect(net.last('terminate').uuid).toBe('u')
  })

  test('a container that an agent has goes before a uuid that clients named under another kind', () => {
    const net = restarted()
    const wrong = net.get('c1', 'other', { uuid: 'u' })
    const registration = net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1')] })
    expect(net.registration(registration)).toEqual([])
    expect(net.failure(wrong).code).toBe('KIND_MISMATCH')
    expect(net.settled(net.get('c1', 'k', { uuid: 'u' }))).toBe('u@a1')
  })

  test('of stateless copies, one that is active wins; none is activated before the window ends', () => {
    const copy = (agent: string, more: object = {}): ReturnType<typeof record> =>
      record('s', 'service', agent, { stateless: true, ...more })
    const net = restarted()
    net.agent('b', [], { containers: [copy('b')] })
    net.agent('a', [], { containers: [copy('a')] })
    expect(net.stateOf('s')).toBe('recovering')
    net.agent('c', [], { containers: [copy('c', { token: { epoch: 6, counter: 1 } })] })
    expect(net.agentOf('s')).toBe('c')
    expect(net.of('start')).toHaveLength(0)
    net.unregister('c')
    expect(net.start().agentId).toBe('a')
  })

  test('without an active one, the first by agent id is activated when the window ends', () => {
    const net = restarted()
    for (const agent of ['b', 'a']) {
      net.agent(agent, [], { containers: [record('s', 'service', agent, { stateless: true })] })
    }
    net.pass(3_000)
    expect(net.of('start')).toMatchObject([{ agentId: 'a' }])
  })

  test('what is known to have died with its agent is placed at once', () => {
    const net = restarted()
    net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1')] })
    net.agent('a2', ['k'])
    net.restore('c1', 'k', 'u', 'a1')
    net.unregister('a1')
    expect(net.start()).toMatchObject({ agentId: 'a2', options: { uuid: 'u' } })
  })

  test('a row that nobody waits for any more is forgotten', () => {
    const net = restarted()
    net.restore('c1', 'k', 'u', 'a1')
    net.removeClient('c1')
    expect(net.stateOf('u')).toBeUndefined()
  })

  test('what an earlier run had started where a start is on its way to is had by the token of that', () => {
    const net = restarted()
    net.agent('a1', ['k'])
    net.pass(3_000)
    const get = net.get('c1', 'k', { uuid: 'u' })
    const { token } = net.start()
    const earlier = { epoch: token.epoch - 1, counter: 6 }
    const found = record('u', 'k', 'a1', { token: earlier, labels: ['red'], healthy: false, lastVisit: 7 })
    net.agent('a1', ['k'], { containers: [found] })
    expect([net.outcome(get), net.stateOf('u')]).toEqual(['pending', 'starting'])
    net.started()
    expect(net.settled(get)).toBe('u@a1')
    expect(net.last('get-settled').token).toEqual(token)
    expect(net.state.list()).toMatchObject([{ uuid: 'u', token, labels: ['red'], healthy: false }])
    expect([net.of('start').length, net.of('terminate').length]).toEqual([1, 0])
  })

  test('such a one ends when the start is given up', () => {
    const net = restarted()
    net.agent('a1', ['k'])
    net.pass(3_000)
    net.get('c1', 'k', { uuid: 'u' })
    const earlier = { epoch: net.start().token.epoch - 1, counter: 6 }
    net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1', { token: earlier })] })
    net.pass(10_000)
    expect(net.last('terminate')).toMatchObject({ agentId: 'a1', uuid: 'u', final: true })
  })

  test('goes on while others come back', () => {
    const net = restarted()
    const get = net.restore('c1', 'k', 'u', 'a2')
    net.pass(2_900)
    net.agent('a1', ['k'])
    net.pass(2_900)
    net.do((state) => state.beginRecovery(net.now))
    net.pass(2_900)
    expect(net.of('start')).toHaveLength(0)
    net.agent('a2', ['k'], { containers: [record('u', 'k', 'a2')] })
    expect(net.settled(get)).toBe('u@a2')
    net.pass(3_000)
    expect(net.state.stats().recovering).toBe(false)
  })

  test('ends all the same, however many come back', () => {
    const net = restarted()
    net.restore('c1', 'k', 'u', 'gone')
    for (let n = 1; n <= 7; n++) {
      net.agent(`a${n}`, ['k'])
      net.pass(2_000)
    }
    expect(net.of('start')).toHaveLength(0)
    net.agent('a8', ['k'])
    net.pass(1_000)
    expect(net.start().options.uuid).toBe('u')
  })

  test('who may still come back is waited for before what nobody holds ends', () => {
    const net = restarted()
    net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1')] })
    for (let n = 2; n <= 6; n++) {
      net.pass(2_500)
      net.agent(`a${n}`, ['k'])
    }
    expect(net.of('terminate')).toHaveLength(0)
    expect(net.settled(net.restore('c1', 'k', 'u', 'a1'))).toBe('u@a1')
  })

  test('happens once per run, and not by itself', () => {
    const net = restarted()
    net.pass(3_000)
    expect(net.state.stats().recovering).toBe(false)
    net.do((state) => state.beginRecovery(net.now))
    expect(net.state.stats().recovering).toBe(false)
    const fresh = new TestNetwork()
    fresh.agent('a1', ['k'])
    fresh.restore('c1', 'k', 'u', 'gone')
    expect(fresh.of('start')).toHaveLength(1)
  })
})
