// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { GetOptions } from '../api/container'
import type { AgentUuid, ContainerKind, ContainerUuid } from '../api/identifiers'
import type { NetworkError } from '../errors'
import type { Wish } from './candidates'
import type { StartEffect } from './effects'
import { allFull, allRefused, ended, kindMismatch } from './failures'
import type { Lifecycle } from './lifecycle'
import { timeoutOf } from './options'
import { isWanted, notBefore, triedOf, troubleOf, type ContainerRow, type PendingGet, type StandbyCopy } from './rows'
import type { Tables } from './tables'

/** Decides which container a get has, and on which agent a container starts. */
export class Placement {
  constructor(
    private readonly tables: Tables,
    private readonly lifecycle: Lifecycle
  ) {}

  /** Finds a container for the get or starts one; else it waits. */
  placeGet(get: PendingGet, now: number): void {
    const { uuid, labels } = get.options
    if (uuid !== undefined) this.placeNamed(get, now)
    else if (labels !== undefined && labels.length > 0) this.placeLabelled(get, labels, now)
    else this.placeAnywhere(get, now)
  }

  /** Gives a lost row to its next standby copy, else to the next agent of its kind, passing over those that have failed. */
  placeRow(row: ContainerRow, now: number): void {
    const { candidates, containers, tokens, crowded, retries } = this.tables
    crowded.delete(row.kind, row)
    const from = notBefore(row)
    if (from > now) {
      retries.set(row, from)
      return
    }
    retries.delete(row)
    this.stopWaiting(row)
    if (row.leasedUntil > 0 && !isWanted(row)) {
      // It was kept for that alone; who waits for it is placed anew
      this.lifecycle.end(row, ended(row, 'nobody holds it'), now)
      return
    }
    row.leasedUntil = 0
    row.givenUp = undefined
    const copy = row.standbys.find(({ agentId }) => !triedOf(row).has(agentId))
    if (copy !== undefined && !copy.managed) {
      const { agentId, endpoint } = copy
      const token = tokens.next()
      const rest = { stateless: true, managed: false, healthy: true, lastVisit: 0 }
      this.lifecycle.activate(row, { agentId, endpoint, token, ...rest }, now)
      return
    }
    if (copy !== undefined) {
      containers.removeStandby(row, copy.agentId)
      this.start(row, copy.agentId, now, copy)
      return
    }
    const needed = row.holders.size > 0 || row.waiters.size > 0
    const agentId = needed ? this.agentFor(row) : undefined
    if (agentId !== undefined) this.start(row, agentId, now)
    else if (triedOf(row).size > 0) this.giveUp(row, now)
    else if (needed && candidates.isOffered(row)) this.refuse(row, now)
    else if (!isWanted(row)) this.lifecycle.end(row, ended(row, 'nobody holds it'), now)
  }

  /** It was waited for whoever has had it as long as that may take. */
  private stopWaiting({ uuid, trouble }: ContainerRow): void {
    if (uuid === undefined || trouble?.givenUpBy === undefined) return
    this.tables.agents.get(trouble.givenUpBy)?.startsGivenUp.delete(uuid)
    trouble.givenUpBy = undefined
  }

  /** Everything that this input has displaced finds its place, or its end. */
  drain(now: number): void {
    const { agents, displaced, gets, closed } = this.tables
    do {
      for (const item of displaced) {
        displaced.delete(item)
        if (closed) continue
        if (!('getId' in item)) {
          if (item.state === 'lost') this.placeRow(item, now)
        } else if (gets.has(item)) {
          this.placeGet(item, now)
        }
      }
      for (const kind of agents.opened) {
        agents.opened.delete(kind)
        if (!closed) this.fill(kind, now)
      }
    } while (displaced.size > 0)
  }

  /** Somebody has room for that kind again: who has waited longest has it. */
  private fill(kind: ContainerKind, now: number): void {
    const { agents, candidates, crowded } = this.tables
    for (const row of crowded.get(kind) ?? []) {
      if (!agents.hasRoom(kind)) return
      if (row.pinned === undefined || candidates.withRoom(kind, row.pinned) !== undefined) this.placeRow(row, now)
    }
  }

  private placeNamed(get: PendingGet, now: number): void {
    const { containers } = this.tables
    const { uuid, labels, extra } = get.options
    const { kind } = get
    const row = uuid === undefined ? undefined : containers.get(uuid)
    if (row !== undefined) {
      if (row.kind === kind) this.join(get, row, now)
      else this.lifecycle.failGet(get, kindMismatch(get, row))
    } else if (this.tables.recovering && !this.isMissing(get)) {
      const expectedAgentId = get.expectedAgentId
      const recovering = containers.add({ kind, uuid, labels, extra, state: 'recovering', expectedAgentId })
      this.wait(get, recovering)
    } else {
      this.startFor(get, now)
    }
  }

  /** The agent that had it has registered without it, and nobody else can have it. */
  private isMissing({ expectedAgentId }: PendingGet): boolean {
    const { tables } = this
    if (expectedAgentId === undefined || tables.agents.get(expectedAgentId) === undefined) return false
    return !tables.awaitsOthersThan(expectedAgentId)
  }

  private placeLabelled(get: PendingGet, labels: readonly string[], now: number): void {
    const row = this.tables.containers.pools.withLabels(get.kind, labels)
    if (row !== undefined) this.join(get, row, now)
    else if (this.tables.recovering) this.tables.gets.move(get, { at: 'held' })
    else this.startFor(get, now)
  }

