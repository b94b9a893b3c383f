// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ContainerEndpointRef, ContainerUuid } from '../api/identifiers'
import type { ActivationToken } from '../api/token'
import type { NetworkError } from '../errors'
import { agentLeft, howOf, startLost } from './failures'
import { timeoutOf } from './options'
import { isKept, isWanted, troubleOf, type ContainerRow, type GiveUp, type PendingGet } from './rows'
import type { Tables } from './tables'

/** What serves a container from now on. */
export interface Activation {
  readonly agentId: AgentUuid
  readonly endpoint: ContainerEndpointRef
  readonly token: ActivationToken | undefined
  readonly stateless: boolean
  readonly managed: boolean
  readonly healthy: boolean
  readonly lastVisit: number
}

/** How an agent left. */
export interface Departure {
  readonly agentId: AgentUuid
  /** Completes "agent a1 …". */
  readonly why: string
  readonly lease: RemainingLease
}

/** What an agent that has left may believe all the same. */
export interface RemainingLease {
  /** That it serves, until then: past for one that said that it left, or is known to be dead. */
  readonly until: number
  /** Absent where no run after this one could believe it. */
  readonly givenUp?: GiveUp
}

/** A get fails when its start was lost with the agent this often: its container may be what kills them. */
export const maxStartLosses = 3

/** Delays between rounds of starting a lost row: the first, and the most they double to. */
const firstRetryMs = 100
const maxRetryMs = 5_000

/** How rows become active, lose what served them, and end. */
export class Lifecycle {
  constructor(private readonly tables: Tables) {}

  /** Serves from now on: waiters settle. The caller has dealt with what served before. */
  activate(row: ContainerRow, activation: Activation, now: number): void {
    const { containers, starts, retries, crowded, agents, history, feed, outbox } = this.tables
    starts.abandon(row.startId)
    this.stopEnding(row)
    retries.delete(row)
    crowded.delete(row.kind, row)
    history.started(row, now, activation.agentId)
    row.trouble = undefined
    const { agentId, endpoint, token, stateless, managed, healthy, lastVisit } = activation
    containers.rewrite(row, () => {
      row.state = 'active'
      row.agentId = row.servedBy = agentId
      row.endpoint = endpoint
      row.token = row.servedToken = token
      row.stateless = stateless
      row.managed = managed
      row.healthy = healthy
      row.lastVisit = Math.max(row.lastVisit, lastVisit)
      row.startId = row.activating = row.terminationId = undefined
      row.final = false
      row.preTermination = row.carried = row.destination = row.expectedAgentId = undefined
      row.leaving = agents.get(agentId)?.draining === true
      row.leasedUntil = 0
      row.givenUp = undefined
    })
    this.leaveSoon(row)
    containers.removeStandby(row, agentId)
    if (row.announced) feed.containerUpdated(row, now)
    else feed.containerAdded(row, now)
    if (row.uuid === undefined) throw new Error('a container without uuid cannot be active')
    outbox.push({ type: 'ready', uuid: row.uuid, agentId, endpoint })
    this.settleWaiters(row)
    this.reviewOrphan(row, now)
  }

  /** It was to end and could not yet; it is wanted again, and goes on. */
  restore(row: ContainerRow, now: number): void {
    const { uuid, agentId } = row
    if (row.state !== 'pre-terminating' || uuid === undefined || agentId === undefined)
      throw new Error('only what could not end yet is restored')
    this.stopEnding(row)
    this.tables.containers.update(row, { state: 'active', preTermination: undefined })
    this.tables.history.note(row, 'restored', now, agentId)
    this.tables.feed.containerUpdated(row, now)
    this.tables.outbox.push({ type: 'restore', agentId, uuid })
    this.settleWaiters(row)
    this.reviewOrphan(row, now)
    this.leaveSoon(row)
  }

