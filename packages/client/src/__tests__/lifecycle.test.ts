// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  AgentImpl,
  NetworkError,
  type AgentUuid,
  type ContainerKind,
  type ContainerUuid
} from '@hcengineering/network-core'
import { EchoFactory } from '@hcengineering/network-core/testing'
import { createAgent, createNetworkClient } from '../create'
import { NetworkClientImpl } from '../network-client'
import { host } from './hosting'
import { World } from './world'

const chat = 'chat' as ContainerKind
const room = { uuid: 'room' as ContainerUuid }

describe('client - its end', () => {
  test('says that nothing is to start on its agents, ends their containers, unregisters them, then says goodbye', async () => {
    const world = new World()
    const client = await world.connected()
    const factory = new EchoFactory()
    const agent = new AgentImpl('agent-a' as AgentUuid, { chat: factory.create }, { tickManager: world.ticks })
    await client.register(agent)
    await agent.get(chat, room)
    const closing = client.close()
    await world.pass(100)
    await closing
    expect(world.coordinator.methods).toEqual(['ar', 'ar', 'cu', 'au'])
    expect(world.coordinator.asked('ar')).toMatchObject([{}, { draining: true }])
    expect(factory.last.calls).toEqual(['terminate', 'onTerminated'])
    expect(world.coordinator.gone).toEqual([{ client: 'client', timedOut: false }])
  })

  test('is prompt when the coordinator is down', async () => {
    const world = new World()
    const client = await world.connected()
    await client.register(new AgentImpl('agent-a' as AgentUuid, {}, { tickManager: world.ticks }))
    await client.get(chat, room)
    world.coordinator.kill()
    await world.pass()
    const before = world.ticks.now()
    await client.close()
    expect(world.ticks.now()).toBe(before)
  })

  test('rejects what is pending and what is asked after it with CLOSED', async () => {
    const world = new World()
    const client = world.client()
    const pending = [
      client.get(chat, room),
      client.list(),
      client.waitConnection(),
      client.request(room.uuid, 'say'),
      client.register(new AgentImpl('agent-a' as AgentUuid, {}, { tickManager: world.ticks }))
    ].map((promise) => world.watch(promise))
    await client.close()
    await client.close()
    await world.pass(2000)
    expect(pending.map(({ outcome }) => outcome)).toEqual(Array(5).fill('CLOSED'))
    await expect(client.get(chat, room)).rejects.toMatchObject({ code: 'CLOSED' })
  })

  test('leaves no timer and no line behind', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    hosting.place('room')
    const reference = await client.get(chat, room)
    await reference.connect()
    const closing = client.close()
    await world.pass(100)
    await closing
    await hosting.agent.close()
    await hosting.server.close()
    world.coordinator.kill()
    await world.pass(10_000)
    expect(client.references.size).toBe(0)
    expect(world.ticks.pending).toBe(0)
  })

  test('can be left to await using', async () => {
    const world = new World()
    world.coordinator.start()
    const client = createNetworkClient('coordinator', undefined, { socketOptions: { transport: world.node('client') } })
    await world.pass()
    await client[Symbol.asyncDispose]()
    await expect(client.list()).rejects.toMatchObject({ code: 'CLOSED' })
    expect(() => client.onUpdate(async () => {})).toThrow(expect.objectContaining({ code: 'CLOSED' }))
    const other = createNetworkClient('coordinator', undefined, { socketOptions: { transport: world.node('client') } })
    other[Symbol.dispose]()
    await expect(other.list()).rejects.toMatchObject({ code: 'CLOSED' })
  })
})

describe('await using', () => {
  test('closes a connection, and lets the hold of a reference go, at the end of the block', async () => {
    const world = new World()
    world.coordinator.start()
    const socketOptions = { transport: world.node('client') }
    const client = createNetworkClient('coordinator', undefined, { socketOptions })
    const container = (await host(world, 'agent-a')).place('room')
    await world.pass()
    {
      await using reference = await client.get(chat, room)
      const connecting = reference.connect()
      await world.pass()
      await using connection = await connecting
      await connection.request('say')
      expect(world.coordinator.asked('cr')).toEqual([])
    }
    expect(container.calls).toEqual([`connect ${client.clientId}`, 'request say', `disconnect ${client.clientId}`])
    expect(world.coordinator.asked('cr')).toMatchObject([room])
    await client.close()
  })
})

