// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ContainerKind, ContainerUuid } from '../api/identifiers'
import { ContainerPools, partOf, type PoolKeys } from './container-pools'
import type { Clock } from './clock'
import type { Meter } from './meter'
import { seatOf, type Occupancy, type OccupancyKeys } from './occupancy'
import { serves, type ContainerState } from './queries'
import { none, type ContainerRow, type StandbyCopy } from './rows'
import { SetIndex } from './set-index'
import { StoredRow } from './stored-row'

/** What a new row says; the rest has defaults. */
export type NewContainer = Pick<ContainerRow, 'kind' | 'uuid' | 'state'> &
  Partial<Pick<ContainerRow, 'labels' | 'extra' | 'expectedAgentId' | 'pinned'>>

/** What is changed by {@link ContainerTable.update} only: the indexes are made from some of it. */
type Changes = Partial<
  Omit<ContainerRow, 'kind' | 'standbys' | 'waiters' | 'holders' | 'announced' | 'trouble' | 'since'>
>

/** What decides in which indexes a row is. */
type Keys = PoolKeys & OccupancyKeys & Pick<ContainerRow, 'uuid' | 'state' | 'expectedAgentId'>

/** The containers of the network and every index over them. */
export class ContainerTable {
  readonly pools: ContainerPools
  /** Every row with a uuid, in the order they came. */
  private readonly byUuid = new Map<ContainerUuid, ContainerRow>()
  /** Rows whose factory will name them. */
  private readonly unnamed = new Set<ContainerRow>()
  private readonly lostByKind = new SetIndex<ContainerKind, ContainerRow>()
  private readonly expectedByAgent = new SetIndex<AgentUuid, ContainerRow>()
  private readonly recoveringRows = new Set<ContainerRow>()
  private readonly standbyByAgent = new SetIndex<AgentUuid, ContainerRow>()
  private readonly states = noStates()
  private standbyCount = 0

  constructor(
    private readonly meter: Meter,
    private readonly clock: Clock,
    private readonly occupancy: Occupancy
  ) {
    this.pools = new ContainerPools(meter)
  }

  get(uuid: ContainerUuid): ContainerRow | undefined {
    return this.meter.one(this.byUuid.get(uuid))
  }

  has(row: ContainerRow): boolean {
    return row.uuid === undefined ? this.unnamed.has(row) : this.byUuid.get(row.uuid) === row
  }

  /** Number of standby copies. */
  get standbys(): number {
    return this.standbyCount
  }

  add(given: NewContainer): ContainerRow {
    const row = new StoredRow(given, this.clock.seconds)
    this.move(row, undefined, keysOf(row))
    return row
  }

  /** Keeps the row's age in its indexes unless something they are made from changes. */
  update(row: ContainerRow, changes: Changes): void {
    this.rewrite(row, () => Object.assign(row, changes))
  }

  /** {@link update} for many fields, which `write` sets itself: handing over twenty costs twenty times as much as setting them. */
  rewrite(row: ContainerRow, write: () => void): void {
    this.meter.visits++
    const before = keysOf(row)
    write()
    const after = keysOf(row)
    if (before.state !== after.state || before.agentId !== after.agentId) row.since = this.clock.seconds
    this.move(row, before, after)
  }

  delete(row: ContainerRow): void {
    this.move(row, keysOf(row), undefined)
    for (const { agentId } of row.standbys) this.standbyByAgent.delete(agentId, row)
    this.standbyCount -= row.standbys.length
    row.standbys = none.standbys
  }

  /** Puts a copy into its place among the row's standbys; an older entry of the same agent goes. */
  addStandby(row: ContainerRow, copy: StandbyCopy): void {
    this.removeStandby(row, copy.agentId)
    const before = row.standbys.findIndex(
      ({ number, agentId }) => copy.number < number || (copy.number === number && copy.agentId < agentId)
    )
    row.standbys = row.standbys.toSpliced(before < 0 ? row.standbys.length : before, 0, copy)
    this.standbyCount++
    this.standbyByAgent.add(copy.agentId, row)
  }

  removeStandby(row: ContainerRow, agentId: AgentUuid): StandbyCopy | undefined {
    const at = row.standbys.findIndex((copy) => copy.agentId === agentId)
    if (at < 0) return undefined
    this.standbyByAgent.delete(agentId, row)
    this.standbyCount--
    const copy = row.standbys[at]
    row.standbys = row.standbys.length === 1 ? none.standbys : row.standbys.toSpliced(at, 1)
    return copy
  }

  /** Rows on that agent, whatever they do. A copy: rows may be changed meanwhile. */
  onAgent(agentId: AgentUuid): ContainerRow[] {
    return [...this.meter.each(this.pools.onAgent(agentId))]
  }

