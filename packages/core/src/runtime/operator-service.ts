// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { DrainOptions, DrainResult } from '../api/agent'
import type {
  ContainerExplanation,
  ContainerSummary,
  FailedGets,
  KindWait,
  TerminateOptions,
  TerminateResult
} from '../api/diagnosis'
import type { AgentUuid, ContainerKind, ContainerUuid } from '../api/identifiers'
import type { TickManager } from '../api/time'
import { checkOptions } from '../arguments'
import { NetworkError } from '../errors'
import { checkName } from '../labels'
import type { NetworkKernel } from './network-kernel'

/** What an operator asks of a network: why something is as it is, that a container be ended, that an agent be emptied. */
export class OperatorService {
  constructor(
    private readonly kernel: NetworkKernel,
    private readonly tickManager: TickManager
  ) {}

  /** All that is known of one container, or of what last had that uuid; throws `NOT_FOUND` when nothing is. */
  async explain(uuid: ContainerUuid): Promise<ContainerExplanation> {
    const { state } = this.kernel
    const known = state.explain(checkName(uuid, 'uuid'), this.tickManager.now(), Date.now())
    if (known !== undefined) return known
    const why = 'nobody has asked for it, or too long ago to be remembered'
    throw new NetworkError('NOT_FOUND', `The network knows nothing of a container ${uuid}: ${why}`, { uuid })
  }

  /** What starts, ends or is lost, of one kind or of all: `list` has the others. */
  async unserved(kind?: ContainerKind): Promise<ContainerSummary[]> {
    return this.kernel.state.unserved(kind, this.tickManager.now(), Date.now())
  }

  /** What gets, and held containers that are not served, wait for; looks at all of them. */
  waits(): KindWait[] {
    return this.kernel.state.waits(this.tickManager.now())
  }

  /** Which gets failed in the last ten minutes, as far as that is remembered. */
  failedGets(): FailedGets[] {
    return this.kernel.state.failedGets(this.tickManager.now(), Date.now())
  }

  /** Ends a container by hand; resolves when it has ended there, or says that it cannot yet. */
  async terminate(uuid: ContainerUuid, options: TerminateOptions = {}): Promise<TerminateResult> {
    this.kernel.checkOpen('end a container')
    return await this.kernel.ends.request(checkName(uuid, 'uuid'), checkOptions(options, 'the options of an end'))
  }

  /** Empties an agent: see `NetworkAgent.drain`. Throws `NOT_FOUND`, or `UNKNOWN_OPERATION` for one that cannot. */
  async drainAgent(agentId: AgentUuid, options: DrainOptions = {}): Promise<DrainResult> {
    checkOptions(options, 'the options of a drain')
    checkName(agentId, 'agentId')
    const agent = this.kernel.agent(agentId)
    if (agent === undefined) throw new NetworkError('NOT_FOUND', `The network has no agent ${agentId}`, { agentId })
    if (agent.drain !== undefined) return await agent.drain(options)
    const why = 'it is of an earlier release, or does not implement it'
    const text = `Agent ${agentId} cannot be drained: ${why}; stop its process instead`
    throw new NetworkError('UNKNOWN_OPERATION', text, { agentId })
  }
}
