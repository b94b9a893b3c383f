// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkEventKind } from '../../api/events'
import { mergeEvents } from '../event-batch'
import { TestNetwork, agentId, clientId, record } from './test-network'

const { added, updated, removed } = NetworkEventKind

const watching = (): TestNetwork => {
  const net = new TestNetwork()
  net.state.addClient(clientId('w'), { watch: true }, 0)
  return net
}

/** Batches as `kind:id` words. */
const told = (net: TestNetwork, client: string): string[] =>
  net
    .eventsOf(client)
    .map(({ agents, containers }) =>
      [
        ...agents.map(({ id, event }) => `${NetworkEventKind[event]}:${id}`),
        ...containers.map(({ container, event }) => `${NetworkEventKind[event]}:${container.uuid}@${container.agentId}`)
      ].join(' ')
    )

describe('network events', () => {
  test('reach watchers in one batch, in order', () => {
    const net = watching()
    net.agent('a1', ['k'], { containers: [record('v', 'k', 'a1')] })
    net.running('c1', 'k', { uuid: 'u' })
    net.pass(49)
    expect(told(net, 'w')).toEqual([])
    net.pass(1)
    expect(told(net, 'w')).toEqual(['added:a1 added:v@a1 added:u@a1'])
    expect(net.state.nextDeadline()).toBeGreaterThan(net.now)
  })

  test('a container that moves is updated, one that ends removed, with its last record', () => {
    const net = watching()
    net.agent('a1', ['k'])
    net.agent('a2', ['k'])
    net.running('c1', 'k', { uuid: 'u', labels: ['l'] })
    net.pass(50)
    net.unregister('a1')
    net.started()
    net.pass(50)
    net.release('c1', 'u')
    net.pass(5_000)
    net.terminated()
    net.pass(50)
    expect(told(net, 'w')).toEqual(['added:a1 added:a2 added:u@a1', 'removed:a1 updated:u@a2', 'removed:u@a2'])
    expect(net.eventsOf('w')[2].containers[0].container).toMatchObject({
      uuid: 'u',
      kind: 'k',
      endpoint: 'u@a2',
      labels: ['l']
    })
  })

  test('what comes and goes within a batch is nothing', () => {
    const net = watching()
    net.agent('a1', ['k'], { containers: [record('v', 'k', 'a1')] })
    net.unregister('a1')
    net.pass(1_000)
    expect(told(net, 'w')).toEqual([])
  })

  test('of agents: added, updated when kinds or endpoint change, removed', () => {
    const net = watching()
    net.agent('a1', ['k'], { client: 'c' })
    net.pass(50)
    net.agent('a1', ['k'], { client: 'c' })
    net.pass(50)
    net.agent('a1', ['k', 'l'], { client: 'c' })
    net.pass(50)
    net.unregister('a1')
    net.pass(50)
    expect(told(net, 'w')).toEqual(['added:a1', 'updated:a1', 'removed:a1'])
    expect(net.eventsOf('w')[1].agents[0].kinds).toEqual(['k', 'l'])
  })

  test('health is told when it changes, a mere visit is not', () => {
    const net = watching()
    net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1')] })
    net.pass(50)
    const tell = (more: object): void => {
      const events = [{ container: record('u', 'k', 'a1', more), event: updated }]
      net.do((state) => state.containerUpdates(agentId('a1'), events, net.now))
      net.pass(50)
    }
    tell({ lastVisit: net.unixNow + 99 })
    tell({ healthy: false })
    tell({ healthy: false })
    expect(told(net, 'w')).toEqual(['added:a1 added:u@a1', 'updated:u@a1'])
  })

  test('who does not watch is told of what it holds only', () => {
    const net = watching()
    net.agent('a1', ['k'])
    net.agent('a2', ['k'])
    net.running('c1', 'k', { uuid: 'mine' })
    net.running('c2', 'k', { uuid: 'theirs' })
    net.pass(50)
    net.unregister('a1')
    net.unregister('a2')
    net.agent('a3', ['k'])
    for (const start of net.of('start').slice(-2)) net.started(start)
    net.pass(50)
    expect(told(net, 'c1')).toEqual(['updated:mine@a3'])
    expect(told(net, 'c2')).toEqual(['updated:theirs@a3'])
  })

  test('who watches and holds is told once', () => {
    const net = watching()
    net.agent('a1', ['k'])
    net.running('w', 'k', { uuid: 'u' })
    net.agent('a2', ['k'])
    net.pass(50)
    net.unregister('a1')
    net.started()
    net.pass(50)
    expect(told(net, 'w')).toEqual(['added:a1 added:a2 added:u@a1', 'removed:a1 updated:u@a2'])
  })

  test('who leaves is told no more, not even what was collected for it', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.agent('a2', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.unregister('a1')
    net.started()
    net.removeClient('c1')
    net.pass(1_000)
    expect(net.of('events')).toEqual([])
  })

  test('who starts to watch is told nothing twice; who stops is told no more', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.agent('a2', ['k'])
    net.unregister('a1')
    net.started()
    net.state.watch(clientId('c1'))
    expect(told(net, 'c1')).toEqual(['updated:u@a2'])
    net.pass(50)
    net.agent('a3', ['k'])
    net.pass(50)
    expect(told(net, 'c1')).toEqual(['updated:u@a2', 'added:a3'])
    net.state.addClient(clientId('c1'), { watch: false }, net.now)
    net.agent('a4', ['k'])
    net.pass(50)
    expect(told(net, 'c1')).toHaveLength(2)
  })

  test('nobody who watches or holds: nothing is collected and nothing scheduled', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    expect(net.state.nextDeadline()).toBeUndefined()
  })
})

describe('mergeEvents', () => {
  test.each([
    [added, added, added],
    [added, updated, added],
    [added, removed, undefined],
    [updated, added, updated],
    [updated, updated, updated],
    [updated, removed, removed],
    [removed, added, updated],
    [removed, updated, updated],
    [removed, removed, removed]
  ])('%s then %s is %s', (first, second, expected) => {
    expect(mergeEvents(first, second)).toBe(expected)
  })
})
