// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '../../errors'
import { TestNetwork, agentId, clientId, record, uuidOf } from './test-network'

const copy = (agent: string, more: object = {}): ReturnType<typeof record> =>
  record('s', 'service', agent, { stateless: true, ...more })
const old = (agent: string): ReturnType<typeof record> => record('s', 'service', agent)
const removed = (net: TestNetwork, agent: string): void => {
  net.do((state) => state.containerUpdates(agentId(agent), [{ container: copy(agent), event: 2 }], net.now))
}

/** Copies of `s` on these agents, the first active. */
const offered = (...agents: string[]): TestNetwork => {
  const net = new TestNetwork()
  for (const agent of agents) net.agent(agent, [], { client: `of-${agent}`, containers: [copy(agent)] })
  net.started()
  return net
}

describe('stateless containers', () => {
  test('the first copy is activated, later ones are standby and not terminated', () => {
    const net = new TestNetwork()
    net.agent('a1', [], { containers: [copy('a1')] })
    expect(net.start()).toMatchObject({ agentId: 'a1', kind: 'service', options: { uuid: 's' } })
    net.started()
    const second = net.agent('a2', [], { containers: [copy('a2')] })
    expect(net.registration(second)).toEqual([])
    expect(net.of('start')).toHaveLength(1)
    expect(net.state.list()).toMatchObject([{ uuid: 's', agentId: 'a1', stateless: true }])
    expect(net.state.stats().standbys).toBe(1)
  })

  test.each([
    ['by uuid', { uuid: 's' }],
    ['by label', { labels: ['main'] }],
    ['of any uuid', {}]
  ])('who has waited for one, %s, has it when an agent brings it', (_how, wanted) => {
    for (const later of [false, true]) {
      const net = new TestNetwork()
      const get = net.get('c1', 'service', wanted)
      const brought = copy('a1', { labels: ['main'] })
      net.agent('a1', [], { containers: later ? [] : [brought] })
      if (later) net.do((state) => state.containerUpdates(agentId('a1'), [{ container: brought, event: 0 }], net.now))
      net.started()
      expect(net.settled(get)).toBe('s@a1')
    }
  })

  test('are found by uuid, label and kind though no agent has a factory', () => {
    const net = new TestNetwork()
    net.agent('a1', [], { containers: [copy('a1', { labels: ['main'] })] })
    net.started()
    for (const wanted of [{ uuid: 's' }, { labels: ['main'] }, {}]) {
      expect(net.settled(net.get('c1', 'service', wanted))).toBe('s@a1')
    }
  })

  test.each(['unregistered', 'its client gone', 'its copy removed'])('the next in order takes over: %s', (how) => {
    const net = offered('a1', 'a2', 'a3')
    if (how === 'unregistered') net.unregister('a1')
    else if (how === 'its client gone') net.removeClient('of-a1')
    else removed(net, 'a1')
    expect(net.start()).toMatchObject({ agentId: 'a2', options: { uuid: 's' } })
    net.started()
    expect(net.last('ready')).toMatchObject({ uuid: 's', agentId: 'a2' })
    expect(net.of('gone')).toHaveLength(0)
    removed(net, 'a2')
    expect(net.start().agentId).toBe('a3')
  })

  test('are never orphans', () => {
    const net = offered('a1', 'a2')
    net.running('c1', 'service', { uuid: 's' })
    net.release('c1', 's')
    net.pass(600_000)
    expect(net.of('terminate')).toHaveLength(0)
    net.unregister('a1')
    net.started()
    net.pass(600_000)
    expect(net.agentOf('s')).toBe('a2')
  })

  test('end with their last copy, unless held: then they wait for the next', () => {
    const net = offered('a1')
    net.unregister('a1')
    expect(net.stateOf('s')).toBeUndefined()
    net.agent('a1', [], { containers: [copy('a1')] })
    net.started()
    net.running('c1', 'service', { uuid: 's' })
    net.unregister('a1')
    expect(net.stateOf('s')).toBe('lost')
    net.agent('a2', [], { containers: [copy('a2')] })
    net.started()
    expect(net.agentOf('s')).toBe('a2')
    expect(net.state.holds(clientId('c1'), uuidOf('s'))).toBe(1)
  })

  test('the old owner that comes back is standby and told so', () => {
    const net = offered('a1', 'a2')
    const { token } = net.start()
    net.removeClient('of-a1')
    net.started()
    const back = net.agent('a1', [], { containers: [copy('a1', { token })] })
    expect(net.registration(back)).toEqual([])
    expect(net.of('deactivate')).toMatchObject([{ agentId: 'a1', uuid: 's', upTo: net.start().token }])
    expect(net.agentOf('s')).toBe('a2')
    removed(net, 'a2')
    expect(net.start().agentId).toBe('a1')
  })

  test('a copy with a larger token takes over, and the one that served becomes standby', () => {
    const net = offered('a1')
    net.agent('a2', [], { containers: [copy('a2', { token: { epoch: 9, counter: 1 } })] })
    expect(net.agentOf('s')).toBe('a2')
    expect(net.last('deactivate')).toMatchObject({ agentId: 'a1' })
    net.unregister('a2')
    expect(net.start()).toMatchObject({ agentId: 'a1', token: { epoch: 10 } })
  })

  test('a copy with a larger token takes over from one that is being activated, which stays standby', () => {
    const net = new TestNetwork()
    net.agent('a1', [], { containers: [copy('a1')] })
    net.agent('a2', [], { containers: [copy('a2', { token: { epoch: 9, counter: 1 } })] })
    expect(net.agentOf('s')).toBe('a2')
    net.started(net.of('start')[0])
    expect(net.last('deactivate')).toMatchObject({ agentId: 'a1' })
    net.unregister('a2')
    expect(net.start().agentId).toBe('a1')
    net.started()
    expect(net.agentOf('s')).toBe('a1')
  })

  test('a copy that is removed while standby is not offered again', () => {
    const net = offered('a1', 'a2', 'a3')
    removed(net, 'a2')
    net.unregister('a1')
    expect(net.start().agentId).toBe('a3')
  })

  test('a renewal without the copy removes it, active or standby', () => {
    const net = offered('a1', 'a2', 'a3')
    net.agent('a2', [], { client: 'of-a2' })
    expect(net.state.stats().standbys).toBe(1)
    net.agent('a1', [], { client: 'of-a1' })
    expect(net.start().agentId).toBe('a3')
  })

  test('a renewal while the copy is being activated does not end the activation', () => {
    const net = new TestNetwork()
    net.agent('a1', [], { client: 'c', containers: [copy('a1')] })
    net.agent('a1', [], { client: 'c', containers: [copy('a1')] })
    expect(net.of('start')).toHaveLength(1)
    expect(net.stateOf('s')).toBe('starting')
    net.started()
    expect(net.state.stats()).toMatchObject({ standbys: 0, containers: { active: 1 } })
  })

  test('a copy that replaces the active one on its agent has to be activated: after the others', () => {
    const net = offered('a1', 'a2')
    net.agent('a1', [], { client: 'of-a1', containers: [copy('a1')] })
    expect(net.start().agentId).toBe('a2')
    expect(net.state.stats().standbys).toBe(1)
  })

  test('a standby goes before any start by a factory', () => {
    const net = new TestNetwork()
    net.agent('factory', ['service'])
    net.running('c1', 'service', { uuid: 's' })
    net.agent('a1', [], { containers: [copy('a1')] })
    expect(net.agentOf('s')).toBe('factory')
    net.agent('other', ['service'])
    net.unregister('factory')
    expect(net.start().agentId).toBe('a1')
  })

  test('an activation that fails goes to the next copy; one that is not there is not offered again', () => {
    const net = offered('a1', 'a2', 'a3')
    net.unregister('a1')
    net.failed(new NetworkError('NOT_FOUND', 'no such container'))
    expect(net.start().agentId).toBe('a3')
    net.failed(new Error('not now'))
    expect(net.stateOf('s')).toBe('lost')
    expect(net.state.stats().standbys).toBe(1)
    net.pass(100)
    expect(net.start().agentId).toBe('a3')
    net.started()
    expect(net.agentOf('s')).toBe('a3')
  })

  test('a copy that answers its activation too late is standby', () => {
    const net = offered('a1', 'a2', 'a3')
    net.unregister('a1')
    net.pass(10_000)
    expect(net.start().agentId).toBe('a3')
    net.started()
    net.started(net.of('start')[1])
    expect(net.last('deactivate')).toMatchObject({ agentId: 'a2', uuid: 's' })
    expect(net.agentOf('s')).toBe('a3')
  })

  test('under a uuid of another kind they are told to terminate', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 's' })
    expect(net.registration(net.agent('a2', [], { containers: [copy('a2')] }))).toEqual(['s'])
  })
})