  /** The get has its container. */
  settle(get: PendingGet, row: ContainerRow): void {
    const { gets, references, outbox, agents, orphans } = this.tables
    const { uuid, endpoint, agentId, token } = row
    if (uuid === undefined || endpoint === undefined || agentId === undefined)
      throw new Error('only active rows settle gets')
    gets.delete(get)
    references.add(get.client, row)
    orphans.delete(row)
    this.leaveSoon(row)
    const agentEndpoint = agents.get(agentId)?.endpoint
    outbox.push({ type: 'get-settled', getId: get.getId, uuid, endpoint, agentId, agentEndpoint, token })
  }

  private settleWaiters(row: ContainerRow): void {
    if (row.waiters.size > 0) for (const get of [...row.waiters]) this.settle(get, row)
  }

  failGet(get: PendingGet, error: NetworkError): void {
    const { gets, failedGets, clock, outbox } = this.tables
    gets.delete(get)
    failedGets.note(get, error, clock.now)
    outbox.push({ type: 'get-failed', getId: get.getId, error })
  }

  /** The get cannot have that row now: it fails, unless its client held it before. Then that is counted, and the row wanted. */
  refuse(get: PendingGet, row: ContainerRow, error: NetworkError): void {
    const { gets, references, outbox } = this.tables
    const { uuid } = row
    if (!get.restores || uuid === undefined) return this.failGet(get, error)
    gets.delete(get)
    references.add(get.client, row)
    outbox.push({ type: 'hold-counted', getId: get.getId, uuid })
  }

  refuseWaiters(row: ContainerRow, error: NetworkError): void {
    for (const get of [...row.waiters]) this.refuse(get, row, error)
  }

  /** An active row without holders has a deadline; every other has none. */
  reviewOrphan(row: ContainerRow, now: number): void {
    const { options, orphans, recovery } = this.tables
    if (row.state !== 'active' || row.holders.size > 0 || row.stateless) {
      orphans.delete(row)
    } else if (!orphans.has(row)) {
      const timeoutMs = timeoutOf(options.unusedContainerTimeoutMsByKind, row.kind, options.unusedContainerTimeoutMs)
      // Those who hold it may need the whole window to come back.
      orphans.set(row, (recovery?.open === true ? Math.max(now, recovery.until) : now) + timeoutMs)
    }
  }

  /** A holder, waiter or copy less: whom nobody needs is not kept. */
  review(row: ContainerRow, now: number, error: NetworkError): void {
    if (row.state === 'lost' && !isKept(row, now)) this.end(row, error, now)
    else if (row.state === 'recovering' && !isWanted(row) && row.waiters.size === 0) this.end(row, error, now)
    else this.reviewOrphan(row, now)
  }

  /**
   * What served it, or was starting, is no more. Wanted, it will be placed again; else it ends.
   *
   * @param planned it was to move: known already
   */
  vacate(row: ContainerRow, error: NetworkError, now: number, planned = false): void {
    const { containers, starts, orphans, displaced, history } = this.tables
    // What moves is started for those who wait too: they want what it left behind
    const handedOn = row.state === 'moving' && row.waiters.size > 0
    starts.abandon(row.startId)
    this.stopEnding(row)
    orphans.delete(row)
    if (!isKept(row, now) && !handedOn) {
      this.end(row, error, now)
      return
    }
    if (row.state !== 'starting' && !planned) history.note(row, 'lost', now, row.agentId, howOf(error))
    const nobody = { agentId: undefined, startId: undefined, activating: undefined, terminationId: undefined }
    const asNew = { final: false, preTermination: undefined, leaving: false, healthy: true }
    containers.update(row, { ...nobody, ...asNew, state: 'lost', expectedAgentId: undefined })
    displaced.add(row)
  }

