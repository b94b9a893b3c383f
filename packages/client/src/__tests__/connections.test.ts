// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { BackRPCServer } from '@hcengineering/network-backrpc'
import {
  agentNoConnectRef,
  containerDirectRef,
  NetworkError,
  type AgentUuid,
  type ClientUuid,
  type ContainerEndpointRef
} from '@hcengineering/network-core'
import { chat, connect, record, room } from './connecting'
import { host } from './hosting'
import { World } from './world'

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

  test('stays for who connects while one that was closed is being made again', async () => {
    const world = new World()
    const client = await world.connected()
    const endpoint = agentNoConnectRef('agent-a' as AgentUuid) as string as ContainerEndpointRef
    world.coordinator.placements.set('room', { endpoint })
    const first = await connect(world, client)
    const answers: (() => void)[] = []
    world.coordinator.answers.set('cc', async () => {
      await new Promise<void>((resolve) => answers.push(resolve))
      return 'ok'
    })
    world.coordinator.restart()
    await world.pass(2000)
    expect(answers).toHaveLength(1)
    const closed = first.close()
    const second = connect(world, client)
    await world.pass()
    for (const answer of answers) answer()
    await closed
    const connection = await second
    await world.pass(1000)
    expect(world.coordinator.methods.filter((method) => method === 'cc' || method === 'cd')).toEqual(['cc', 'cc', 'cc'])
    await connection.close()
    expect(world.coordinator.methods.at(-1)).toBe('cd')
  })

  test('comes after the end of the one before it, which the other side may hear late', async () => {
    const world = new World()
    const client = await world.connected()
    let hear = (): void => {}
    world.coordinator.answers.set('cd', async () => await new Promise<void>((resolve) => (hear = resolve)))
    const first = await connect(world, client)
    const closed = first.close()
    const second = connect(world, client)
    await world.pass(500)
    const said = (): string[] => world.coordinator.methods.filter((method) => method === 'cc' || method === 'cd')
    expect(said()).toEqual(['cc', 'cd'])
    hear()
    await Promise.all([closed, second, world.pass(100)])
    expect(said()).toEqual(['cc', 'cd', 'cc'])
  })

  test('is held up for some seconds only by the end of the one before it, when that hangs', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    hosting.place('room')
    hosting.agent.disconnect = async () => await new Promise(() => {})
    void (await connect(world, client)).close()
    const second = world.watch(connect(world, client))
    await world.passSteps(4_800, 400)
    expect(second.outcome).toBe('pending')
    await world.passSteps(1_000)
    expect(second.outcome).toMatchObject({ containerId: 'room' })
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

  test('its end is said again when it was refused, and not to one that was made since', async () => {
    const world = new World()
    const client = await world.connected()
    let refused = 0
    world.coordinator.answers.set('cd', () => {
      if (++refused <= 2) throw new NetworkError('OVERLOADED', 'too many')
      return 'ok'
    })
    const said = (): string[] => world.coordinator.methods.filter((method) => method === 'cc' || method === 'cd')
    const first = await connect(world, client)
    const closed = first.close()
    await world.passSteps(1_000)
    await closed
    expect(said()).toEqual(['cc', 'cd', 'cd', 'cd'])
    refused = 0
    const second = await connect(world, client)
    void second.close()
    await world.pass()
    await connect(world, client)
    await world.passSteps(10_000, 200)
    expect(said().slice(4)).toEqual(['cc', 'cd', 'cc'])
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

  test('refuses a deadline that is none as its reference does, null too, and takes the default for undefined', async () => {
    const world = new World()
    const client = await world.connected()
    ;(await host(world, 'agent-a')).place('room')
    const reference = await client.get(chat, room)
    const connection = await connect(world, client)
    for (const timeoutMs of [null as unknown as number, -1, '5' as unknown as number]) {
      for (const to of [reference, connection]) {
        await expect(to.request('say', 1, { timeoutMs })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
      }
      await expect(client.get(chat, room, { timeoutMs })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    }
    for (const to of [reference, connection]) {
      expect(await to.request('say', 1, { timeoutMs: undefined })).toMatchObject({ data: 1 })
    }
  })

  test("a message without answer is sent, and what becomes of it is nobody's error", async () => {
    const world = new World()
    const client = await world.connected()
    const container = (await host(world, 'agent-a')).place('room')
    const reference = await client.get(chat, room)
    const connection = await reference.connect()
    await connection.send?.('note', 1)
    await reference.send?.('note', 2)
    await world.pass()
    world.coordinator.answers.set('cs', () => {
      throw new NetworkError('UNKNOWN_OPERATION', 'note')
    })
    await reference.send?.('note', 3)
    await world.pass()
    expect(container.calls).toContain('request note')
    expect(world.coordinator.asked('cs')).toEqual([
      ['room', 'note', 2],
      ['room', 'note', 3]
    ])
    expect(world.warnings).toHaveLength(1)
  })

  test('a message that cannot be sent is refused, whether there is a connection or not', async () => {
    const world = new World()
    const client = await world.connected()
    ;(await host(world, 'agent-a')).place('room')
    const reference = await client.get(chat, room)
    const connection = await reference.connect()
    const unsendable = { code: 'UNSUPPORTED_VALUE', message: expect.stringContaining('$.callback') as string }
    for (const to of [reference, connection]) {
      await expect(to.send?.('note', { callback: () => {} })).rejects.toMatchObject(unsendable)
      await expect(to.send?.('', 1)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    }
    world.network.breakConnections('client')
    await world.pass()
    await expect(connection.send?.('note', { callback: () => {} })).rejects.toMatchObject(unsendable)
    await connection.close()
    await expect(connection.send?.('note', 1)).rejects.toMatchObject({ code: 'CLOSED' })
    await reference.close()
    await expect(reference.send?.('note', 1)).rejects.toMatchObject({ code: 'CLOSED' })
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

  const megabytes = 'x'.repeat(3 * 1024 * 1024)

  /** A container reached by its agent's server, as a server of its own, or through the coordinator; says how it sends an event. */
  async function placed(world: World, way: string): Promise<(event: unknown) => Promise<void>> {
    if (way === 'of its agent') {
      const container = (await host(world, 'agent-a')).place('room')
      return async (event) => await container.broadcast(event)
    }
    if (way === 'of the coordinator') {
      const endpoint = agentNoConnectRef('agent-a' as AgentUuid) as string as ContainerEndpointRef
      world.coordinator.placements.set('room', { endpoint })
      return async (event) => await world.coordinator.send('client' as ClientUuid, ['room', event])
    }
    const requestHandler = async (): Promise<void> => {}
    const server = new BackRPCServer({ requestHandler }, world.ticks, 'own', 6000, { transport: world.node('own') })
    const endpoint = containerDirectRef('own', 6000, room.uuid, 'agent-a' as AgentUuid)
    world.coordinator.placements.set('room', { endpoint })
    return async (event) => await server.send('client', event)
  }

  test.each(['of its agent', 'of the coordinator', 'of its own'])(
    'those that came over the line %s are bounded by their bytes while they wait for a handler',
    async (way) => {
      const world = new World()
      const client = await world.connected()
      const send = await placed(world, way)
      const connection = await connect(world, client)
      for (let n = 0; n < 4; n++) {
        await send(megabytes)
        await world.pass()
      }
      const { events, gaps } = record(connection)
      await world.pass()
      expect(events).toEqual([megabytes, megabytes])
      expect(gaps).toEqual([{ lost: 2, reason: 'more than 8388608 bytes of events wait for their handler' }])
    }
  )
})
