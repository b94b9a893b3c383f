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
})
