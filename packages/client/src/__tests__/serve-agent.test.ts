// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  containerOnAgentEndpointRef,
  type AgentUuid,
  type ContainerEndpointRef,
  type ContainerKind,
  type ContainerUuid
} from '@hcengineering/network-core'
import { EchoContainer, EchoFactory, deferred } from '@hcengineering/network-core/testing'
import { createAgent, createNetworkClient, type ClientWithAgents, type StatelessContainerConfig } from '../create'
import { World } from './world'

const leader = { uuid: 'leader' as ContainerUuid, kind: 'leader' as ContainerKind }

/** Its tick manager is the process's own; nothing here waits for it. */
async function serving(world: World): Promise<ClientWithAgents> {
  world.coordinator.start()
  const client = createNetworkClient('coordinator', undefined, { socketOptions: { transport: world.node('agent-a') } })
  await client.waitConnection(5000)
  return client
}

describe('createAgent and serveAgent', () => {
  test.each([
    ['as they are by default', {}, 'DEADLINE_EXCEEDED'],
    ['by all kinds', { ownership: 'available' }, 'an answer'],
    ['by some kinds', { ownershipByKind: { chat: 'available' } }, 'an answer'],
    ['by others', { ownershipByKind: { other: 'available' } }, 'DEADLINE_EXCEEDED']
  ] as const)('serve while cut off, or do not, %s', async (_what, options, outcome) => {
    const { agent, server } = createAgent('127.0.0.1:0', { chat: new EchoFactory().create }, options)
    const [uuid] = await agent.get('chat' as ContainerKind, {})
    agent.leaseGranted(0)
    const answer = agent.request(uuid, 'say', 1, undefined, { timeoutMs: 1 })
    const came = answer.then(
      () => 'an answer',
      (error: { code: string }) => error.code
    )
    expect(await came).toBe(outcome)
    await agent.close()
    await server.close()
  })
})

describe('serveAgent', () => {
  test('starts a server, makes the stateless containers with its endpoint, and registers all of it', async () => {
    const world = new World()
    const client = await serving(world)
    const endpoints: string[] = []
    await client.serveAgent('agent-a:0', { chat: new EchoFactory().create }, (agentEndpoint) => {
      endpoints.push(agentEndpoint)
      const endpoint = containerOnAgentEndpointRef(agentEndpoint, leader.uuid)
      return [{ ...leader, endpoint, container: new EchoContainer() }]
    })
    expect(world.coordinator.asked('ar')).toMatchObject([
      { kinds: ['chat'], endpoint: endpoints[0], containers: [{ uuid: 'leader', stateless: true }] }
    ])
    expect(JSON.parse(endpoints[0])).toMatchObject({ host: 'agent-a', kind: 1 })
    await client.close()
  })

  test('is known by the name that it is given', async () => {
    const world = new World()
    const client = await serving(world)
    await client.serveAgent('agent-a:0', {}, undefined, { agentId: 'disk-1' as AgentUuid })
    expect(world.coordinator.asked('ar')).toMatchObject([{ uuid: 'disk-1' }])
    await client.close()
  })

  test('ends the containers with the client, while the server still delivers their last words', async () => {
    const world = new World()
    const client = await serving(world)
    const factory = new EchoFactory({ terminate: async (container) => await container.broadcast('bye') })
    await client.serveAgent('agent-a:7000', { chat: factory.create })
    const { uuid } = world.coordinator.asked('ar')[0] as { uuid: string }
    await world.coordinator.request(client.clientId as never, 'gg', [uuid, ['chat', { uuid: 'room' }]])
    const reader = world.client('reader')
    const endpoint = JSON.stringify({ kind: 0, host: 'agent-a', port: 7000, agentId: uuid, uuid: 'room' })
    world.coordinator.placements.set('room', { endpoint: endpoint as never })
    await world.pass()
    const connection = await (await reader.get('chat' as ContainerKind, { uuid: 'room' as ContainerUuid })).connect()
    const events: unknown[] = []
    connection.on = async (event) => {
      events.push(event)
    }
    await client.close()
    await world.pass()
    expect(events).toEqual(['bye'])
    expect(factory.last.calls).toContain('onTerminated')
  })

  test('a failed start leaves nothing behind', async () => {
    const world = new World()
    const client = await serving(world)
    const failing = client.serveAgent('agent-a:7000', {}, () => {
      throw new Error('no leader today')
    })
    await expect(failing).rejects.toThrow('no leader today')
    await client.serveAgent('agent-a:7000', {})
    expect(world.coordinator.asked('ar')).toHaveLength(1)
    await client.close()
  })

  test('ends with the client though its stateless containers do not come, and ends those that come later', async () => {
    const world = new World()
    const client = await serving(world)
    const made = deferred<StatelessContainerConfig[]>()
    const pending = client.serveAgent('agent-a:7000', {}, async () => await made.promise)
    const failed = expect(pending).rejects.toMatchObject({ code: 'CLOSED' })
    await client.close()
    await failed
    const container = new EchoContainer()
    made.resolve([{ ...leader, endpoint: 'x://leader' as ContainerEndpointRef, container }])
    await world.pass()
    expect(container.calls).toEqual(['terminate'])
  })

  test('an agent that is not registered ends its containers: who tries again makes new ones', async () => {
    const world = new World()
    const client = await serving(world)
    const agentId = 'disk-1' as AgentUuid
    await client.serveAgent('agent-a:0', {}, undefined, { agentId })
    const container = new EchoContainer()
    const failing = client.serveAgent(
      'agent-a:0',
      {},
      (agentEndpoint) => [{ ...leader, endpoint: containerOnAgentEndpointRef(agentEndpoint, leader.uuid), container }],
      { agentId }
    )
    await expect(failing).rejects.toMatchObject({ code: 'AGENT_ID_TAKEN' })
    expect(container.calls).toEqual(expect.arrayContaining(['terminate', 'onTerminated']))
    await client.close()
  })

  test('a port in use is named', async () => {
    const world = new World()
    const client = await serving(world)
    await client.serveAgent('agent-a:7000', {})
    await expect(client.serveAgent('agent-a:7000', {})).rejects.toThrow(/7000.*in use/)
    await client.close()
  })

  test('an agent and its server can be made and started by hand', async () => {
    const world = new World()
    const client = await serving(world)
    const socketOptions = { transport: world.node('agent-a') }
    const { agent, server } = createAgent('agent-a:7001', {}, { socketOptions })
    await server.start(agent)
    await client.register(agent)
    expect([server.agent, server.endpointHost, await server.getPort()]).toEqual([agent, 'agent-a', 7001])
    await client.close()
    await server.close()
    await expect(server.start(agent)).rejects.toMatchObject({ code: 'CLOSED' })
  })
})
