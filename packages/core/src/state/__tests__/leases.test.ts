// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkEventKind } from '../../api/events'
import type { ActivationToken } from '../../api/token'
import { Lease } from '../lease'
import { Tombstones } from '../tombstones'
import { TestNetwork, agentId, clientId, record, uuidOf } from './test-network'

const leaseMs = 3_000

/** Two agents, and a container on the first. */
function serving(client = 'c1', moves = true): { net: TestNetwork; owner: string; other: string } {
  const net = new TestNetwork()
  net.agent('a1', ['k'], { client: 'owner-1', moves })
  net.agent('a2', ['k'], { client: 'owner-2', moves })
  net.running(client, 'k', { uuid: 'u' })
  const owner = net.start().agentId
  return { net, owner, other: owner === agentId('a1') ? 'a2' : 'a1' }
}

const ownerOf = (agent: string): string => (agent === 'a1' ? 'owner-1' : 'owner-2')

/** The process of that agent is silent; it may serve for so long all the same. */
function silent(net: TestNetwork, agent: string, forMs = leaseMs): void {
  net.do((state) => state.removeClient(clientId(ownerOf(agent)), net.now, forMs))
}

describe('a container whose agent is gone and may serve all the same', () => {
  test('starts elsewhere when that time has passed, and not before', () => {
    const { net, owner, other } = serving()
    silent(net, owner)
    expect(net.of('start')).toHaveLength(1)
    net.pass(leaseMs - 1)
    expect(net.of('start')).toHaveLength(1)
    net.pass(1)
    expect(net.of('start')).toHaveLength(2)
    expect(net.start().agentId).toBe(other)
  })

  test('starts elsewhere at once when it cannot', () => {
    const { net, owner, other } = serving()
    silent(net, owner, 0)
    expect(net.start().agentId).toBe(other)
  })

  test('is kept for that time though nobody holds it, so that who asks for it waits', () => {
    const { net, owner, other } = serving()
    silent(net, owner)
    net.release('c1', 'u')
    const get = net.get('c2', 'k', { uuid: 'u' })
    expect(net.outcome(get)).toBe('pending')
    expect(net.of('start')).toHaveLength(1)
    net.pass(leaseMs)
    net.started()
    expect(net.settled(get)).toBe(`u@${other}`)
  })

  test('is forgotten after that time when nobody wants it', () => {
    const { net, owner } = serving()
    silent(net, owner)
    net.release('c1', 'u')
    expect(net.stateOf('u')).toBe('lost')
    net.pass(leaseMs)
    expect(net.stateOf('u')).toBeUndefined()
    expect(net.of('start')).toHaveLength(1)
  })

  test('is served again by its agent as soon as that is back', () => {
    const { net, owner } = serving()
    silent(net, owner)
    const token = net.start().token
    net.agent(owner, ['k'], { client: 'owner-3', containers: [record('u', 'k', owner, { token })] })
    expect(net.stateOf('u')).toBe('active')
    net.pass(10 * leaseMs)
    expect(net.of('start')).toHaveLength(1)
  })

  test('waits for it also when another agent of its kind registers', () => {
    const { net, owner } = serving()
    silent(net, owner)
    net.agent('a3', ['k'])
    expect(net.of('start')).toHaveLength(1)
  })

  test('waits for it also when a standby copy is there', () => {
    const net = new TestNetwork()
    const offer = (id: string): unknown =>
      net.agent(id, [], { client: `owner-${id.slice(1)}`, containers: [record('s', 'k', id, { stateless: true })] })
    offer('a1')
    net.started()
    offer('a2')
    silent(net, 'a1')
    expect(net.of('start')).toHaveLength(1)
    net.pass(leaseMs)
    expect(net.start().agentId).toBe(agentId('a2'))
  })

  test('starts elsewhere only when it is written down that the agent was given up', () => {
    const { net, owner, other } = serving()
    const givenUp = { written: false, rows: [] }
    net.do((state) => state.removeClient(clientId(ownerOf(owner)), net.now, leaseMs, givenUp))
    net.release('c1', 'u')
    const get = net.get('c2', 'k', { uuid: 'u' })
    net.pass(10 * leaseMs - 1)
    expect(net.of('start')).toHaveLength(1)
    expect(net.state.explain(uuidOf('u'), net.now, net.unixNow)?.waitsFor).toContain('it is not written yet')
    net.do((state) => state.written(givenUp, net.now))
    net.started()
    expect(net.settled(get)).toBe(`u@${other}`)
  })

  test('waits for its lease also when that is written down at once', () => {
    const { net, owner } = serving()
    const givenUp = { written: false, rows: [] }
    net.do((state) => state.removeClient(clientId(ownerOf(owner)), net.now, leaseMs, givenUp))
    net.do((state) => state.written(givenUp, net.now))
    net.pass(leaseMs - 1)
    expect(net.of('start')).toHaveLength(1)
    net.pass(1)
    expect(net.of('start')).toHaveLength(2)
  })

  test('is served by its agent that is back before that is written, whatever is written then', () => {
    const { net, owner } = serving()
    const givenUp = { written: false, rows: [] }
    net.do((state) => state.removeClient(clientId(ownerOf(owner)), net.now, leaseMs, givenUp))
    const token = net.start().token
    net.agent(owner, ['k'], { client: 'owner-3', containers: [record('u', 'k', owner, { token })] })
    net.do((state) => state.written(givenUp, net.now))
    net.pass(10 * leaseMs)
    expect([net.stateOf('u'), net.of('start').length]).toEqual(['active', 1])
  })

  test('is also given up by who terminates it in vain, on an agent of 0.7, only when that time has passed', () => {
    const { net } = serving('c1', false)
    net.release('c1', 'u')
    net.pass(5_000)
    expect(net.of('terminate')).toHaveLength(1)
    net.pass(20_000)
    const get = net.get('c2', 'k', { uuid: 'u' })
    expect(net.outcome(get)).toBe('pending')
    expect(net.of('start')).toHaveLength(1)
    net.pass(leaseMs)
    net.started()
    expect(net.settled(get)).toMatch(/^u@/)
  })
})

