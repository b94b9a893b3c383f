// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid } from '../api/identifiers'
import { ended } from './failures'
import type { Lifecycle } from './lifecycle'
import type { Tables } from './tables'

/** The most that a recovery window lasts, in alive timeouts: a thousand peers that come back at one time may need some. */
const maxRecoveryTimeouts = 5

/** The window after a restart in which an earlier run's agents and clients come back: what may be with them is not started meanwhile. */
export class Recovery {
  constructor(
    private readonly tables: Tables,
    private readonly lifecycle: Lifecycle
  ) {}

  /**
   * Opens it once per run; while it is open, whoever comes back from the earlier run holds it open.
   *
   * @param leases for how long each agent may serve that the earlier run knew; absent where nobody can say who there was
   */
  begin(now: number, leases?: ReadonlyMap<AgentUuid, number>): void {
    const { tables } = this
    const { aliveTimeoutMs } = tables.options
    const longestMs = leases === undefined ? aliveTimeoutMs : Math.max(0, ...leases.values())
    const most = Math.max(longestMs, maxRecoveryTimeouts * aliveTimeoutMs)
    tables.recovery ??= {
      until: now + longestMs,
      latest: now + most,
      open: leases === undefined || leases.size > 0,
      awaited: leases && new Set(leases.keys()),
      writes: false
    }
    this.prolong(now)
  }

  /** Somebody came back: others may need as long. */
  prolong(now: number): void {
    const { recovery, options } = this.tables
    if (recovery?.open !== true) return
    recovery.until = Math.max(recovery.until, Math.min(recovery.latest, now + options.aliveTimeoutMs))
  }

  /** Whom everybody waited for is here: nothing is unknown any more. */
  registered(agentId: AgentUuid, now: number): void {
    const { recovery, agents } = this.tables
    if (recovery?.open !== true || recovery.awaited === undefined || agents.get(agentId) === undefined) return
    recovery.awaited.delete(agentId)
    if (recovery.awaited.size === 0) this.end(now)
  }

  nextDeadline(): number | undefined {
    const { recovery } = this.tables
    return recovery?.open === true && !recovery.writes ? recovery.until : undefined
  }

  /** When its time is over, those who are not back are given up, and a run after this one must know that before anything starts. */
  advance(now: number): void {
    const { recovery, outbox } = this.tables
    if (recovery?.open !== true || recovery.writes || recovery.until > now) return
    const { awaited } = recovery
    if (awaited === undefined || awaited.size === 0) return this.end(now)
    recovery.writes = true
    outbox.push({ type: 'recovery-ends', agents: [...awaited] })
  }

  /** What has not been found by now is placed anew. */
  end(now: number): void {
    const { containers, agents, gets, displaced, recovery, tombstones, tokens } = this.tables
    if (recovery?.open !== true) return
    recovery.open = false
    recovery.until = now
    for (const agentId of recovery.awaited ?? []) tombstones.gaveUp(agentId, undefined, tokens.last)
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
