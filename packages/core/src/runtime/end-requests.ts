// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkAgent } from '../api/agent'
import type { TerminateOptions, TerminateResult } from '../api/diagnosis'
import type { AgentUuid, ContainerUuid } from '../api/identifiers'
import type { Logger } from '../api/logger'
import type { RetireOutcome } from '../api/termination'
import type { TickManager } from '../api/time'
import { NetworkError, codeOf, messageOf, type ErrorCode } from '../errors'
import type { NetworkState, TerminateEffect } from '../state'
import { schedule } from './schedule'
import type { Settler } from './settler'

/** Codes that do not say that an agent has ended what it was asked to end. */
const unheard: ReadonlySet<unknown> = new Set<ErrorCode>([
  'OUTCOME_UNKNOWN',
  'UNAVAILABLE',
  'OVERLOADED',
  'DEADLINE_EXCEEDED'
])

/** It is asked again after this. */
const askAgainMs = 1_000

/** Who has the agents, and to whom their answers are inputs. */
export interface EndRequestsOwner {
  readonly state: NetworkState
  agent(agentId: AgentUuid): NetworkAgent | undefined
  apply(input: (now: number) => void): void
}

type EndResult = Pick<TerminateResult, 'notYet'>

/** Asks agents to end containers, until it is known what came of it, and tells the operators who wait for that. */
export class EndRequests {
  /** By termination. */
  private readonly operators = new Map<number, Settler<EndResult>[]>()
  private closed = false

  constructor(
    private readonly owner: EndRequestsOwner,
    private readonly tickManager: TickManager,
    private readonly logger: Logger
  ) {}

  /** An operator wants it: resolves when it has ended there, or says that it cannot yet. */
  async request(uuid: ContainerUuid, options: TerminateOptions): Promise<TerminateResult> {
    const result = await this.requestOnce(uuid, options)
    // It was to end already, and was free to say that; now it is not
    return options.force === true && result.notYet !== undefined ? await this.requestOnce(uuid, options) : result
  }

  /** Carries the effect out. */
  ask(effect: TerminateEffect): void {
    const { terminationId, agentId, uuid, reason, final, move } = effect
    const { owner, logger } = this
    const retire = async (): Promise<RetireOutcome> => {
      const agent = owner.agent(agentId)
      if (agent?.retire !== undefined)
        return await agent.retire(uuid, move ? { reason, final, move } : { reason, final })
      await agent?.terminate(uuid)
      return {}
    }
    logger.debug('A container is to end', { uuid, agentId, reason, final })
    retire().then(
      ({ notYet, state }) => {
        this.settle(terminationId, notYet === undefined ? {} : { notYet })
        if (notYet === undefined) return owner.apply((now) => owner.state.terminated(terminationId, now, state))
        logger.info('A container cannot end yet', { uuid, agentId, ...notYet })
        owner.apply((now) => owner.state.notYet(terminationId, { agentId, uuid }, notYet, now, Date.now()))
      },
      (error: unknown) => {
        logger.warn('A container failed to terminate', { uuid, agentId, error: messageOf(error) })
        // It may still serve: asked again, it says when it does not; or its agent's end, or the deadline does
        if (unheard.has(codeOf(error)) && owner.state.awaitsEnd(terminationId)) {
          schedule(this.tickManager, askAgainMs, () => this.askAgain(effect, NetworkError.from(error)))
          return
        }
        this.settle(terminationId, NetworkError.from(error))
        owner.apply((now) => owner.state.terminated(terminationId, now))
      }
    )
  }

  /** Who waits is told that error; nothing is asked again. */
  close(error: NetworkError): void {
    this.closed = true
    for (const terminationId of [...this.operators.keys()]) this.settle(terminationId, error)
  }

  private async requestOnce(uuid: ContainerUuid, options: TerminateOptions): Promise<TerminateResult> {
    const { state } = this.owner
    let restarts = false
    const ended = await new Promise<EndResult>((resolve, reject) => {
      this.owner.apply((now) => {
        const requested = state.terminate(uuid, options, now)
        restarts = requested.restarts
        const waiting = this.operators.get(requested.terminationId) ?? []
        this.operators.set(requested.terminationId, [...waiting, { resolve, reject }])
      })
    })
    return { ...ended, ...(restarts && ended.notYet === undefined ? { restarts } : {}) }
  }

  private askAgain(effect: TerminateEffect, error: NetworkError): void {
    if (!this.closed && this.owner.state.awaitsEnd(effect.terminationId)) this.ask(effect)
    else {
      this.settle(effect.terminationId, error)
      this.owner.apply((now) => this.owner.state.terminated(effect.terminationId, now))
    }
  }

  private settle(terminationId: number, result: EndResult | NetworkError): void {
    const waiting = this.operators.get(terminationId) ?? []
    this.operators.delete(terminationId)
    for (const { resolve, reject } of waiting) {
      if (result instanceof NetworkError) reject(result)
      else resolve(result)
    }
  }
}
