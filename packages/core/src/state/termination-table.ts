// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { DeadlineQueue } from './deadline-queue'
import type { ContainerRow } from './rows'

/** Rows whose agent was asked to end them, for good or in order to start elsewhere. */
export class TerminationTable {
  private readonly rows = new Map<number, ContainerRow>()
  private readonly deadlines = new DeadlineQueue<ContainerRow>()
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
