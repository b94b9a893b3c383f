// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '../../errors'
import { TestNetwork, clientId, listening, record, uuidOf } from './test-network'

describe('get by uuid', () => {
  test('starts the container once for all who wait, each of whom holds it', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    const gets = [
      net.get('c1', 'k', { uuid: 'u' }),
      net.get('c2', 'k', { uuid: 'u' }),
      net.get('c1', 'k', { uuid: 'u' })
    ]
    expect(net.of('start')).toHaveLength(1)
    net.started()
    expect(gets.map((get) => net.settled(get))).toEqual(['u@a1', 'u@a1', 'u@a1'])
    expect(net.state.holds(clientId('c1'), uuidOf('u'))).toBe(2)
    expect(net.state.holds(clientId('c2'), uuidOf('u'))).toBe(1)
    expect(net.of('get-settled').map(({ getId }) => getId)).toEqual(gets)
  })

  test('settles at once with a live container, wherever it is, and tells its agent’s endpoint', () => {
    const net = new TestNetwork()
    const endpoint = listening(1)
    net.agent('a1', ['k'], { endpoint })
    net.agent('a2', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    const get = net.get('c2', 'k', { uuid: 'u' })
    expect(net.settled(get)).toBe('u@a1')
    expect(net.last('get-settled')).toMatchObject({ agentId: 'a1', endpoint: 'u@a1', agentEndpoint: endpoint })
  })

  test('hands uuid, labels and extra to the start, and the record carries them', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u', labels: ['l'], extra: { size: 3 } })
    expect(net.start()).toMatchObject({ kind: 'k', options: { uuid: 'u', labels: ['l'], extra: { size: 3 } } })
    expect(net.state.list()).toMatchObject([
      { uuid: 'u', agentId: 'a1', labels: ['l'], extra: { size: 3 }, token: { epoch: 7 } }
    ])
  })

  test.each(['starting', 'active', 'lost', 'terminating'] as const)(
    'of another kind than one that is %s fails',
    (state) => {
      const net = new TestNetwork()
      net.agent('a1', ['k', 'other'])
      if (state === 'starting') net.get('c1', 'k', { uuid: 'u' })
      else net.running('c1', 'k', { uuid: 'u' })
      if (state === 'lost') net.unregister('a1')
      if (state === 'terminating') {
        net.release('c1', 'u')
        net.pass(5_000)
      }
      expect(net.stateOf('u')).toBe(state)
      const error = net.failure(net.get('c2', 'other', { uuid: 'u' }))
      expect(error).toMatchObject({ code: 'KIND_MISMATCH', uuid: 'u', kind: 'other' })
      expect(error.message).toContain('Container u is of kind k, not other')
    }
  )

  test('waits for the end of a container that terminates, then starts it anew with a larger token', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    const first = net.start().token
    net.release('c1', 'u')
    net.pass(5_000)
    const get = net.get('c2', 'k', { uuid: 'u' })
    expect(net.of('start')).toHaveLength(1)
    net.terminated()
    expect(net.start().token.counter).toBeGreaterThan(first.counter)
    net.started()
    expect(net.settled(get)).toBe('u@a1')
  })

  test('waits for the end of a terminating container, however late it comes', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.release('c1', 'u')
    net.pass(5_000)
    const get = net.get('c2', 'k', { uuid: 'u' }, 300_000)
    net.pass(200_000)
    expect([net.outcome(get), net.of('start').length]).toEqual(['pending', 1])
    net.terminated()
    net.started()
    expect(net.settled(get)).toBe('u@a1')
  })

  test('goes on when the end of a terminating container never comes from an agent of 0.7', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { moves: false })
    net.running('c1', 'k', { uuid: 'u' })
    net.release('c1', 'u')
    net.pass(5_000)
    const get = net.get('c2', 'k', { uuid: 'u' })
    net.pass(20_000)
    net.started()
    expect(net.settled(get)).toBe('u@a1')
  })
})

