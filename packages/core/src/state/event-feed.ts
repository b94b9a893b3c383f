// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkEventKind, type NetworkAgentEvent } from '../api/events'
import type { ClientTable } from './client-table'
import { EventBatch } from './event-batch'
import type { Outbox } from './outbox'
import { recordOf, type AgentRow, type ClientRow, type ContainerRow } from './rows'

/** Tells clients what changed, in batches: watchers everything, others the containers they hold. */
export class EventFeed {
  private readonly all = new EventBatch()
  private readonly own = new Map<ClientRow, EventBatch>()
  private deadline: number | undefined

  constructor(
    private readonly clients: ClientTable,
    private readonly outbox: Outbox,
    private readonly batchMs: number
  ) {}

  agentChanged(row: AgentRow, event: NetworkEventKind, now: number): void {
    if (this.clients.watchers.size === 0) return
    const change: NetworkAgentEvent = { id: row.agentId, kinds: [...row.kinds], event }
    if (row.draining) change.draining = true
    this.all.addAgent(change)
    this.deadline ??= now + this.batchMs
  }

  containerAdded(row: ContainerRow, now: number): void {
    row.announced = true
    this.containerChanged(row, NetworkEventKind.added, now)
  }

  containerUpdated(row: ContainerRow, now: number): void {
    this.containerChanged(row, NetworkEventKind.updated, now)
  }

  /** Nothing for a row that was never announced. */
  containerRemoved(row: ContainerRow, now: number): void {
    if (row.announced) this.containerChanged(row, NetworkEventKind.removed, now)
    row.announced = false
  }

  forget(client: ClientRow): void {
    this.own.delete(client)
  }

  nextDeadline(): number | undefined {
    return this.deadline
  }

  advance(now: number): void {
    if (this.deadline !== undefined && this.deadline <= now) this.flush()
  }

  /** Sends what was collected. */
  flush(): void {
    this.deadline = undefined
    const event = this.all.take()
    if (event !== undefined) {
      for (const { id } of this.clients.watchers) this.outbox.push({ type: 'events', client: id, event })
    }
    for (const [{ id }, batch] of this.own) {
      const ownEvent = batch.take()
      if (ownEvent !== undefined) this.outbox.push({ type: 'events', client: id, event: ownEvent })
    }
    this.own.clear()
  }

  private containerChanged(row: ContainerRow, event: NetworkEventKind, now: number): void {
    if (this.clients.watchers.size === 0 && row.holders.size === 0) return
    const change = { container: recordOf(row), event }
    if (this.clients.watchers.size > 0) this.all.addContainer(change)
    for (const id of row.holders.keys()) {
      const client = this.clients.get(id)
      if (client === undefined || client.watching) continue
      let batch = this.own.get(client)
      if (batch === undefined) {
        batch = new EventBatch()
        this.own.set(client, batch)
      }
      batch.addContainer(change)
    }
    this.deadline ??= now + this.batchMs
  }
}
