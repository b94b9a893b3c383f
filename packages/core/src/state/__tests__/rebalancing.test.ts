// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { KindPlacement, RebalancingOptions } from '../../api/placement'
import { PlacementRules, rulesOf } from '../placement-rules'
import { TestNetwork, record, type EffectOf } from './test-network'

const budget: Required<RebalancingOptions> = { atOnce: 2, perMinute: 60 }

/** One agent with so many held containers, and then another. */
function joined(
  count: number,
  given: KindPlacement = { rebalance: true },
  more: object = {},
  labels?: string[]
): TestNetwork {
  const placement = new PlacementRules(undefined, new Map([['k', rulesOf(given)]]))
  const net = new TestNetwork({ placement, rebalancing: budget })
  net.agent('a1', ['k'], { client: 'owner-1' })
  for (let n = 0; n < count; n++) net.running('c1', 'k', { uuid: `u${n}`, ...(labels === undefined ? {} : { labels }) })
  net.agent('a2', ['k'], { client: 'owner-2', ...more })
  return net
}

const moves = (net: TestNetwork): EffectOf<'terminate'>[] => net.of('terminate').filter(({ move }) => move)

/** Ends every move that is under way, and starts what moves. */
function arrive(net: TestNetwork): void {
  for (const termination of moves(net)) {
    if (net.stateOf(termination.uuid) !== 'moving') continue
    net.terminated(termination, { of: termination.uuid })
    net.started()
  }
}

const on = (net: TestNetwork, agent: string): number =>
  net.state.list().filter(({ agentId }) => agentId === agent).length

describe('rebalancing', () => {
  test('moves held containers to an agent that joins, with their state, until the difference is not worth it', () => {
    const net = joined(9)
    expect(moves(net)).toHaveLength(1)
    net.terminated(moves(net)[0], { page: 1 })
    expect(net.start()).toMatchObject({ agentId: 'a2', state: { page: 1 } })
    net.started()
    for (let second = 0; second < 20; second++) {
      net.pass(1_000)
      arrive(net)
    }
    expect([on(net, 'a1'), on(net, 'a2')]).toEqual([5, 4])
    expect(moves(net)).toHaveLength(4)
  })

  test('keeps to its budget: so many a minute, and so many at a time', () => {
    const net = joined(20)
    net.pass(999)
    expect(moves(net)).toHaveLength(1)
    net.pass(1)
    expect(moves(net)).toHaveLength(2)
    net.pass(9_000)
    expect(moves(net)).toHaveLength(2)
    net.terminated(moves(net)[0])
    net.pass(1_000)
    expect(moves(net)).toHaveLength(2)
    net.started()
    expect(moves(net)).toHaveLength(3)
  })

  test.each([
    ['kinds that do not ask for it', joined(9, {})],
    ['containers that want to be where others are', joined(9, { rebalance: true, attract: ['t'] }, {}, ['t:1'])],
    ['a difference of one', joined(1)],
    ['agents that are full', joined(9, { rebalance: true }, { capacity: { containers: 0 } })],
    ['agents that are to leave', joined(9, { rebalance: true }, { draining: true })],
    ['agents that do not offer the kind', joined(9, { rebalance: true }, { kinds: [] })]
  ])('passes over %s', (_, net) => {
    net.pass(4_000)
    expect(moves(net)).toEqual([])
  })

  test('passes over what is not held, what cannot end yet, and what is pinned', () => {
    const placement = new PlacementRules(rulesOf({ rebalance: true }))
    const net = new TestNetwork({ placement, rebalancing: budget })
    net.agent('a1', ['k'], { client: 'owner-1' })
    net.running('c1', 'k', { uuid: 'late' })
    net.release('c1', 'late')
    net.pass(5_000)
    net.notYet({ reason: 'busy' })
    net.running('c1', 'k', { uuid: 'free' })
    net.release('c1', 'free')
    net.running('c1', 'k', { uuid: 'pinned', placement: { agent: 'a1' } })
    net.running('c1', 'k', { uuid: 'held' })
    net.agent('a2', ['k'], { client: 'owner-2' })
    expect(moves(net).map(({ uuid }) => uuid)).toEqual(['held'])
  })

  test('passes over agents that cannot end a container so that it goes on elsewhere', () => {
    const placement = new PlacementRules(rulesOf({ rebalance: true }))
    const net = new TestNetwork({ placement, rebalancing: budget })
    net.agent('a1', ['k'], { moves: false })
    for (let n = 0; n < 9; n++) net.running('c1', 'k', { uuid: `u${n}` })
    net.agent('a2', ['k'])
    expect(moves(net)).toEqual([])
  })

  test('keeps a place where it goes, whoever asks meanwhile', () => {
    const net = joined(3, { rebalance: true }, { capacity: { containers: 1 } })
    const [moving] = moves(net)
    net.get('c2', 'k', { uuid: 'other' })
    expect(net.start()).toMatchObject({ agentId: 'a1', options: { uuid: 'other' } })
    net.terminated(moving)
    expect(net.start()).toMatchObject({ agentId: 'a2', options: { uuid: moving.uuid } })
  })

  test('loses nothing when the agent that joined goes again in the middle, and gives it no more', () => {
    const net = joined(4)
    const [moving] = moves(net)
    net.unregister('a2')
    net.terminated(moving)
    net.started()
    expect(net.agentOf(moving.uuid)).toBe('a1')
    net.pass(4_000)
    expect(moves(net)).toHaveLength(1)
  })

  test('gives no more to an agent that cannot start them', () => {
    const net = joined(6)
    net.terminated(moves(net)[0])
    net.failed(new Error('broken'))
    net.started()
    expect(net.agentOf(moves(net)[0].uuid)).toBe('a1')
    net.pass(4_000)
    expect(moves(net)).toHaveLength(1)
  })

  test('waits for the end of the recovery window', () => {
    const placement = new PlacementRules(rulesOf({ rebalance: true }))
    const net = new TestNetwork({ placement, rebalancing: budget })
    net.do((state) => state.beginRecovery(net.now))
    const containers = Array.from({ length: 4 }, (_, n) => record(`u${n}`, 'k', 'a1'))
    net.agent('a1', ['k'], { containers })
    for (let n = 0; n < 4; n++) net.running('c1', 'k', { uuid: `u${n}` })
    net.agent('a2', ['k'])
    expect(moves(net)).toEqual([])
    net.pass(20_000)
    expect(moves(net).length).toBeGreaterThan(0)
  })
})
