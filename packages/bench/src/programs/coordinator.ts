// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkImpl, TickManagerImpl, type NetworkTimeouts } from '@hcengineering/network-core'
import { NetworkServer } from '@hcengineering/network-server'
import { serveCommands } from '../harness/serve-commands'
import { makeTransport } from '../systems/transport'
import type { TransportName } from '../systems/transport-name'

/** How a coordinator is started. */
export interface CoordinatorStart {
  port: number
  transport: TransportName
  timeouts?: NetworkTimeouts
}

const tickManager = new TickManagerImpl(20)
let server: NetworkServer | undefined

const commands = {
  start: async ({ port, transport, timeouts }: CoordinatorStart): Promise<void> => {
    tickManager.start()
    const network = new NetworkImpl(tickManager, { timeouts })
    server = new NetworkServer(network, tickManager, '127.0.0.1', port, { transport: makeTransport(transport) })
    await server.ready()
  },
  /** How many it knows, without making a list of them. */
  containers: async (): Promise<number> => {
    const agents = (await server?.network.agents()) ?? []
    return agents.reduce((sum, { containers }) => sum + containers, 0)
  }
}

/** What a scenario may ask of a coordinator. */
export type CoordinatorCommands = typeof commands

serveCommands(commands)
