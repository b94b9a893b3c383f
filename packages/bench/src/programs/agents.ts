// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { serveCommands } from '../harness/serve-commands'
import { hostAgent } from '../systems/agent-host'
import { echoFactory, echoKind } from '../systems/echo-container'
import { FanContainer, fanFactory, fanKind, type FanResult } from '../systems/fan-container'
import type { TransportName } from '../systems/transport-name'

/** How agents are started that share a process. */
export interface AgentsStart {
  coordinatorPort: number
  transport: TransportName
  agents: number
  aliveTimeoutSeconds?: number
}

const commands = {
  /** Resolves when all are registered. */
  start: async ({ agents, coordinatorPort, transport, aliveTimeoutSeconds }: AgentsStart): Promise<void> => {
    const factories = { [echoKind]: echoFactory, [fanKind]: fanFactory }
    const options = { coordinatorPort, transport, factories, aliveTimeoutSeconds }
    await Promise.all(Array.from({ length: agents }, async () => await hostAgent(options)))
  },
  /** Of the one fan container here. */
  burst: async (options: { bursts: number; events: number; bytes: number }): Promise<FanResult> => {
    const [fan] = [...FanContainer.all]
    return await fan.burst({ ...options, text: 'x'.repeat(options.bytes) })
  }
}

/** What a scenario may ask of a process of agents. */
export type AgentsCommands = typeof commands

serveCommands(commands)
