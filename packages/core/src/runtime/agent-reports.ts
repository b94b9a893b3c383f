// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkAgent } from '../api/agent'
import { NetworkEventKind } from '../api/events'
import type { AgentUuid } from '../api/identifiers'
import type { Logger } from '../api/logger'
import type { Network } from '../api/network'
import { messageOf } from '../errors'
import type { HostedContainer } from './hosted-container'

/** Tells whoever an agent is registered with what changed on it; what goes wrong there stays there. */
export class AgentReports {
  constructor(
    private readonly agent: Pick<NetworkAgent, 'onUpdate' | 'onAgentUpdate'>,
    private readonly logger: Logger
  ) {}

  updated(hosted: HostedContainer[]): void {
    this.emit(hosted, NetworkEventKind.updated)
  }

  removed(hosted: HostedContainer): void {
    this.emit([hosted], NetworkEventKind.removed)
  }

  /** What the agent offers is another. */
  agentChanged(): void {
    this.send(async () => await this.agent.onAgentUpdate?.())
  }

  /** Never rejects: an agent that leaves goes whether it is heard or not. */
  async leaving(network: Pick<Network, 'unregister'>, agentId: AgentUuid): Promise<void> {
    try {
      await network.unregister(agentId)
    } catch (error) {
      this.logger.warn('The agent could not be unregistered', { agentId, error: messageOf(error) })
    }
  }

  private emit(hosted: HostedContainer[], event: NetworkEventKind): void {
    if (hosted.length === 0) return
    const containers = hosted.map(({ record }) => ({ container: record, event }))
    this.send(async () => await this.agent.onUpdate?.({ agents: [], containers }))
  }

  private send(tell: () => Promise<void>): void {
    tell().catch((error: unknown) => {
      this.logger.warn('What changed on the agent could not be reported', { error: messageOf(error) })
    })
  }
}
