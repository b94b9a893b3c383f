// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ContainerUuid } from '../api/identifiers'
import { DeadlineQueue } from './deadline-queue'
import type { ContainerRow } from './rows'

/** What an agent was asked to end. */
export interface AskedEnd {
  readonly agentId: AgentUuid
  readonly uuid: ContainerUuid
}

/** Rows whose agent was asked to end them, for good or in order to start elsewhere. */
export class TerminationTable {
  private readonly rows = new Map<number, ContainerRow>()
  private readonly deadlines = new DeadlineQueue<ContainerRow>()
  /** Of starts that were given up, and may go on. */
  private readonly givenUp = new Map<number, AskedEnd>()
  private lastId = 0

  get size(): number {
    return this.rows.size
  }

  /** An id for a termination that no row waits for. */
  nextId(): number {
    return ++this.lastId
  }

  add(row: ContainerRow, deadline: number): number {
    const id = this.nextId()
    this.rows.set(id, row)
    this.deadlines.set(row, deadline)
    return id
  }

  /** An id for the end of a start that was given up. */
  giveUp(asked: AskedEnd): number {
    const id = this.nextId()
    this.givenUp.set(id, asked)
    return id
  }

  /** The start that it ends, until the agent has answered. */
  givenUpBy(terminationId: number): AskedEnd | undefined {
    return this.givenUp.get(terminationId)
  }

  /** The agent has answered. */
  heard(terminationId: number): AskedEnd | undefined {
    const asked = this.givenUp.get(terminationId)
    this.givenUp.delete(terminationId)
    return asked
  }

  /** It goes on. */
  await(row: ContainerRow, deadline: number): void {
    this.deadlines.set(row, deadline)
  }

  get(terminationId: number): ContainerRow | undefined {
    return this.rows.get(terminationId)
  }

  forget(row: ContainerRow): void {
    if (row.terminationId !== undefined) this.rows.delete(row.terminationId)
    this.deadlines.delete(row)
  }

  nextDeadline(): number | undefined {
    return this.deadlines.next()
  }

  due(now: number): ContainerRow[] {
    return this.deadlines.due(now)
  }
}
