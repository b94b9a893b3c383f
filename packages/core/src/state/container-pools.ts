// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ContainerKind } from '../api/identifiers'
import type { Meter } from './meter'
import type { ContainerRow } from './rows'

/** Rows that a get without uuid may have, each part oldest first: healthy active ones, and starting ones. */
class Pool {
  readonly active = new Set<ContainerRow>()
  readonly starting = new Set<ContainerRow>()

  get size(): number {
    return this.active.size + this.starting.size
  }
}

/** Pools by a key, without empty ones. */
class PoolIndex {
  readonly pools = new Map<string, Pool>()

  add(key: string, row: ContainerRow): void {
    let pool = this.pools.get(key)
    if (pool === undefined) {
      pool = new Pool()
      this.pools.set(key, pool)
    }
    partOf(pool, row).add(row)
  }

  delete(key: string, row: ContainerRow): void {
    const pool = this.pools.get(key)
    if (pool === undefined) return
    partOf(pool, row).delete(row)
    if (pool.size === 0) this.pools.delete(key)
  }
}

function partOf(pool: Pool, row: ContainerRow): Set<ContainerRow> {
  return row.state === 'active' ? pool.active : pool.starting
}

/** One key of two names, whatever characters they have. */
function keyOf(a: string, b: string): string {
  return `${a.length}:${a}${b}`
}

/** Can be had by a get without uuid. */
export function isPooled(row: ContainerRow): boolean {
  return row.state === 'starting' || (row.state === 'active' && row.healthy)
}

/** Finds containers for gets without uuid. */
export class ContainerPools {
  private readonly byKind = new PoolIndex()
  private readonly byAgentAndKind = new PoolIndex()
  private readonly byKindAndLabel = new PoolIndex()

  constructor(private readonly meter: Meter) {}

  link(row: ContainerRow): void {
    if (isPooled(row)) this.each(row, (index, key) => index.add(key, row))
  }

  unlink(row: ContainerRow): void {
    if (isPooled(row)) this.each(row, (index, key) => index.delete(key, row))
  }

  /** The oldest active row of the kind, on that agent if given, else the oldest starting one. */
  first(kind: ContainerKind, agentId?: AgentUuid): ContainerRow | undefined {
    const pool =
      agentId === undefined ? this.byKind.pools.get(kind) : this.byAgentAndKind.pools.get(keyOf(agentId, kind))
    return this.meter.first(pool?.active) ?? this.meter.first(pool?.starting)
  }

  /** The oldest active row that carries all the labels, else the oldest starting one; looks at those with the rarest one. */
  withLabels(kind: ContainerKind, labels: readonly string[]): ContainerRow | undefined {
    let rarest: Pool | undefined
    for (const label of labels) {
      const pool = this.byKindAndLabel.pools.get(keyOf(kind, label))
      if (pool === undefined) return undefined
      if (rarest === undefined || pool.size < rarest.size) rarest = pool
    }
    for (const part of [rarest?.active, rarest?.starting]) {
      for (const row of this.meter.each(part)) {
        if (labels.every((label) => row.labels?.includes(label))) return row
      }
    }
    return undefined
  }

  /** For tests: throws when the pools are not made of exactly these rows. */
  check(rows: Iterable<ContainerRow>): void {
    let entries = 0
    for (const row of rows) {
      if (!isPooled(row)) continue
      this.each(row, (index, key) => {
        entries++
        const pool = index.pools.get(key)
        if (pool === undefined || !partOf(pool, row).has(row))
          throw new Error(`container ${row.uuid} is not in pool ${key}`)
      })
    }
    for (const index of [this.byKind, this.byAgentAndKind, this.byKindAndLabel]) {
      for (const pool of index.pools.values()) entries -= pool.size
    }
    if (entries !== 0) throw new Error(`the pools have ${-entries} entries too many`)
  }

  private each(row: ContainerRow, visit: (index: PoolIndex, key: string) => void): void {
    visit(this.byKind, row.kind)
    visit(this.byAgentAndKind, keyOf(row.agentId ?? '', row.kind))
    for (const label of new Set(row.labels)) visit(this.byKindAndLabel, keyOf(row.kind, label))
  }
}
