// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { BackRPCServer } from '@hcengineering/network-backrpc'
import {
  agentNoConnectRef,
  containerDirectRef,
  NetworkError,
  type AgentUuid,
  type ContainerConnection,
  type ContainerEndpointRef,
  type ContainerKind,
  type ContainerUuid,
  type EventGap
} from '@hcengineering/network-core'
import type { NetworkClientImpl } from '../network-client'
import { host, movedEvent } from './hosting'
import { World } from './world'

const chat = 'chat' as ContainerKind
const room = { uuid: 'room' as ContainerUuid }

async function connect(world: World, client: NetworkClientImpl): Promise<ContainerConnection> {
  const reference = await client.get(chat, room)
  const connecting = reference.connect()
  connecting.catch(() => {})
  await world.pass(100)
  return await connecting
}

/** What a connection receives. */
function record(connection: ContainerConnection): { events: unknown[]; gaps: EventGap[] } {
  const seen: { events: unknown[]; gaps: EventGap[] } = { events: [], gaps: [] }
  connection.on = async (event) => {
    seen.events.push(event)
  }
  connection.onGap = (gap) => {
    seen.gaps.push(gap)
  }
  return seen
}

describe('connections - the way they take', () => {
  test('to the server of the agent, told who asks', async () => {
    const world = new World()
    const client = await world.connected()
    const container = (await host(world, 'agent-a')).place('room')
    const connection = await connect(world, client)
    expect(await connection.request('say', 1)).toEqual({ operation: 'say', data: 1, clientId: 'client' })
    expect(container.calls).toEqual(['connect client', 'request say'])
    expect(world.coordinator.methods).toEqual(['gg'])
  })

  test('to the server of the agent when the endpoint is opaque', async () => {
    const world = new World()
    const client = await world.connected()
    const container = (await host(world, 'agent-a')).place('room', { opaque: true })
    const connection = await connect(world, client)
    expect(await connection.request('say')).toMatchObject({ operation: 'say' })
    expect(container.calls).toContain('connect client')
  })

  test('looks the agent up when a 0.7 coordinator does not name it', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    const container = hosting.place('room', { opaque: true })
    world.coordinator.placements.set('room', { endpoint: 'my-service://room' as ContainerEndpointRef })
    world.coordinator.answers.set('cl', () => [{ uuid: 'room', agentId: 'agent-a' }])
    world.coordinator.answers.set('al', () => [{ agentId: 'agent-a', endpoint: hosting.endpoint }])
    await connect(world, client)
    expect(container.calls).toContain('connect client')
  })

  test('to the container itself when it is its own server: method, parameters and events as they are', async () => {
    const world = new World()
    const client = await world.connected()
    const server = new BackRPCServer(
      { requestHandler: async (who, method, params, send) => await send([who, method, params]) },
      world.ticks,
      'own',
      6000,
      { transport: world.node('own') }
    )
    const endpoint = containerDirectRef('own', 6000, room.uuid, 'agent-a' as AgentUuid)
    world.coordinator.placements.set('room', { endpoint })
    const connection = await connect(world, client)
    const { events } = record(connection)
    expect(await connection.request('say', { a: 1 })).toEqual(['client', 'say', { a: 1 }])
    await server.send('client', { raw: true })
    await world.pass()
    expect(events).toEqual([{ raw: true }])
  })

  test('through the coordinator when the agent has no endpoint, events included', async () => {
    const world = new World()
    const client = await world.connected()
    const endpoint = agentNoConnectRef('agent-a' as AgentUuid) as string as ContainerEndpointRef
    world.coordinator.placements.set('room', { endpoint })
    const connection = await connect(world, client)
    const { events } = record(connection)
    expect(await connection.request('say', 1)).toMatchObject({ by: 'coordinator', operation: 'say', data: 1 })
    await world.coordinator.send(client.clientId, ['room', { said: 1 }])
    await world.pass()
    expect(events).toEqual([{ said: 1 }])
    await connection.close()
    expect(world.coordinator.methods).toEqual(['gg', 'cc', 'cs', 'cd'])
  })

  test('through the coordinator when the direct one is not made within two seconds', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    hosting.place('room')
    world.network.refuse('agent-a', true)
    const reference = await client.get(chat, room)
    const connecting = world.watch(reference.connect())
    await world.pass(1999)
    expect(connecting.outcome).toBe('pending')
    await world.pass(1)
    expect(connecting.outcome).toMatchObject({ containerId: 'room' })
    expect(world.coordinator.methods).toContain('cc')
  })

  test('is refused with CONNECT_UNSUPPORTED when there is no way at all', async () => {
    const world = new World()
    const client = await world.connected()
    world.coordinator.answers.set('cc', () => {
      throw new NetworkError('CONNECT_UNSUPPORTED', 'cannot')
    })
    await expect(connect(world, client)).rejects.toMatchObject({ code: 'CONNECT_UNSUPPORTED' })
    expect(world.coordinator.holds.get('room')).toBe(1)
  })
})

