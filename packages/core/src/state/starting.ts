// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerEndpointRef, ContainerUuid } from '../api/identifiers'
import { NetworkError } from '../errors'
import type { Endings } from './endings'
import { howOf, startFailed, startTimedOut, uuidConflict, wrongUuid } from './failures'
import type { Lifecycle } from './lifecycle'
import type { Placement } from './placement'
import { serves } from './queries'
import { isKept, isWanted, notBefore, troubleOf, type ContainerRow } from './rows'
import type { PendingStart } from './start-table'
import type { Tables } from './tables'

/** Codes that say that the agent has no such copy: it is not offered again. */
const noCopy: ReadonlySet<unknown> = new Set(['NOT_FOUND', 'UNKNOWN_OPERATION'])

/** What agents answer to starts. */
export class Starting {
  constructor(
    private readonly tables: Tables,
    private readonly lifecycle: Lifecycle,
    private readonly placement: Placement,
    private readonly endings: Endings
  ) {}

  succeeded(startId: number, uuid: ContainerUuid, endpoint: ContainerEndpointRef, now: number, unixNow: number): void {
    const start = this.tables.starts.take(startId)
    if (start === undefined) return
    const { row, agentId } = start
    if (row === undefined) {
      this.lifecycle.discard(agentId, uuid, 'its start was answered too late')
    } else if (row.uuid === undefined) {
      this.named(start, row, uuid, endpoint, now, unixNow)
    } else if (row.uuid === uuid) {
      this.serve(start, row, endpoint, now, unixNow)
    } else {
      this.failed(start, row, wrongUuid(row, agentId, uuid), now)
      this.lifecycle.discard(agentId, uuid, `${row.uuid} was asked for`)
    }
  }

  answeredFailure(startId: number, cause: unknown, now: number): void {
    const start = this.tables.starts.take(startId)
    if (start?.row === undefined) return
    this.failed(start, start.row, startFailed(start.row, start.agentId, cause), now)
  }

  timedOut(start: PendingStart, now: number): void {
    const { row, agentId } = start
    if (row === undefined) return
    this.tables.starts.abandon(start.startId)
    const error = startTimedOut(row, agentId, Math.round(now - start.since))
    if (start.activating !== undefined) {
      this.failed(start, row, error, now)
      if (row.uuid !== undefined) this.lifecycle.discard(agentId, row.uuid, 'its start was given up')
      return
    }
    if (row.uuid !== undefined) this.endings.startGivenUp(agentId, row, row.uuid, now)
    this.failed(start, row, error, now)
  }

  /** The factory has named what it made. */
  private named(
    start: PendingStart,
    row: ContainerRow,
    uuid: ContainerUuid,
    endpoint: ContainerEndpointRef,
    now: number,
    unixNow: number
  ): void {
    const { containers, gets } = this.tables
    const { agentId } = start
    const live = containers.get(uuid)
    if (live === undefined) {
      containers.update(row, { uuid })
      this.serve(start, row, endpoint, now, unixNow)
      return
    }
    const here = live.agentId === agentId && (serves(live.state) || live.state === 'starting')
    const unserved = (live.state === 'lost' && notBefore(live) <= now) || live.state === 'recovering'
    if (live.kind !== row.kind || !(here || unserved)) {
      this.failed(start, row, uuidConflict(row, agentId, live), now)
      this.lifecycle.discard(agentId, uuid, `this uuid is another container's`)
      return
    }
    const waiters = [...row.waiters]
    for (const get of waiters) gets.move(get, { at: 'row', row: live })
    const { token } = row
    containers.delete(row)
    if (unserved) this.lifecycle.activate(live, this.activation(start, token, endpoint, unixNow), now)
    else if (live.state === 'pre-terminating') this.lifecycle.restore(live, now)
    else if (live.state === 'active') for (const get of waiters) this.lifecycle.settle(get, live)
  }

  private serve(
    start: PendingStart,
    row: ContainerRow,
    endpoint: ContainerEndpointRef,
    now: number,
    unixNow: number
  ): void {
    // What its agent had from an earlier run may be unwell
    const activation = { ...this.activation(start, row.token, endpoint, unixNow), healthy: row.healthy }
    this.lifecycle.activate(row, activation, now)
  }

  private activation(
    { agentId, activating }: PendingStart,
    token: ContainerRow['token'],
    endpoint: ContainerEndpointRef,
    lastVisit: number
  ): Parameters<Lifecycle['activate']>[1] {
    const stateless = activating !== undefined
    const managed = activating?.managed ?? false
    return { agentId, endpoint, token, stateless, managed, healthy: true, lastVisit }
  }

  private failed(start: PendingStart, row: ContainerRow, error: NetworkError, now: number): void {
    const { agents, containers } = this.tables
    const { agentId, activating } = start
    const cause = error.cause instanceof NetworkError ? error.cause.code : undefined
    const offered = agents.get(agentId)?.draining === false && !noCopy.has(cause)
    if (activating !== undefined && offered) containers.addStandby(row, activating)
    const trouble = troubleOf(row)
    trouble.tried.add(agentId)
    trouble.lastError = error
    this.tables.history.note(row, 'start-failed', now, agentId, howOf(error))
    // Others may have room
    const full = error.code === 'CAPACITY' && row.waiters.size > 0
    if (!isWanted(row) && !full) this.lifecycle.refuseWaiters(row, error)
    if (!isKept(row, now) && !full) {
      this.lifecycle.end(row, error, now)
      return
    }
    containers.update(row, {
      state: 'lost',
      agentId: undefined,
      startId: undefined,
      activating: undefined,
      leaving: false
    })
    this.placement.placeRow(row, now)
  }
}
