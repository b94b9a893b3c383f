// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecord } from '../../api/agent'
import { TestNetwork, agentId, record, uuidOf } from './test-network'

describe('a copy that comes back while nobody serves its uuid', () => {
  /** Container u was served by a1, then by a2, and is lost with a2. Answers with what a1 still has. */
  function servedElsewhereSince(net: TestNetwork): Partial<AgentRecord> {
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    const old = record('u', 'k', 'a1', { token: net.last('start').token })
    net.agent('a2', ['k'])
    net.do((state) => state.unregister(agentId('a1'), net.now))
    net.started()
    expect(net.state.lookup(uuidOf('u'))).toMatchObject({ state: 'active', agentId: 'a2' })
    net.do((state) => state.unregister(agentId('a2'), net.now))
    expect(net.stateOf('u')).toBe('lost')
    return { containers: [old] }
  }

  test('is terminated and started anew, in this order, when a later activation has served', () => {
    const net = new TestNetwork()
    const back = servedElsewhereSince(net)
    const effects = net.during(() => net.agent('a1', ['k'], back))
    const order = effects.flatMap(({ type }) => (type === 'terminate' || type === 'start' ? [type] : []))
    expect(order).toEqual(['terminate', 'start'])
    expect(net.last('terminate')).toMatchObject({ agentId: 'a1', uuid: 'u' })
    expect(net.last('start')).toMatchObject({ agentId: 'a1', options: { uuid: 'u' } })
  })

  test('is adopted when a later one was started and has not served', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    const old = record('u', 'k', 'a1', { token: net.last('start').token })
    net.agent('a2', ['k'])
    net.do((state) => state.unregister(agentId('a1'), net.now))
    net.do((state) => state.unregister(agentId('a2'), net.now))
    expect(net.stateOf('u')).toBe('lost')
    net.agent('a1', ['k'], { containers: [old] })
    expect(net.state.lookup(uuidOf('u'))).toMatchObject({ state: 'active', agentId: 'a1' })
    expect(net.of('terminate')).toHaveLength(0)
  })

  test.each([
    ['serves', 'active'],
    ['ends', 'moving']
  ])('that was adopted %s when the later one comes back, which has not served and ends', (_what, then) => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    const old = record('u', 'k', 'a1', { token: net.last('start').token })
    net.agent('a2', ['k'])
    net.do((state) => state.unregister(agentId('a1'), net.now))
    const later = record('u', 'k', 'a2', { token: net.last('start').token })
    net.do((state) => state.unregister(agentId('a2'), net.now))
    net.agent('a1', ['k'], { containers: [old] })
    if (then === 'moving') net.do((state) => state.terminate(uuidOf('u'), { force: true }, net.now))
    const back = net.agent('a2', ['k'], { containers: [later] })
    expect(net.registration(back)).toEqual(['u'])
    expect(net.last('terminate')).toMatchObject({ agentId: 'a2', uuid: 'u' })
    expect(net.state.lookup(uuidOf('u'))).toMatchObject({ state: then, agentId: 'a1' })
  })

  test('of a stateless container is activated anew, with a larger token', () => {
    const net = new TestNetwork()
    const copy = (agent: string, more: object = {}): ReturnType<typeof record> =>
      record('s', 'service', agent, { stateless: true, ...more })
    net.agent('a1', [], { containers: [copy('a1')] })
    net.started()
    net.running('c1', 'service', { uuid: 's' })
    const { token } = net.last('start')
    net.agent('a2', [], { containers: [copy('a2')] })
    net.unregister('a1')
    net.started()
    net.unregister('a2')
    const later = net.last('start').token
    const effects = net.during(() => net.agent('a1', [], { containers: [copy('a1', { token })] }))
    expect(effects.map(({ type }) => type)).toEqual(['registered', 'deactivate', 'start'])
    expect(net.start()).toMatchObject({ agentId: 'a1', options: { uuid: 's' } })
    expect(net.start().token.counter).toBeGreaterThan(later.counter)
    net.started()
    expect(net.agentOf('s')).toBe('a1')
  })
})
