// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { KindWait } from '../../api/diagnosis'
import { maxWaitsNamed } from '../waits'
import { TestNetwork, clientId, kindOf } from './test-network'

/** As lines: kind, cause, gets, containers. */
const waitsOf = (net: TestNetwork): string[] =>
  net.state
    .waits(net.now)
    .map(({ kind, cause, gets, containers }: KindWait) => `${kind} ${cause} ${gets} ${containers}`)

/** Kind `k`, held as `u` by c1; the process of its agent is gone. */
function bereaved(leaseMs = 0): TestNetwork {
  const net = new TestNetwork()
  net.agent('a1', ['k'], { client: 'owner-1' })
  net.running('c1', 'k', { uuid: 'u' })
  net.do((state) => state.removeClient(clientId('owner-1'), net.now, leaseMs))
  return net
}

describe('what waits', () => {
  test('is nothing where all is served', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    expect(waitsOf(net)).toEqual([])
    expect(net.state.unserved(undefined, net.now, net.unixNow)).toEqual([])
  })

  test('gets of a kind that nobody offers, those of the most first', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.get('c1', 'few', { uuid: 'u' })
    net.get('c1', 'many', {})
    net.get('c2', 'many', {})
    net.get('c1', 'pinned', { placement: { agent: 'a9' as never } })
    expect(waitsOf(net)).toEqual(['many agent 2 0', 'few agent 1 0', 'pinned pin 1 0'])
  })

  test('a start, and whoever waits for it', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.get('c1', 'k', { uuid: 'u' })
    net.get('c2', 'k', { uuid: 'u' })
    expect(waitsOf(net)).toEqual(['k start 2 0'])
    expect(net.state.unserved(undefined, net.now, net.unixNow)).toMatchObject([
      { uuid: 'u', state: 'starting', agentId: 'a1', waiterCount: 2, waitsFor: 'agent a1 to start it' }
    ])
  })

  test('what is held and lost: for the lease, an agent, room, another attempt', () => {
    const net = bereaved(3_000)
    net.get('c2', 'k', { uuid: 'u' })
    expect(waitsOf(net)).toEqual(['k lease 1 1'])
    net.pass(3_000)
    expect(waitsOf(net)).toEqual(['k agent 1 1'])
    net.agent('a2', ['k'], { capacity: { containers: 0 } })
    expect(waitsOf(net)).toContainEqual(expect.stringMatching(/^k room \d 1$/))
    net.agent('a3', ['k'])
    net.failed(new Error('no memory'))
    expect(net.state.waits(net.now)).toMatchObject([
      { cause: 'retry', containers: 1, lastError: expect.stringContaining('no memory') as string }
    ])
  })

  test('is listed by kind, with what it waits for', () => {
    const net = bereaved()
    const listed = net.state.unserved(kindOf('k'), net.now, net.unixNow)
    expect(listed).toMatchObject([
      { uuid: 'u', kind: 'k', state: 'lost', holderCount: 1, waitsFor: 'an agent that offers kind k' }
    ])
    expect(listed[0].agentId).toBeUndefined()
    expect(net.state.unserved(kindOf('other'), net.now, net.unixNow)).toEqual([])
  })

  test('is told of so many kinds at most', () => {
    const net = new TestNetwork()
    for (let at = 0; at <= maxWaitsNamed; at++) net.get('c1', `k${at}`, {})
    expect(waitsOf(net)).toHaveLength(maxWaitsNamed)
  })
})
