// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  BackRPCClient,
  BackRPCServer,
  backrpcOperations,
  parseJSON,
  stringifyJSON,
  type BackRPCClientHandler,
  type BackRPCResponseSend,
  type BackRPCServerHandler,
  type ClientId
} from '@hcengineering/network-backrpc'
import {
  NetworkAgentServer,
  NetworkClientImpl,
  containerOnAgentEndpointRef as reExported,
  createAgent,
  createNetworkClient,
  opNames,
  shutdownNetworkTickMgr,
  type ClientWithAgents,
  type StatelessContainerConfig,
  type StatelessContainersFactory
} from '@hcengineering/network-client'
import {
  AgentImpl,
  ContainerRecordImpl,
  EndpointKind,
  FakeTickManager,
  NetworkEventKind,
  NetworkImpl,
  TickManagerImpl,
  agentDirectRef,
  agentNoConnectRef,
  composeCID,
  containerDirectRef,
  containerOnAgentEndpointRef,
  containerUuid,
  createProxy,
  createProxyHandler,
  groupByArray,
  handleProxyCall,
  parseEndpointRef,
  timeouts,
  type AgentEndpointRef,
  type AgentRecord,
  type AgentRecordInfo,
  type AgentUuid,
  type ClientUuid,
  type ConnectionManager,
  type Container,
  type ContainerConnection,
  type ContainerEndpointRef,
  type ContainerFactory,
  type ContainerKind,
  type ContainerRecord,
  type ContainerReference,
  type ContainerUuid,
  type EndpointRefData,
  type GetOptions,
  type Network,
  type NetworkAgent,
  type NetworkClient,
  type NetworkEvent,
  type NetworkUpdateListener,
  type NetworkWithClients,
  type RequestHandler,
  type ServiceImplementation,
  type TickHandler,
  type TickManager
} from '@hcengineering/network-core'
import { NetworkServer } from '@hcengineering/network-server'

/** A container as 0.7 programs write them: no parameter beyond what they need. */
class Room implements Container {
  private readonly listeners = new Map<ClientUuid, (data: any) => Promise<void>>() // eslint-disable-line @typescript-eslint/no-explicit-any -- as the fixed signature has it

  constructor(readonly uuid: ContainerUuid) {}

  async request(operation: string, data?: { text: string }, clientId?: ClientUuid): Promise<unknown> {
    for (const send of this.listeners.values()) await send({ operation, from: clientId })
    return { operation, text: data?.text }
  }

  async ping(): Promise<void> {}

  async terminate(): Promise<void> {}

  connect(clientId: ClientUuid, broadcast: (data: unknown) => Promise<void>): void {
    this.listeners.set(clientId, broadcast)
  }

  disconnect(clientId: ClientUuid): void {
    this.listeners.delete(clientId)
  }
}

const room: ContainerFactory = async (options: GetOptions, agentEndpoint?: AgentEndpointRef) => {
  const uuid = options.uuid ?? containerUuid()
  const endpoint =
    agentEndpoint === undefined ? ('' as ContainerEndpointRef) : containerOnAgentEndpointRef(agentEndpoint, uuid)
  return { uuid, container: new Room(uuid), endpoint }
}

const kind = 'room' as ContainerKind

