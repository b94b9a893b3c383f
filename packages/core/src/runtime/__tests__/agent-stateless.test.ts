// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Network } from '../../api/network'
import { EchoContainer } from '../../testing'
import { AgentImpl } from '../agent'
import { agentId, client, echo, failure, newFixture, ref, uuid } from './agent-fixture'

const leader = uuid('leader')
const kind = 'leader' as typeof echo
const token = { epoch: 7, counter: 3 }

function withLeader(): ReturnType<typeof newFixture> & { container: EchoContainer; changes: () => number } {
  const fixture = newFixture()
  const container = new EchoContainer()
  let changes = 0
  fixture.agent.onAgentUpdate = async () => {
    changes++
  }
  fixture.agent.addStatelessContainer(leader, kind, ref('svc://leader'), container)
  return { ...fixture, container, changes: () => changes }
}

describe('AgentImpl - stateless containers', () => {
  it('makes one standby that could not end yet', async () => {
    const { agent } = newFixture()
    const container = new EchoContainer({ terminate: async (_, context) => context?.notYet({ reason: 'it writes' }) })
    agent.addStatelessContainer(leader, kind, ref('svc://leader'), container)
    await agent.get(kind, { uuid: leader }, { token })
    expect(await agent.retire(leader, { reason: 'an operator asked', final: false })).toMatchObject({ notYet: {} })
    await agent.deactivate(leader)
    expect(await failure(agent.request(leader, 'say'))).toMatchObject({ code: 'NOT_ACTIVE' })
    expect((await agent.list())[0]).not.toHaveProperty('preTermination')
  })

  it('offers one as standby, says so, and does not take its kind for one it can start', async () => {
    const { agent, changes } = withLeader()
    expect(agent.kinds).toEqual(['echo'])
    expect(await agent.list(kind)).toMatchObject([{ uuid: 'leader', stateless: true, endpoint: 'svc://leader' }])
    expect((await agent.list(kind))[0]).not.toHaveProperty('token')
    expect(changes()).toBe(1)
    expect(await failure(agent.request(leader, 'say'))).toMatchObject({ code: 'NOT_ACTIVE', retryable: true })
    expect(await failure(agent.connect(leader, client('c'), async () => {}))).toMatchObject({ code: 'NOT_ACTIVE' })
  })

  it('serves once it is got, and its record carries the token', async () => {
    const { agent, container } = withLeader()
    expect(await agent.get(kind, { uuid: leader }, { token })).toEqual(['leader', 'svc://leader'])
    expect(await agent.request(leader, 'say', 1)).toMatchObject({ data: 1 })
    expect(await agent.list()).toMatchObject([{ token, stateless: true }])
    expect(container.calls).toEqual(['request say'])
  })

  it('serves once it is activated by hand, as a 0.7 network needs it', async () => {
    const { agent } = withLeader()
    agent.activate(leader)
    agent.activate(uuid('unknown'))
    expect(await agent.request(leader, 'say', 1)).toMatchObject({ data: 1 })
  })

  it('stays active when what comes late was meant for an earlier activation', async () => {
    const { agent } = withLeader()
    const later = { epoch: token.epoch, counter: token.counter + 1 }
    await agent.get(kind, { uuid: leader }, { token: later })
    await agent.deactivate(leader, token)
    expect(await agent.request(leader, 'say', 1)).toMatchObject({ data: 1 })
    await agent.deactivate(leader, later)
    expect(await failure(agent.request(leader, 'say'))).toMatchObject({ code: 'NOT_ACTIVE' })
  })

  it('steps back to standby, and lets its clients go', async () => {
    const { agent, container } = withLeader()
    await agent.get(kind, { uuid: leader }, { token })
    await agent.connect(leader, client('c'), async () => {})
    await agent.deactivate(leader)
    await agent.deactivate(leader)
    await agent.deactivate(uuid('unknown'))
    expect(container.calls).toEqual(['connect c', 'disconnect c'])
    expect((await agent.list())[0]).not.toHaveProperty('token')
    expect(await failure(agent.request(leader, 'say'))).toMatchObject({ code: 'NOT_ACTIVE' })
    const newer = { epoch: 7, counter: 9 }
    await agent.get(kind, { uuid: leader }, { token: newer })
    expect(await agent.list()).toMatchObject([{ token: newer }])
  })

  it('does not make a container of a factory standby', async () => {
    const { agent } = newFixture()
    await agent.get(echo, { uuid: uuid('a') })
    await agent.deactivate(uuid('a'))
    expect(await agent.request(uuid('a'), 'say', 1)).toMatchObject({ data: 1 })
  })

  it('keeps the newest token', async () => {
    const { agent } = withLeader()
    await agent.get(kind, { uuid: leader }, { token })
    await agent.get(kind, { uuid: leader }, { token: { epoch: 7, counter: 1 } })
    await agent.get(kind, { uuid: leader })
    expect(await agent.list()).toMatchObject([{ token }])
  })

  it('is not offered again after its end, and tells at once', async () => {
    const { agent, container, reports, changes } = withLeader()
    await agent.get(kind, { uuid: leader }, { token })
    await agent.terminate(leader)
    expect(container.calls).toEqual(['terminate', 'onTerminated'])
    expect(reports).toMatchObject([[{ event: 'removed', container: { uuid: 'leader', token } }]])
    expect(changes()).toBe(2)
    expect(await agent.list()).toEqual([])
    expect(await failure(agent.get(kind, { uuid: leader }))).toMatchObject({ code: 'NOT_FOUND' })
  })

  it('ends a standby without telling that the container was removed', async () => {
    const { agent, reports, changes } = withLeader()
    await agent.terminate(leader)
    expect(reports).toEqual([])
    expect(changes()).toBe(2)
  })

  it('is handed back alive when it is taken back', async () => {
    const { agent, container, reports, changes } = withLeader()
    agent.activate(leader)
    await agent.connect(leader, client('c'), async () => {})
    agent.removeStatelessContainer(leader)
    agent.removeStatelessContainer(leader)
    expect(container.calls).toEqual(['connect c', 'disconnect c'])
    expect(reports).toMatchObject([[{ event: 'removed' }]])
    expect(changes()).toBe(2)
    agent.addStatelessContainer(leader, kind, ref('svc://leader'), container)
    expect(await agent.list()).toHaveLength(1)
  })

  it('refuses a uuid that is taken', async () => {
    const { agent } = withLeader()
    expect(() => agent.addStatelessContainer(leader, kind, ref('x'), new EchoContainer())).toThrow(
      'Agent agent-1 already has a container leader'
    )
    await agent.close()
    expect(() => agent.addStatelessContainer(uuid('x'), kind, ref('x'), new EchoContainer())).toThrow('closed')
  })

  it('tells of ill health only while it serves, or as soon as it does', async () => {
    const fixture = newFixture()
    const container = new EchoContainer({ ping: async () => await Promise.reject(new Error('ill')) })
    fixture.agent.addStatelessContainer(leader, kind, ref('x'), container)
    await fixture.time.advance(5_000)
    expect(fixture.reports).toEqual([])
    await fixture.agent.get(kind, { uuid: leader }, { token })
    expect(fixture.reports).toMatchObject([[{ event: 'updated', container: { healthy: false } }]])
  })

  it('registers with what it has, and terminates what lives elsewhere', async () => {
    const { agent } = withLeader()
    await agent.get(echo, { uuid: uuid('a') })
    await agent.get(echo, { uuid: uuid('b') })
    const register = jest.fn(async () => [uuid('b'), uuid('unknown')])
    await agent.register({ register } as unknown as Network)
    expect(register).toHaveBeenCalledWith(
      {
        agentId,
        endpoint: undefined,
        kinds: ['echo'],
        containers: [
          expect.objectContaining({ uuid: 'leader', stateless: true }) as object,
          expect.objectContaining({ uuid: 'a' }) as object,
          expect.objectContaining({ uuid: 'b' }) as object
        ]
      },
      agent
    )
    expect((await agent.list()).map((record) => record.uuid)).toEqual(['leader', 'a'])
  })
})

describe('AgentImpl - construction', () => {
  it.each([
    [
      'an empty uuid',
      () => new AgentImpl('' as typeof agentId, {}),
      'the uuid of an agent must be text of 1 to 256 bytes'
    ],
    [
      'factories that are none',
      () => new AgentImpl(agentId, { echo: 'x' as never }),
      "factory of kind 'echo' must be a function"
    ],
    ['no factories', () => new AgentImpl(agentId, undefined as never), 'factories must be an object'],
    [
      'a negative timeout',
      () => new AgentImpl(agentId, {}, { timeouts: { pingMs: -1 } }),
      'timeouts.pingMs must be 1 to'
    ],
    [
      'a timeout of a kind that is no number',
      () => new AgentImpl(agentId, {}, { timeouts: { startMsByKind: { echo: NaN } } }),
      "timeouts.startMsByKind['echo'] must be 1 to"
    ],
    [
      'an endless alive timeout',
      () => new AgentImpl(agentId, {}, { aliveTimeoutSeconds: Infinity }),
      'aliveTimeoutSeconds must be'
    ]
  ])('refuses %s', (_what, construct, message) => {
    expect(construct).toThrow(message)
    expect(construct).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  })
})