describe('a coordinator that knows whom the one before it had', () => {
  const after = (leases: [string, number][]): TestNetwork => {
    const net = new TestNetwork()
    net.do((state) => state.beginRecovery(net.now, new Map(leases.map(([id, ms]) => [agentId(id), ms]))))
    return net
  }

  test('starts only when it is written down who did not come back', () => {
    const net = after([['a1', leaseMs]])
    net.writes = false
    net.agent('a2', ['k'], { client: 'owner-2' })
    const get = net.get('c1', 'k', { uuid: 'u' })
    net.pass(10 * leaseMs - 1)
    expect([net.of('recovery-ends'), net.of('start')]).toMatchObject([[{ agents: ['a1'] }], []])
    net.do((state) => state.endRecovery(net.now))
    net.started()
    expect(net.settled(get)).toBe('u@a2')
  })

  test('ends at once when they come back while that is written', () => {
    const net = after([['a1', leaseMs]])
    net.writes = false
    net.agent('a2', ['k'], { client: 'owner-2' })
    net.pass(leaseMs)
    net.agent('a1', ['k'], {
      client: 'owner-1',
      containers: [record('u', 'k', 'a1', { token: { epoch: 6, counter: 4 } })]
    })
    expect([net.state.recovering, net.stateOf('u')]).toEqual([false, 'active'])
  })

  test('does not believe who comes back later with what others have had since, though it is forgotten', () => {
    const net = after([['a1', leaseMs]])
    net.agent('a2', ['k'], { client: 'owner-2' })
    net.pass(leaseMs)
    net.running('c1', 'k', { uuid: 'u' })
    net.release('c1', 'u')
    net.pass(5_000)
    net.terminated()
    expect(net.stateOf('u')).toBeUndefined()
    const registration = net.agent('a1', ['k'], {
      client: 'owner-1',
      containers: [record('u', 'k', 'a1', { token: { epoch: 6, counter: 4 } })]
    })
    expect(net.registration(registration)).toEqual(['u'])
  })

  test('starts at once when there was nobody', () => {
    const net = after([])
    net.agent('a1', ['k'])
    net.get('c1', 'k', { uuid: 'u' })
    expect(net.of('start')).toHaveLength(1)
  })

  test('starts as soon as all are back', () => {
    const net = after([
      ['a1', 3_000],
      ['a2', 60_000]
    ])
    const get = net.get('c1', 'k', { uuid: 'u' })
    net.agent('a1', ['k'])
    expect(net.of('start')).toHaveLength(0)
    net.agent('a2', ['k'])
    net.started()
    expect(net.settled(get)).toMatch(/^u@/)
  })

  test('starts when the longest lease has passed', () => {
    const net = after([['a1', 7_000]])
    net.agent('a2', ['k'])
    net.get('c1', 'k', { uuid: 'u' })
    net.pass(6_999)
    expect(net.of('start')).toHaveLength(0)
    net.pass(1)
    expect(net.of('start')).toHaveLength(1)
  })

  test('does not listen to peers that remember the earlier one', () => {
    const net = after([])
    net.do((state) => state.beginRecovery(net.now))
    net.agent('a1', ['k'])
    net.get('c1', 'k', { uuid: 'u' })
    expect(net.of('start')).toHaveLength(1)
  })

  test('gives tokens that come after every epoch that somebody knows', () => {
    const net = after([])
    net.do((state) => state.seeEpoch(100))
    net.agent('a1', ['k'])
    net.get('c1', 'k', { uuid: 'u' })
    expect(net.start().token.epoch).toBeGreaterThan(100)
    expect(net.state.lookup(uuidOf('u'))?.state).toBe('starting')
  })
})

