// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { createNetworkClient } from '@hcengineering/network-client'
import {
  containerOnAgentEndpointRef,
  containerUuid,
  type AgentEndpointRef,
  type Container,
  type ContainerFactory
} from '@hcengineering/network-core'

/** Answers what it is sent. */
const echo: Container = {
  request: async (_operation, data: unknown) => data,
  ping: async () => {},
  terminate: async () => {},
  connect: () => {},
  disconnect: () => {}
}

const makeEcho: ContainerFactory = async ({ uuid = containerUuid() }, agentEndpoint) => ({
  uuid,
  container: echo,
  endpoint: containerOnAgentEndpointRef(agentEndpoint as AgentEndpointRef, uuid)
})

/** The agent of a measurement: lives as long as the process that measures. */
async function main(): Promise<void> {
  const [coordinator, kind] = process.argv.slice(2)
  const client = createNetworkClient(coordinator)
  process.once('disconnect', () => {
    void client.close().finally(() => process.exit(0))
  })
  // The terminal's interrupt is for the parent, which takes this one down
  process.on('SIGINT', () => {})
  try {
    await client.serveAgent('127.0.0.1:0', { [kind]: makeEcho })
    process.send?.('ready')
  } catch (error) {
    process.send?.((error as Error).message)
  }
}

void main()
