// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { CallContext } from '@hcengineering/network-backrpc'
import {
  AgentImpl,
  NetworkError,
  NetworkEventKind,
  type ActivationToken,
  type AgentUuid,
  type ContainerKind,
  type ContainerUuid,
  type NetworkAgent,
  type RetireOutcome
} from '@hcengineering/network-core'
import { EchoContainer, EchoFactory, FakeTickManager, deferred } from '@hcengineering/network-core/testing'
import { AgentRequests } from '../agent-requests'
import { World } from './world'

const chat = 'chat' as ContainerKind
const room = 'room' as ContainerUuid

function agentOf(world: World, factory: EchoFactory = new EchoFactory(), uuid: string = 'agent-a'): AgentImpl {
  return new AgentImpl(uuid as AgentUuid, { chat: factory.create }, { tickManager: world.ticks, logger: world.logger })
}

describe('agents - registered with the coordinator', () => {
  test('says what the agent has, and ends what lives elsewhere', async () => {
    const world = new World()
    const client = await world.connected()
    const factory = new EchoFactory()
    const agent = agentOf(world, factory)
    await agent.get(chat, { uuid: room, labels: ['a'], extra: 1 })
    world.coordinator.answers.set('ar', () => ['room'])
    await client.register(agent)
    expect(world.coordinator.asked('ar')).toMatchObject([
      {
        uuid: 'agent-a',
        kinds: ['chat'],
        containers: [{ uuid: 'room', kind: 'chat', labels: ['a'], extra: 1 }]
      }
    ])
    expect(factory.last.calls).toContain('terminate')
  })

  test('leaves what was started since under the uuid of what lives elsewhere', async () => {
    const world = new World()
    const client = await world.connected()
    const factory = new EchoFactory()
    const agent = agentOf(world, factory)
    const token = (counter: number): ActivationToken => ({ epoch: 1, counter })
    await agent.get(chat, { uuid: room }, { token: token(1) })
    const first = factory.last
    world.coordinator.answers.set('ar', async () => {
      await agent.terminate(room)
      await agent.get(chat, { uuid: room }, { token: token(2) })
      return { terminate: ['room'], token: token(2) }
    })
    await client.register(agent)
    expect(first.calls).toContain('terminate')
    expect(factory.last).not.toBe(first)
    expect(factory.last.calls).not.toContain('terminate')
  })

  test('is said again at once, however long the ends take of what lives elsewhere', async () => {
    const world = new World()
    const client = await world.connected()
    const agent = agentOf(world, new EchoFactory({ terminate: async () => await new Promise(() => {}) }))
    await client.register(agent)
    await agent.get(chat, { uuid: room })
    world.coordinator.answers.set('ar', () => ['room'])
    world.coordinator.restart()
    await world.pass(2_000)
    world.coordinator.restart()
    await world.pass(2_000)
    expect(world.coordinator.asked('ar')).toHaveLength(3)
  })

  test('tells a coordinator that starts anew while it closes what it is ending', async () => {
    const world = new World()
    const client = await world.connected()
    const agent = agentOf(world, new EchoFactory({ terminate: async () => await new Promise(() => {}) }))
    await client.register(agent)
    await agent.get(chat, { uuid: room }, { token: { epoch: 1, counter: 1 } })
    const closing = client.close()
    await world.pass(1_000)
    world.coordinator.restart()
    await world.pass(2_000)
    expect(world.coordinator.asked('ar').at(-1)).toMatchObject({
      draining: true,
      containers: [{ uuid: 'room', ends: true }]
    })
    await world.pass(20_000)
    await closing
  })

  test('takes an agent that is closed off the list of those that may start something', async () => {
    const world = new World()
    const client = await world.connected()
    const agent = agentOf(world)
    await client.register(agent)
    await agent.close()
    await world.pass()
    expect(world.coordinator.asked('ar')).toMatchObject([{}, { uuid: 'agent-a', draining: true, containers: [] }])
  })

  test('leaves an agent that another client has registered to that one', async () => {
    const world = new World()
    const client = await world.connected()
    const agent = agentOf(world)
    await client.register(agent)
    const other = world.client('other')
    await expect(other.register(agent)).rejects.toMatchObject({ code: 'AGENT_ID_TAKEN', agentId: 'agent-a' })
    await agent.get(chat, { uuid: room })
    await agent.terminate(room)
    await world.pass()
    expect(world.coordinator.asked('cu')).toMatchObject([{ uuid: 'agent-a', containers: [{ event: 2 }] }])
    const closing = client.close()
    await world.pass(3_000)
    await closing
    await other.register(agentOf(world))
  })

  test('is said again when it has changed before the first answer came', async () => {
    const world = new World()
    const client = await world.connected()
    const agent = agentOf(world)
    const factory = new EchoFactory()
    await factory.create({ uuid: room })
    let answer = (_: unknown): void => {}
    world.coordinator.answers.set('ar', async () => await new Promise((resolve) => (answer = resolve)))
    const registering = client.register(agent)
    await world.pass(10)
    agent.addStatelessContainer(room, chat, 'x' as never, factory.last)
    world.coordinator.answers.clear()
    answer([])
    await world.pass(10)
    await registering
    expect(world.coordinator.asked('ar')).toMatchObject([{ containers: [] }, { containers: [{ uuid: 'room' }] }])
  })

  test('is said again to a coordinator that starts anew, with what is true then, before any hold', async () => {
    const world = new World()
    const client = await world.connected()
    const agent = agentOf(world)
    await client.register(agent)
    await client.get(chat, { uuid: room })
    await agent.get(chat, { uuid: room })
    world.coordinator.calls.length = 0
    world.coordinator.restart()
    await world.pass(2000)
    expect(world.coordinator.methods).toEqual(['ar', 'gg'])
    expect(world.coordinator.asked('ar')).toMatchObject([{ containers: [{ uuid: 'room' }] }])
  })

  test('is not said again when only the connection was lost', async () => {
    const world = new World()
    const client = await world.connected()
    await client.register(agentOf(world))
    world.network.breakConnections('client')
    await world.pass(1000)
    expect(world.coordinator.asked('ar')).toHaveLength(1)
  })

  test('waits for a coordinator that is not there yet', async () => {
    const world = new World()
    const client = world.client()
    const registering = client.register(agentOf(world))
    await world.pass(5000)
    world.coordinator.start()
    await world.pass(1000)
    await registering
    expect(world.coordinator.asked('ar')).toHaveLength(1)
  })

  test("is refused with the coordinator's code, and leaves nothing behind", async () => {
    const world = new World()
    const client = await world.connected()
    const agent = agentOf(world)
    world.coordinator.answers.set('ar', () => {
      throw new NetworkError('AGENT_ID_TAKEN', 'taken')
    })
    await expect(client.register(agent)).rejects.toMatchObject({ code: 'AGENT_ID_TAKEN' })
    expect(agent.onUpdate).toBeUndefined()
    world.coordinator.answers.clear()
    await client.register(agent)
  })

  test('is tried again until it succeeds, once it was registered', async () => {
    const world = new World()
    const client = await world.connected()
    await client.register(agentOf(world))
    world.coordinator.answers.set('ar', () => {
      throw new NetworkError('AGENT_ID_TAKEN', 'taken')
    })
    world.coordinator.restart()
    await world.pass(2000)
    expect(world.warnings.join()).toContain('registered again')
    world.coordinator.answers.clear()
    world.coordinator.calls.length = 0
    await world.pass(6000)
    expect(world.coordinator.asked('ar')).toHaveLength(1)
  })

  test('reports changes of its containers and of itself', async () => {
    const world = new World()
    const client = await world.connected()
    const agent = agentOf(world)
    await client.register(agent)
    await agent.get(chat, { uuid: room })
    await agent.terminate(room)
    await world.pass()
    expect(world.coordinator.asked('cu')).toMatchObject([
      { uuid: 'agent-a', containers: [{ container: { uuid: 'room' }, event: NetworkEventKind.removed }] }
    ])
    agent.addStatelessContainer(room, chat, 'x' as never, new EchoContainer())
    await world.pass()
    expect(world.coordinator.asked('ar')).toHaveLength(2)
  })

  test('reports together what ends in one turn', async () => {
    const world = new World()
    const client = await world.connected()
    const agent = agentOf(world)
    await client.register(agent)
    const uuids = ['a', 'b', 'c'] as ContainerUuid[]
    for (const uuid of uuids) await agent.get(chat, { uuid })
    await Promise.all(uuids.map(async (uuid) => await agent.terminate(uuid)))
    await world.pass()
    const reports = world.coordinator.asked('cu') as { containers: { container: { uuid: string } }[] }[]
    expect(reports.map(({ containers }) => containers.map(({ container }) => container.uuid))).toEqual([uuids])
  })

  test('says more containers than fit one message in parts, and reports them in pages', async () => {
    const world = new World()
    const client = await world.connected()
    const agent = agentOf(world)
    const records = (await agent.list()).concat(
      Array.from({ length: 20_000 }, (_, n) => ({ uuid: `c${n}`, kind: chat, endpoint: '' }) as never)
    )
    agent.list = async () => records
    await client.register(agent)
    const parts = world.coordinator.asked('ar') as { containers: { uuid: string }[]; part: [number, number] }[]
    expect(parts.length).toBeGreaterThan(1)
    expect(parts.map(({ part }) => part)).toEqual(parts.map((_, index) => [index, parts.length]))
    expect(parts.flatMap(({ containers }) => containers.map(({ uuid }) => uuid))).toEqual(
      records.map(({ uuid }) => uuid)
    )
    await agent.onUpdate?.({ agents: [], containers: records.map((container) => ({ container, event: 1 })) })
    await world.pass()
    const reports = world.coordinator.asked('cu') as { containers: unknown[] }[]
    expect(reports.flatMap(({ containers }) => containers)).toHaveLength(records.length)
  })

  test('is said again when what a coordinator asked to start is ready after that coordinator is gone', async () => {
    const world = new World()
    const client = await world.connected()
    let ready = (): void => {}
    const factory = new EchoFactory()
    const create: typeof factory.create = async (options) => {
      await new Promise<void>((resolve) => (ready = resolve))
      return await factory.create(options)
    }
    const agent = new AgentImpl('agent-a' as AgentUuid, { chat: create }, { tickManager: world.ticks })
    await client.register(agent)
    world.watch(world.coordinator.request(client.clientId, 'gg', ['agent-a', ['chat', { uuid: 'room' }]]))
    await world.pass()
    world.coordinator.restart()
    await world.pass(2000)
    world.coordinator.calls.length = 0
    ready()
    await world.pass(100)
    expect(world.coordinator.asked('ar')).toMatchObject([{ containers: [{ uuid: 'room' }] }])
  })

  test.each([
    ['has heard of it', true],
    ['is gone, too, before it has heard of it', false]
  ])('what is started for a coordinator that is gone is kept where its successor %s', async (_how, heard) => {
    const world = new World()
    const client = await world.connected()
    let ready = (): void => {}
    const factory = new EchoFactory()
    const create: typeof factory.create = async (options) => {
      await new Promise<void>((resolve) => (ready = resolve))
      return await factory.create(options)
    }
    const agent = new AgentImpl('agent-a' as AgentUuid, { chat: create }, { tickManager: world.ticks })
    const answer = (epoch: number): (() => unknown) => {
      return () => ({ terminate: [], token: { epoch, counter: 0 } })
    }
    world.coordinator.answers.set('ar', answer(1))
    await client.register(agent)
    const start = ['chat', { uuid: 'room' }, { token: { epoch: 1, counter: 1 } }]
    world.watch(world.coordinator.request(client.clientId, 'gg', ['agent-a', start]))
    await world.pass()
    world.coordinator.answers.set('ar', answer(2))
    world.coordinator.restart()
    await world.pass(2_000)
    if (!heard) world.coordinator.answers.set('ar', async () => await new Promise(() => {}))
    ready()
    await world.pass(100)
    world.coordinator.answers.set('ar', answer(3))
    world.coordinator.restart()
    world.coordinator.calls.length = 0
    await world.pass(2_000)
    const [first] = world.coordinator.asked('ar') as { containers: { uuid: string; ends?: true }[] }[]
    expect(first.containers.map(({ uuid, ends = false }) => [uuid, ends])).toEqual([['room', !heard]])
    expect(factory.last.calls.includes('terminate')).toBe(!heard)
  })

  test('several agents of one client are told apart', async () => {
    const world = new World()
    const client = await world.connected()
    const factories = [new EchoFactory(), new EchoFactory()]
    await client.register(agentOf(world, factories[0], 'agent-a'))
    await client.register(agentOf(world, factories[1], 'agent-b'))
    await world.coordinator.request(client.clientId, 'gg', ['agent-b', ['chat', { uuid: 'room' }]])
    expect(factories.map(({ made }) => made.length)).toEqual([0, 1])
  })
})

