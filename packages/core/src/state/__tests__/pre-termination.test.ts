// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkEventKind } from '../../api/events'
import { TestNetwork, clientId, endpointOf, kindOf, record, uuidOf } from './test-network'

const orphanMs = 5_000
const why = { reason: 'it writes to its store', withinMs: 20_000 }

/** A container that nobody holds, that was to end, and said that it cannot yet. */
function postponed(labels?: string[]): TestNetwork {
  const net = new TestNetwork()
  net.agent('a1', ['k'])
  net.running('c1', 'k', { uuid: 'u', labels })
  net.release('c1', 'u')
  net.pass(orphanMs)
  net.notYet(why)
  return net
}

function listed(net: TestNetwork): unknown {
  return net.state.list().find(({ uuid }) => uuid === uuidOf('u'))?.preTermination
}

describe('a container that nobody holds', () => {
  test('is asked to end, and may say that it cannot yet: it is listed with its reason and its time', () => {
    const net = postponed()
    expect(net.last('terminate')).toMatchObject({ uuid: 'u', final: false, move: false })
    expect(net.stateOf('u')).toBe('pre-terminating')
    expect(listed(net)).toEqual({ reason: why.reason, until: net.unixNow + why.withinMs })
  })

  test('is told to watchers as updated, with its reason', () => {
    const net = new TestNetwork()
    net.do((state) => state.addClient(clientId('w'), { watch: true }, net.now))
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.release('c1', 'u')
    net.pass(orphanMs)
    net.notYet(why)
    net.pass(50)
    const [change] = net.eventsOf('w').at(-1)?.containers ?? []
    expect(change).toMatchObject({
      event: NetworkEventKind.updated,
      container: { preTermination: { reason: why.reason } }
    })
  })

  test('ends for good when it says that it is done', () => {
    const net = postponed()
    const preTermination = { reason: why.reason, finished: true }
    net.do((state) =>
      state.containerUpdates(
        'a1' as never,
        [{ container: record('u', 'k', 'a1', { preTermination }), event: NetworkEventKind.updated }],
        net.now
      )
    )
    expect(net.stateOf('u')).toBe('terminating')
    expect(net.last('terminate')).toMatchObject({ final: true })
    net.terminated()
    expect(net.stateOf('u')).toBeUndefined()
  })

  test('ends for good when it was done before its answer was heard', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.release('c1', 'u')
    net.pass(orphanMs)
    const preTermination = { reason: why.reason, finished: true }
    net.do((state) =>
      state.containerUpdates(
        'a1' as never,
        [{ container: record('u', 'k', 'a1', { preTermination }), event: NetworkEventKind.updated }],
        net.now
      )
    )
    net.notYet(why)
    expect(net.last('terminate')).toMatchObject({ final: true })
    expect(net.of('terminate')).toHaveLength(2)
  })

  test('ends by force when the time it asked for is over, and says so in its last event', () => {
    const net = postponed()
    net.do((state) => state.addClient(clientId('w'), { watch: true }, net.now))
    net.pass(why.withinMs - 1)
    expect(net.stateOf('u')).toBe('pre-terminating')
    net.pass(1)
    expect(net.stateOf('u')).toBe('terminating')
    expect(net.last('terminate')).toMatchObject({ final: true })
    net.terminated()
    net.pass(50)
    const [change] = net.eventsOf('w').at(-1)?.containers ?? []
    expect(change).toMatchObject({ event: NetworkEventKind.removed, container: { preTermination: { forced: true } } })
  })

  test.each([
    ['overall', {}, 60_000],
    ['of its kind', { preTerminationTimeoutMsByKind: new Map([['k', 7_000]]) }, 7_000]
  ])('has no more than the time %s', (_, options, mostMs) => {
    const net = new TestNetwork(options)
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.release('c1', 'u')
    net.pass(orphanMs)
    net.notYet({ reason: 'for ever' })
    net.pass(mostMs - 1)
    expect(net.stateOf('u')).toBe('pre-terminating')
    net.pass(1)
    expect(net.stateOf('u')).toBe('terminating')
  })
})

