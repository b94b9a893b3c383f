// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '../../errors'
import { TestNetwork, clientId, record, uuidOf } from './test-network'

/** An agent with a place for so many. */
function limited(containers: number, ...others: number[]): TestNetwork {
  const net = new TestNetwork()
  for (const [index, count] of [containers, ...others].entries()) {
    net.agent(`a${index + 1}`, ['k'], { client: `owner-${index + 1}`, capacity: { containers: count } })
  }
  return net
}

describe('capacity', () => {
  test('agents that are full though nobody knew are all named', () => {
    const net = new TestNetwork()
    for (let n = 1; n <= 10; n++) net.agent(`a${n}`, ['k'], { client: `owner-${n}` })
    const get = net.get('c1', 'k', { uuid: 'u' })
    for (let n = 1; n <= 10; n++) net.failed(new NetworkError('CAPACITY', 'no room'))
    const error = net.failure(get)
    expect(error).toMatchObject({ code: 'CAPACITY', retryable: true, agentId: 'a10' })
    expect(error.message).toMatch(/^None of the agents a1, a2, .*, a8 and 2 more could start container u .*no room$/)
  })

  test('counts what starts: a burst of gets asks for no more than there are places', () => {
    const net = limited(2, 1)
    const gets = ['u', 'v', 'w', 'x', 'y'].map((uuid) => net.get('c1', 'k', { uuid }))
    expect(net.of('start').map(({ agentId }) => agentId)).toEqual(['a1', 'a2', 'a1'])
    const refused = gets.slice(3).map((get) => net.failure(get))
    expect(refused.map(({ code, retryable }) => [code, retryable])).toEqual([
      ['CAPACITY', true],
      ['CAPACITY', true]
    ])
    expect(refused[0].message).toContain('a1 has 2 of 2 containers')
    expect(refused[0].message).toContain('a2 has 1 of 1 containers')
  })

  test('joins what starts or lives already, full or not', () => {
    const net = limited(1)
    const first = net.get('c1', 'k', { uuid: 'u', labels: ['l'] })
    const joining = [net.get('c2', 'k', { uuid: 'u' }), net.get('c2', 'k', { labels: ['l'] }), net.get('c2', 'k')]
    net.started()
    expect([first, ...joining].map((get) => net.settled(get))).toEqual(['u@a1', 'u@a1', 'u@a1', 'u@a1'])
  })

  test('a place is free again when its start fails, and when its container has ended', () => {
    const net = limited(1)
    net.get('c1', 'k', { uuid: 'u' })
    net.failed(new Error('broken'))
    const again = net.get('c1', 'k', { uuid: 'v' })
    net.started()
    net.release('c1', net.settled(again).split('@')[0])
    net.pass(5_000)
    expect(net.stateOf('v')).toBe('terminating')
    expect(net.failure(net.get('c1', 'k', { uuid: 'w' })).code).toBe('CAPACITY')
    net.terminated()
    net.get('c1', 'k', { uuid: 'w' })
    expect(net.start().options.uuid).toBe('w')
  })

  test('limits a kind apart from the others', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k', 'other'], { capacity: { containers: 3, byKind: { k: 1 } } })
    net.running('c1', 'k', { uuid: 'u' })
    expect(net.failure(net.get('c1', 'k', { uuid: 'v' })).message).toContain('a1 has 1 of 1 of this kind')
    net.running('c1', 'other', { uuid: 'x' })
    net.running('c1', 'other', { uuid: 'y' })
    expect(net.failure(net.get('c1', 'other', { uuid: 'z' })).message).toContain('a1 has 3 of 3 containers')
  })

  test('does not count stateless containers, which agents bring themselves', () => {
    const net = limited(1)
    const containers = [record('s', 'altar', 'a1', { stateless: true })]
    net.agent('a1', ['k'], { client: 'owner-1', capacity: { containers: 1 }, containers })
    net.started()
    expect(net.agentOf('s')).toBe('a1')
    net.running('c1', 'k', { uuid: 'u' })
    expect(net.agentOf('u')).toBe('a1')
  })

  test('an agent that refuses all the same is passed over for the next', () => {
    const net = limited(5, 5)
    const get = net.get('c1', 'k', { uuid: 'u' })
    net.failed(new NetworkError('CAPACITY', 'it has 5 of 5'))
    net.started()
    expect(net.settled(get)).toBe('u@a2')
    const refused = net.get('c1', 'k', { uuid: 'v' })
    net.failed(new NetworkError('CAPACITY', 'it has 5 of 5'))
    net.failed(new NetworkError('CAPACITY', 'it has 5 of 5'))
    expect(net.failure(refused)).toMatchObject({ code: 'CAPACITY', retryable: true })
    expect(net.stateOf('v')).toBeUndefined()
  })

  test('what is held waits for room when its agent dies, and has the first that there is', () => {
    const net = limited(2, 2)
    for (const uuid of ['u', 'v', 'w', 'x']) net.running('c1', 'k', { uuid })
    const [lost, other] = ['u', 'v', 'w', 'x'].filter((uuid) => net.agentOf(uuid) === 'a1')
    net.unregister('a1')
    expect([lost, other].map((uuid) => net.stateOf(uuid))).toEqual(['lost', 'lost'])
    expect(net.failure(net.get('c2', 'k', { uuid: lost })).code).toBe('CAPACITY')
    const [ending] = ['u', 'v', 'w', 'x'].filter((uuid) => net.agentOf(uuid) === 'a2')
    net.release('c1', ending)
    net.pass(5_000)
    net.terminated()
    expect(net.start().options.uuid).toBe(lost)
    net.agent('a3', ['k'], { capacity: { containers: 1 } })
    expect(net.start()).toMatchObject({ agentId: 'a3', options: { uuid: other } })
  })

  test('a larger capacity, said again, lets in who waits', () => {
    const net = limited(1, 1)
    for (const uuid of ['u', 'v']) net.running('c1', 'k', { uuid })
    net.unregister('a1')
    expect(net.stateOf('u')).toBe('lost')
    const containers = [record('v', 'k', 'a2', { token: net.start().token })]
    net.agent('a2', ['k'], { client: 'owner-2', capacity: { containers: 2 }, containers })
    expect(net.start()).toMatchObject({ agentId: 'a2', options: { uuid: 'u' } })
  })

  test('a drain moves what others have room for, keeps its place there, and the rest when they have', () => {
    const net = limited(3, 3)
    for (const uuid of ['u', 'v', 'w', 'x']) net.running('c1', 'k', { uuid })
    const starts = net.of('start')
    const mine = starts.filter(({ agentId }) => agentId === 'a1')
    const containers = mine.map(({ options, token }) => record(options.uuid as string, 'k', 'a1', { token }))
    net.agent('a1', ['k'], { client: 'owner-1', capacity: { containers: 3 }, draining: true, containers })
    const [first, second] = mine.map(({ options }) => options.uuid as string)
    expect([net.stateOf(first), net.stateOf(second)]).toEqual(['moving', 'active'])
    expect(net.failure(net.get('c2', 'k', { uuid: 'y' })).code).toBe('CAPACITY')
    net.terminated()
    expect(net.start()).toMatchObject({ agentId: 'a2', options: { uuid: first } })
    net.started()
    net.agent('a3', ['k'], { client: 'owner-3', capacity: { containers: 1 } })
    expect(net.stateOf(second)).toBe('moving')
  })

  describe('a hold that is re-established where nobody has room', () => {
    const holds = (net: TestNetwork, client: string): number => net.state.holds(clientId(client), uuidOf('u'))

    test('is counted, each time, and its container has the first room there is', () => {
      const net = limited(1)
      net.running('c1', 'k', { uuid: 'other' })
      const restored = [net.restore('c2', 'k', 'u', 'gone'), net.restore('c2', 'k', 'u'), net.restore('c3', 'k', 'u')]
      expect(restored.map((get) => net.outcome(get))).toEqual(['counted', 'counted', 'counted'])
      expect([holds(net, 'c2'), holds(net, 'c3'), net.stateOf('u')]).toEqual([2, 1, 'lost'])
      expect(net.failure(net.get('c4', 'k', { uuid: 'u' })).code).toBe('CAPACITY')
      net.release('c1', 'other')
      net.pass(5_000)
      net.terminated()
      expect(net.start()).toMatchObject({ agentId: 'a1', options: { uuid: 'u' } })
      net.started()
      expect([holds(net, 'c2'), holds(net, 'c3'), net.stateOf('u')]).toEqual([2, 1, 'active'])
      net.pass(50)
      expect(net.eventsOf('c3').flatMap(({ containers }) => containers.map(({ container }) => container.uuid))).toEqual(
        ['u']
      )
    })

    test('is counted when the recovery window ends, and those who only asked are refused', () => {
      const net = new TestNetwork()
      net.do((state) => state.beginRecovery(net.now))
      net.agent('a1', ['k'], { capacity: { containers: 0 } })
      const restored = net.restore('c1', 'k', 'u', 'gone')
      const asked = net.get('c2', 'k', { uuid: 'u' })
      net.pass(3_000)
      expect([net.outcome(restored), net.failure(asked).code]).toEqual(['counted', 'CAPACITY'])
      expect([holds(net, 'c1'), holds(net, 'c2'), net.stateOf('u')]).toEqual([1, 0, 'lost'])
    })

    test('is let go as any other', () => {
      const net = limited(0)
      net.restore('c1', 'k', 'u')
      expect(net.release('c1', 'u')).toBe(true)
      expect(net.stateOf('u')).toBeUndefined()
    })

    test.each([
      ['refuse it', new NetworkError('CAPACITY', 'it has 5 of 5')],
      ['fail to start it', new Error('broken')]
    ])('is counted when agents %s, which are asked again', (_, error) => {
      const net = limited(5, 5)
      const restored = net.restore('c1', 'k', 'u')
      net.failed(error)
      net.failed(error)
      expect(net.outcome(restored)).toBe('counted')
      expect(net.of('start').map(({ agentId }) => agentId)).toEqual(['a1', 'a2'])
      net.pass(100)
      net.started()
      expect([holds(net, 'c1'), net.stateOf('u')]).toEqual([1, 'active'])
    })

    test('is counted when its starts kill their agents', () => {
      const net = limited(1, 1, 1)
      const restored = net.restore('c1', 'k', 'u')
      for (let n = 1; n <= 3; n++) {
        net.unregister(net.start().agentId)
        net.pass(5_000)
      }
      expect([net.outcome(restored), holds(net, 'c1'), net.stateOf('u')]).toEqual(['counted', 1, 'lost'])
    })
  })

  test('the list of agents says it', () => {
    expect(limited(4).state.agents()[0]).toMatchObject({ capacity: { containers: 4 }, placed: { containers: 0 } })
    const net = new TestNetwork()
    net.agent('a1', ['k', 'other'], { capacity: { byKind: { k: 2 } } })
    for (const kind of ['k', 'other', 'other']) net.get('c1', kind)
    expect(net.state.agents()[0].placed).toEqual({ byKind: { k: 1 } })
  })
})