describe('get by labels', () => {
  const withThree = (): TestNetwork => {
    const net = new TestNetwork()
    net.agent('a1', ['k', 'other'])
    net.agent('a2', ['k'])
    net.running('c1', 'k', { uuid: 'u1', labels: ['x'] })
    net.running('c1', 'k', { uuid: 'u2', labels: ['x', 'y'] })
    net.running('c1', 'k', { uuid: 'u3', labels: ['y', 'x', 'z'] })
    return net
  }

  test('finds the oldest that carries all of them, on any agent', () => {
    const net = withThree()
    expect(net.settled(net.get('c2', 'k', { labels: ['y', 'x'] }))).toBe('u2@a2')
    expect(net.settled(net.get('c2', 'k', { labels: ['z'] }))).toBe('u3@a1')
  })

  test('starts one that carries exactly these when nobody has them, and others join it', () => {
    const net = withThree()
    const gets = [net.get('c2', 'k', { labels: ['x', 'new'] }), net.get('c3', 'k', { labels: ['new'] })]
    expect(net.start().options).toEqual({ labels: ['x', 'new'] })
    net.started(net.start(), 'made')
    expect(gets.map((get) => net.settled(get).split('@')[0])).toEqual(['made', 'made'])
  })

  test('looks among its own kind only', () => {
    const net = withThree()
    const get = net.get('c2', 'other', { labels: ['x'] })
    expect(net.outcome(get)).toBe('pending')
    expect(net.start()).toMatchObject({ kind: 'other', agentId: 'a1' })
  })

  test('prefers an active one to an older one that starts, and passes over unhealthy ones', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.get('c1', 'k', { uuid: 'starts', labels: ['x'] })
    net.running('c1', 'k', { uuid: 'active', labels: ['x'] })
    expect(net.settled(net.get('c2', 'k', { labels: ['x'] }))).toBe('active@a1')
    const ill = { container: record('active', 'k', 'a1', { healthy: false }), event: 1 }
    net.do((state) => state.containerUpdates('a1' as never, [ill], net.now))
    const get = net.get('c2', 'k', { labels: ['x'] })
    expect(net.outcome(get)).toBe('pending')
    net.started(net.of('start')[0])
    expect(net.settled(get)).toBe('starts@a1')
  })

  test('a label list that is empty asks for any', () => {
    const net = withThree()
    const get = net.get('c2', 'k', { labels: [] })
    expect(net.settled(get)).toMatch(/^u[13]@a1|u2@a2$/)
  })
})

describe('get of any', () => {
  test('takes the agents in turn and on each the oldest of the kind', () => {
    const net = new TestNetwork()
    for (const agent of ['a1', 'a2', 'a3']) net.agent(agent, ['k'])
    const gets = [1, 2, 3, 4, 5, 6].map(() => net.get('c1', 'k'))
    expect(net.of('start').map(({ agentId, options }) => [agentId, options])).toEqual([
      ['a1', {}],
      ['a2', {}],
      ['a3', {}]
    ])
    for (const start of net.of('start')) net.started(start, `on-${start.agentId}`)
    expect(gets.map((get) => net.settled(get))).toEqual(
      ['a1', 'a2', 'a3', 'a1', 'a2', 'a3'].map((agent) => `on-${agent}@${agent}`)
    )
  })

  test('turns are kept per kind', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k', 'other'])
    net.agent('a2', ['k', 'other'])
    net.get('c1', 'k')
    net.get('c1', 'other')
    net.get('c1', 'k')
    expect(net.of('start').map(({ kind, agentId }) => `${kind}@${agentId}`)).toEqual(['k@a1', 'other@a1', 'k@a2'])
  })

  test('finds a stateless container though no agent offers its kind', () => {
    const net = new TestNetwork()
    net.agent('a1', [], { containers: [record('s', 'service', 'a1')] })
    expect(net.settled(net.get('c1', 'service'))).toBe('s@a1')
  })
})

