// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkEventKind } from '../../api/events'
import type { ActivationToken } from '../../api/token'
import { TestNetwork, agentId, record, uuidOf } from './test-network'

const token: ActivationToken = { epoch: 6, counter: 1 }
const ending = (agent: string, of: ActivationToken = token): ReturnType<typeof record> =>
  record('u', 'k', agent, { token: of, ends: true })

/** A coordinator whose predecessor knew two agents; the second is back. */
function restarted(): TestNetwork {
  const net = new TestNetwork()
  const leases = new Map([agentId('a1'), agentId('a2')].map((id) => [id, 3_000]))
  net.do((state) => state.beginRecovery(net.now, leases))
  net.agent('a2', ['k'], { client: 'p2' })
  return net
}

const ended = (net: TestNetwork): void =>
  net.do((state) =>
    state.containerUpdates(
      agentId('a1'),
      [{ container: record('u', 'k', 'a1', { token }), event: NetworkEventKind.removed }],
      net.now
    )
  )

describe('a container that its agent was ending when it registered', () => {
  test('starts elsewhere when it has ended, and not before', () => {
    const net = restarted()
    const get = net.restore('c1', 'k', 'u', 'a1')
    net.agent('a1', [], { client: 'p1', containers: [ending('a1')] })
    net.pass(5_000)
    expect([net.outcome(get), net.of('start').length]).toEqual(['pending', 0])
    ended(net)
    net.started()
    expect(net.settled(get)).toBe('u@a2')
  })

  test('is waited for by who asks for it later', () => {
    const net = restarted()
    net.agent('a1', [], { client: 'p1', containers: [ending('a1')] })
    const get = net.get('c1', 'k', { uuid: 'u' })
    expect([net.outcome(get), net.of('start').length]).toEqual(['pending', 0])
    expect(net.state.explain(uuidOf('u'), net.now, net.unixNow)?.waitsFor).toBe(
      'agent a1 to end it, for 23.0 s at most'
    )
    ended(net)
    expect(net.start().agentId).toBe(agentId('a2'))
  })

  test('is forgotten when it has ended and nobody wants it', () => {
    const net = restarted()
    net.agent('a1', [], { client: 'p1', containers: [ending('a1')] })
    expect(net.stateOf('u')).toBe('lost')
    ended(net)
    expect([net.stateOf('u'), net.of('start').length]).toEqual([undefined, 0])
  })

  test('has ended when its agent registers without it', () => {
    const net = restarted()
    net.agent('a1', [], { client: 'p1', containers: [ending('a1')] })
    net.get('c1', 'k', { uuid: 'u' })
    net.agent('a1', [], { client: 'p1' })
    expect(net.start().agentId).toBe(agentId('a2'))
  })

  test('is waited for as long as an end may take, if nobody ever says that it has ended', () => {
    const net = restarted()
    net.agent('a1', [], { client: 'p1', containers: [ending('a1')] })
    net.get('c1', 'k', { uuid: 'u' })
    net.pass(23_000 - 1)
    expect(net.of('start')).toHaveLength(0)
    net.pass(1)
    expect(net.of('start')).toHaveLength(1)
  })

  test('starts elsewhere when its agent is gone, after its lease', () => {
    const net = restarted()
    net.agent('a1', [], { client: 'p1', containers: [ending('a1')] })
    net.get('c1', 'k', { uuid: 'u' })
    net.do((state) => state.removeClient('p1' as never, net.now, 3_000))
    net.pass(3_000 - 1)
    expect(net.of('start')).toHaveLength(0)
    net.pass(1)
    expect(net.of('start')).toHaveLength(1)
  })

  test('starts elsewhere at once when its agent has said goodbye', () => {
    const net = restarted()
    net.agent('a1', [], { client: 'p1', containers: [ending('a1')] })
    net.get('c1', 'k', { uuid: 'u' })
    net.do((state) => state.removeClient('p1' as never, net.now))
    expect(net.of('start')).toHaveLength(1)
  })

  test('changes nothing of a later activation', () => {
    const net = new TestNetwork()
    net.agent('a2', ['k'], { client: 'p2' })
    net.running('c1', 'k', { uuid: 'u' })
    net.agent('a1', [], { client: 'p1', containers: [ending('a1')] })
    ended(net)
    expect([net.stateOf('u'), net.state.lookup(uuidOf('u'))?.agentId]).toEqual(['active', agentId('a2')])
  })

  test('goes on ending for the coordinator that asked for it', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'p1' })
    net.running('c1', 'k', { uuid: 'u' })
    const of = net.start().token
    net.release('c1', 'u')
    net.pass(5_000)
    expect(net.stateOf('u')).toBe('terminating')
    net.agent('a1', ['k'], { client: 'p1', containers: [ending('a1', of)] })
    net.get('c2', 'k', { uuid: 'u' })
    expect([net.stateOf('u'), net.of('start').length]).toEqual(['terminating', 1])
    net.terminated()
    expect(net.of('start')).toHaveLength(2)
  })
})
