// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerMove } from '../api/diagnosis'
import type { AgentUuid, ContainerKind, ContainerUuid } from '../api/identifiers'
import { reasonOf } from './reason'
import type { ContainerRow } from './rows'

/** Containers of which moves are remembered, and as many that have ended; those that changed longest ago are forgotten first. */
export const maxRemembered = 1_000
/** Moves of one of them: the last. All together take 7 MB at most, or 12 MB where texts are not Latin: measured. */
export const maxMovesEach = 8

/** A move, in the clock of `now`. */
export type RememberedMove = ContainerMove

/** What has happened to one. */
export interface Biography {
  readonly kind: ContainerKind
  /** Oldest first. */
  readonly moves: readonly RememberedMove[]
}

/**
 * What happened to containers after their first start, for people who ask why one is where it is. Nothing is decided by it.
 * Those that have only been started, which are most, are not in it.
 */
export class History {
  private readonly living = new Map<ContainerUuid, Biography>()
  private readonly ended = new Map<ContainerUuid, Biography>()

  note(row: ContainerRow, what: ContainerMove['what'], now: number, agentId?: AgentUuid, why?: string): void {
    if (row.uuid === undefined) return
    this.put(this.living, row.uuid, row.kind, this.after(row.uuid, { at: now, what, agentId, why }))
  }

  /** It serves: worth a line where there was something before. */
  started(row: ContainerRow, now: number, agentId: AgentUuid): void {
    if (row.uuid === undefined) return
    const known = row.trouble !== undefined || this.living.has(row.uuid) || this.ended.has(row.uuid)
    if (known) this.note(row, 'started', now, agentId)
  }

  /** The network has it no more. What never served has not ended; that it could not be started is remembered. */
  end(row: ContainerRow, now: number, why: string): void {
    const { uuid, kind, servedBy } = row
    if (uuid === undefined) return
    const moves =
      servedBy === undefined
        ? this.living.get(uuid)?.moves
        : this.after(uuid, { at: now, what: 'ended', agentId: servedBy, why })
    if (moves !== undefined) this.put(this.ended, uuid, kind, moves)
  }

  of(uuid: ContainerUuid): Biography | undefined {
    return this.living.get(uuid) ?? this.ended.get(uuid)
  }

  private after(uuid: ContainerUuid, { at, what, agentId, why }: RememberedMove): RememberedMove[] {
    const move: RememberedMove = { at, what }
    if (agentId !== undefined) move.agentId = agentId
    if (why !== undefined) move.why = reasonOf(why)
    const before = this.of(uuid)?.moves
    const last = before?.at(-1)
    if (before === undefined || last === undefined) return [move]
    if (!isSame(last, move)) return [...before.slice(1 - maxMovesEach), move]
    return [...before.slice(0, -1), { ...move, times: (last.times ?? 1) + 1 }]
  }

  /** It is in one of the maps, last. */
  private put(
    map: Map<ContainerUuid, Biography>,
    uuid: ContainerUuid,
    kind: ContainerKind,
    moves: readonly RememberedMove[]
  ): void {
    this.living.delete(uuid)
    this.ended.delete(uuid)
    map.set(uuid, { kind, moves })
    if (map.size <= maxRemembered) return
    const [oldest] = map.keys()
    map.delete(oldest)
  }
}

function isSame(one: RememberedMove, other: RememberedMove): boolean {
  return one.what === other.what && one.agentId === other.agentId && one.why === other.why
}
