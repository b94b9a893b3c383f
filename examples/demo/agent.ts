// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// An agent's process: hosts counters. Arguments: its name, the coordinator's address.
import { containerOnAgentEndpointRef, createNetworkClient } from '@hcengineering/network-client'
import { containerUuid, type ClientUuid, type Container, type ContainerFactory } from '@hcengineering/network-core'
import { endWithParent, release, tell, told } from './messages.ts'

const [name, address] = process.argv.slice(2)

/** Counts, tells whom it runs with, and tells everybody connected what it has counted to. */
class Counter implements Container {
  private value = 0
  private readonly listeners = new Map<ClientUuid, (event: unknown) => Promise<void>>()

  async request(operation: string): Promise<unknown> {
    if (operation === 'where') return name
    if (operation !== 'count') throw new Error(`A counter cannot '${operation}'`)
    this.value++
    const event = `${this.value} on ${name}`
    await Promise.allSettled([...this.listeners.values()].map(async (broadcast) => await broadcast(event)))
    return this.value
  }

  async ping(): Promise<void> {}

  async terminate(): Promise<void> {}

  connect(clientId: ClientUuid, broadcast: (event: unknown) => Promise<void>): void {
    this.listeners.set(clientId, broadcast)
  }

  disconnect(clientId: ClientUuid): void {
    this.listeners.delete(clientId)
  }
}

const makeCounter: ContainerFactory = async ({ uuid = containerUuid(), labels }, agentEndpoint) => {
  if (agentEndpoint === undefined) throw new Error('This agent serves its containers itself')
  console.log(`starts a counter${labels === undefined ? ` ${uuid}` : ` for ${labels.join(', ')}`}`)
  return { uuid, container: new Counter(), endpoint: containerOnAgentEndpointRef(agentEndpoint, uuid) }
}

endWithParent()
const client = createNetworkClient(address)
await client.serveAgent('127.0.0.1:0', { counter: makeCounter })
console.log(`process ${process.pid} offers counters`)
tell({ type: 'ready' })

await told('stop')
await client.close()
console.log('closed')
release()