describe('a get that cannot be placed', () => {
  test('waits for an agent of its kind and then works', () => {
    const net = new TestNetwork()
    const gets = [net.get('c1', 'k', { uuid: 'u' }), net.get('c2', 'k', { uuid: 'u' }), net.get('c3', 'k')]
    net.agent('other', ['unrelated'])
    expect(net.of('start')).toHaveLength(0)
    net.agent('a1', ['k'])
    net.started()
    expect(gets.map((get) => net.settled(get))).toEqual(['u@a1', 'u@a1', 'u@a1'])
  })

  test('fails at its deadline, naming the kind, the time and what is on offer', () => {
    const net = new TestNetwork()
    net.agent('a1', ['cake', 'tea'])
    const get = net.get('c1', 'coffee', { uuid: 'u' }, 1_500)
    net.pass(1_499)
    expect(net.outcome(get)).toBe('pending')
    net.pass(1)
    const error = net.failure(get)
    expect(error).toMatchObject({ code: 'NO_AGENT', kind: 'coffee', uuid: 'u', retryable: true })
    expect(error.stage).toBe('waiting for an agent that offers kind coffee')
    expect(error.message).toContain(
      'No agent that offers kind coffee could be had within 1500 ms (kinds on offer: cake, tea)'
    )
    expect(net.state.stats().pendingGets).toBe(0)
  })

  test('two of one uuid and different kinds: the first kind on offer has it, the other get fails', () => {
    const net = new TestNetwork()
    const first = net.get('c1', 'a', { uuid: 'u' })
    const second = net.get('c1', 'b', { uuid: 'u' })
    net.agent('a1', ['a', 'b'])
    net.started()
    expect(net.settled(first)).toBe('u@a1')
    expect(net.failure(second).code).toBe('KIND_MISMATCH')
  })

  test('a deadline while starting says so', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    const get = net.get('c1', 'k', { uuid: 'u' }, 700)
    net.pass(700)
    expect(net.failure(get)).toMatchObject({ code: 'DEADLINE_EXCEEDED', stage: 'starting on agent a1', agentId: 'a1' })
  })

  test('cancelled, it ends with the error given, once', () => {
    const net = new TestNetwork()
    const get = net.get('c1', 'k')
    const error = new NetworkError('CANCELLED', 'no longer wanted')
    net.do((state) => state.cancelGet(get, error, 0))
    net.do((state) => state.cancelGet(get, error, 0))
    expect(net.failure(get)).toBe(error)
    expect(net.of('get-failed')).toHaveLength(1)
  })

  test('its client’s end ends it', () => {
    const net = new TestNetwork()
    const get = net.get('c1', 'k')
    net.removeClient('c1')
    expect(net.failure(get)).toMatchObject({ code: 'CANCELLED', kind: 'k' })
  })

  test('a get id is used once', () => {
    const net = new TestNetwork()
    const request = { getId: 1_000, client: clientId('c1'), kind: 'k' as never, options: {} }
    net.state.get(request, 0)
    expect(() => net.state.get(request, 0)).toThrow('get 1000 is pending already')
  })
})

describe('close', () => {
  test('everything pending fails with CLOSED, and so does what comes later', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { client: 'c1' })
    const waits = net.get('c1', 'none')
    const starts = net.get('c1', 'k', { uuid: 'u' })
    const registers = net.agent('a1', ['k'], { client: 'c2' })
    net.do((state) => state.close(net.now))
    const later = [net.get('c1', 'k'), net.agent('a9', ['k'])]
    expect([waits, starts, later[0]].map((get) => net.failure(get).code)).toEqual(['CLOSED', 'CLOSED', 'CLOSED'])
    for (const registration of [registers, later[1]])
      expect(net.registration(registration)).toMatchObject({ code: 'CLOSED' })
    expect(net.state.nextDeadline()).toBeUndefined()
    net.do((state) => state.close(net.now))
  })
})
