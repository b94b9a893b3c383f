// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { MemoryNetwork, type ClientTransport, type Frames } from '@hcengineering/network-backrpc'
import { NetworkImpl, type ContainerUuid, type NetworkEvent } from '@hcengineering/network-core'
import { FakeTickManager } from '@hcengineering/network-core/testing'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NetworkServer } from '../network-server'

interface Vectors {
  ids: Record<string, string>
  frames: { from: string; to: string; parts: string[] }[]
}

const vectors = JSON.parse(
  readFileSync(join(__dirname, '../../../backrpc/src/wire/__tests__/vectors/protocol-1.json'), 'utf8')
) as Vectors

/** What a 0.7 peer sent in the recording, by its place in that peer's conversation. */
const recorded = (from: string, to: string): string[][] =>
  vectors.frames.filter((frame) => frame.from === from && frame.to === to).map(({ parts }) => parts)

/** A peer that speaks by hand: it sends what it is given and keeps what it hears. */
class HandPeer {
  readonly heard: string[][] = []
  private readonly transport: ClientTransport

  constructor(network: MemoryNetwork, port: number) {
    this.transport = network.connect(
      { host: 'localhost', port },
      {
        message: (frames: Frames) => {
          this.heard.push(frames.map((part) => Buffer.from(part).toString()))
        },
        connected: () => {},
        disconnected: () => {}
      }
    )
  }

  say(parts: string[]): void {
    this.transport.send(parts.map((part) => Buffer.from(part)))
  }

  /** The message with that operation, and that id if given; its payload as JSON. */
  payload(operation: string, id?: string): unknown {
    const found = this.heard.find((parts) => parts[0] === operation && (id === undefined || parts[1] === id))
    if (found === undefined) throw new Error(`Not heard: ${operation} ${id}; heard ${JSON.stringify(this.heard)}`)
    return found[2] === undefined || found[2] === '' ? undefined : JSON.parse(found[2])
  }

