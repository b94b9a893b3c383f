// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ContainerKind } from '../api/identifiers'
import type { Meter } from './meter'
import { serves } from './queries'
import type { ContainerRow } from './rows'

/** `active`, `pre-terminating` and `leaving` ones are healthy; the last serve where nothing stays. What is lost or recovering is in no pool. */
type Part = 'active' | 'starting' | 'pre-terminating' | 'leaving' | 'moving' | 'unhealthy' | 'terminating'

/** Which a get without uuid may have, best first. */
const choices: readonly Part[] = ['active', 'starting', 'pre-terminating', 'leaving', 'moving']

/** Which serve. */
const servingParts: readonly Part[] = ['active', 'leaving', 'pre-terminating', 'unhealthy']

/** What decides in which pools a row is. */
export type PoolKeys = Readonly<Pick<ContainerRow, 'kind' | 'agentId' | 'labels'>> & {
  readonly part: Part | undefined
}

/** Rows by what they do, each part oldest first. */
class Pool {
  readonly parts = new Map<Part, Set<ContainerRow>>()

  /** Of those that a get without uuid may have. */
  get size(): number {
    let size = 0
    for (const part of choices) size += this.count(part)
    return size
  }

  count(part: Part): number {
    return this.parts.get(part)?.size ?? 0
  }

  add(part: Part, row: ContainerRow): void {
    const rows = this.parts.get(part)
    if (rows === undefined) this.parts.set(part, new Set([row]))
    else rows.add(row)
  }

  /** Answers whether nothing is left. */
  delete(part: Part, row: ContainerRow): boolean {
    const rows = this.parts.get(part)
    rows?.delete(row)
    if (rows?.size === 0) this.parts.delete(part)
    return this.parts.size === 0
  }
}

/** Pools by a key, without empty ones. */
class PoolIndex<K> {
  readonly pools = new Map<K, Pool>()

  add(key: K, part: Part, row: ContainerRow): void {
    let pool = this.pools.get(key)
    if (pool === undefined) {
      pool = new Pool()
      this.pools.set(key, pool)
    }
    pool.add(part, row)
  }

  delete(key: K, part: Part, row: ContainerRow): void {
    if (this.pools.get(key)?.delete(part, row) === true) this.pools.delete(key)
  }
}

/** One key of two names, whatever characters they have. */
function keyOf(a: string, b: string): string {
  return `${a.length}:${a}${b}`
}

/** Where the row belongs now. */
export function partOf({ state, healthy, leaving }: ContainerRow): Part | undefined {
  if (serves(state) && !healthy) return 'unhealthy'
  if (state === 'active') return leaving ? 'leaving' : 'active'
  return state === 'lost' || state === 'recovering' ? undefined : state
}

/** Finds rows by kind, agent and label. */
export class ContainerPools {
  private readonly byKind = new PoolIndex<ContainerKind>()
  private readonly byAgent = new Map<AgentUuid, PoolIndex<ContainerKind>>()
  private readonly byKindAndLabel = new PoolIndex<string>()

  constructor(private readonly meter: Meter) {}

  link(row: ContainerRow, { kind, agentId, labels, part }: PoolKeys): void {
    if (part === undefined) return
    this.byKind.add(kind, part, row)
    if (agentId !== undefined) this.ofAgent(agentId).add(kind, part, row)
    for (const label of labelsOf(part, labels)) this.byKindAndLabel.add(keyOf(kind, label), part, row)
  }

  unlink(row: ContainerRow, { kind, agentId, labels, part }: PoolKeys): void {
    if (part === undefined) return
    this.byKind.delete(kind, part, row)
    const ofAgent = agentId === undefined ? undefined : this.byAgent.get(agentId)
    if (agentId !== undefined && ofAgent !== undefined) {
      ofAgent.delete(kind, part, row)
      if (ofAgent.pools.size === 0) this.byAgent.delete(agentId)
    }
    for (const label of labelsOf(part, labels)) this.byKindAndLabel.delete(keyOf(kind, label), part, row)
  }

