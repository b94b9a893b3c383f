// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ContainerKind } from '../api/identifiers'
import type { ContainerRow } from './rows'
import { SetIndex } from './set-index'

/**
 * What becomes of a row whose agent drains: it is looked at when its turn comes, its agent ends it now, or it stays until
 * somebody else can have it.
 */
type Step = 'ready' | 'busy' | 'blocked'

interface Place {
  readonly agentId: AgentUuid
  readonly step: Step
}

/** The containers of agents that drain, by how far that has come. Those that end by themselves meanwhile are not in it. */
export class DrainTable {
  private readonly places = new Map<ContainerRow, Place>()
  private readonly readyOn = new SetIndex<AgentUuid, ContainerRow>()
  private readonly busyOn = new SetIndex<AgentUuid, ContainerRow>()
  private readonly blockedByKind = new SetIndex<ContainerKind, ContainerRow>()

  /** Moves it to that step; it is in one at a time. */
  put(row: ContainerRow, agentId: AgentUuid, step: Step): void {
    this.forget(row)
    this.places.set(row, { agentId, step })
    if (step === 'ready') this.readyOn.add(agentId, row)
    else if (step === 'busy') this.busyOn.add(agentId, row)
    else this.blockedByKind.add(row.kind, row)
  }

  forget(row: ContainerRow): void {
    const place = this.places.get(row)
    if (place === undefined) return
    this.places.delete(row)
    this.readyOn.delete(place.agentId, row)
    this.busyOn.delete(place.agentId, row)
    this.blockedByKind.delete(row.kind, row)
  }

  /** Somebody else can have that one now. */
  unblock(row: ContainerRow): void {
    const place = this.places.get(row)
    if (place?.step === 'blocked') this.put(row, place.agentId, 'ready')
  }

  /** Somebody else offers that kind now. */
  unblockKind(kind: ContainerKind): void {
    for (const row of [...(this.blockedByKind.get(kind) ?? [])]) this.unblock(row)
  }

  /** Kinds of which something stays for now. */
  blockedKinds(): ContainerKind[] {
    return [...this.blockedByKind.keys()]
  }

  /** Of a kind what has stayed longest, and where. */
  nextBlocked(kind: ContainerKind): [ContainerRow, AgentUuid] | undefined {
    const row = this.blockedByKind.get(kind)?.values().next().value
    const place = row && this.places.get(row)
    return row === undefined || place === undefined ? undefined : [row, place.agentId]
  }

  /** Agents with rows whose turn may have come. */
  agents(): AgentUuid[] {
    return [...this.readyOn.keys()]
  }

  nextReady(agentId: AgentUuid): ContainerRow | undefined {
    return this.readyOn.get(agentId)?.values().next().value
  }

  busy(agentId: AgentUuid): number {
    return this.busyOn.get(agentId)?.size ?? 0
  }

  /** For tests. */
  entries(): Iterable<[ContainerRow, Place]> {
    return this.places.entries()
  }
}
