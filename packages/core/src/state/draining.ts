// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ContainerKind } from '../api/identifiers'
import { timeoutOf } from './options'
import { triedOf, type AgentRow, type ContainerRow } from './rows'
import type { Supervision } from './supervision'
import type { Tables } from './tables'

/** Containers of one draining agent that are ended at a time: their callers wait, and others must start as many. */
export const maxEndsAtOnce = 32

/** Empties agents that are to leave: what is held moves, what nobody holds ends. */
export class Draining {
  constructor(
    private readonly tables: Tables,
    private readonly supervision: Supervision
  ) {}

  /** The agent has said that it is to leave, or that it stays after all. */
  changed({ agentId, draining }: AgentRow): void {
    const { containers, drains } = this.tables
    for (const row of containers.onAgent(agentId)) {
      containers.update(row, { leaving: draining })
      if (draining) drains.put(row, agentId, 'ready')
      else drains.forget(row)
    }
  }

  /** As many as may end at a time. */
  advance(now: number): void {
    const { drains } = this.tables
    for (const kind of drains.blockedKinds()) this.unblock(kind, now)
    for (const agentId of drains.agents()) {
      while (drains.busy(agentId) < maxEndsAtOnce) {
        const row = drains.nextReady(agentId)
        if (row === undefined) break
        this.empty(row, agentId, now)
      }
    }
  }

  /** Somebody may have room again. */
  private unblock(kind: ContainerKind, now: number): void {
    const { agents, drains } = this.tables
    while (agents.hasRoom(kind)) {
      const [row, agentId] = drains.nextBlocked(kind) ?? []
      if (row === undefined || agentId === undefined) return
      if (drains.busy(agentId) < maxEndsAtOnce) this.empty(row, agentId, now)
      else drains.unblock(row)
    }
  }

  private empty(row: ContainerRow, agentId: AgentUuid, now: number): void {
    const { agents, candidates, drains } = this.tables
    drains.forget(row)
    // What starts, or may be restored, comes again when it is active.
    if (row.state !== 'active' || row.agentId !== agentId) return
    if (row.holders.size === 0 && !row.stateless) {
      // It has its deadline, and its turn comes again when it is held
      if (this.mayBeHeld(row, now)) return
      this.supervision.terminate(row, 'nobody holds it, and its agent is to leave', now)
      drains.put(row, agentId, 'busy')
      return
    }
    const hasCopy = row.standbys.length > 0
    // Nobody else may have it
    if (row.pinned !== undefined && !hasCopy) return
    if (hasCopy || agents.hasRoom(row.kind)) {
      const destination = hasCopy || agents.isUnlimited ? undefined : candidates.choose(row, triedOf(row))?.agentId
      this.supervision.move(row, 'it moves, since its agent is to leave', now, destination)
      drains.put(row, agentId, 'busy')
    } else {
      drains.put(row, agentId, 'blocked')
    }
  }

  /** A coordinator that has just started waits for those who hold it as long as for holders of anything else. */
  private mayBeHeld({ kind }: ContainerRow, now: number): boolean {
    const { recovery, options } = this.tables
    if (recovery === undefined) return false
    const unusedMs = timeoutOf(options.unusedContainerTimeoutMsByKind, kind, options.unusedContainerTimeoutMs)
    return recovery.open || now < recovery.until + unusedMs
  }
}
