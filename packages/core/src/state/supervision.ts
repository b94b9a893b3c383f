// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ContainerUuid } from '../api/identifiers'
import type { NotYet, RetireOptions } from '../api/termination'
import { ended } from './failures'
import type { Lifecycle } from './lifecycle'
import { endTimeoutMs, timeoutOf } from './options'
import { serves } from './queries'
import type { ContainerRow } from './rows'
import type { Tables } from './tables'

/** Where a container is. */
interface Hosting {
  readonly agentId: AgentUuid
  readonly uuid: ContainerUuid
}

/** Containers that nobody holds, and those that end. */
export class Supervision {
  constructor(
    private readonly tables: Tables,
    private readonly lifecycle: Lifecycle
  ) {}

  /** An active row is not needed any more: its agent is asked to end it, and may say that it cannot yet. */
  terminate(row: ContainerRow, reason: string, now: number): void {
    this.ask(row, { reason, final: false, move: false }, now)
  }

  /** An active row is to be started anew, elsewhere where somebody else offers its kind. */
  restart(row: ContainerRow, reason: string, now: number): void {
    this.ask(row, { reason, final: true, move: true }, now)
  }

  /** What serves is to end, whether somebody needs it or not. */
  end(row: ContainerRow, how: RetireOptions, now: number): void {
    this.tables.history.note(row, 'terminating', now, row.agentId, how.reason)
    this.ask(row, { ...how, move: false }, now)
  }

  /**
   * An active row is to be started elsewhere: its agent is asked to end it.
   *
   * @param destination an agent that keeps a place for it
   */
  move(row: ContainerRow, reason: string, now: number, destination?: AgentUuid): void {
    this.restart(row, reason, now)
    if (destination !== undefined) this.tables.containers.update(row, { destination })
  }

  /** @param state what a container that moves leaves to its successor */
  terminated(terminationId: number, state: unknown, now: number): void {
    const row = this.tables.terminations.get(terminationId)
    if (row === undefined) return
    const moves = row.state === 'moving'
    if (moves) row.carried = state
    const how = moves ? 'it has ended, in order to start elsewhere' : 'it was terminated, and nobody holds it'
    this.lifecycle.vacate(row, ended(row, how), now, moves)
  }

  /** It cannot end yet, and serves on. Whoever waits for its end has it now. */
  notYet(
    terminationId: number,
    at: Hosting,
    { reason, withinMs = Infinity }: NotYet,
    now: number,
    unixNow: number
  ): void {
    const { options, containers, terminations, preTerminations, drains, history, feed } = this.tables
    const row = terminations.get(terminationId)
    if (row === undefined) {
      this.lifecycle.discard(at.agentId, at.uuid, 'it said too late that it cannot end yet')
      return
    }
    if (row.final) return
    const finished = row.preTermination?.finished === true
    const mostMs = timeoutOf(options.preTerminationTimeoutMsByKind, row.kind, options.preTerminationTimeoutMs)
    const forMs = Math.max(0, Math.min(withinMs, mostMs))
    terminations.forget(row)
    drains.forget(row)
    const preTermination = { reason, until: unixNow + forMs }
    containers.update(row, { state: 'pre-terminating', terminationId: undefined, preTermination })
    preTerminations.set(row, now + forMs)
    history.note(row, 'not-yet', now, row.agentId, reason)
    if (row.waiters.size > 0) this.lifecycle.restore(row, now)
    else if (finished) this.finished(row, now)
    else feed.containerUpdated(row, now)
  }

  /** The work for which it could not end is done. */
  finished(row: ContainerRow, now: number): void {
    const { preTermination, state, final } = row
    if (state === 'pre-terminating') {
      this.ask(row, { reason: 'what it had to do before its end is done', final: true, move: false }, now)
    } else if (state === 'terminating' && !final) {
      // That overtook its answer
      row.preTermination = { reason: '', ...preTermination, finished: true }
    }
  }

  advance(now: number): void {
    for (const row of this.tables.terminations.due(now)) {
      // One that lives and knows how to answer does so in the end, or its agent leaves: by its own time, not by ours
      if (row.agentId !== undefined && this.tables.agents.get(row.agentId)?.moves === true) {
        this.tables.terminations.await(row, now + endTimeoutMs(this.tables.options, row.kind))
        continue
      }
      // It may not have heard of it, and serve those who reach it
      if (row.agentId !== undefined) row.leasedUntil = now + this.tables.patienceMs(row.agentId)
      this.lifecycle.vacate(row, ended(row, 'it was given up, since it did not terminate in time'), now)
    }
    for (const row of this.tables.preTerminations.due(now)) {
      row.preTermination = { reason: '', ...row.preTermination, forced: true }
      this.tables.feed.containerUpdated(row, now)
      this.ask(row, { reason: 'the time for what it had to do before its end is over', final: true, move: false }, now)
    }
    for (const row of this.tables.orphans.due(now)) {
      // The window was prolonged since: those who hold it may still come back
      if (this.tables.recovering) this.lifecycle.reviewOrphan(row, now)
      else this.terminate(row, 'nobody holds it', now)
    }
  }

  private ask(row: ContainerRow, how: RetireOptions & { readonly move: boolean }, now: number): void {
    const { options, containers, orphans, terminations, preTerminations, outbox } = this.tables
    const { uuid, agentId, kind } = row
    const { final, move } = how
    if (!serves(row.state) || uuid === undefined || agentId === undefined)
      throw new Error('only what serves is asked to end')
    orphans.delete(row)
    preTerminations.delete(row)
    const terminationId = terminations.add(row, now + endTimeoutMs(options, kind))
    if (move) this.tables.history.note(row, 'moving', now, agentId, how.reason)
    containers.update(row, { state: move ? 'moving' : 'terminating', terminationId, final })
    outbox.push({ type: 'terminate', terminationId, agentId, uuid, ...how })
  }
}
