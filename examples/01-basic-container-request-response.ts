// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// A container, found by its uuid from anywhere: the first to ask starts it, everybody else gets the same one.
// Run it: npx tsx 01-basic-container-request-response.ts
import assert from 'node:assert/strict'
import { containerOnAgentEndpointRef, createNetworkClient } from '@hcengineering/network-client'
import {
  NetworkImpl,
  TickManagerImpl,
  containerUuid,
  type AgentEndpointRef,
  type Container,
  type ContainerFactoryResult,
  type ContainerKind,
  type ContainerUuid,
  type GetOptions
} from '@hcengineering/network-core'
import { NetworkServer } from '@hcengineering/network-server'

/** What users write: one object that answers requests. */
class Counter implements Container {
  private value = 0

  async request(operation: string, data?: unknown): Promise<unknown> {
    switch (operation) {
      case 'add':
        return (this.value += Number(data))
      case 'value':
        return this.value
      default:
        throw new Error(`A counter cannot '${operation}'`)
    }
  }

  async ping(): Promise<void> {}

  async terminate(): Promise<void> {
    console.log(`  the counter ends at ${this.value}: nobody holds it any more`)
  }

  connect(): void {}

  disconnect(): void {}
}

/** Makes a counter with the uuid that was asked for, reached through its agent. */
async function makeCounter(options: GetOptions, agentEndpoint?: AgentEndpointRef): Promise<ContainerFactoryResult> {
  assert(agentEndpoint !== undefined)
  const uuid = options.uuid ?? containerUuid()
  console.log(`  the agent starts ${uuid}`)
  return { uuid, container: new Counter(), endpoint: containerOnAgentEndpointRef(agentEndpoint, uuid) }
}

const kind = 'counter' as ContainerKind
const uuid = 'visits-of-monday' as ContainerUuid

// The coordinator: usually a process of its own on port 3737. Port 0 takes any free one.
const ticks = new TickManagerImpl(10)
ticks.start()
const server = new NetworkServer(new NetworkImpl(ticks), ticks, '127.0.0.1', 0)
const address = `127.0.0.1:${await server.ready()}`
console.log(`Coordinator on ${address}`)

// An agent offers kinds: usually a process of its own, on port 3738.
const host = createNetworkClient(address)
await host.serveAgent('127.0.0.1:0', { counter: makeCounter })

// Two clients who know nothing of each other or of the agent.
const alice = createNetworkClient(address)
const bob = createNetworkClient(address)

console.log('Alice asks for the counter')
const ofAlice = await alice.get(kind, { uuid })
console.log('Bob asks for the counter')
const ofBob = await bob.get(kind, { uuid })

console.log(`Alice adds 2: ${await ofAlice.request('add', 2)}`)
console.log(`Bob adds 3:   ${await ofBob.request('add', 3)}`)
assert.equal(await ofAlice.request('value'), 5)

await assert.rejects(ofBob.request('divide', 0), (error: Error) => {
  console.log(`Bob divides:  ${error.message}`)
  return error.message === "A counter cannot 'divide'"
})
assert.equal((await alice.list(kind)).length, 1)

// A container lives while somebody holds a reference to it; without one, or at its agent's end, it is terminated.
console.log('Everybody leaves')
await ofAlice.close()
await ofBob.close()
await alice.close()
await bob.close()
await host.close()
await server.close()
ticks.stop()
