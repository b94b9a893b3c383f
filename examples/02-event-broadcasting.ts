// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// Events: a container sends to everybody who is connected to it, each receives them in order.
// Run it: npx tsx 02-event-broadcasting.ts
import assert from 'node:assert/strict'
import { containerOnAgentEndpointRef, createNetworkClient, type ClientWithAgents } from '@hcengineering/network-client'
import {
  NetworkImpl,
  TickManagerImpl,
  containerUuid,
  type ClientUuid,
  type Container,
  type ContainerFactory,
  type ContainerKind,
  type ContainerUuid
} from '@hcengineering/network-core'
import { NetworkServer } from '@hcengineering/network-server'

type Broadcast = (event: unknown) => Promise<void>

/** Everybody connected hears what anybody says. */
class ChatRoom implements Container {
  private readonly members = new Map<ClientUuid, Broadcast>()

  async request(operation: string, data?: unknown): Promise<unknown> {
    if (operation !== 'say') throw new Error(`A chat room cannot '${operation}'`)
    await this.tellAll(data)
    return this.members.size
  }

  /** Called once per client, whatever the number of its connections. */
  connect(clientId: ClientUuid, broadcast: Broadcast): void {
    this.members.set(clientId, broadcast)
    // Sent before the client had a chance to listen: the connection keeps it until then
    void broadcast(`welcome, you are number ${this.members.size}`)
  }

  /** Called when a client's last connection closed, or when the client died. */
  disconnect(clientId: ClientUuid): void {
    this.members.delete(clientId)
  }

  async ping(): Promise<void> {}

  async terminate(): Promise<void> {
    await this.tellAll('the room closes')
  }

  /** One who is gone or cut off must not spoil it for the others. */
  private async tellAll(event: unknown): Promise<void> {
    await Promise.allSettled([...this.members.values()].map(async (broadcast) => await broadcast(event)))
  }
}

const makeRoom: ContainerFactory = async (options, agentEndpoint) => {
  assert(agentEndpoint !== undefined)
  const uuid = options.uuid ?? containerUuid()
  return { uuid, container: new ChatRoom(), endpoint: containerOnAgentEndpointRef(agentEndpoint, uuid) }
}

/** Listens to the room under a name; `heard` resolves once that many events are in. */
async function enter(client: ClientWithAgents, name: string): Promise<Visitor> {
  const room = await client.get('chat' as ContainerKind, { uuid: 'lobby' as ContainerUuid })
  const connection = await room.connect()
  const events: unknown[] = []
  let changed = (): void => {}
  connection.on = async (event) => {
    console.log(`  ${name} hears: ${event}`)
    events.push(event)
    changed()
  }
  return {
    say: async (text) => await connection.request('say', `${name}: ${text}`),
    heard: async (count) => {
      while (events.length < count) await new Promise<void>((resolve) => (changed = resolve))
      return events
    },
    leave: async () => {
      await connection.close()
      await room.close()
    }
  }
}

interface Visitor {
  say(text: string): Promise<number>
  heard(count: number): Promise<unknown[]>
  leave(): Promise<void>
}

const ticks = new TickManagerImpl(10)
ticks.start()
const server = new NetworkServer(new NetworkImpl(ticks), ticks, '127.0.0.1', 0)
const address = `127.0.0.1:${await server.ready()}`
const host = createNetworkClient(address)
await host.serveAgent('127.0.0.1:0', { chat: makeRoom })

const clients = [createNetworkClient(address), createNetworkClient(address)]
console.log('Alice enters, then Bob')
const alice = await enter(clients[0], 'Alice')
const bob = await enter(clients[1], 'Bob')

console.log('Alice says three things without waiting')
const listeners = await Promise.all(['one', 'two', 'three'].map(async (text) => await alice.say(text)))
assert.deepEqual(listeners, [2, 2, 2])
assert.deepEqual(await alice.heard(4), ['welcome, you are number 1', 'Alice: one', 'Alice: two', 'Alice: three'])
assert.deepEqual(await bob.heard(4), ['welcome, you are number 2', 'Alice: one', 'Alice: two', 'Alice: three'])

console.log('Bob leaves, and Alice speaks to herself')
await bob.leave()
assert.equal(await alice.say('still there?'), 1)
await alice.heard(5)

console.log("The room's agent closes: what a container sends at its end still arrives")
await host.close()
assert.equal((await alice.heard(6)).at(-1), 'the room closes')

for (const client of clients) await client.close()
await server.close()
ticks.stop()
