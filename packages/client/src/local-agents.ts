// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, NetworkAgent } from '@hcengineering/network-core'

/** An agent of this process: it is called as it is. */
export interface LocalAgent {
  readonly agent: NetworkAgent
  /** Called when it is served here no more. */
  readonly onGone: Set<() => void>
}

/** The agents of one network that clients of this process serve: containers on them are called without a socket. */
export class LocalAgents {
  private readonly agents = new Map<AgentUuid, LocalAgent>()

  /** Another agent of that id keeps its place. */
  add(agent: NetworkAgent): void {
    if (!this.agents.has(agent.uuid)) this.agents.set(agent.uuid, { agent, onGone: new Set() })
  }

  find(uuid: AgentUuid | undefined): LocalAgent | undefined {
    return uuid === undefined ? undefined : this.agents.get(uuid)
  }

  remove(agent: NetworkAgent): void {
    const local = this.agents.get(agent.uuid)
    if (local?.agent !== agent) return
    this.agents.delete(agent.uuid)
    for (const gone of [...local.onGone]) gone()
  }
}

const networks = new Map<string, LocalAgents>()

/** What clients of one coordinator share that are made by `createNetworkClient`. */
export function localAgentsOf(coordinator: string): LocalAgents {
  let agents = networks.get(coordinator)
  if (agents === undefined) networks.set(coordinator, (agents = new LocalAgents()))
  return agents
}
