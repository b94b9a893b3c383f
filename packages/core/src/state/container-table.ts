// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ContainerKind, ContainerUuid } from '../api/identifiers'
import { ContainerPools } from './container-pools'
import type { Meter } from './meter'
import type { ContainerState } from './queries'
import type { ContainerRow, StandbyCopy } from './rows'
import { SetIndex } from './set-index'

/** What a new row must say; the rest has defaults. */
export type NewContainer = Pick<ContainerRow, 'kind' | 'uuid' | 'state'> & Partial<ContainerRow>

/** What the indexes are made from: changed by {@link ContainerTable.update} only. */
type Changes = Partial<
  Pick<ContainerRow, 'uuid' | 'state' | 'labels' | 'agentId' | 'healthy' | 'expectedAgentId'> & {
    extra: unknown
    servedBy: AgentUuid
    endpoint: ContainerRow['endpoint']
    token: ContainerRow['token']
    servedToken: ContainerRow['servedToken']
    startId: number | undefined
    terminationId: number | undefined
    activating: StandbyCopy | undefined
    stateless: boolean
    managed: boolean
    lastVisit: number
    leasedUntil: number
  }
>

const indexed = ['uuid', 'state', 'labels', 'agentId', 'healthy', 'expectedAgentId'] as const

/** The containers of the network and every index over them. */
export class ContainerTable {
  readonly pools: ContainerPools
  private readonly rows = new Set<ContainerRow>()
  private readonly byUuid = new Map<ContainerUuid, ContainerRow>()
  private readonly byAgent = new SetIndex<AgentUuid, ContainerRow>()
  private readonly activeByKind = new SetIndex<ContainerKind, ContainerRow>()
  private readonly activeByAgent = new SetIndex<AgentUuid, ContainerRow>()
  private readonly lostByKind = new SetIndex<ContainerKind, ContainerRow>()
  private readonly expectedByAgent = new SetIndex<AgentUuid, ContainerRow>()
  private readonly recoveringRows = new Set<ContainerRow>()
  private readonly standbyByAgent = new SetIndex<AgentUuid, ContainerRow>()

  constructor(private readonly meter: Meter) {
    this.pools = new ContainerPools(meter)
  }

  get(uuid: ContainerUuid): ContainerRow | undefined {
    return this.meter.one(this.byUuid.get(uuid))
  }

  has(row: ContainerRow): boolean {
    return this.rows.has(row)
  }

  add(container: NewContainer): ContainerRow {
    const row: ContainerRow = {
      labels: undefined,
      extra: undefined,
      agentId: undefined,
      servedBy: undefined,
      servedToken: undefined,
      endpoint: undefined,
      token: undefined,
      lastVisit: 0,
      leasedUntil: 0,
      healthy: true,
      stateless: false,
      managed: false,
      announced: false,
      startId: undefined,
      activating: undefined,
      terminationId: undefined,
      expectedAgentId: undefined,
      standbys: [],
      waiters: new Set(),
      holders: new Map(),
      tried: new Set(),
      failures: 0,
      lastError: undefined,
      ...container
    }
    this.rows.add(row)
    this.link(row)
    return row
  }

  /** Keeps the row's age in its indexes unless something they are made from changes. */
  update(row: ContainerRow, changes: Changes): void {
    this.meter.visits++
    if (!indexed.some((name) => name in changes && changes[name] !== row[name])) {
      Object.assign(row, changes)
      return
    }
    this.unlink(row)
    Object.assign(row, changes)
    this.link(row)
  }

  delete(row: ContainerRow): void {
    this.unlink(row)
    this.rows.delete(row)
    for (const { agentId } of row.standbys) this.standbyByAgent.delete(agentId, row)
    row.standbys.length = 0
  }

  /** Puts a copy into its place among the row's standbys; an older entry of the same agent goes. */
  addStandby(row: ContainerRow, copy: StandbyCopy): void {
    this.removeStandby(row, copy.agentId)
    const before = row.standbys.findIndex(
      ({ number, agentId }) => copy.number < number || (copy.number === number && copy.agentId < agentId)
    )
    row.standbys.splice(before < 0 ? row.standbys.length : before, 0, copy)
    this.standbyByAgent.add(copy.agentId, row)
  }

  removeStandby(row: ContainerRow, agentId: AgentUuid): StandbyCopy | undefined {
    const at = row.standbys.findIndex((copy) => copy.agentId === agentId)
    if (at < 0) return undefined
    this.standbyByAgent.delete(agentId, row)
    return row.standbys.splice(at, 1)[0]
  }