describe('stateless containers of 0.7 agents', () => {
  test('are known by a kind that the agent has no factory for; they serve without being activated', () => {
    const net = new TestNetwork()
    net.agent('a1', ['other'], { containers: [old('a1')] })
    expect(net.of('start')).toHaveLength(0)
    expect(net.state.list()).toMatchObject([{ uuid: 's', agentId: 'a1', stateless: true }])
    expect(net.registration(net.agent('a2', [], { containers: [old('a2')] }))).toEqual([])
    expect(net.of('deactivate')).toHaveLength(0)
    net.unregister('a1')
    expect(net.agentOf('s')).toBe('a2')
    expect(net.of('start')).toHaveLength(0)
    expect(net.last('ready')).toMatchObject({ agentId: 'a2', endpoint: 's@a2' })
  })

  test('what can be had at the very deadline of a get is had', () => {
    const net = new TestNetwork()
    net.agent('a1', ['service'], { moves: false })
    net.running('c1', 'service', { uuid: 's' })
    net.agent('a2', [], { containers: [old('a2')] })
    net.release('c1', 's')
    net.pass(5_000)
    const get = net.get('c2', 'service', { uuid: 's' }, 20_000)
    net.pass(20_000)
    expect(net.settled(get)).toBe('s@a2')
  })
})