describe('connections - shared', () => {
  test('the container sees one connect, each connection gets each event, the last one disconnects', async () => {
    const world = new World()
    const client = await world.connected()
    const container = (await host(world, 'agent-a')).place('room')
    const first = await connect(world, client)
    const second = await connect(world, client)
    const seen = [record(first), record(second)]
    await container.broadcast('hi')
    await world.pass()
    expect(seen.map(({ events }) => events)).toEqual([['hi'], ['hi']])
    await first.close()
    expect(container.calls).toEqual(['connect client'])
    await second.close()
    expect(container.calls).toEqual(['connect client', 'disconnect client'])
  })

  test('the hold outlives its reference while a connection made from it is open', async () => {
    const world = new World()
    const client = await world.connected()
    ;(await host(world, 'agent-a')).place('room')
    const reference = await client.get(chat, room)
    const connection = await reference.connect()
    await reference.close()
    expect(world.coordinator.holds.get('room')).toBe(1)
    await connection.close()
    expect(world.coordinator.holds.size).toBe(0)
    await expect(reference.request('say')).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(connection.request('say')).rejects.toMatchObject({ code: 'CLOSED' })
  })

  test('cast makes a proxy whose methods are requests', async () => {
    const world = new World()
    const client = await world.connected()
    ;(await host(world, 'agent-a')).place('room')
    const connection = await connect(world, client)
    const service = connection.cast<{ add: (a: number, b: number) => Promise<unknown> }>('math')
    expect(await service.add(1, 2)).toMatchObject({ operation: 'math.add', data: [1, 2] })
  })
})

describe('connections - events', () => {
  test('those that come before there is a handler are kept, in order', async () => {
    const world = new World()
    const client = await world.connected()
    const container = (await host(world, 'agent-a')).place('room')
    const connection = await connect(world, client)
    await container.broadcast(1)
    await container.broadcast(2)
    await world.pass()
    const { events } = record(connection)
    await container.broadcast(3)
    await world.pass()
    expect(events).toEqual([1, 2, 3])
  })
})