describe('what an agent brings that was given up and is back', () => {
  /** The container has been on the other agent since, and is forgotten. */
  function overtaken(): { net: TestNetwork; owner: string; token: ActivationToken } {
    const { net, owner, other } = serving()
    const { token } = net.start()
    silent(net, owner)
    net.pass(leaseMs)
    net.started()
    silent(net, other, 0)
    net.removeClient('c1')
    expect(net.stateOf('u')).toBeUndefined()
    return { net, owner, token }
  }

  test('ends when others have had it since, though nobody knows the container any more', () => {
    const { net, owner, token } = overtaken()
    const brings = net.agent(owner, ['k'], { containers: [record('u', 'k', owner, { token })] })
    expect(net.registration(brings)).toEqual(['u'])
  })

  test('ends also when somebody has asked for it meanwhile', () => {
    const { net, owner, token } = overtaken()
    net.do((state) => state.beginRecovery(net.now))
    net.restore('c2', 'k', 'u', owner)
    const brings = net.agent(owner, ['k'], { containers: [record('u', 'k', owner, { token })] })
    expect(net.registration(brings)).toEqual(['u'])
  })

  test('goes on when nobody else has had it', () => {
    const { net, owner } = serving()
    const { token } = net.start()
    silent(net, owner)
    net.removeClient('c1')
    net.pass(leaseMs)
    expect(net.stateOf('u')).toBeUndefined()
    const brings = net.agent(owner, ['k'], { containers: [record('u', 'k', owner, { token })] })
    expect(net.registration(brings)).toEqual([])
    expect(net.stateOf('u')).toBe('active')
  })

  test('ends when more was forgotten since than can be remembered', () => {
    const tombstones = new Tombstones()
    const token = (counter: number): ActivationToken => ({ epoch: 1, counter })
    tombstones.gaveUp(agentId('a1'), clientId('p1'), token(5))
    for (let i = 0; i <= 100_000; i++) tombstones.bury(uuidOf(`u${i}`), token(10 + i))
    expect(tombstones.overtook(agentId('a1'), uuidOf('u0'), token(3))).toBe(true)
    expect(tombstones.overtook(agentId('a1'), uuidOf('u0'), token(6))).toBe(false)
    expect(tombstones.overtook(agentId('a2'), uuidOf('u0'), token(3))).toBe(false)
    tombstones.back(agentId('a1'), clientId('p2'))
    expect(tombstones.overtook(agentId('a2'), uuidOf('u100000'), token(3))).toBe(true)
    tombstones.back(agentId('a1'), clientId('p1'))
    expect(tombstones.overtook(agentId('a2'), uuidOf('u100000'), token(3))).toBe(false)
  })
})

