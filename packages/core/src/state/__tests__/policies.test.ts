// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { KindPlacement } from '../../api/placement'
import { PlacementRules, rulesOf } from '../placement-rules'
import { Random } from './random'
import { TestNetwork, clientId, record, uuidOf } from './test-network'

function network(byKind: Record<string, KindPlacement>, seed = 1): TestNetwork {
  const rules = new Map(Object.entries(byKind).map(([kind, given]) => [kind, rulesOf(given)]))
  const random = new Random(seed)
  return new TestNetwork({ placement: new PlacementRules(undefined, rules), random: () => random.below(1e6) / 1e6 })
}

function counts(net: TestNetwork): Record<string, number> {
  const result: Record<string, number> = {}
  for (const { agentId } of net.state.list()) result[agentId] = (result[agentId] ?? 0) + 1
  return result
}

describe('policies of placement', () => {
  test('round robin is kept for each kind by itself', () => {
    const net = network({})
    net.agent('a1', ['k', 'other'])
    net.agent('a2', ['k', 'other'])
    const places = ['k', 'other', 'k', 'other'].map((kind, n) =>
      net.agentOf(net.running('c1', kind, { uuid: `u${n}` }))
    )
    expect(places).toEqual(['a1', 'a1', 'a2', 'a2'])
  })

  test('the least loaded of two has fewer containers, and all stay close together', () => {
    const net = network({ k: { policy: 'least-loaded' } })
    net.agent('a1', ['k'], { containers: Array.from({ length: 20 }, (_, n) => record(`old-${n}`, 'k', 'a1')) })
    for (const agent of ['a2', 'a3', 'a4']) net.agent(agent, ['k'])
    for (let n = 0; n < 60; n++) net.running('c1', 'k', { uuid: `u${n}` })
    for (const count of Object.values(counts(net))) expect(count).toBeGreaterThanOrEqual(16)
    expect(counts(net).a1).toBeLessThanOrEqual(23)
  })

  test.each([
    ['requests in flight', { inFlight: 50, lagMs: 0 }],
    ['a late event loop', { inFlight: 0, lagMs: 400 }]
  ])('%s, as agents report them, count too', (_, load) => {
    const net = network({ k: { policy: 'least-loaded' } })
    net.agent('a1', ['k'], { client: 'owner-1' })
    net.agent('a2', ['k'], { client: 'owner-2' })
    net.state.load(clientId('owner-1'), load)
    for (let n = 0; n < 8; n++) net.running('c1', 'k', { uuid: `u${n}` })
    expect(counts(net)).toEqual({ a2: 8 })
    net.state.load(clientId('owner-1'), { inFlight: 0, lagMs: 0 })
    expect(net.state.agents()[0].load?.lagMs ?? 0).toBeLessThan(200)
  })

  test('the same lots give the same places', () => {
    const run = (): string[] => {
      const net = network({ k: { policy: 'least-loaded' } }, 5)
      for (const agent of ['a1', 'a2', 'a3', 'a4', 'a5']) net.agent(agent, ['k'])
      return Array.from({ length: 30 }, (_, n) => net.agentOf(net.running('c1', 'k', { uuid: `u${n}` })) ?? '')
    }
    expect(run()).toEqual(run())
  })

  test('a failed agent is not drawn again for that container', () => {
    const net = network({ k: { policy: 'least-loaded' } })
    for (const agent of ['a1', 'a2', 'a3']) net.agent(agent, ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.unregister(net.agentOf('u') as string)
    net.failed(new Error('broken'))
    net.started()
    expect(net.stateOf('u')).toBe('active')
  })

  test('a get that asks for nothing has the container of an agent drawn by lot, while all are full that of each in turn', () => {
    const net = network({ k: { policy: 'least-loaded' } })
    for (const agent of ['a1', 'a2']) net.agent(agent, ['k'], { capacity: { containers: 1 } })
    net.running('c1', 'k', { uuid: 'u' })
    net.running('c1', 'k', { uuid: 'v' })
    expect(new Set([net.running('c1', 'k'), net.running('c1', 'k')])).toEqual(new Set(['u', 'v']))
  })

  test('labels attract: a container starts where one of the same label is, of other kinds too, as long as there is room', () => {
    const net = network({ room: { attract: ['tenant'] }, chat: { attract: ['tenant'] }, other: {} })
    for (const agent of ['a1', 'a2', 'a3']) net.agent(agent, ['room', 'chat', 'other'], { capacity: { containers: 4 } })
    net.running('c1', 'other', { uuid: 'x', labels: ['tenant:acme'] })
    const room = net.running('c1', 'room', { uuid: 'r', labels: ['tenant:acme', 'large'] })
    net.running('c1', 'other', { uuid: 'y', labels: ['tenant:acme'] })
    const chat = net.running('c1', 'chat', { uuid: 'c', labels: ['tenant:acme'] })
    expect(net.agentOf(chat)).toBe(net.agentOf(room))
    const more = ['r2', 'r3', 'r4'].map((uuid) =>
      net.agentOf(net.running('c1', 'room', { uuid, labels: ['tenant:acme'] }))
    )
    expect(more[0]).toBe(net.agentOf(room))
    expect(more[1]).not.toBe(net.agentOf(room))
    expect(more[2]).toBe(more[1])
  })

  test('labels repel: replicas spread over the agents, and come together only when each has one', () => {
    const net = network({ replica: { repel: ['shard'] } })
    for (const agent of ['a1', 'a2', 'a3']) net.agent(agent, ['replica'])
    const places = Array.from({ length: 6 }, (_, n) =>
      net.agentOf(net.running('c1', 'replica', { uuid: `s${n}`, labels: ['shard=7'] }))
    )
    expect(new Set(places.slice(0, 3)).size).toBe(3)
    expect(new Set(places.slice(3)).size).toBe(3)
  })

  test('a kind is started by the agents it is bound to only, and waits without them', () => {
    const net = network({ k: { agents: ['a2'] } })
    net.agent('a1', ['k'])
    const get = net.get('c1', 'k', { uuid: 'u' })
    expect(net.outcome(get)).toBe('pending')
    net.agent('a2', ['k'])
    net.started()
    expect(net.settled(get)).toBe('u@a2')
  })

  describe('a get that is pinned', () => {
    test('starts there and nowhere else, waits for that agent, and its container comes back there', () => {
      const net = network({})
      net.agent('a1', ['k'])
      const get = net.get('c1', 'k', { uuid: 'u', placement: { agent: 'a2' } })
      expect(net.outcome(get)).toBe('pending')
      net.agent('a2', ['k'])
      net.started()
      expect(net.settled(get)).toBe('u@a2')
      net.unregister('a2')
      expect(net.stateOf('u')).toBe('lost')
      net.agent('a2', ['k'])
      net.started()
      expect(net.agentOf('u')).toBe('a2')
    })

    test('says whom it has waited for', () => {
      const net = network({})
      net.agent('a1', ['k'])
      const get = net.get('c1', 'k', { uuid: 'u', placement: { agent: 'a2' } })
      net.pass(30_000)
      expect(net.failure(get)).toMatchObject({ code: 'NO_AGENT', agentId: 'a2' })
    })

    test('is refused when that agent is full, though others have room', () => {
      const net = network({})
      net.agent('a1', ['k'])
      net.agent('a2', ['k'], { capacity: { containers: 0 } })
      const get = net.get('c1', 'k', { placement: { agent: 'a2' } })
      expect(net.failure(get)).toMatchObject({ code: 'CAPACITY', agentId: 'a2' })
    })

    test('has what lives elsewhere as it is; without uuid and labels that of the agent', () => {
      const net = network({})
      net.agent('a1', ['k'])
      net.agent('a2', ['k'])
      net.running('c1', 'k', { uuid: 'u' })
      expect(net.settled(net.get('c2', 'k', { uuid: 'u', placement: { agent: 'a2' } }))).toBe('u@a1')
      net.get('c2', 'k', { placement: { agent: 'a2' } })
      expect(net.start().agentId).toBe('a2')
    })

    test('its container stays when the agent drains, until that closes', () => {
      const net = network({})
      net.agent('a1', ['k'], { client: 'owner-1' })
      net.agent('a2', ['k'])
      net.running('c1', 'k', { uuid: 'u', placement: { agent: 'a1' } })
      const containers = [record('u', 'k', 'a1', { token: net.start().token })]
      net.agent('a1', ['k'], { client: 'owner-1', draining: true, containers })
      expect(net.stateOf('u')).toBe('active')
      expect(net.state.holds(clientId('c1'), uuidOf('u'))).toBe(1)
    })
  })
})
