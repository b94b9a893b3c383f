// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerKind } from '../api/identifiers'
import { DeadlineQueue } from './deadline-queue'
import type { Meter } from './meter'
import { none, type ContainerRow, type GetPlace, type PendingGet } from './rows'
import { SetIndex } from './set-index'

/** The gets that have not ended, and what each waits for. */
export class GetTable {
  private readonly gets = new Map<number, PendingGet>()
  private readonly queues = new SetIndex<ContainerKind, PendingGet>()
  private readonly heldByKind = new SetIndex<ContainerKind, PendingGet>()
  private readonly deadlines = new DeadlineQueue<PendingGet>()

  constructor(private readonly meter: Meter) {}

  get size(): number {
    return this.gets.size
  }

  add(get: PendingGet): void {
    if (this.gets.has(get.getId)) throw new Error(`get ${get.getId} is pending already`)
    this.gets.set(get.getId, get)
    get.client.gets.add(get)
    if (get.deadline !== undefined) this.deadlines.set(get, get.deadline)
  }

  get(getId: number): PendingGet | undefined {
    return this.gets.get(getId)
  }

  has(get: PendingGet): boolean {
    return this.gets.get(get.getId) === get
  }

  /** Lets it wait there, and nowhere else. */
  move(get: PendingGet, place: GetPlace): void {
    this.meter.visits++
    const from = get.place
    if (from.at === 'row') stopWaiting(from.row, get)
    if (from.at === 'queue') this.queues.delete(get.kind, get)
    if (from.at === 'held') this.heldByKind.delete(get.kind, get)
    get.place = place
    if (place.at === 'row') waitFor(place.row, get)
    if (place.at === 'queue') this.queues.add(get.kind, get)
    if (place.at === 'held') this.heldByKind.add(get.kind, get)
  }

  /** It has ended. */
  delete(get: PendingGet): void {
    this.move(get, { at: 'nowhere' })
    this.gets.delete(get.getId)
    get.client.gets.delete(get)
    this.deadlines.delete(get)
  }

  /** Those that wait for an agent of that kind. */
  queued(kind: ContainerKind): PendingGet[] {
    return [...this.meter.each(this.queues.get(kind))]
  }

  /** Those that wait for the end of the recovery window, of one kind or all. */
  held(kind?: ContainerKind): PendingGet[] {
    const kinds = kind === undefined ? [...this.heldByKind.keys()] : [kind]
    return kinds.flatMap((each) => [...this.meter.each(this.heldByKind.get(each))])
  }

  nextDeadline(): number | undefined {
    return this.deadlines.next()
  }

  due(now: number): PendingGet[] {
    return this.deadlines.due(now)
  }

  all(): Iterable<PendingGet> {
    return this.gets.values()
  }

  /** For tests: throws when the indexes disagree with the gets. */
  check(): void {
    for (const get of this.gets.values()) {
      const { place } = get
      const found =
        place.at === 'row'
          ? place.row.waiters.has(get)
          : place.at === 'queue'
            ? this.queues.get(get.kind)?.has(get)
            : place.at === 'held' && this.heldByKind.get(get.kind)?.has(get)
      if (found !== true) throw new Error(`get ${get.getId} waits ${place.at} and is not there`)
      if (!get.client.gets.has(get)) throw new Error(`get ${get.getId} is unknown to its client`)
    }
    for (const [index, at] of [
      [this.queues, 'queue'],
      [this.heldByKind, 'held']
    ] as const) {
      for (const [kind, gets] of index.entries()) {
        for (const get of gets) {
          if (!this.has(get) || get.place.at !== at || get.kind !== kind)
            throw new Error(`get ${get.getId} is ${at} by mistake`)
        }
      }
    }
  }
}

function waitFor(row: ContainerRow, get: PendingGet): void {
  if (row.waiters.size === 0) row.waiters = new Set([get])
  else (row.waiters as Set<PendingGet>).add(get)
}

function stopWaiting(row: ContainerRow, get: PendingGet): void {
  if (row.waiters.size === 0) return
  ;(row.waiters as Set<PendingGet>).delete(get)
  if (row.waiters.size === 0) row.waiters = none.waiters
}