  /** Those that serve, of one kind or of all. */
  *active(kind?: ContainerKind): Generator<ContainerRow, void> {
    const pools = kind === undefined ? this.byKind.pools.values() : [this.byKind.pools.get(kind)]
    for (const pool of pools) {
      for (const part of servingParts) yield* pool?.parts.get(part) ?? []
    }
  }

  /** Rows on that agent, whatever they do. */
  *onAgent(agentId: AgentUuid): Generator<ContainerRow, void> {
    for (const pool of this.byAgent.get(agentId)?.pools.values() ?? []) {
      for (const rows of pool.parts.values()) yield* rows
    }
  }

  /** Number of those that serve on that agent; costs by its kinds. */
  countActive(agentId: AgentUuid): number {
    let count = 0
    for (const pool of this.byAgent.get(agentId)?.pools.values() ?? [])
      for (const part of servingParts) count += pool.count(part)
    return count
  }

  /** Those of a kind on that agent that are on their way elsewhere. */
  countMoving(agentId: AgentUuid, kind: ContainerKind): number {
    return this.byAgent.get(agentId)?.pools.get(kind)?.count('moving') ?? 0
  }

  /** Healthy ones of a kind that serve on that agent and stay, oldest first. */
  *staying(agentId: AgentUuid, kind: ContainerKind): Generator<ContainerRow, void> {
    yield* this.byAgent.get(agentId)?.pools.get(kind)?.parts.get('active') ?? []
  }

  /** The oldest row of the kind in the best of its parts, on that agent if given. */
  first(kind: ContainerKind, agentId?: AgentUuid): ContainerRow | undefined {
    const index = agentId === undefined ? this.byKind : this.byAgent.get(agentId)
    const parts = index?.pools.get(kind)?.parts
    for (const part of choices) {
      const row = this.meter.first(parts?.get(part))
      if (row !== undefined) return row
    }
    return undefined
  }

  /** The oldest row in the best part that carries all the labels; looks at those with the rarest one. */
  withLabels(kind: ContainerKind, labels: readonly string[]): ContainerRow | undefined {
    let rarest: Pool | undefined
    for (const label of labels) {
      const pool = this.byKindAndLabel.pools.get(keyOf(kind, label))
      if (pool === undefined) return undefined
      if (rarest === undefined || pool.size < rarest.size) rarest = pool
    }
    for (const part of choices) {
      for (const row of this.meter.each(rarest?.parts.get(part))) {
        if (labels.every((label) => row.labels?.includes(label))) return row
      }
    }
    return undefined
  }

  /** For tests: throws when the pools are not made of exactly these rows. */
  check(rows: Iterable<ContainerRow>): void {
    let entries = 0
    const expect = (pool: Pool | undefined, part: Part, row: ContainerRow, index: string): void => {
      entries++
      if (pool?.parts.get(part)?.has(row) !== true)
        throw new Error(`container ${row.uuid} (${row.state}) is not in its pool by ${index}`)
    }
    for (const row of rows) {
      const { kind, agentId, labels } = row
      const part = partOf(row)
      if (part === undefined) continue
      expect(this.byKind.pools.get(kind), part, row, 'kind')
      if (agentId !== undefined) expect(this.byAgent.get(agentId)?.pools.get(kind), part, row, 'agent')
      for (const label of labelsOf(part, labels))
        expect(this.byKindAndLabel.pools.get(keyOf(kind, label)), part, row, 'label')
    }
    for (const index of [this.byKind, ...this.byAgent.values(), this.byKindAndLabel]) {
      for (const { parts } of index.pools.values()) for (const part of parts.values()) entries -= part.size
    }
    if (entries !== 0) throw new Error(`the pools have ${-entries} entries too many`)
  }

  private ofAgent(agentId: AgentUuid): PoolIndex<ContainerKind> {
    let index = this.byAgent.get(agentId)
    if (index === undefined) {
      index = new PoolIndex()
      this.byAgent.set(agentId, index)
    }
    return index
  }
}

/** By label only those are found that a get may have. */
function labelsOf(part: Part, labels: readonly string[] | undefined): Iterable<string> {
  return labels === undefined || part === 'unhealthy' || part === 'terminating' ? [] : new Set(labels)
}
