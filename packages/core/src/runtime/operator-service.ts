// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { DrainOptions, DrainResult } from '../api/agent'
import type { ContainerExplanation, ContainerSummary, FailedGets, KindWait } from '../api/diagnosis'
import type { AgentUuid, ContainerKind, ContainerUuid } from '../api/identifiers'
import type { TickManager } from '../api/time'
import { NetworkError } from '../errors'
import type { NetworkKernel } from './network-kernel'

/** What an operator asks of a network: why something is as it is, and that an agent be emptied. */
export class OperatorService {
  constructor(
    private readonly kernel: NetworkKernel,
    private readonly tickManager: TickManager
  ) {}

  explain(uuid: ContainerUuid): ContainerExplanation {
    const { state } = this.kernel
    const known = state.explain(uuid, this.tickManager.now(), Date.now())
    if (known !== undefined) return known
    const why = 'nobody has asked for it, or too long ago to be remembered'
    throw new NetworkError('NOT_FOUND', `The network knows nothing of a container ${uuid}: ${why}`, { uuid })
  }

  unserved(kind: ContainerKind | undefined): ContainerSummary[] {
    return this.kernel.state.unserved(kind, this.tickManager.now(), Date.now())
  }

  waits(): KindWait[] {
    return this.kernel.state.waits(this.tickManager.now())
  }

  failedGets(): FailedGets[] {
    return this.kernel.state.failedGets(this.tickManager.now(), Date.now())
  }

  async drainAgent(agentId: AgentUuid, options: DrainOptions): Promise<DrainResult> {
    const agent = this.kernel.agent(agentId)
    if (agent === undefined) throw new NetworkError('NOT_FOUND', `The network has no agent ${agentId}`, { agentId })
    if (agent.drain !== undefined) return await agent.drain(options)
    const why = 'it is of an earlier release, or does not implement it'
    const text = `Agent ${agentId} cannot be drained: ${why}; stop its process instead`
    throw new NetworkError('UNKNOWN_OPERATION', text, { agentId })
  }
}
