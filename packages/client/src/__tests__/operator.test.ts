// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  AgentImpl,
  NetworkError,
  opNames,
  type AgentUuid,
  type ContainerKind,
  type ContainerUuid
} from '@hcengineering/network-core'
import { EchoFactory } from '@hcengineering/network-core/testing'
import { room } from './connecting'
import { World } from './world'

const uuid = room.uuid as ContainerUuid
const agentId = 'agent-a' as AgentUuid

describe('client - what operators ask', () => {
  test('goes to the coordinator as it is meant', async () => {
    const world = new World()
    const client = await world.connected()
    world.coordinator.answers.set('ex', () => ({ uuid, state: 'active' }))
    world.coordinator.answers.set('ct', () => ({ restarts: true }))
    world.coordinator.answers.set('ad', () => ({ moved: 1, ended: 2, left: 0 }))
    world.coordinator.answers.set('di', () => ({ version: '1.2.3' }))
    world.coordinator.answers.set('xr', () => true)
    const params = (name: string): unknown => world.coordinator.calls.find(({ method }) => method === name)?.params
    const asked = Promise.all([
      client.explain(uuid),
      client.terminate(uuid, { force: true, reason: 'stuck' }),
      client.drainAgent(agentId, { timeoutMs: 5 }),
      client.diagnose({ agent: agentId, sampleMs: 7 }),
      client.cancelReminder(uuid, 'daily')
    ])
    await world.pass(100)
    expect(await asked).toMatchObject([
      { state: 'active' },
      { restarts: true },
      { moved: 1 },
      { version: '1.2.3' },
      true
    ])
    expect(params('xr')).toEqual({ uuid, name: 'daily' })
    expect(params('ct')).toEqual({ uuid, force: true, reason: 'stuck' })
    expect(params('ad')).toEqual({ uuid: agentId, timeoutMs: 5 })
    expect(params('di')).toEqual({ agent: agentId, sampleMs: 7 })
  })

  test.each(['lu', 'lr'] as const)('lists page by page what is not served, and reminders: %s', async (name) => {
    const world = new World()
    const client = await world.connected()
    const pages = new Map([
      ['', { records: [{ uuid: 'u1' }], next: '1.1' }],
      ['1.1', { records: [{ uuid: 'u2' }] }]
    ])
    world.coordinator.answers.set(name, ({ params }) => pages.get((params as { page: string }).page))
    const kind = 'chat' as ContainerKind
    const listed = name === 'lu' ? client.unserved(kind) : client.reminders(kind)
    await world.pass(100)
    expect(await listed).toEqual([{ uuid: 'u1' }, { uuid: 'u2' }])
    const asked = world.coordinator.calls.filter(({ method }) => method === name)
    expect(asked.map(({ params }) => params)).toEqual([
      { kind: 'chat', page: '' },
      { kind: 'chat', page: '1.1' }
    ])
  })

  test('is refused with the reason when the coordinator is too old', async () => {
    const world = new World()
    const client = await world.connected()
    world.coordinator.answers.set('ex', () => {
      throw new NetworkError('UNKNOWN_OPERATION', `The coordinator has no operation 'ex'`)
    })
    const asked = client.explain(uuid)
    asked.catch(() => {})
    await world.pass(100)
    await expect(asked).rejects.toMatchObject({
      code: 'UNKNOWN_OPERATION',
      message: 'The release of the coordinator at coordinator:3737 does not know explain(), which 0.8 does: update it'
    })
  })

  test('is passed on when it is an agent that cannot', async () => {
    const world = new World()
    const client = await world.connected()
    world.coordinator.answers.set('ad', () => {
      throw new NetworkError('UNKNOWN_OPERATION', 'Agent agent-a cannot be drained', { agentId })
    })
    const asked = client.drainAgent(agentId)
    asked.catch(() => {})
    await world.pass(100)
    await expect(asked).rejects.toMatchObject({ message: 'Agent agent-a cannot be drained', agentId })
  })

  test('drains an agent of this client, and tells of its process', async () => {
    const world = new World()
    const client = await world.connected()
    const agent = new AgentImpl(agentId, { chat: new EchoFactory({}).create }, { tickManager: world.ticks })
    await client.register(agent)
    const ask = async (method: string, args: unknown[]): Promise<unknown> => {
      const answer = world.coordinator.request(client.clientId, method, [agentId, args])
      await world.pass(100)
      return await answer
    }
    expect(await ask(opNames.diagnose, [{}])).toMatchObject({ pid: process.pid, node: process.version })
    expect(await ask(opNames.drainAgent, [{ timeoutMs: 50 }])).toEqual({ moved: 0, ended: 0, left: 0 })
    expect(agent.draining).toBe(true)
  })
})