describe('a container that could not end yet', () => {
  test.each([
    ['uuid', { uuid: 'u' }],
    ['labels', { labels: ['l'] }],
    ['kind', {}]
  ])('is restored by a get by %s', (_, wanted) => {
    const net = postponed(['l'])
    const get = net.get('c2', 'k', wanted)
    expect(net.settled(get)).toBe('u@a1')
    expect(net.last('restore')).toEqual({ type: 'restore', agentId: 'a1', uuid: 'u' })
    expect(net.stateOf('u')).toBe('active')
    expect(listed(net)).toBeUndefined()
    net.pass(120_000)
    expect(net.of('terminate')).toHaveLength(1)
    expect(net.of('start')).toHaveLength(1)
  })

  test('is taken after one that is active, and after one that starts', () => {
    const net = postponed(['l'])
    net.agent('a2', ['k'])
    net.get('c3', 'k', { uuid: 'v', labels: ['l'] })
    const whileStarting = net.get('c2', 'k', { labels: ['l'] })
    net.started()
    const whileActive = net.get('c2', 'k', { labels: ['l'] })
    expect([net.settled(whileStarting), net.settled(whileActive)].map((at) => at.split('@')[0])).toEqual(['v', 'v'])
    expect(net.stateOf('u')).toBe('pre-terminating')
  })

  test('is had by a get that waited for its end', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.release('c1', 'u')
    net.pass(orphanMs)
    const get = net.get('c2', 'k', { uuid: 'u' })
    expect(net.outcome(get)).toBe('pending')
    net.notYet(why)
    expect(net.settled(get)).toBe('u@a1')
    expect(net.of('restore')).toHaveLength(1)
  })

  test('is started anew by a get that comes after its forced end has begun', () => {
    const net = postponed()
    net.pass(why.withinMs)
    const get = net.get('c2', 'k', { uuid: 'u' })
    expect(net.outcome(get)).toBe('pending')
    net.terminated()
    net.started()
    expect(net.settled(get)).toBe('u@a1')
    expect(net.of('restore')).toHaveLength(0)
  })

  test('may be asked to end again, when it was restored and let go', () => {
    const net = postponed()
    net.get('c2', 'k', { uuid: 'u' })
    net.release('c2', 'u')
    net.pass(orphanMs)
    expect(net.of('terminate')).toHaveLength(2)
    expect(net.last('terminate')).toMatchObject({ final: false })
    net.notYet(why)
    expect(net.stateOf('u')).toBe('pre-terminating')
  })

  test('is forgotten with its agent', () => {
    const net = postponed()
    net.unregister('a1')
    expect(net.stateOf('u')).toBeUndefined()
  })

  test('keeps its time when its agent renews its record', () => {
    const net = postponed()
    const preTermination = { reason: why.reason }
    net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1', { preTermination })] })
    expect(net.stateOf('u')).toBe('pre-terminating')
    net.pass(why.withinMs)
    expect(net.stateOf('u')).toBe('terminating')
  })

  test('goes on under a coordinator that knows nothing of it, until that finds that nobody holds it', () => {
    const net = new TestNetwork()
    const preTermination = { reason: why.reason }
    net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1', { preTermination })] })
    expect(net.stateOf('u')).toBe('active')
    expect(net.of('restore')).toHaveLength(1)
    net.pass(orphanMs)
    expect(net.last('terminate')).toMatchObject({ uuid: 'u', final: false })
  })

  test('is told to end when it says so after it was given up', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { moves: false })
    net.running('c1', 'k', { uuid: 'u' })
    net.release('c1', 'u')
    net.pass(orphanMs)
    const asked = net.last('terminate')
    net.pass(20_000)
    expect(net.stateOf('u')).toBeUndefined()
    net.notYet(why, asked)
    expect(net.last('terminate')).toMatchObject({ agentId: 'a1', uuid: 'u', final: true })
  })

  test('serves: requests find it', () => {
    expect(postponed().state.lookup(uuidOf('u'))).toMatchObject({
      kind: kindOf('k'),
      state: 'pre-terminating',
      endpoint: endpointOf('u', 'a1'),
      waitable: false
    })
  })
})
