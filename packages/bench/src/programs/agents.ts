// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerFactories } from '@hcengineering/network-core'
import { serveCommands } from '../harness/serve-commands'
import { hostAgent } from '../systems/agent-host'
import type { CoordinatorAddress } from '../systems/connect'
import { echoFactory, echoKind } from '../systems/echo-container'
import { FanContainer, fanFactory, fanKind, type FanResult } from '../systems/fan-container'

/** How agents are started that share a process. */
export interface AgentsStart extends CoordinatorAddress {
  agents: number
  aliveTimeoutSeconds?: number
  /** More names under which they offer echo containers. */
  echoKinds?: readonly string[]
}

const commands = {
  /** Resolves when all are registered. */
  start: async ({ agents, echoKinds = [], ...start }: AgentsStart): Promise<void> => {
    const echoes = Object.fromEntries([echoKind, ...echoKinds].map((kind) => [kind, echoFactory]))
    const factories: ContainerFactories = { ...echoes, [fanKind]: fanFactory }
    const options = { ...start, factories }
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