describe('client - its connection', () => {
  test('waitConnection rejects with address and cause', async () => {
    const world = new World()
    const client = world.client()
    const waiting = client.waitConnection(1000)
    waiting.catch(() => {})
    await world.pass(1000)
    await expect(waiting).rejects.toThrow(/coordinator:3737 within 1000 ms: Nobody listens/)
  })

  test.each([
    ['list', async (client: NetworkClientImpl) => await client.list()],
    ['agents', async (client: NetworkClientImpl) => await client.agents()],
    ['kinds', async (client: NetworkClientImpl) => await client.kinds()],
    ['get', async (client: NetworkClientImpl) => await client.get(chat, room)],
    ['unserved', async (client: NetworkClientImpl) => await client.unserved()],
    ['explain', async (client: NetworkClientImpl) => await client.explain(room.uuid)],
    ['terminate', async (client: NetworkClientImpl) => await client.terminate(room.uuid)]
  ])('%s says why there is none', async (_what, ask) => {
    const world = new World()
    const asked = ask(world.client('client', { requestTimeoutMs: 5000, getTimeoutMs: 5000 }))
    asked.catch(() => {})
    await world.pass(5000)
    await expect(asked).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/coordinator:3737 within 5000 ms: Nobody listens/) as string
    })
  })

  test('a call that was not answered is named as its user knows it', async () => {
    const world = new World()
    const client = await world.connected()
    world.coordinator.answers.set('cl', async () => await new Promise(() => {}))
    const asked = client.list()
    asked.catch(() => {})
    await world.pass(30_000)
    await expect(asked).rejects.toThrow('No answer to list() within 30000 ms: sent and not answered')
  })

  test('its loss and its return are told once, however often it is tried between', async () => {
    const lines: string[] = []
    const world = new World()
    world.coordinator.start()
    const info = (message: string): void => {
      lines.push(message)
    }
    world.client('client', { logger: { ...world.logger, info, warn: info } })
    await world.pass()
    world.coordinator.kill()
    await world.pass(60_000)
    expect(lines).toEqual(['The connection to the coordinator is lost'])
    world.coordinator.start()
    await world.pass(5000)
    expect(lines).toEqual(['The connection to the coordinator is lost', 'The connection to the coordinator is back'])
  })

  test('waits without end when no time is given', async () => {
    const world = new World()
    const client = world.client()
    const waiting = world.watch(client.waitConnection(0))
    await world.pass(600_000)
    expect([waiting.outcome, client.registered]).toEqual(['pending', false])
    world.coordinator.start()
    await world.pass(1000)
    expect([waiting.outcome, client.registered]).toEqual([undefined, true])
  })

  test('network events are asked for by the first listener, and again in every fresh session', async () => {
    const world = new World()
    const client = await world.connected()
    const seen: unknown[] = []
    const stop = client.onUpdate(async (event) => {
      seen.push(event)
    })
    client.onUpdate(async () => {
      throw new Error('of a listener')
    })
    await world.pass()
    world.coordinator.restart()
    await world.pass(2000)
    expect(world.coordinator.methods).toEqual(['nw', 'nw'])
    const event = { agents: [{ id: 'a', kinds: ['chat'], event: 0 }], containers: [] }
    await world.coordinator.send(client.clientId, event)
    await world.coordinator.send(client.clientId, 'garbage')
    await world.coordinator.send(client.clientId, { containers: [{ container: 'none', event: 7 }] })
    await world.pass()
    expect(seen).toEqual([event, { agents: [], containers: [] }])
    expect(world.warnings.join()).toContain('of a listener')
    stop()
    await world.coordinator.send(client.clientId, event)
    await world.pass()
    expect(seen).toHaveLength(2)
  })

  test('network events are asked for until that is heard, where there was no room for it, but not of an old coordinator', async () => {
    const world = new World()
    const client = await world.connected()
    const codes = ['OVERLOADED', 'OVERLOADED', 'UNKNOWN_OPERATION'] as const
    world.coordinator.answers.set('nw', () => {
      throw new NetworkError(codes[world.coordinator.asked('nw').length - 1], 'no')
    })
    client.onUpdate(async () => {})
    await world.pass(10_000)
    expect(world.coordinator.methods).toEqual(['nw', 'nw', 'nw'])
  })

  test('list reads page by page, and takes one answer for all from a coordinator without pages', async () => {
    const world = new World()
    const client = await world.connected()
    const pages = [{ records: ['a'], next: '1' }, { records: ['b'], next: '2' }, { records: ['c'] }]
    world.coordinator.answers.set('cl', ({ params }) => pages[Number((params as { page: string }).page)])
    expect(await client.list()).toEqual(['a', 'b', 'c'])
    world.coordinator.answers.set('cl', () => ['all'])
    expect(await client.list()).toEqual(['all'])
  })

  test('list without a kind asks for all', async () => {
    const world = new World()
    const client = await world.connected()
    await client.list()
    await client.list(chat)
    expect(world.coordinator.asked('cl')).toEqual([{ page: '' }, { kind: 'chat', page: '' }])
  })
})

describe('client - what it is made with', () => {
  test.each([[''], ['host:port'], ['host:0'], ['a b'], ['tcp://host:1'], ['[::1'], ['::1']])(
    "refuses the url '%s'",
    (url) => {
      expect(() => createNetworkClient(url)).toThrow(/expected 'host', 'host:port' or '\[IPv6\]:port'/)
    }
  )

  test.each([0, -1, NaN, Infinity])('refuses an alive timeout of %s seconds, naming it', (seconds) => {
    const { ticks } = new World()
    expect(() => new NetworkClientImpl('h', 1, ticks, seconds)).toThrow(`got ${seconds}`)
  })

  test('an agent has one endpoint', () => {
    expect(() => createAgent('a:1,b:2', {})).toThrow(/one endpoint/)
  })

  test('refuses bad arguments of its calls', async () => {
    const client = await new World().connected()
    await expect(client.get('' as ContainerKind, {})).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await expect(client.get(chat, {}, { timeoutMs: -1 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await expect(client.request(room.uuid, '')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})