describe('what an agent brings that an earlier run gave up', () => {
  const token = { epoch: 3, counter: 5 }
  const after = (): TestNetwork => {
    const net = new TestNetwork()
    net.do((state) => state.void(new Map([[agentId('a1'), token]])))
    return net
  }

  test('ends, for others have had it since', () => {
    const net = after()
    const brings = net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1', { token })] })
    expect(net.registration(brings)).toEqual(['u'])
    net.terminated()
    expect(net.stateOf('u')).toBeUndefined()
  })

  test('ends before it is started elsewhere: its lease may be longer than the run that gave it up', () => {
    const net = after()
    net.do((state) => state.beginRecovery(net.now, new Map([[agentId('a1'), 3_000]])))
    net.agent('a2', ['k'])
    const get = net.restore('c1', 'k', 'u', 'a1')
    const brings = net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1', { token })] })
    expect(net.registration(brings)).toEqual(['u'])
    expect(net.last('terminate')).toMatchObject({ agentId: 'a1', uuid: 'u', final: true })
    expect([net.state.stats().recovering, net.of('start').length]).toEqual([false, 0])
    net.terminated()
    net.started()
    expect(net.settled(get)).toMatch(/^u@/)
  })

  test('ends before somebody else has it who asks only then, and is not waited for for ever', () => {
    const net = after()
    net.agent('a1', ['other'], { containers: [record('u', 'k', 'a1', { token })] })
    net.agent('a2', ['k'])
    const get = net.get('c1', 'k', { uuid: 'u' }, 60_000)
    expect(net.of('start')).toHaveLength(0)
    for (let seconds = 0; seconds < 40 && net.of('start').length === 0; seconds++) net.pass(1_000)
    net.started()
    expect(net.settled(get)).toBe('u@a2')
  })

  test('goes on when it was started later', () => {
    const net = after()
    const later = { epoch: 3, counter: 6 }
    const brings = net.agent('a1', ['k'], { containers: [record('u', 'k', 'a1', { token: later })] })
    expect(net.registration(brings)).toEqual([])
    expect(net.stateOf('u')).toBe('active')
  })

  test('goes on when the agent was told since that it may keep it, whatever it reports later', () => {
    const net = after()
    const containers = [record('u', 'k', 'a1', { token })]
    const brings = net.agent('a1', ['k'], { containers, settled: { epoch: 3, counter: 5 } })
    expect(net.registration(brings)).toEqual([])
    const event = { container: record('u', 'k', 'a1', { token }), event: NetworkEventKind.updated }
    net.do((state) => state.containerUpdates(agentId('a1'), [event], net.now))
    expect([net.stateOf('u'), net.of('terminate')]).toEqual(['active', []])
  })

  test('ends when what the agent was told is from before it was given up', () => {
    const net = after()
    const containers = [record('u', 'k', 'a1', { token: { epoch: 3, counter: 2 } })]
    const brings = net.agent('a1', ['k'], { containers, settled: { epoch: 3, counter: 4 } })
    expect(net.registration(brings)).toEqual(['u'])
  })

  test('waits for its turn when it is stateless', () => {
    const net = after()
    net.agent('a1', [], { containers: [record('s', 'k', 'a1', { token, stateless: true })] })
    expect(net.of('deactivate')).toHaveLength(1)
    expect(net.start()).toMatchObject({ agentId: 'a1', options: { uuid: 's' } })
  })
})

describe('Lease', () => {
  test('is held for ever when none was granted', () => {
    expect(new Lease().isHeld(1e12, 1e15)).toBe(true)
  })

  test.each([
    ['while it runs', 999, 999, true],
    ['when its time has passed', 1_000, 999, false],
    ['when the machine slept, and only the clock on the wall went on', 10, 1_000, false],
    ['when the clock on the wall was set back', 999, -5_000, true]
  ])('%s', (_, passed, passedUnix, held) => {
    const lease = new Lease()
    lease.grant(1_000, 50, 1e12)
    expect(lease.isHeld(50 + passed, 1e12 + passedUnix)).toBe(held)
  })

  test('a later grant takes the place of an earlier one, though it be shorter', () => {
    const lease = new Lease()
    lease.grant(10_000, 0, 0)
    lease.grant(1_000, 500, 500)
    expect(lease.isHeld(1_500, 1_500)).toBe(false)
  })
})
