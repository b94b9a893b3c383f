// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ClientUuid } from '../api/identifiers'
import type { ClientTable } from './client-table'
import type { Meter } from './meter'
import { none, type ClientRow, type ContainerRow } from './rows'

/** Who holds what, and how often. */
export class References {
  /** All of them. */
  total = 0

  constructor(
    private readonly clients: ClientTable,
    private readonly meter: Meter
  ) {}

  add(client: ClientRow, row: ContainerRow): void {
    this.meter.visits++
    this.put(client, row, this.count(client.id, row) + 1)
    client.holds.add(row)
    this.total++
  }

  count(client: ClientUuid, row: ContainerRow): number {
    return row.holders.get(client) ?? 0
  }

  /** Takes one back; false when there is none. */
  remove(client: ClientRow, row: ContainerRow): boolean {
    this.meter.visits++
    const count = row.holders.get(client.id)
    if (count === undefined) return false
    this.total--
    this.put(client, row, count - 1)
    if (count === 1) client.holds.delete(row)
    return true
  }

  /** The client holds nothing any more; answers what it held. */
  removeClient(client: ClientRow): ContainerRow[] {
    const rows = [...this.meter.each(client.holds)]
    for (const row of rows) {
      this.total -= this.count(client.id, row)
      this.put(client, row, 0)
    }
    client.holds.clear()
    return rows
  }

  /** For tests: throws when clients and containers disagree. */
  check(rows: Iterable<ContainerRow>): void {
    let total = 0
    for (const row of rows) {
      for (const [client, count] of row.holders) {
        total += count
        if (count < 1) throw new Error(`client ${client} holds container ${row.uuid} ${count} times`)
        if (this.clients.get(client)?.holds.has(row) !== true)
          throw new Error(`the holder ${client} of ${row.uuid} is unknown`)
      }
    }
    for (const client of this.clients.all()) {
      for (const row of client.holds) {
        if (!row.holders.has(client.id)) throw new Error(`client ${client.id} does not hold container ${row.uuid}`)
      }
    }
    if (total !== this.total) throw new Error(`${total} references, counted ${this.total}`)
  }

  /** A map of one entry may be shared, and is replaced; a larger one is the row's own. */
  private put(client: ClientRow, row: ContainerRow, count: number): void {
    const others = row.holders.size - (row.holders.has(client.id) ? 1 : 0)
    if (others === 0) {
      row.holders = count === 0 ? none.holders : count === 1 ? client.alone : new Map([[client.id, count]])
      return
    }
    const own = row.holders.size > 1 ? (row.holders as Map<ClientUuid, number>) : new Map(row.holders)
    row.holders = own
    if (count === 0) own.delete(client.id)
    else own.set(client.id, count)
  }
}