  /** Its agent has left, and may believe for a while that it has not. */
  agentLeft(row: ContainerRow, { agentId, why, lease }: Departure, now: number): void {
    // What has no name yet is served to nobody
    if (row.uuid !== undefined) {
      row.leasedUntil = Math.max(row.leasedUntil, lease.until)
      row.givenUp = lease.givenUp
      lease.givenUp?.rows.push(row)
    }
    const startedInVain = row.state === 'starting' && ++troubleOf(row).failures > 1
    if (row.state === 'starting') {
      for (const get of [...row.waiters]) {
        get.losses++
        if (get.losses >= maxStartLosses) this.refuse(get, row, startLost(get, agentId))
      }
    }
    this.vacate(row, agentLeft(row, agentId, why), now)
    if (startedInVain && row.state === 'lost') this.retryLater(row, now)
  }

  /** It is durable who was given up: what waited for that is placed. */
  written(givenUp: GiveUp): void {
    const { containers, displaced } = this.tables
    givenUp.written = true
    for (const row of givenUp.rows) if (row.givenUp === givenUp && containers.has(row)) displaced.add(row)
  }

  /** Nobody could start it: again after a delay that grows, or when an agent of its kind registers. */
  retryLater(row: ContainerRow, now: number): void {
    const delayMs = Math.min(maxRetryMs, firstRetryMs * 2 ** Math.max(0, (row.trouble?.failures ?? 0) - 1))
    this.tables.displaced.delete(row)
    this.tables.retries.set(row, now + delayMs)
  }

  /** The agent has something under that uuid that it should not have: it ends, unless the row says otherwise. */
  discard(agentId: AgentUuid, uuid: ContainerUuid, reason: string): void {
    const { containers, agents } = this.tables
    const agent = agents.get(agentId)
    // It is told that already
    if (agent === undefined || agent.startsGivenUp.has(uuid)) return
    const row = containers.get(uuid)
    if (row?.agentId === agentId) return
    if (row?.standbys.some((copy) => copy.agentId === agentId) === true) {
      this.deactivate(agentId, uuid)
      return
    }
    this.endCopy(agentId, uuid, reason)
  }

  /** The agent's copy is standby, whatever has activated it until now. */
  deactivate(agentId: AgentUuid, uuid: ContainerUuid): void {
    const { outbox, tokens } = this.tables
    outbox.push({ type: 'deactivate', agentId, uuid, upTo: tokens.last })
  }

  /** The agent is told to end what it has under that uuid, and no row waits for that. */
  endCopy(agentId: AgentUuid, uuid: ContainerUuid, reason: string): void {
    const { outbox, terminations } = this.tables
    const how = { reason, final: true, move: false }
    outbox.push({ type: 'terminate', terminationId: terminations.nextId(), agentId, uuid, ...how })
  }

  /** The row is forgotten; its waiters are placed again. */
  end(row: ContainerRow, error: NetworkError, now: number): void {
    const { containers, starts, gets, orphans, retries, crowded, displaced, feed, outbox, tombstones, history } =
      this.tables
    feed.containerRemoved(row, now)
    starts.abandon(row.startId)
    this.stopEnding(row)
    orphans.delete(row)
    retries.delete(row)
    crowded.delete(row.kind, row)
    displaced.delete(row)
    for (const get of [...row.waiters]) {
      gets.move(get, { at: 'nowhere' })
      displaced.add(get)
    }
    containers.delete(row)
    history.end(row, now, howOf(error))
    if (row.uuid !== undefined) tombstones.bury(row.uuid, row.servedToken)
    if (row.uuid !== undefined) outbox.push({ type: 'gone', uuid: row.uuid, error })
  }

  /** Nothing waits for its end any more. */
  private stopEnding(row: ContainerRow): void {
    const { terminations, preTerminations, drains } = this.tables
    terminations.forget(row)
    preTerminations.delete(row)
    drains.forget(row)
  }

  /** It serves on an agent that drains: its turn comes. */
  private leaveSoon(row: ContainerRow): void {
    if (row.leaving && row.agentId !== undefined) this.tables.drains.put(row, row.agentId, 'ready')
  }
}
