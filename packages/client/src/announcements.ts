// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  defaultTimeoutsMs,
  NetworkError,
  pagesOf,
  readRegistered,
  withEnding,
  type ContainerRecord,
  type ContainerUuid,
  type NetworkAgent,
  type TickManager
} from '@hcengineering/network-core'
import { endStrays, straysOf } from './agent-ends'
import type { AgentLeases } from './agent-leases'
import type { ContainerReports } from './container-reports'
import type { Coordinator } from './coordinator'
import type { ResolvedClientOptions } from './options'
import { Backoff, Deadline, Pause } from './waits'

/** Beyond the time for which the coordinator may wait for the end of another owner of the agent id. */
const registerMarginMs = 5000

/** An agent that is announced. */
export interface Announced {
  readonly agent: NetworkAgent
  /** What it started for a coordinator that is gone, and has told nobody yet. */
  readonly unheard: Set<ContainerUuid>
}

/** Tells the coordinator of an agent and all that it has, until it is heard. */
export class Announcements {
  /** Nothing is to start on the agents any more. */
  leaving = false
  /** Between attempts. */
  readonly pause: Pause
  private over = false

  constructor(
    private readonly coordinator: Coordinator,
    private readonly reports: ContainerReports,
    private readonly leases: AgentLeases,
    private readonly tickManager: TickManager,
    private readonly options: ResolvedClientOptions
  ) {
    this.pause = new Pause(tickManager)
  }

  /** None is made any more. */
  get closed(): boolean {
    return this.over
  }

  /**
   * Resolves when the coordinator has it.
   *
   * @param onSent it was said, and not answered yet
   * @param onStrays told of the ends of what lives elsewhere
   */
  async make(
    { agent, unheard }: Announced,
    onSent: () => void,
    onStrays: (ended: Promise<void>) => void
  ): Promise<void> {
    const atLeastMs = defaultTimeoutsMs.agentIdWait + registerMarginMs
    const deadline = new Deadline(this.tickManager, Math.max(atLeastMs, this.options.requestTimeoutMs))
    const backoff = new Backoff(50, 1000)
    for (;;) {
      if (this.over) throw new NetworkError('CLOSED', 'The network client is closed', { agentId: agent.uuid })
      if (!this.coordinator.isUp) await this.coordinator.waitConnection(deadline.leftMs)
      const { uuid, kinds, endpoint, capacity } = agent
      const drains = this.leaving || agent.draining === true ? { draining: true } : {}
      const listed = await this.listOf(agent, unheard)
      // The list has it already
      this.reports.flush()
      const parts = pagesOf(this.coordinator.grantsLeases ? withEnding(agent, listed) : listed)
      // What it says may be no longer true in the next session
      const call = { timeoutMs: deadline.leftMs, resend: 'never' } as const
      const settled = this.leases.settledOf(agent)
      const announced = this.leases.announce(agent, this.coordinator.grantsLeases)
      try {
        const answers = parts.map(async (containers, index) => {
          const part = parts.length === 1 ? {} : { part: [index, parts.length] as [number, number] }
          const record = {
            uuid,
            containers,
            kinds,
            ...(endpoint === undefined ? {} : { endpoint }),
            ...drains,
            ...(capacity === undefined ? {} : { capacity }),
            ...(settled === undefined ? {} : { settled }),
            ...part
          }
          return await this.coordinator.call('ar', record, call)
        })
        onSent()
        const heard = (await Promise.all(answers)).map(readRegistered)
        const elsewhere = new Set(heard.flatMap(({ terminate }) => terminate))
        const strays = elsewhere.size === 0 ? [] : await straysOf(agent, listed, elsewhere)
        onStrays(endStrays(agent, strays, this.options.logger))
        for (const { uuid } of listed) unheard.delete(uuid)
        // What is not its own any more has begun to end, so that it is not served again. Not awaited, or all else of the agent
        // would be taken for lost where it has to be announced again meanwhile
        if (announced(heard.at(-1)?.token)) return
      } catch (error) {
        const again =
          error instanceof NetworkError && (error.code === 'OUTCOME_UNKNOWN' || error.code === 'UNAVAILABLE')
        if (!again || deadline.expired) throw error
        this.options.logger.warn('An agent could not be registered yet', {
          agent: agent.uuid,
          cause: error.message
        })
        await this.pause.wait(backoff.next())
      }
    }
  }

  /**
   * What an agent has. What it started for a run before the one that told it last what it is left, and of which that one has not
   * heard, ends instead: that run may have had it started elsewhere, and nobody was ever given this.
   */
  private async listOf(agent: NetworkAgent, unheard: Set<ContainerUuid>): Promise<ContainerRecord[]> {
    const listed = await agent.list()
    if (unheard.size === 0) return listed
    const isOutlived = ({ uuid, token }: ContainerRecord): boolean =>
      unheard.has(uuid) && this.leases.isOutlived(agent, token)
    const outlived = listed.filter(isOutlived).map(({ uuid }) => uuid)
    for (const uuid of outlived) unheard.delete(uuid)
    void endStrays(agent, outlived, this.options.logger)
    return listed.filter(({ uuid }) => !outlived.includes(uuid))
  }

  close(): void {
    this.over = true
    this.pause.end()
  }
}
