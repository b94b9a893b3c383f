// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkAgent } from '../api/agent'
import type { Caller, CancelSignal } from '../api/call'
import type { ClientUuid, ContainerUuid } from '../api/identifiers'
import type { ActivationToken } from '../api/token'
import type { CallChain } from '../api/turns'
import { NetworkError, type ErrorCode } from '../errors'
import { requestName } from '../operations'

/** Where a container serves, and by which activation. */
export interface Serving {
  readonly agent: NetworkAgent
  readonly token: ActivationToken | undefined
}

/** Codes with which an agent says that the container saw nothing of the request: it may go to the next activation. */
const neverExecuted: ReadonlySet<ErrorCode> = new Set(['UNAVAILABLE', 'NOT_FOUND', 'NOT_ACTIVE', 'TERMINATING'])

/** A request on its way to a container. There is one for each that waits: it is all that is made of it here. */
export class RelayedCall implements Caller {
  /** Where it was sent last. */
  serving: Serving | undefined = undefined

  /**
   * @param onFailure the agent has answered with that error
   * @param timeoutMs 0 for none
   * @param startedAt by the clock of the tick manager
   */
  constructor(
    private readonly onFailure: (call: RelayedCall, serving: Serving, error: Error) => void,
    readonly uuid: ContainerUuid,
    readonly operation: string,
    readonly data: unknown,
    readonly clientId: ClientUuid | undefined,
    readonly signal: CancelSignal | undefined,
    private readonly timeoutMs: number,
    private readonly startedAt: number,
    readonly caller: Caller,
    readonly chain?: CallChain
  ) {}

  resolve(result: unknown): void {
    this.caller.resolve(result)
  }

  reject(error: Error): void {
    // What failed it is told to the network only after it: that the agent is gone, and so where the container is
    queueMicrotask(() => this.onFailure(this, this.serving as Serving, error))
  }

  /** At least 1: 0 would mean that there is no deadline. */
  leftMs(now: number): number {
    const { timeoutMs, startedAt } = this
    return timeoutMs === 0 ? 0 : Math.max(1, Math.ceil(timeoutMs - (now - startedAt)))
  }

  /** What the caller is told: an agent that only passes requests on does not know who waited for how long. */
  explained(error: Error, agent: NetworkAgent): Error {
    if (!(error instanceof NetworkError) || agent.passesOn !== true) return error
    // Who has it knows more: it waits for its turn
    if (error.code === 'DEADLINE_EXCEEDED') return error.agentId === undefined ? this.lateError(agent) : error
    // One with a stage was said by who had it: the agent is there
    const lost = error.code === 'OUTCOME_UNKNOWN' && error.stage === undefined
    return lost ? this.lostError(agent, error) : error
  }

  lateError(agent: NetworkAgent): NetworkError {
    return deadlineError(this.uuid, this.timeoutMs, `sent to agent ${agent.uuid} and not answered`)
  }

  /** The agent was lost between the request and its answer. */
  private lostError(agent: NetworkAgent, cause: NetworkError): NetworkError {
    const { uuid, operation } = this
    const text = `Agent ${agent.uuid} was lost: ${requestName(uuid, operation)} was sent to it and not answered`
    const stage = `sent to agent ${agent.uuid} and not answered`
    return new NetworkError('OUTCOME_UNKNOWN', text, { uuid, agentId: agent.uuid, stage, cause })
  }
}

/** The container saw nothing of what failed with that. */
export function isUnexecuted(error: unknown): boolean {
  return error instanceof NetworkError && neverExecuted.has(error.code)
}

export function deadlineError(uuid: ContainerUuid, timeoutMs: number, stage: string): NetworkError {
  const text = `Request to container ${uuid} ended after ${timeoutMs} ms: ${stage}`
  return new NetworkError('DEADLINE_EXCEEDED', text, { stage, uuid })
}
