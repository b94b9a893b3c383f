// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid } from '../api/identifiers'
import { ended } from './failures'
import type { Lifecycle } from './lifecycle'
import { timeoutOf } from './options'
import type { ContainerRow } from './rows'
import type { Tables } from './tables'

/** Containers that nobody holds, and those that end. */
export class Supervision {
  constructor(
    private readonly tables: Tables,
    private readonly lifecycle: Lifecycle
  ) {}

  /** An active row is not needed any more: its agent is asked to end it. */
  terminate(row: ContainerRow, reason: string, now: number): void {
    const { options, containers, orphans, terminations, outbox } = this.tables
    const { uuid, agentId } = row
    if (row.state !== 'active' || uuid === undefined || agentId === undefined)
      throw new Error('only active rows are terminated')
    orphans.delete(row)
    const timeoutMs = timeoutOf(options.terminateTimeoutMsByKind, row.kind, options.terminateTimeoutMs)
    const terminationId = terminations.add(row, now + timeoutMs)
    containers.update(row, { state: 'terminating', terminationId })
    outbox.push({ type: 'terminate', terminationId, agentId, uuid, reason })
  }

  terminated(terminationId: number, now: number): void {
    const row = this.tables.terminations.get(terminationId)
    if (row !== undefined) this.lifecycle.vacate(row, ended(row, 'it was terminated, since nobody held it'), now)
  }

  advance(now: number): void {
    for (const row of this.tables.terminations.due(now)) {
      // It may not have heard of it, and serve those who reach it
      if (row.agentId !== undefined) row.leasedUntil = now + this.tables.patienceMs(row.agentId)
      this.lifecycle.vacate(row, ended(row, 'it was given up, since it did not terminate in time'), now)
    }
    for (const row of this.tables.orphans.due(now)) this.terminate(row, 'nobody holds it', now)
  }

  /**
   * Once per run.
   *
   * @param leases for how long each agent may serve that the earlier run knew; absent where nobody can say who there was
   */
  beginRecovery(now: number, leases?: ReadonlyMap<AgentUuid, number>): void {
    const { tables } = this
    if (leases === undefined) {
      tables.recovery ??= { until: now + tables.options.aliveTimeoutMs, open: true }
      return
    }
    const longestMs = Math.max(0, ...leases.values())
    tables.recovery ??= { until: now + longestMs, open: leases.size > 0, awaited: new Set(leases.keys()) }
  }

  /** Whom everybody waited for is here: nothing is unknown any more. */
  registered(agentId: AgentUuid, now: number): void {
    const { recovery, agents } = this.tables
    if (recovery?.open !== true || recovery.awaited === undefined || agents.get(agentId) === undefined) return
    recovery.awaited.delete(agentId)
    if (recovery.awaited.size === 0) this.endRecovery(now)
  }

  /** What has not been found by now is placed anew. */
  endRecovery(now: number): void {
    const { containers, agents, gets, displaced, recovery } = this.tables
    if (recovery?.open !== true) return
    recovery.open = false
    for (const row of containers.recovering()) {
      if (row.standbys.length > 0 || agents.offers(row.kind)) {
        containers.update(row, { state: 'lost', expectedAgentId: undefined })
        displaced.add(row)
      } else {
        this.lifecycle.end(row, ended(row, 'no agent brought it back after the restart of the coordinator'), now)
      }
    }
    for (const get of gets.held()) displaced.add(get)
  }
}