describe('connections - healing', () => {
  test('a lost connection is resumed: the container sees nothing of it', async () => {
    const world = new World()
    const client = await world.connected()
    const container = (await host(world, 'agent-a')).place('room')
    const connection = await connect(world, client)
    const { events, gaps } = record(connection)
    world.network.breakConnections('client', 'agent-a')
    const request = connection.request('say', 1)
    await world.pass(100)
    expect(await request).toMatchObject({ data: 1 })
    await container.broadcast('on')
    await world.pass()
    expect(container.calls).toEqual(['connect client', 'request say'])
    expect([events, gaps]).toEqual([['on'], []])
  })

  test('a container that moved is followed: the handler stays, a gap is told before its events', async () => {
    const world = new World()
    const client = await world.connected()
    ;(await host(world, 'agent-a')).place('room')
    const reference = await client.get(chat, room)
    const updates: string[] = []
    reference.onEndpointUpdate = (endpoint) => {
      updates.push(endpoint)
    }
    const connection = await reference.connect()
    const { events, gaps } = record(connection)
    world.network.kill('agent-a')
    const moved = (await host(world, 'agent-b')).place('room')
    const waiting = connection.request('say', 1)
    await world.pass(10)
    expect(world.watch(waiting).outcome).toBe('pending')
    await world.coordinator.send(client.clientId, movedEvent(world, 'room', 2))
    await world.pass(100)
    expect(await waiting).toMatchObject({ data: 1 })
    await moved.broadcast('here')
    await world.pass()
    expect(events).toEqual(['here'])
    expect(gaps).toEqual([{ lost: 'unknown', reason: 'the container moved' }])
    expect(updates).toEqual([reference.endpoint])
    expect(reference.endpoint).toContain('agent-b')
  })

  test('what was sent to the lost place ends as OUTCOME_UNKNOWN at once, unless idempotent: then it is done again', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    hosting.place('room')
    hosting.agent.request = async () => await new Promise(() => {})
    const connection = await connect(world, client)
    const once = world.watch(connection.request('pay'))
    const repeatable = world.watch(connection.request('read', 1, { idempotent: true }))
    await world.pass()
    world.network.kill('agent-a')
    ;(await host(world, 'agent-b')).place('room')
    await world.coordinator.send(client.clientId, movedEvent(world, 'room', 2))
    await world.pass(100)
    expect(once.outcome).toBe('OUTCOME_UNKNOWN')
    expect(repeatable.outcome).toMatchObject({ operation: 'read', data: 1 })
  })

  test('a move while the old place lives on waits for the answers under way, and disconnects there', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    const old = hosting.place('room')
    let answer: (value: unknown) => void = () => {}
    hosting.agent.request = async () => await new Promise((resolve) => (answer = resolve))
    const connection = await connect(world, client)
    const running = world.watch(connection.request('slow'))
    await world.pass()
    ;(await host(world, 'agent-b')).place('room')
    await world.coordinator.send(client.clientId, movedEvent(world, 'room', 2))
    await world.pass(100)
    expect(running.outcome).toBe('pending')
    expect(old.calls).toContain('disconnect client')
    answer('done')
    await world.pass()
    expect(running.outcome).toBe('done')
  })

  test('an agent that does not have the container any more is left for where the coordinator says it is', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    hosting.place('room')
    const connection = await connect(world, client)
    hosting.agent.removeStatelessContainer(room.uuid)
    ;(await host(world, 'agent-b')).place('room')
    const request = connection.request('say', 1)
    await world.pass(1000)
    expect(await request).toMatchObject({ data: 1 })
    await connection.close()
  })

  test('an agent that restarted at the same port is connected anew', async () => {
    const world = new World()
    const client = await world.connected()
    ;(await host(world, 'agent-a')).place('room')
    const connection = await connect(world, client)
    const { gaps } = record(connection)
    world.network.kill('agent-a')
    const anew = (await host(world, 'agent-a')).place('room')
    await world.pass(500)
    expect(anew.calls).toEqual(['connect client'])
    expect(gaps).toHaveLength(1)
  })

  test('an activation that began anew in the same place is connected anew', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    hosting.place('room')
    await connect(world, client)
    await world.coordinator.send(client.clientId, movedEvent(world, 'room', 1))
    await world.pass()
    hosting.agent.removeStatelessContainer(room.uuid)
    const anew = hosting.place('room')
    await world.coordinator.send(client.clientId, movedEvent(world, 'room', 2))
    await world.pass(100)
    expect(anew.calls).toEqual(['connect client'])
  })

  test('a line that stays lost is replaced by the coordinator', async () => {
    const world = new World()
    const client = await world.connected()
    ;(await host(world, 'agent-a')).place('room')
    const connection = await connect(world, client)
    world.network.refuse('agent-a', true)
    world.network.breakConnections('client', 'agent-a')
    await world.pass(10)
    const request = connection.request('say', 1)
    await world.pass(5000)
    expect(await request).toMatchObject({ by: 'coordinator', data: 1 })
  })

  test('a relayed connection is made again when the coordinator restarts, after the hold', async () => {
    const world = new World()
    const client = await world.connected()
    const endpoint = 'my-service://room' as ContainerEndpointRef
    world.coordinator.placements.set('room', { endpoint, agentId: 'agent-a' as AgentUuid })
    const connection = await connect(world, client)
    const { gaps } = record(connection)
    world.coordinator.calls.length = 0
    world.coordinator.restart()
    await world.pass(2000)
    expect(world.coordinator.methods).toEqual(['gg', 'cc'])
    expect(gaps).toHaveLength(1)
    expect(await connection.request('say', 1)).toMatchObject({ by: 'coordinator' })
  })

  test('a request that finds no way ends at its deadline, saying what was in the way', async () => {
    const world = new World()
    const client = await world.connected()
    ;(await host(world, 'agent-a')).place('room')
    const connection = await connect(world, client)
    world.network.kill('agent-a')
    world.coordinator.kill()
    await world.pass(10)
    const request = connection.request('say', 1, { timeoutMs: 1000 })
    request.catch(() => {})
    await world.pass(1000)
    await expect(request).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', stage: 'waiting for a connection' })
  })
})
