// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid } from '../api/identifiers'
import { DeadlineQueue } from './deadline-queue'
import type { ContainerRow, StandbyCopy } from './rows'
import { SetIndex } from './set-index'

/** A start that an agent was asked for and has not answered. */
export interface PendingStart {
  readonly startId: number
  readonly agentId: AgentUuid
  readonly since: number
  /** Whom it is for; absent when nobody waits for it any more. */
  row: ContainerRow | undefined
  /** The copy that it activates. */
  readonly activating: StandbyCopy | undefined
}

/** The starts that agents were asked for, until they answer or leave. */
export class StartTable {
  private readonly starts = new Map<number, PendingStart>()
  private readonly byAgent = new SetIndex<AgentUuid, PendingStart>()
  private readonly deadlines = new DeadlineQueue<PendingStart>()
  private lastId = 0

  get size(): number {
    return this.starts.size
  }

  add({ agentId, since, row, activating }: Omit<PendingStart, 'startId'>, deadline: number): PendingStart {
    const pending: PendingStart = { startId: ++this.lastId, agentId, since, row, activating }
    this.starts.set(pending.startId, pending)
    this.byAgent.add(pending.agentId, pending)
    this.deadlines.set(pending, deadline)
    return pending
  }

  get(startId: number): PendingStart | undefined {
    return this.starts.get(startId)
  }

  /** It was answered. */
  take(startId: number): PendingStart | undefined {
    const pending = this.starts.get(startId)
    if (pending !== undefined) this.delete(pending)
    return pending
  }

  /** Nobody waits for it any more; its answer is still of interest. */
  abandon(startId: number | undefined): void {
    const pending = startId === undefined ? undefined : this.starts.get(startId)
    if (pending === undefined) return
    pending.row = undefined
    this.deadlines.delete(pending)
  }

  /** No answer will come. */
  dropAgent(agentId: AgentUuid): void {
    for (const pending of [...(this.byAgent.get(agentId) ?? [])]) this.delete(pending)
  }

  nextDeadline(): number | undefined {
    return this.deadlines.next()
  }

  due(now: number): PendingStart[] {
    return this.deadlines.due(now)
  }

  all(): Iterable<PendingStart> {
    return this.starts.values()
  }

  private delete(pending: PendingStart): void {
    this.starts.delete(pending.startId)
    this.byAgent.delete(pending.agentId, pending)
    this.deadlines.delete(pending)
  }
}
