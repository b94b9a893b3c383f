// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// The agent's process of the Docker check: on the host, hosting containers that count.

import { createNetworkClient } from '@hcengineering/network-client'
import {
  containerOnAgentEndpointRef,
  containerUuid,
  type ClientUuid,
  type Container,
  type ContainerFactory
} from '@hcengineering/network-core'

/** Answers how often it was asked, and tells everybody who is connected. */
class Counter implements Container {
  private count = 0
  private readonly listeners = new Map<ClientUuid, (data: unknown) => Promise<void>>()

  async request(operation: string): Promise<number> {
    if (operation !== 'count') throw new Error(`Unknown operation ${operation}`)
    this.count++
    for (const tell of this.listeners.values()) await tell({ count: this.count })
    return this.count
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

const counter: ContainerFactory = async (options, agentEndpoint) => {
  if (agentEndpoint === undefined) throw new Error('The agent has no endpoint')
  const uuid = options.uuid ?? containerUuid()
  return { uuid, container: new Counter(), endpoint: containerOnAgentEndpointRef(agentEndpoint, uuid) }
}

async function main(coordinator: string): Promise<void> {
  const client = createNetworkClient(coordinator)
  await client.waitConnection(10_000)
  await client.serveAgent('127.0.0.1:0', { counter })
  process.on('message', () => {
    void client.close().then(() => process.exit(0))
  })
  // The client's process has gone, without a word
  process.on('disconnect', () => process.exit(1))
  process.send?.('serving')
}

void main(process.argv[2])