describe('agents - what the coordinator asks of them', () => {
  test('get, request with its asker, list and terminate', async () => {
    const world = new World()
    const client = await world.connected()
    await client.register(agentOf(world))
    const ask = async (method: string, args: unknown): Promise<unknown> =>
      await world.coordinator.request(client.clientId, method, ['agent-a', args])
    expect(await ask('gg', ['chat', { uuid: 'room' }, { token: { epoch: 1, counter: 1 } }])).toEqual([
      'room',
      'echo://room'
    ])
    expect(await ask('cs', ['room', 'say', 1, 'asker'])).toEqual({ operation: 'say', data: 1, clientId: 'asker' })
    expect(await ask('cl', [null])).toMatchObject([{ uuid: 'room', token: { epoch: 1, counter: 1 } }])
    await ask('ct', ['room'])
    expect(await ask('cl', ['chat'])).toEqual([])
  })

  test('connections that it relays: one connect, events with their receiver, one disconnect', async () => {
    const world = new World()
    const client = await world.connected()
    const factory = new EchoFactory()
    const agent = agentOf(world, factory)
    await client.register(agent)
    await agent.get(chat, { uuid: room })
    const ask = async (method: string): Promise<unknown> =>
      await world.coordinator.request(client.clientId, method, ['agent-a', ['room', 'asker']])
    await ask('cc')
    await ask('cc')
    await factory.last.broadcast('hi')
    await world.pass()
    expect(world.coordinator.events).toEqual([['asker', 'room', 'hi']])
    await ask('cd')
    await ask('cd')
    expect(factory.last.calls).toEqual(['connect asker', 'disconnect asker'])
  })

  test('relayed connections end when the coordinator that relayed them is gone', async () => {
    const world = new World()
    const client = await world.connected()
    const factory = new EchoFactory()
    const agent = agentOf(world, factory)
    await client.register(agent)
    await agent.get(chat, { uuid: room })
    await world.coordinator.request(client.clientId, 'cc', ['agent-a', ['room', 'asker']])
    world.coordinator.restart()
    await world.pass(2000)
    expect(factory.last.calls).toContain('disconnect asker')
  })

  test.each([
    ['an agent that is not here', 'gg', ['nobody', ['chat', {}]], 'NOT_FOUND'],
    ['an operation nobody knows', 'zz', ['agent-a', []], 'UNKNOWN_OPERATION'],
    ['parameters that are none', 'gg', ['agent-a', 'x'], 'PROTOCOL_ERROR'],
    ['no parameters', 'gg', null, 'NOT_FOUND']
  ])('refuses %s with a code', async (_what, method, params, code) => {
    const world = new World()
    const client = await world.connected()
    await client.register(agentOf(world))
    await expect(world.coordinator.request(client.clientId, method, params)).rejects.toMatchObject({ code })
  })

  test('what a container throws reaches the asker with its message and code', async () => {
    const world = new World()
    const client = await world.connected()
    const failing = new EchoFactory({
      request: () => {
        throw Object.assign(new Error('nope'), { code: 'E1' })
      }
    })
    const agent = agentOf(world, failing)
    await client.register(agent)
    await agent.get(chat, { uuid: room })
    const request = world.coordinator.request(client.clientId, 'cs', ['agent-a', ['room', 'say']])
    await expect(request).rejects.toMatchObject({ code: 'REMOTE_ERROR', message: 'nope', remoteCode: 'E1' })
  })
})

describe('an end that is put off', () => {
  test('is told to the coordinator, when the one that asked for it is not there any more', async () => {
    const answer = deferred<RetireOutcome>()
    const announced: string[] = []
    const requests = new AgentRequests(
      async () => {},
      (agent) => announced.push(agent),
      new FakeTickManager()
    )
    const agent = { uuid: 'a1', kinds: [], retire: async () => await answer.promise } as unknown as NetworkAgent
    requests.add(agent)
    const ask = ['a1', ['u', { reason: 'nobody holds it', final: false }]]
    const asked = requests.handle('ct', ask, {} as CallContext)
    await requests.begin()
    answer.resolve({ notYet: { reason: 'it writes' } })
    await asked
    expect(announced).toEqual(['a1'])
  })
})
