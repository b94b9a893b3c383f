// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecord } from '../api/agent'
import type { AgentUuid, ClientUuid, ContainerKind } from '../api/identifiers'
import type { Meter } from './meter'
import { Ring } from './ring'
import type { AgentRow } from './rows'

/** The registered agents, and for each kind those that offer it, in turn; those that drain offer nothing. */
export class AgentTable {
  private readonly rows = new Map<AgentUuid, AgentRow>()
  private readonly rings = new Map<ContainerKind, Ring<AgentRow>>()

  constructor(private readonly meter: Meter) {}

  get size(): number {
    return this.rows.size
  }

  get(agentId: AgentUuid): AgentRow | undefined {
    return this.meter.one(this.rows.get(agentId))
  }

  /** Adds an agent, or gives a known one what the record says. */
  put(record: AgentRecord, client: ClientUuid | undefined): AgentRow {
    const { agentId, endpoint, draining = false } = record
    const kinds = new Set(record.kinds)
    let row = this.rows.get(agentId)
    if (row === undefined) {
      row = { agentId, kinds, endpoint, client, draining }
      this.rows.set(agentId, row)
    } else {
      for (const kind of row.kinds) if (draining || !kinds.has(kind)) this.leave(row, kind)
      Object.assign(row, { kinds, endpoint, client, draining })
    }
    if (!draining) for (const kind of kinds) this.join(row, kind)
    return row
  }

  delete(row: AgentRow): void {
    for (const kind of row.kinds) this.leave(row, kind)
    this.rows.delete(row.agentId)
  }

  /** The agent whose turn it is to start a container of that kind. */
  next(kind: ContainerKind): AgentRow | undefined {
    return this.meter.one(this.rings.get(kind)?.next())
  }

  /** As {@link next}, passing over those who have failed; looks at one more than those at most. */
  nextExcept(kind: ContainerKind, except: ReadonlySet<AgentUuid>): AgentRow | undefined {
    const ring = this.rings.get(kind)
    if (ring === undefined) return undefined
    for (let left = Math.min(ring.size, except.size + 1); left > 0; left--) {
      const row = this.meter.one(ring.next())
      if (row !== undefined && !except.has(row.agentId)) return row
    }
    return undefined
  }

  offers(kind: ContainerKind): boolean {
    return this.rings.has(kind)
  }

  kinds(): ContainerKind[] {
    return [...this.rings.keys()]
  }

  all(): Iterable<AgentRow> {
    return this.rows.values()
  }

  /** For tests: throws when the indexes disagree with the rows. */
  check(): void {
    for (const row of this.rows.values()) {
      for (const kind of row.kinds) {
        if ((this.rings.get(kind)?.has(row) === true) === row.draining)
          throw new Error(`agent ${row.agentId} offers ${kind}, and is not in its ring, or drains, and is`)
      }
    }
    for (const [kind, ring] of this.rings) {
      if (ring.size === 0) throw new Error(`the ring of ${kind} is empty`)
      for (const row of ring.values()) {
        const known = this.rows.get(row.agentId) === row && row.kinds.has(kind)
        if (!known) throw new Error(`the ring of ${kind} has agent ${row.agentId}, which does not offer it`)
      }
    }
  }

  private join(row: AgentRow, kind: ContainerKind): void {
    let ring = this.rings.get(kind)
    if (ring === undefined) {
      ring = new Ring()
      this.rings.set(kind, ring)
    }
    ring.add(row)
  }

  private leave(row: AgentRow, kind: ContainerKind): void {
    const ring = this.rings.get(kind)
    ring?.delete(row)
    if (ring?.size === 0) this.rings.delete(kind)
  }
}