  /** The container of the agent whose turn it is, else a new one there; where it has no room for one, that of any. */
  private placeAnywhere(get: PendingGet, now: number): void {
    const { candidates, containers } = this.tables
    const pinned = pinOf(get)
    const turn = pinned ?? candidates.turn(get.kind)?.agentId
    const row = containers.pools.first(get.kind, turn)
    if (row !== undefined) return this.join(get, row, now)
    const agentId =
      turn !== undefined && candidates.withRoom(get.kind, turn) !== undefined ? turn : this.agentFor(wishOf(get))
    const other = agentId === undefined && pinned === undefined ? containers.pools.first(get.kind) : undefined
    if (other !== undefined) this.join(get, other, now)
    else this.startFor(get, now, agentId)
  }

  private join(get: PendingGet, row: ContainerRow, now: number): void {
    // Who wants it where it is pins it there: a coordinator that was restarted learns of it thus
    if (row.state !== 'moving' && row.agentId !== undefined && pinOf(get) === row.agentId) row.pinned ??= row.agentId
    if (row.state === 'active') {
      this.lifecycle.settle(get, row)
      this.lifecycle.reviewOrphan(row, now)
      return
    }
    if (this.tables.crowded.get(row.kind)?.has(row) === true && this.tables.candidates.isOffered(row))
      return this.lifecycle.refuse(get, row, this.full(row, row.uuid))
    this.wait(get, row)
    if (row.state === 'pre-terminating') this.lifecycle.restore(row, now)
    if (row.state !== 'recovering' || get.expectedAgentId === undefined || row.expectedAgentId !== undefined) return
    if (this.isMissing(get) && this.tables.agents.offers(row.kind)) {
      this.tables.containers.update(row, { state: 'lost' })
      this.placeRow(row, now)
    } else {
      this.tables.containers.update(row, { expectedAgentId: get.expectedAgentId })
    }
  }

  private wait(get: PendingGet, row: ContainerRow): void {
    this.tables.gets.move(get, { at: 'row', row })
  }

  private startFor(get: PendingGet, now: number, agentId = this.agentFor(wishOf(get))): void {
    const { candidates, containers, gets } = this.tables
    const wish = wishOf(get)
    if (agentId === undefined && !candidates.isOffered(wish)) return gets.move(get, { at: 'queue' })
    const { uuid, labels, extra } = get.options
    if (agentId === undefined && !get.restores) return this.lifecycle.failGet(get, this.full(wish, uuid))
    const row = containers.add({ kind: get.kind, uuid, labels, extra, state: 'lost', pinned: wish.pinned })
    this.wait(get, row)
    if (agentId === undefined) this.refuse(row, now)
    else this.start(row, agentId, now)
  }

  /** Where it is to start; the place that is kept for it goes before all. */
  private agentFor(row: Wish & Partial<Pick<ContainerRow, 'trouble' | 'destination'>>): AgentUuid | undefined {
    const { agents, candidates } = this.tables
    const { kind, destination } = row
    const tried = triedOf(row)
    const kept = destination === undefined || tried.has(destination) ? undefined : agents.get(destination)
    if (kept !== undefined && agents.offer(kind)?.all.has(kept) === true) return kept.agentId
    return candidates.choose(row, tried)?.agentId
  }

  /** Nobody has room for it. Those who hold it get it when somebody has. */
  private refuse(row: ContainerRow, now: number): void {
    const error = this.full(row, row.uuid)
    this.lifecycle.refuseWaiters(row, error)
    if (isWanted(row)) this.tables.crowded.add(row.kind, row)
    else this.lifecycle.end(row, error, now)
  }

  private full(wish: Wish, uuid: ContainerUuid | undefined): NetworkError {
    return allFull(wish, uuid, this.tables.agents.offer(wish.kind))
  }

  private start(row: ContainerRow, agentId: AgentUuid, now: number, activating?: StandbyCopy): void {
    const { options: limits, starts, tokens, containers, outbox } = this.tables
    const timeoutMs = timeoutOf(limits.startTimeoutMsByKind, row.kind, limits.startTimeoutMs)
    // Whoever asked for more silence than that is being debugged: its factories may take as long.
    const deadline = now + Math.max(timeoutMs, this.tables.patienceMs(agentId))
    const { startId } = starts.add({ agentId, since: now, row, activating }, deadline)
    const token = tokens.next()
    containers.update(row, { state: 'starting', agentId, startId, token, activating, destination: undefined })
    // A copy that existed before has its own
    const state = activating === undefined ? row.carried : undefined
    const options = optionsOf(row, activating)
    const start: StartEffect = { type: 'start', startId, agentId, kind: row.kind, options, token }
    outbox.push(state === undefined ? start : { state, ...start })
  }

  /** Every candidate of this round has failed. */
  private giveUp(row: ContainerRow, now: number): void {
    const trouble = troubleOf(row)
    const error = trouble.lastError === undefined ? undefined : allRefused(row, trouble.lastError)
    trouble.lastError = error
    trouble.tried.clear()
    if (error !== undefined) this.lifecycle.refuseWaiters(row, error)
    if (!isWanted(row)) return this.lifecycle.end(row, error ?? ended(row, 'nobody could start it'), now)
    trouble.failures++
    this.lifecycle.retryLater(row, now)
  }
}

function pinOf({ options }: PendingGet): AgentUuid | undefined {
  return options.placement?.agent
}

function wishOf(get: PendingGet): Wish {
  return { kind: get.kind, labels: get.options.labels, pinned: pinOf(get) }
}

function optionsOf({ uuid, labels, extra }: ContainerRow, activating: StandbyCopy | undefined): GetOptions {
  const options: GetOptions = {}
  if (uuid !== undefined) options.uuid = uuid
  if (activating !== undefined) return options
  if (extra !== undefined) options.extra = extra
  if (labels !== undefined) options.labels = [...labels]
  return options
}
