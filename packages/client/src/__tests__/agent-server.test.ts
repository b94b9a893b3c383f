// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { BackRPCClient } from '@hcengineering/network-backrpc'
import type { Container, ContainerUuid, NetworkAgent } from '@hcengineering/network-core'
import { EchoContainer } from '@hcengineering/network-core/testing'
import { NetworkAgentServer } from '../agent-server'
import { host } from './hosting'
import { read } from './scripted-coordinator'
import { World } from './world'

function dial(world: World, name: string, events: unknown[] = []): BackRPCClient {
  const handlers = {
    requestHandler: async () => {},
    onEvent: (event: unknown) => {
      events.push(read(event))
    }
  }
  return new BackRPCClient(name, handlers, 'agent-a', 5001, world.ticks, { transport: world.node(name) })
}

describe('agent server', () => {
  test('a container sees one connect and one disconnect of a client, however often it is said', async () => {
    const world = new World()
    const container = (await host(world, 'agent-a')).place('room')
    const events: unknown[] = []
    const client = dial(world, 'c1', events)
    await client.request('cc', { uuid: 'room' })
    await client.request('cc', { uuid: 'room' })
    await container.broadcast('hi')
    await world.pass()
    await client.request('cd', { uuid: 'room' })
    await client.request('cd', { uuid: 'room' })
    expect(events).toEqual([['room', 'hi']])
    expect(container.calls).toEqual(['connect c1', 'disconnect c1'])
  })

  test('a client that says goodbye is disconnected from everything', async () => {
    const world = new World()
    const hosting = await host(world, 'agent-a')
    const containers = [hosting.place('room'), hosting.place('hall')]
    const client = dial(world, 'c1')
    await client.request('cc', { uuid: 'room' })
    await client.request('cc', { uuid: 'hall' })
    client.close()
    await world.pass(10)
    expect(containers.map(({ calls }) => calls.at(-1))).toEqual(['disconnect c1', 'disconnect c1'])
  })

  test('a client that is silent for its alive timeout is disconnected; one that lost its connection is not', async () => {
    const world = new World()
    const container = (await host(world, 'agent-a')).place('room')
    const client = dial(world, 'c1')
    await client.request('cc', { uuid: 'room' })
    world.network.breakConnections('c1')
    await world.pass(1000)
    expect(container.calls).not.toContain('disconnect c1')
    world.network.kill('c1')
    await world.pass(5000)
    expect(container.calls).toContain('disconnect c1')
  })

  test.each([
    ['cs', ['nobody', 'say'], 'NOT_FOUND'],
    ['cc', { uuid: 'nobody' }, 'NOT_FOUND'],
    ['cc', {}, 'PROTOCOL_ERROR'],
    ['cs', 'garbage', 'PROTOCOL_ERROR'],
    ['zz', [], 'UNKNOWN_OPERATION']
  ])('refuses %s %j with %s', async (method, params, code) => {
    const world = new World()
    await host(world, 'agent-a')
    await expect(dial(world, 'c1').request(method, params)).rejects.toMatchObject({ code })
  })

  test('answers UNAVAILABLE before it serves an agent', async () => {
    const world = new World()
    const socketOptions = { transport: world.node('agent-a') }
    new NetworkAgentServer(world.ticks, 'agent-a', '*', 5001, { socketOptions })
    await expect(dial(world, 'c1').request('cc', { uuid: 'room' })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  test('its end disconnects every client', async () => {
    const world = new World()
    const hosting = await host(world, 'agent-a')
    const container = hosting.place('room')
    await dial(world, 'c1').request('cc', { uuid: 'room' })
    await hosting.server.close()
    await hosting.server.close()
    expect(container.calls).toContain('disconnect c1')
  })

  test('an agent that knows nothing of connections has containers that do', async () => {
    const world = new World()
    const container = new EchoContainer()
    const agent: NetworkAgent = {
      uuid: 'old' as never,
      kinds: [],
      get: async () => await Promise.reject(new Error('unused')),
      getContainer: async (uuid: ContainerUuid): Promise<Container | undefined> =>
        uuid === 'room' ? container : undefined,
      list: async () => [],
      request: async (_uuid, operation) => operation,
      terminate: async () => {}
    }
    const socketOptions = { transport: world.node('agent-a') }
    const server = new NetworkAgentServer(world.ticks, 'agent-a', '*', 5001, { socketOptions })
    await server.start(agent)
    const client = dial(world, 'c1')
    await client.request('cc', { uuid: 'room' })
    await client.request('cc', { uuid: 'room' })
    await client.request('cd', { uuid: 'room' })
    expect(container.calls).toEqual(['connect c1', 'disconnect c1'])
    await expect(client.request('cc', { uuid: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
