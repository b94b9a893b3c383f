// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid } from '../api/identifiers'
import { ended } from './failures'
import type { Lifecycle } from './lifecycle'
import { timeoutOf } from './options'
import type { ContainerRow } from './rows'
import type { Tables } from './tables'

/** The most that a recovery window lasts, in alive timeouts: a thousand peers that come back at one time may need some. */
const maxRecoveryTimeouts = 5

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
    for (const row of this.tables.orphans.due(now)) {
      // The window was prolonged since: those who hold it may still come back
      if (this.tables.recovery?.open === true) this.lifecycle.reviewOrphan(row, now)
      else this.terminate(row, 'nobody holds it', now)
    }
  }

  /**
   * Opens it once per run; while it is open, whoever comes back from the earlier run holds it open.
   *
   * @param leases for how long each agent may serve that the earlier run knew; absent where nobody can say who there was
   */
  beginRecovery(now: number, leases?: ReadonlyMap<AgentUuid, number>): void {
    const { tables } = this
    const { aliveTimeoutMs } = tables.options
    const longestMs = leases === undefined ? aliveTimeoutMs : Math.max(0, ...leases.values())
    const most = Math.max(longestMs, maxRecoveryTimeouts * aliveTimeoutMs)
    tables.recovery ??= {
      until: now + longestMs,
      latest: now + most,
      open: leases === undefined || leases.size > 0,
      awaited: leases && new Set(leases.keys())
    }
    this.prolongRecovery(now)
  }

  /** Somebody came back: others may need as long. */
  prolongRecovery(now: number): void {
    const { recovery, options } = this.tables
    if (recovery?.open !== true) return
    recovery.until = Math.max(recovery.until, Math.min(recovery.latest, now + options.aliveTimeoutMs))
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