describe('two that claim one uuid', () => {
  const claim = (counter?: number): object => (counter === undefined ? {} : { token: { epoch: 1, counter } })

  test.each([
    ['larger', 5, 6, 'a2'],
    ['smaller', 6, 5, 'a1'],
    ['equal', 5, 5, 'a1'],
    ['none', 5, undefined, 'a1'],
    ['one against none', undefined, 1, 'a2'],
    ['none against none', undefined, undefined, 'a1']
  ])(
    'token %s: the larger one wins, the incumbent a tie; the loser is told to terminate',
    (_, first, second, winner) => {
      const net = new TestNetwork()
      net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1', claim(first))] })
      const later = net.agent('a2', ['k'], { containers: [record('u', 'k', 'a2', claim(second))] })
      expect(net.agentOf('u')).toBe(winner)
      if (winner === 'a1') expect(net.registration(later)).toEqual(['u'])
      else expect(net.last('terminate')).toMatchObject({ agentId: 'a1', uuid: 'u' })
      expect(net.state.list()).toHaveLength(1)
    }
  )

  test('an agent that comes back with what was restarted elsewhere must terminate its copy', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    const { token } = net.start()
    net.agent('a2', ['k'])
    net.unregister('a1')
    const whileStarting = net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1', { token })] })
    expect(net.registration(whileStarting)).toEqual(['u'])
    net.started()
    expect(net.agentOf('u')).toBe('a2')
  })

  test('what is lost is adopted from whoever has it, reference and waiters included', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'])
    net.running('c1', 'k', { uuid: 'u' })
    net.unregister('a1')
    const waits = net.get('c2', 'k', { uuid: 'u' })
    net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1', { token: net.start().token })] })
    expect(net.settled(waits)).toBe('u@a1')
    expect(net.of('start')).toHaveLength(1)
  })

  test('tokens given later are larger than any seen', () => {
    const net = new TestNetwork()
    net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1', { token: { epoch: 7, counter: 41 } })] })
    net.get('c1', 'k', { uuid: 'v' })
    expect(net.start().token).toEqual({ epoch: 7, counter: 42 })
    net.agent('a2', ['k'], { containers: [record('w', 'k', 'a2', { token: { epoch: 100, counter: 3 } })] })
    net.get('c1', 'k', { uuid: 'x' })
    expect(net.start().token).toEqual({ epoch: 101, counter: 1 })
    expect(net.state.stats().epoch).toBe(101)
  })
})
