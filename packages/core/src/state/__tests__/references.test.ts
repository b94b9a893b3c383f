// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { TestNetwork, clientId, uuidOf } from './test-network'

const held = (net: TestNetwork, client: string, uuid: string): number => net.state.holds(clientId(client), uuidOf(uuid))

describe('references', () => {
  test('are counted exactly: two gets and one release leave one', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.running('c1', 'k', { uuid: 'u' })
    expect(net.release('c1', 'u')).toBe(true)
    expect(held(net, 'c1', 'u')).toBe(1)
    net.pass(60_000)
    expect(net.stateOf('u')).toBe('active')
    expect(net.release('c1', 'u')).toBe(true)
    expect(net.release('c1', 'u')).toBe(false)
    expect(held(net, 'c1', 'u')).toBe(0)
  })

  test('of one client do not end with those of another', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    expect(net.release('c2', 'u')).toBe(false)
    net.running('c2', 'k', { uuid: 'u' })
    net.release('c1', 'u')
    net.pass(60_000)
    expect(net.stateOf('u')).toBe('active')
  })

  test('after the last one the container is terminated within the timeout of its kind, not before', () => {
    const net = new TestNetwork({ unusedContainerTimeoutMsByKind: new Map([['brief', 200]]) })
    net.agent('a1', ['k', 'brief'])
    net.running('c1', 'k', { uuid: 'u' })
    net.running('c1', 'brief', { uuid: 'b' })
    net.release('c1', 'u')
    net.release('c1', 'b')
    net.pass(200)
    expect(net.of('terminate').map(({ uuid }) => uuid)).toEqual(['b'])
    net.pass(4_799)
    expect(net.stateOf('u')).toBe('active')
    net.pass(1)
    expect(net.of('terminate').map(({ uuid }) => uuid)).toEqual(['b', 'u'])
    net.terminated()
    expect(net.stateOf('u')).toBeUndefined()
    expect(net.last('gone')).toMatchObject({ uuid: 'u', error: { code: 'NOT_FOUND' } })
  })

  test('a get before that keeps it', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.release('c1', 'u')
    net.pass(4_999)
    net.running('c2', 'k', { uuid: 'u' })
    net.pass(60_000)
    expect(net.of('terminate')).toHaveLength(0)
  })

  test('a client that is removed releases everything it held', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u1' })
    net.running('c1', 'k', { uuid: 'u2' })
    net.running('c2', 'k', { uuid: 'u2' })
    net.removeClient('c1')
    expect(net.state.stats().references).toBe(1)
    net.pass(5_000)
    expect(net.of('terminate').map(({ uuid }) => uuid)).toEqual(['u1'])
    expect(net.of('client-removed')).toEqual([{ type: 'client-removed', client: 'c1' }])
  })

  test('a client that is gone when its start succeeds has none', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.get('c1', 'k', { uuid: 'u' })
    const other = net.get('c2', 'k', { uuid: 'u' })
    net.removeClient('c1')
    net.started()
    expect(net.settled(other)).toBe('u@a1')
    expect(net.state.stats().references).toBe(1)
  })

  test('a get that was cancelled counts none', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.get('c1', 'k', { uuid: 'u' }, 100)
    net.pass(100)
    net.started()
    expect(net.state.stats().references).toBe(0)
    net.pass(5_000)
    expect(net.last('terminate')).toMatchObject({ uuid: 'u' })
  })

  test('a lost connection ends none', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.do((state) => state.clientDetached(clientId('c1'), net.now))
    net.pass(60_000)
    expect(held(net, 'c1', 'u')).toBe(1)
    expect(net.stateOf('u')).toBe('active')
  })

  test('an unknown container or client has none to give back', () => {
    const net = new TestNetwork()
    expect(net.release('nobody', 'nothing')).toBe(false)
    expect(held(net, 'nobody', 'nothing')).toBe(0)
  })
})