  /** Rows on that agent, whatever they do. A copy: rows may be changed meanwhile. */
  onAgent(agentId: AgentUuid): ContainerRow[] {
    return [...this.meter.each(this.byAgent.get(agentId))]
  }

  /** Number of active containers of that agent. */
  countActive(agentId: AgentUuid): number {
    return this.activeByAgent.get(agentId)?.size ?? 0
  }

  /** Rows with a standby copy on that agent. */
  standbysOf(agentId: AgentUuid): ContainerRow[] {
    return [...this.meter.each(this.standbyByAgent.get(agentId))]
  }

  lost(kind: ContainerKind): ContainerRow[] {
    return [...this.meter.each(this.lostByKind.get(kind))]
  }

  /** Rows that a client saw last on that agent. */
  expectedOn(agentId: AgentUuid): ContainerRow[] {
    return [...this.meter.each(this.expectedByAgent.get(agentId))]
  }

  recovering(): ContainerRow[] {
    return [...this.meter.each(this.recoveringRows)]
  }

  *active(kind?: ContainerKind): Generator<ContainerRow, void> {
    if (kind !== undefined) yield* this.activeByKind.get(kind) ?? []
    else for (const row of this.rows) if (row.state === 'active') yield row
  }

  all(): ReadonlySet<ContainerRow> {
    return this.rows
  }

  counts(): Record<ContainerState, number> {
    const counts = { starting: 0, active: 0, terminating: 0, lost: 0, recovering: 0 }
    for (const row of this.rows) counts[row.state]++
    return counts
  }

  /** For tests: throws when the indexes disagree with the rows. */
  check(): void {
    this.pools.check(this.rows)
    const expect = (truth: boolean, row: ContainerRow, index: string): void => {
      if (!truth) throw new Error(`container ${row.uuid} (${row.state}) and the index ${index} disagree`)
    }
    for (const row of this.rows) {
      const { uuid, agentId, kind, state } = row
      expect(uuid === undefined ? state === 'starting' : this.byUuid.get(uuid) === row, row, 'by uuid')
      expect(agentId === undefined || this.byAgent.get(agentId)?.has(row) === true, row, 'by agent')
      expect((state === 'active') === (this.activeByKind.get(kind)?.has(row) === true), row, 'active by kind')
      expect((state === 'lost') === (this.lostByKind.get(kind)?.has(row) === true), row, 'lost by kind')
      expect((state === 'recovering') === this.recoveringRows.has(row), row, 'recovering')
      for (const copy of row.standbys) expect(this.standbyByAgent.get(copy.agentId)?.has(row) === true, row, 'standbys')
    }
    for (const row of this.byUuid.values()) expect(this.rows.has(row), row, 'by uuid')
    for (const index of [this.byAgent, this.activeByKind, this.activeByAgent, this.lostByKind, this.expectedByAgent]) {
      for (const [, rows] of index.entries()) for (const row of rows) expect(this.rows.has(row), row, 'of rows')
    }
    for (const [agentId, rows] of this.byAgent.entries()) {
      for (const row of rows) expect(row.agentId === agentId, row, 'by agent')
    }
    for (const [agentId, rows] of this.standbyByAgent.entries()) {
      for (const row of rows)
        expect(this.rows.has(row) && row.standbys.some((copy) => copy.agentId === agentId), row, 'standbys')
    }
  }

  private link(row: ContainerRow): void {
    const { uuid, agentId, kind, state, expectedAgentId } = row
    if (uuid !== undefined) this.byUuid.set(uuid, row)
    if (agentId !== undefined) this.byAgent.add(agentId, row)
    if (state === 'active') this.activeByKind.add(kind, row)
    if (state === 'active' && agentId !== undefined) this.activeByAgent.add(agentId, row)
    if (state === 'lost') this.lostByKind.add(kind, row)
    if (state === 'recovering') this.recoveringRows.add(row)
    if (expectedAgentId !== undefined) this.expectedByAgent.add(expectedAgentId, row)
    this.pools.link(row)
  }

  private unlink(row: ContainerRow): void {
    const { uuid, agentId, kind, expectedAgentId } = row
    if (uuid !== undefined) this.byUuid.delete(uuid)
    if (agentId !== undefined) this.byAgent.delete(agentId, row)
    this.activeByKind.delete(kind, row)
    if (agentId !== undefined) this.activeByAgent.delete(agentId, row)
    this.lostByKind.delete(kind, row)
    this.recoveringRows.delete(row)
    if (expectedAgentId !== undefined) this.expectedByAgent.delete(expectedAgentId, row)
    this.pools.unlink(row)
  }
}
