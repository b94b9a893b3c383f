// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  checkName,
  defaultTimeoutsMs,
  NetworkError,
  type AgentUuid,
  type ContainerExplanation,
  type ContainerKind,
  type ContainerSummary,
  type ContainerUuid,
  type CoordinatorDiagnosis,
  type CoordinatorOperations,
  type DiagnoseOptions,
  type DrainOptions,
  type DrainResult,
  type KeptReminder,
  type ProcessDiagnosis,
  type TerminateOptions,
  type TerminateResult
} from '@hcengineering/network-core'
import type { Coordinator } from './coordinator'
import { allPages } from './list-pages'
import { operationTexts } from './operation-texts'
import { duration } from './options'

/** Beyond the time that the other side was given. */
const marginMs = 5_000

/** What an operator asks of the coordinator. */
export interface NetworkOperator {
  /** All that the coordinator knows of a container: where, since when, for whom, what it waits for. `NOT_FOUND` when nothing. */
  explain(uuid: ContainerUuid): Promise<ContainerExplanation>
  /** The containers that start, end or are lost, of one kind or of all, and what each waits for: `list` has the others. */
  unserved(kind?: ContainerKind): Promise<ContainerSummary[]>
  /** The reminders that the coordinator keeps, of containers of one kind or of all; none where it keeps none. */
  reminders(kind?: ContainerKind): Promise<KeptReminder[]>
  /**
   * Takes a reminder back in place of its container, which may be no more; resolves, when that is on the coordinator's disk, with
   * whether there was one. `UNAVAILABLE` when that disk cannot be written.
   */
  cancelReminder(uuid: ContainerUuid, name: string): Promise<boolean>
  /** Ends a container; resolves when it has ended there, or says that it cannot yet. What is held needs `force`. */
  terminate(uuid: ContainerUuid, options?: TerminateOptions): Promise<TerminateResult>
  /** Empties an agent, which goes on being empty until its process ends: see `DrainableClient.drain`. */
  drainAgent(agentId: AgentUuid, options?: DrainOptions): Promise<DrainResult>
  /** Facts about the process of an agent. */
  diagnose(options: DiagnoseOptions & { agent: AgentUuid }): Promise<ProcessDiagnosis>
  /** Facts about the coordinator. */
  diagnose(options?: DiagnoseOptions & { agent?: undefined }): Promise<CoordinatorDiagnosis>
}

/** Asks for what coordinators before 0.8 cannot do, and says so of those. */
export class OperatorCalls {
  constructor(
    private readonly coordinator: Coordinator,
    private readonly requestTimeoutMs: number
  ) {}

  async explain(uuid: ContainerUuid): Promise<ContainerExplanation> {
    return await this.call('ex', { uuid: checkName(uuid, 'uuid') }, 0)
  }

  async unserved(kind?: ContainerKind): Promise<ContainerSummary[]> {
    return await allPages(async (page) => await this.call('lu', { kind, page }, 0))
  }

  async reminders(kind?: ContainerKind): Promise<KeptReminder[]> {
    return await allPages(async (page) => await this.call('lr', { kind, page }, 0))
  }

  async cancelReminder(uuid: ContainerUuid, name: string): Promise<boolean> {
    return await this.call('xr', { uuid: checkName(uuid, 'uuid'), name: checkName(name, 'the name of a reminder') }, 0)
  }

  async terminate(uuid: ContainerUuid, options: TerminateOptions): Promise<TerminateResult> {
    return await this.call('ct', { uuid: checkName(uuid, 'uuid'), ...options }, 0)
  }

  async drainAgent(
    uuid: AgentUuid,
    { timeoutMs = defaultTimeoutsMs.agentDrain }: DrainOptions = {}
  ): Promise<DrainResult> {
    duration('timeoutMs', timeoutMs)
    return await this.call('ad', { uuid: checkName(uuid, 'agent uuid'), timeoutMs }, timeoutMs)
  }

  async diagnose(options: DiagnoseOptions): Promise<ProcessDiagnosis> {
    return await this.call('di', options, duration('sampleMs', options.sampleMs ?? 0))
  }

  /** @param longerMs than any other request */
  private async call<N extends 'ex' | 'lu' | 'lr' | 'xr' | 'ct' | 'ad' | 'di'>(
    name: N,
    params: CoordinatorOperations[N]['params'],
    longerMs: number
  ): Promise<CoordinatorOperations[N]['result']> {
    const timeoutMs = longerMs === 0 ? this.requestTimeoutMs : Math.max(this.requestTimeoutMs, longerMs + marginMs)
    // Before the first hello nobody knows what it is: it waits, and is refused by the answer
    if (this.coordinator.isUp && !this.coordinator.grantsLeases) throw this.tooOld(name)
    try {
      return await this.coordinator.ask(name, params, { timeoutMs, resend: name !== 'ct' })
    } catch (error) {
      const ours = NetworkError.is(error) && error.code === 'UNKNOWN_OPERATION' && error.agentId === undefined
      throw ours || !this.coordinator.grantsLeases ? this.tooOld(name, error) : error
    }
  }

  private tooOld(name: keyof CoordinatorOperations, cause?: unknown): NetworkError {
    if (NetworkError.is(cause) && cause.code !== 'UNKNOWN_OPERATION' && cause.code !== 'REMOTE_ERROR') return cause
    const message = `The release of ${this.coordinator.name} does not know ${operationTexts[name]}, which 0.8 does: update it`
    return new NetworkError('UNKNOWN_OPERATION', message, { cause })
  }
}
