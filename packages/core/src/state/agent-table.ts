// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecord } from '../api/agent'
import type { AgentUuid, ClientUuid, ContainerKind } from '../api/identifiers'
import type { Meter } from './meter'
import { Offer } from './offer'
import { PlacementRules } from './placement-rules'
import type { AgentRow } from './rows'
import { capacityOf, Seats } from './seats'

const idle = { inFlight: 0, lagMs: 0 }

/** The registered agents, what each has room for, and for each kind those that offer it; those that drain offer nothing. */
export class AgentTable {
  /** Kinds for which somebody has room again; whoever places what waits for it takes them out. */
  readonly opened = new Set<ContainerKind>()
  private readonly rows = new Map<AgentUuid, AgentRow>()
  private readonly offered = new Map<ContainerKind, Offer>()
  /** Of agents that are gone too, until their last container is placed anew. */
  private readonly seats = new Map<AgentUuid, Seats>()
  /** How many have a capacity. */
  private limited = 0

  constructor(
    private readonly meter: Meter,
    private readonly rules: PlacementRules = new PlacementRules()
  ) {}

  get size(): number {
    return this.rows.size
  }

  get(agentId: AgentUuid): AgentRow | undefined {
    return this.meter.one(this.rows.get(agentId))
  }

  /** Adds an agent, or gives a known one what the record says. */
  put(record: AgentRecord, client: ClientUuid | undefined): AgentRow {
    const { agentId, endpoint, draining = false, moves = true } = record
    const kinds = new Set(record.kinds)
    const capacity = record.capacity && capacityOf(record.capacity)
    const said = { kinds, endpoint, client, draining, moves, capacity, givenCapacity: record.capacity }
    let row = this.rows.get(agentId)
    if (row?.capacity !== undefined) this.limited--
    if (capacity !== undefined) this.limited++
    if (row === undefined) {
      row = { agentId, ...said, seats: this.seatsOf(agentId), load: idle, ending: new Set(), startsGivenUp: new Map() }
      this.rows.set(agentId, row)
    } else {
      for (const kind of row.kinds) if (draining || !kinds.has(kind)) this.leave(row, kind)
      Object.assign(row, said)
    }
    if (!draining) for (const kind of kinds) this.join(row, kind)
    return row
  }

  delete(row: AgentRow): void {
    for (const kind of row.kinds) this.leave(row, kind)
    this.rows.delete(row.agentId)
    if (row.capacity !== undefined) this.limited--
    if (row.seats.total === 0) this.seats.delete(row.agentId)
  }

  /** A container of that kind takes a place there, or leaves one. */
  occupy(agentId: AgentUuid, kind: ContainerKind, by: 1 | -1): void {
    const seats = this.seatsOf(agentId)
    seats.change(kind, by)
    const row = this.rows.get(agentId)
    if (row === undefined) {
      if (seats.total === 0) this.seats.delete(agentId)
    } else if (row.capacity !== undefined) {
      const { containers } = row.capacity
      const turns = by > 0 ? seats.total === containers : seats.total === containers - 1
      for (const each of turns ? row.kinds : [kind]) this.review(row, each)
    }
  }

  offer(kind: ContainerKind): Offer | undefined {
    return this.offered.get(kind)
  }

  /** Somebody offers that kind. */
  offers(kind: ContainerKind): boolean {
    return this.offered.has(kind)
  }

  /** Somebody has room for one more of that kind. */
  hasRoom(kind: ContainerKind): boolean {
    return (this.offered.get(kind)?.open.size ?? 0) > 0
  }

  /** Nobody has a capacity: there is always room. */
  get isUnlimited(): boolean {
    return this.limited === 0
  }

  kinds(): ContainerKind[] {
    return [...this.offered.keys()]
  }

  all(): Iterable<AgentRow> {
    return this.rows.values()
  }

  /** For tests: places taken, by agent and kind. */
  occupied(): string[] {
    const all = [...this.seats].flatMap(([agentId, seats]) =>
      [...seats.kinds()].map(([kind, count]) => `${agentId} ${kind} ${count} of ${seats.total}`)
    )
    return all.sort()
  }

  /** For tests: throws when the indexes disagree with the rows. */
  check(): void {
    let limited = 0
    for (const row of this.rows.values()) {
      if (row.capacity !== undefined) limited++
      for (const kind of row.kinds) {
        const { all, open } = this.offered.get(kind) ?? {}
        const offers = !row.draining && this.rules.allows(kind, row.agentId)
        if ((all?.has(row) === true) !== offers)
          throw new Error(`agent ${row.agentId} offers ${kind}, and is not in its ring, or must not, and is`)
        if ((open?.has(row) === true) !== (offers && row.seats.fits(kind, row.capacity)))
          throw new Error(`agent ${row.agentId} has room for ${kind}, and is not known to, or has none`)
      }
    }
    if (limited !== this.limited) throw new Error(`${limited} agents have a capacity, counted ${this.limited}`)
    for (const [kind, { all, open }] of this.offered) {
      if (all.size === 0) throw new Error(`the ring of ${kind} is empty`)
      if (open.size > all.size) throw new Error(`more have room for ${kind} than offer it`)
      for (const row of all.values()) {
        if (this.rows.get(row.agentId) !== row || !row.kinds.has(kind))
          throw new Error(`the ring of ${kind} has agent ${row.agentId}, which does not offer it`)
      }
    }
  }

  private seatsOf(agentId: AgentUuid): Seats {
    let seats = this.seats.get(agentId)
    if (seats === undefined) {
      seats = new Seats()
      this.seats.set(agentId, seats)
    }
    return seats
  }

  private join(row: AgentRow, kind: ContainerKind): void {
    if (!this.rules.allows(kind, row.agentId)) return
    let offer = this.offered.get(kind)
    if (offer === undefined) {
      offer = new Offer()
      this.offered.set(kind, offer)
    }
    offer.all.add(row)
    this.review(row, kind)
  }

  private leave(row: AgentRow, kind: ContainerKind): void {
    const offer = this.offered.get(kind)
    if (offer?.all.has(row) !== true) return
    offer.all.delete(row)
    offer.open.delete(row)
    if (offer.all.size === 0) this.offered.delete(kind)
  }

  /** It has room for that kind now, or none. */
  private review(row: AgentRow, kind: ContainerKind): void {
    const offer = this.offered.get(kind)
    if (offer?.all.has(row) !== true) return
    if (!row.seats.fits(kind, row.capacity)) {
      offer.open.delete(row)
    } else if (!offer.open.has(row)) {
      offer.open.add(row)
      this.opened.add(kind)
    }
  }
}