  async close(): Promise<void> {
    await this.transport.close()
  }
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('coordinator - spoken to by 0.7 peers, as recorded', () => {
  const { client: clientId, agent: agentId } = vectors.ids
  const agentSays = recorded('agent', 'coordinator')
  const clientSays = recorded('client', 'coordinator')
  let ticks: FakeTickManager
  let network: NetworkImpl
  let server: NetworkServer
  let agent: HandPeer
  let client: HandPeer

  beforeEach(async () => {
    ticks = new FakeTickManager()
    const memory = new MemoryNetwork()
    network = new NetworkImpl(ticks)
    server = new NetworkServer(network, ticks, 'localhost', 3737, {
      transport: memory,
      probePort: async () => 'unknown'
    })
    await server.ready()
    agent = new HandPeer(memory, 3737)
    client = new HandPeer(memory, 3737)
    await settled()
    client.say(clientSays[0])
    await settled()
    agent.say(agentSays[0])
    agent.say(agentSays[1])
    await settled()
  })

  afterEach(async () => {
    await agent.close()
    await client.close()
    await server.close()
    await network.close()
  })

  /** The agent answers the request that the coordinator sent it last. */
  const answer = async (operation: '2' | '3', payload: unknown): Promise<unknown> => {
    const request = agent.heard.filter((parts) => parts[0] === '1').at(-1)
    if (request === undefined) throw new Error('The agent was asked nothing')
    agent.say([operation, request[1], JSON.stringify(payload)])
    await settled()
    return JSON.parse(request[2])
  }

  const getRoom = async (): Promise<unknown> => {
    client.say(clientSays[5])
    await settled()
    return await answer('2', ['room-1', 'endpoint of room-1'])
  }

  test('answers hello with its uuid and nothing that 0.7 does not know', () => {
    expect(agent.heard[0]).toEqual(['0', server.rpcServer.uuid, ''])
    expect(client.heard[0]).toEqual(['0', server.rpcServer.uuid, ''])
  })

  test('registers the agent, whose container of another kind than its own is stateless', async () => {
    expect(agent.payload('2', agentSays[1][1])).toEqual([])
    expect(await network.list()).toMatchObject([{ uuid: 'leader-1', kind: 'leader', agentId }])
  })

  test('lists kinds, agents and containers; null for a kind means all', async () => {
    for (const parts of clientSays.slice(1, 5)) client.say(parts)
    await settled()
    expect(client.payload('2', `${clientId}-0`)).toEqual(['chat'])
    expect(client.payload('2', `${clientId}-1`)).toMatchObject([{ agentId, kinds: ['chat'], containers: 1 }])
    expect(client.payload('2', `${clientId}-2`)).toMatchObject([{ uuid: 'leader-1' }])
    expect(client.payload('2', `${clientId}-3`)).toEqual([])
  })

  test('starts a container on the agent and tells the client where it is', async () => {
    const [method, params] = (await getRoom()) as [string, [string, [string, unknown]]]
    expect(method).toBe('gg')
    expect(params[0]).toBe(agentId)
    expect(params[1].slice(0, 2)).toEqual(['chat', { uuid: 'room-1', labels: ['a', 'b'], extra: { x: 1 } }])
    expect((client.payload('2', `${clientId}-4`) as string[]).slice(0, 2)).toEqual(['room-1', 'endpoint of room-1'])
  })

  test('relays a request and its answer, and tells the agent who asks', async () => {
    await getRoom()
    client.say(clientSays[6])
    await settled()
    const asked = await answer('2', { op: 'say' })
    expect(asked).toEqual(['cs', [agentId, ['room-1', 'say', { text: 'hi' }, clientId]]])
    expect(client.payload('2', `${clientId}-5`)).toEqual({ op: 'say' })
  })

  test('relays an error with its message and without its stack', async () => {
    await getRoom()
    client.say(clientSays[7])
    await settled()
    await answer('3', { message: 'nope', stack: 'Error: nope at secret.ts' })
    const error = client.payload('3', `${clientId}-6`)
    expect(error).toMatchObject({ message: 'nope' })
    expect(JSON.stringify(error)).not.toContain('secret')
  })

  test('answers a ping', async () => {
    client.say(['5', '', '', ''])
    await settled()
    expect(client.heard.find((parts) => parts[0] === '6')).toEqual(['6', server.rpcServer.uuid, ''])
  })

  test('sends every client the events of the network', async () => {
    await getRoom()
    await ticks.advance(51)
    await settled()
    const event = client.payload('4') as NetworkEvent
    expect(event.agents).toMatchObject([{ id: agentId, kinds: ['chat'], event: 0 }])
    expect(event.containers.map(({ container }) => container.uuid).sort()).toEqual(['leader-1', 'room-1'])
  })

  test('ends a released container after its timeout', async () => {
    await getRoom()
    client.say(['1', `${clientId}-7`, '["cr",{"uuid":"room-1"}]'])
    await settled()
    expect(client.payload('2', `${clientId}-7`)).toBe('ok')
    for (let second = 0; second < 6; second++) {
      for (const peer of [agent, client]) peer.say(['5', '', '', ''])
      await ticks.advance(1000)
    }
    await settled()
    expect(await answer('2', '')).toEqual(['ct', [agentId, ['room-1']]])
    expect((await network.list()).map(({ uuid }) => uuid)).toEqual(['leader-1'])
  })

  test('a silent agent is gone after its alive timeout, and what it hosted with it', async () => {
    await getRoom()
    for (let i = 0; i < 4; i++) {
      client.say(['5', '', '', ''])
      await settled()
      await ticks.advance(1000)
    }
    await settled()
    expect(await network.agents()).toEqual([])
    expect(network.holds(clientId as never, 'room-1' as ContainerUuid)).toBe(1)
  })

  test.each([
    [['1', 'x-1', '["zz",{}]'], 'UNKNOWN_OPERATION'],
    [['1', 'x-2', '["constructor",{}]'], 'UNKNOWN_OPERATION'],
    [['1', 'x-3', '["gg",{"kind":5,"request":{}}]'], 'PROTOCOL_ERROR'],
    [['1', 'x-4', '["gg",{"kind":"chat","request":{"labels":"a"}}]'], 'PROTOCOL_ERROR'],
    [['1', 'x-5', '["ar",{"uuid":"a","containers":[{}],"kinds":[]}]'], 'PROTOCOL_ERROR'],
    [['1', 'x-6', '["cs",["room-9","say"]]'], 'NOT_FOUND']
  ])('answers %j with %s and goes on', async (parts, code) => {
    client.say(parts)
    await settled()
    expect(client.payload('3', parts[1])).toMatchObject({ code })
    client.say(clientSays[1])
    await settled()
    expect(client.payload('2', `${clientId}-0`)).toEqual(['chat'])
  })
})