  /** Number of active containers of that agent. */
  countActive(agentId: AgentUuid): number {
    return this.pools.countActive(agentId)
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

  active(kind?: ContainerKind): Iterable<ContainerRow> {
    return this.pools.active(kind)
  }

  /** Rows with a uuid that do not serve, of one kind or of all; costs as much as all of them where there are any. */
  *unserved(kind?: ContainerKind): Generator<[ContainerUuid, ContainerRow], void> {
    const { active, 'pre-terminating': preTerminating } = this.states
    if (active + preTerminating === this.byUuid.size) return
    for (const entry of this.byUuid) {
      const [, row] = entry
      if (!serves(row.state) && (kind === undefined || row.kind === kind)) yield entry
    }
  }

  *all(): Generator<ContainerRow, void> {
    yield* this.byUuid.values()
    yield* this.unnamed
  }

  counts(): Record<ContainerState, number> {
    return { ...this.states }
  }

  /** For tests: throws when the indexes disagree with the rows. */
  check(): void {
    this.pools.check(this.all())
    const expect = (truth: boolean, row: ContainerRow, index: string): void => {
      if (!truth) throw new Error(`container ${row.uuid} (${row.state}) and the index ${index} disagree`)
    }
    const states = noStates()
    let standbys = 0
    for (const row of this.all()) {
      const { uuid, kind, state, expectedAgentId } = row
      states[state]++
      standbys += row.standbys.length
      expect(uuid === undefined ? state === 'starting' : this.byUuid.get(uuid) === row, row, 'by uuid')
      expect((state === 'lost') === (this.lostByKind.get(kind)?.has(row) === true), row, 'lost by kind')
      expect((state === 'recovering') === this.recoveringRows.has(row), row, 'recovering')
      if (expectedAgentId !== undefined)
        expect(this.expectedByAgent.get(expectedAgentId)?.has(row) === true, row, 'expected by agent')
      for (const copy of row.standbys) expect(this.standbyByAgent.get(copy.agentId)?.has(row) === true, row, 'standbys')
    }
    for (const index of [this.lostByKind, this.expectedByAgent]) {
      for (const [, rows] of index.entries()) for (const row of rows) expect(this.has(row), row, 'of rows')
    }
    for (const [agentId, rows] of this.standbyByAgent.entries()) {
      for (const row of rows)
        expect(this.has(row) && row.standbys.some((copy) => copy.agentId === agentId), row, 'standbys')
    }
    const counted = JSON.stringify([this.states, this.standbyCount])
    if (counted !== JSON.stringify([states, standbys]))
      throw new Error(`there are ${JSON.stringify([states, standbys])}, counted ${counted}`)
  }

  /** Only the indexes are touched whose part of the keys has changed: a row keeps its age in the others. */
  private move(row: ContainerRow, before: Keys | undefined, after: Keys | undefined): void {
    const whole = before === undefined || after === undefined
    if (whole || before.uuid !== after.uuid) {
      if (before !== undefined) this.unname(row, before.uuid)
      if (after !== undefined) this.name(row, after.uuid)
    }
    if (whole || before.state !== after.state) {
      if (before !== undefined) this.leaveState(row, before.state)
      if (after !== undefined) this.enterState(row, after.state)
    }
    if (before?.expectedAgentId !== after?.expectedAgentId) {
      if (before?.expectedAgentId !== undefined) this.expectedByAgent.delete(before.expectedAgentId, row)
      if (after?.expectedAgentId !== undefined) this.expectedByAgent.add(after.expectedAgentId, row)
    }
    if (whole || before.part !== after.part || before.agentId !== after.agentId || before.labels !== after.labels) {
      if (before !== undefined) this.pools.unlink(row, before)
      if (after !== undefined) this.pools.link(row, after)
    }
    this.occupancy.move(row, before, after)
  }

  private name(row: ContainerRow, uuid: ContainerUuid | undefined): void {
    if (uuid === undefined) this.unnamed.add(row)
    else this.byUuid.set(uuid, row)
  }

  private unname(row: ContainerRow, uuid: ContainerUuid | undefined): void {
    if (uuid === undefined) this.unnamed.delete(row)
    else this.byUuid.delete(uuid)
  }

  private enterState(row: ContainerRow, state: ContainerState): void {
    this.states[state]++
    if (state === 'lost') this.lostByKind.add(row.kind, row)
    if (state === 'recovering') this.recoveringRows.add(row)
  }

  private leaveState(row: ContainerRow, state: ContainerState): void {
    this.states[state]--
    if (state === 'lost') this.lostByKind.delete(row.kind, row)
    if (state === 'recovering') this.recoveringRows.delete(row)
  }
}

function noStates(): Record<ContainerState, number> {
  return { starting: 0, active: 0, 'pre-terminating': 0, moving: 0, terminating: 0, lost: 0, recovering: 0 }
}

function keysOf(row: ContainerRow): Keys {
  const { uuid, state, expectedAgentId, kind, agentId, labels, destination } = row
  return { uuid, state, expectedAgentId, kind, agentId, labels, destination, part: partOf(row), seat: seatOf(row) }
}