/** Compiling is most of the test: these programs use every public name of 0.7 in the way they were used then. */
describe('a program written against 0.7', () => {
  test('runs a network in one process, with virtual time', async () => {
    const ticks: TickManager & FakeTickManager = new FakeTickManager()
    const network: Network & NetworkWithClients = new NetworkImpl(ticks)
    const agent = new AgentImpl('agent-1' as AgentUuid, { room })
    const events: NetworkEvent[] = []
    network.addClient('client-1' as ClientUuid, async (event) => {
      events.push(event)
    })
    await agent.register(network)
    const [uuid, endpoint]: [ContainerUuid, ContainerEndpointRef] = await network.get('client-1' as ClientUuid, kind, {
      labels: ['blue']
    })
    const infos: AgentRecordInfo[] = await network.agents()
    expect(infos).toMatchObject([{ agentId: 'agent-1', kinds: ['room'], containers: 1 }])
    expect(await network.kinds()).toEqual(['room'])
    const records: ContainerRecord[] = await network.list(kind)
    expect(records.map((record) => new ContainerRecordImpl(record).uuid)).toEqual([uuid])
    expect(typeof endpoint).toBe('string')
    expect(await network.request(uuid, 'say', { text: 'hi' })).toEqual({ operation: 'say', text: 'hi' })
    network.ping('agent-1' as AgentUuid)
    await ticks.waitTick(10)
    await ticks.execAll()
    expect(events[0].containers[0].event).toBe(NetworkEventKind.added)
    network.mapAgent('client-1' as ClientUuid, agent.uuid)
    network.unmapAgent('client-1' as ClientUuid, agent.uuid)
    await network.release('client-1' as ClientUuid, uuid)
    network.removeClient('client-1' as ClientUuid)
    await network.unregister(agent.uuid)
    await network.close()
    agent.endpoint = agentNoConnectRef(agent.uuid)
    agent.addStatelessContainer(
      'leader' as ContainerUuid,
      'leader' as ContainerKind,
      endpoint,
      new Room('leader' as ContainerUuid)
    )
    await agent.removeStatelessContainer('leader' as ContainerUuid)
  })

  test('serves and uses containers over the wire, with a tick manager that was never started', async () => {
    const ticks = new TickManagerImpl(1)
    const network = new NetworkImpl(ticks)
    const server = new NetworkServer(network, ticks, '127.0.0.1', 0)
    const port: number = await server.rpcServer.getPort()
    const stateless: StatelessContainersFactory = (agentEndpoint): StatelessContainerConfig[] => {
      const uuid = 'leader-1' as ContainerUuid
      return [
        { uuid, kind: 'leader' as ContainerKind, endpoint: reExported(agentEndpoint, uuid), container: new Room(uuid) }
      ]
    }
    const client: ClientWithAgents = createNetworkClient(`127.0.0.1:${port}`, 5)
    await client.waitConnection(5000)
    await client.serveAgent('127.0.0.1:0', { room }, stateless)
    const other: NetworkClient = new NetworkClientImpl('127.0.0.1', port, ticks)
    const updates: NetworkUpdateListener = async () => {}
    const stop: () => void = other.onUpdate(updates)
    const ref: ContainerReference = await other.get(kind, {
      uuid: 'r1' as ContainerUuid,
      extra: { a: 1 },
      labels: ['x']
    })
    expect(await ref.request('say', { text: 'hi' })).toEqual({ operation: 'say', text: 'hi' })
    const connection: ContainerConnection = await ref.connect()
    const heard = new Promise((resolve) => {
      connection.on = async (event) => resolve(event)
    })
    expect(await connection.request('say', { text: 'ho' })).toEqual({ operation: 'say', text: 'ho' })
    expect(await heard).toMatchObject({ operation: 'say' })
    expect(connection.containerId).toBe(ref.uuid)
    const leader = await other.get('leader' as ContainerKind, {})
    expect(leader.uuid).toBe('leader-1')
    await connection.close()
    await ref.close()
    stop()
    await other.close()
    await client.close()
    await server.close()
    await shutdownNetworkTickMgr()
    expect(server.clients.size).toBe(0)
  })

  test('wires agent and server by hand', async () => {
    const ticks = new TickManagerImpl(20)
    ticks.start()
    const network = new NetworkImpl(ticks)
    const server = new NetworkServer(network, ticks, '127.0.0.1', 0)
    const client = new NetworkClientImpl('127.0.0.1', await server.rpcServer.getPort(), ticks, 3)
    await client.waitConnection()
    const agent = new AgentImpl('agent-2' as AgentUuid, { room })
    const agentServer = new NetworkAgentServer(ticks, '127.0.0.1', '127.0.0.1', 0)
    await agentServer.start(agent)
    await client.register(agent as NetworkAgent)
    expect(agent.endpoint).toBe(agentDirectRef('127.0.0.1', await agentServer.getPort(), agent.uuid))
    const made: { agent: NetworkAgent; server: NetworkAgentServer } = createAgent('127.0.0.1:0', { room })
    await made.server.start(made.agent as AgentImpl)
    await client.register(made.agent)
    expect((await client.agents()).length).toBe(2)
    await client.close()
    await made.server.close()
    await agentServer.close()
    await server.close()
    ticks.stop()
  })

  test('speaks backrpc by itself', async () => {
    const ticks: TickManager = new TickManagerImpl(10)
    const asked: string[] = []
    const handlers: BackRPCServerHandler<ClientId> = {
      requestHandler: async (client, method, params, send: BackRPCResponseSend) => {
        asked.push(`${method} of ${client}`)
        await send({ params })
      },
      helloHandler: async () => {},
      closeHandler: async () => {},
      onPing: () => {}
    }
    const server = new BackRPCServer(handlers, ticks, '127.0.0.1', 'random')
    const clientHandlers: BackRPCClientHandler = {
      requestHandler: async (method, params, send) => await send([method, params]),
      onRegister: async () => {},
      onEvent: async () => {}
    }
    const client = new BackRPCClient('c1' as ClientId, clientHandlers, '127.0.0.1', await server.getPort(), ticks)
    await client.waitConnection()
    expect(await client.request('add', [1, 2])).toEqual({ params: [1, 2] })
    expect(await server.request('c1', 'back', { a: 1 })).toEqual(['back', { a: 1 }])
    await server.send('c1', { event: true })
    await client.send({ event: true })
    expect(asked).toEqual(['add of c1'])
    expect(parseJSON(stringifyJSON({ a: [1] }))).toEqual({ a: [1] })
    expect(Object.keys(backrpcOperations).length).toBeGreaterThan(9)
    client.close()
    await server.close()
  })

  test('uses the helpers', async () => {
    const service: ServiceImplementation = { greet: async (name: string) => `hello ${name}` }
    const handler: RequestHandler = { request: createProxyHandler(service, 'Greeter') }
    const proxy = createProxy<{ greet(name: string): Promise<string> }>(handler, 'Greeter')
    expect(await proxy.greet('you')).toBe('hello you')
    expect(await handleProxyCall(service, 'Greeter.greet', ['me'], 'Greeter')).toBe('hello me')
    const agentId = 'a' as AgentUuid
    const data: EndpointRefData = parseEndpointRef(containerDirectRef('h', 1, 'u' as ContainerUuid, agentId))
    expect(data).toMatchObject({ kind: EndpointKind.direct, host: 'h', port: 1, agentId, uuid: 'u' })
    expect(composeCID('room', 'x')).toContain('x')
    expect(groupByArray([1, 2, 3], (n) => n % 2).get(1)).toEqual([1, 3])
    expect(timeouts).toEqual({ aliveTimeout: 3, unusedContainerTimeout: 5, pingInterval: 1 })
    expect(opNames.getContainer).toBe('gg')
    const tick: TickHandler = async () => {}
    const record: AgentRecord = { agentId, containers: [], kinds: [kind] }
    const manager: ConnectionManager | undefined = undefined
    expect([typeof tick, record.kinds, manager]).toEqual(['function', [kind], undefined])
  })
})
