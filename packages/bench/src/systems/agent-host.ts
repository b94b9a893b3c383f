// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { randomUUID } from 'node:crypto'
import { NetworkAgentServer } from '@hcengineering/network-client'
import {
  AgentImpl,
  agentDirectRef,
  TickManagerImpl,
  type AgentUuid,
  type ContainerFactories
} from '@hcengineering/network-core'
import { connectTo, type CoordinatorAddress } from './connect'
import type { Closable } from './echo-system'
import { socketOptions } from './transport'

/** How an agent is hosted. */
export interface HostOptions extends CoordinatorAddress {
  readonly factories: ContainerFactories
  readonly agentId?: string
  /** Where its server listens; 0 lets the system choose. */
  readonly port?: number
  /** The port that clients are told, where a proxy stands before it. */
  readonly announcedPort?: number
  readonly aliveTimeoutSeconds?: number
}

const tickManager = new TickManagerImpl(20)

/** An agent with its server, registered; what `serveAgent` does, with every port given. */
export async function hostAgent(options: HostOptions): Promise<Closable> {
  const { factories, transport, port = 0, announcedPort = port, aliveTimeoutSeconds } = options
  tickManager.start()
  const agentId = (options.agentId ?? randomUUID()) as AgentUuid
  const agent = new AgentImpl(agentId, factories, { aliveTimeoutSeconds })
  const server = new NetworkAgentServer(tickManager, '127.0.0.1', '127.0.0.1', port, {
    socketOptions: socketOptions(transport)
  })
  await server.start(agent)
  // Its server knows only where it listens itself
  if (announcedPort !== port) Object.assign(agent, { endpoint: agentDirectRef('127.0.0.1', announcedPort, agentId) })
  const client = connectTo(options, aliveTimeoutSeconds)
  await client.register(agent)
  return {
    close: async () => {
      await client.close()
      await server.close()
    }
  }
}
