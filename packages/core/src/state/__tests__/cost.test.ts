// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '../../errors'
import { NetworkState, type NetworkEffect } from '..'
import { PlacementRules, rulesOf } from '../placement-rules'
import { agentId, clientId, endpointOf, kindOf, record, testOptions, uuidOf } from './test-network'

const rules = new PlacementRules(
  undefined,
  new Map([
    ['by-load', rulesOf({ policy: 'least-loaded' })],
    ['by-labels', rulesOf({ attract: ['t'], repel: ['s'] })]
  ])
)

/** A network in which there are `size` of everything: agents, containers, clients with a reference, starts and gets that wait. */
class LargeNetwork {
  readonly state: NetworkState
  readonly effects: NetworkEffect[] = []
  private lastId = 0

  constructor(size: number) {
    const random = (): number => 0.5
    this.state = new NetworkState({ ...testOptions, placement: rules, random }, (effect) => this.effects.push(effect))
    for (let i = 0; i < size; i++) {
      const agent = `a${i}`
      const labels = ['common', `shared-${i % 2}`, ...(i < 3 ? ['rare'] : []), `own-${i}`]
      const containers = [record(`u${i}`, 'k', agent, { labels })]
      const kinds = ['k', 'slow', 'by-load', 'by-labels', 'full'].map(kindOf)
      const capacity = { containers: 100, byKind: { full: 0 } }
      this.state.register(i, { agentId: agentId(agent), kinds, containers, capacity }, clientId(agent), 0)
    }
    for (let i = 0; i < size; i++) {
      this.get(`c${i}`, { uuid: uuidOf(`u${i}`) })
      this.get(`c${i}`, { uuid: uuidOf(`never-${i}`) }, 'slow')
      this.get(`c${i}`, {}, 'nobody-offers-this')
    }
    this.effects.length = 0
  }

  get(client: string, options: object, ofKind = 'k'): number {
    const getId = ++this.lastId
    this.state.get({ getId, client: clientId(client), kind: kindOf(ofKind), options }, 0)
    return getId
  }

  /** Rows looked at during `operation`. */
  cost(operation: (net: LargeNetwork) => void): number {
    this.effects.length = 0
    const before = this.state.stats().visits
    operation(this)
    return this.state.stats().visits - before
  }

  start(): Extract<NetworkEffect, { type: 'start' }> {
    const start = this.effects.find((effect) => effect.type === 'start')
    if (start === undefined) throw new Error('nothing was started')
    return start
  }

  started(): void {
    const { startId, agentId: agent, options } = this.start()
    const uuid = options.uuid ?? uuidOf(`made-${startId}`)
    this.state.startSucceeded(startId, uuid, endpointOf(uuid, agent), 0, 0)
  }
}

const operations: [what: string, operation: (net: LargeNetwork) => void][] = [
  ['get by the uuid of a live container', (net) => net.get('c1', { uuid: uuidOf('u7') })],
  ['get by labels, rarest first', (net) => net.get('c1', { labels: ['common', 'shared-0', 'rare'] })],
  ['get by labels that nobody carries together', (net) => net.get('c1', { labels: ['common', 'rare', 'own-9'] })],
  ['get of any', (net) => net.get('c1', {})],
  ['release', (net) => net.state.release(clientId('c3'), uuidOf('u3'), 0)],
  [
    'get that starts a container, and its start',
    (net) => {
      net.get('c1', { uuid: uuidOf('fresh'), labels: ['common'] })
      net.started()
    }
  ],
  [
    'a start that fails',
    (net) => {
      net.get('c1', { uuid: uuidOf('fails') })
      net.state.startFailed(net.start().startId, new Error('no'), 0)
    }
  ],
  [
    'a get that has to wait, and its end',
    (net) => net.state.cancelGet(net.get('c1', {}, 'nothing'), new NetworkError('CANCELLED', 'enough'), 0)
  ],
  ['look-up and touch', (net) => [net.state.lookup(uuidOf('u5')), net.state.touch(uuidOf('u5'), 1)]],
  ['ping', (net) => net.state.ping(clientId('c5'), 0)],
  [
    'a client that comes and goes',
    (net) => [net.get('new', { uuid: uuidOf('u6') }), net.state.removeClient(clientId('new'), 0)]
  ],
  [
    'an agent that leaves, its container started elsewhere',
    (net) => [net.state.unregister(agentId('a8'), 0), net.started()]
  ],
  [
    'an agent that comes',
    (net) =>
      net.state.register(-1, { agentId: agentId('new'), kinds: [kindOf('unique')], containers: [] }, undefined, 0)
  ],
  [
    'an update by an agent',
    (net) =>
      net.state.containerUpdates(
        agentId('a4'),
        [{ container: record('u4', 'k', 'a4', { healthy: false }), event: 1 }],
        0
      )
  ],
  [
    'a get placed by load, and its start',
    (net) => {
      net.get('c1', { uuid: uuidOf('light') }, 'by-load')
      net.started()
    }
  ],
  [
    'a get placed by labels, and its start',
    (net) => {
      net.get('c1', { uuid: uuidOf('apart'), labels: ['t:1', 's:1'] }, 'by-labels')
      net.started()
    }
  ],
  ['a get that nobody has room for', (net) => net.get('c1', { uuid: uuidOf('crowd') }, 'full')],
  ['a report of load', (net) => net.state.load(clientId('a5'), { inFlight: 7, lagMs: 3 })],
  ['time that passes', (net) => net.state.advance(1)]
]

describe('cost', () => {
  const small = new LargeNetwork(1_000)
  const large = new LargeNetwork(20_000)

  test.each(operations)(
    '%s looks at as many rows among 20 000 of everything as among 1 000, and at few',
    (_, operation) => {
      const cost = small.cost(operation)
      expect(large.cost(operation)).toBe(cost)
      expect(cost).toBeLessThan(30)
    }
  )

  test('a get by labels that must look at many says so: the members of the rarest', () => {
    const many = (net: LargeNetwork): void => {
      net.get('c1', { labels: ['shared-0', 'shared-1'] })
    }
    expect(small.cost(many)).toBeGreaterThan(400)
    expect(large.cost(many)).toBeGreaterThan(8_000)
  })

  test('the tables agree', () => {
    small.state.check()
  })
})
