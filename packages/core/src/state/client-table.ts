// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ClientUuid } from '../api/identifiers'
import type { Meter } from './meter'
import type { ClientRow } from './rows'

/** The clients, those that watch, and which agent ids are whose. */
export class ClientTable {
  private readonly rows = new Map<ClientUuid, ClientRow>()
  private readonly watching = new Set<ClientRow>()
  private readonly owners = new Map<AgentUuid, ClientUuid>()

  constructor(
    private readonly meter: Meter,
    private readonly aliveTimeoutMs: number
  ) {}

  get size(): number {
    return this.rows.size
  }

  get watchers(): ReadonlySet<ClientRow> {
    return this.watching
  }

  get(client: ClientUuid): ClientRow | undefined {
    return this.meter.one(this.rows.get(client))
  }

  /** The client's row, made if need be. */
  ensure(id: ClientUuid): ClientRow {
    const known = this.get(id)
    if (known !== undefined) return known
    const row: ClientRow = {
      id,
      watching: false,
      aliveTimeoutMs: this.aliveTimeoutMs,
      detached: false,
      holds: new Set(),
      alone: new Map([[id, 1]]),
      gets: new Set(),
      agents: new Set()
    }
    this.rows.set(id, row)
    return row
  }

  setWatching(row: ClientRow, watching: boolean): void {
    row.watching = watching
    if (watching) this.watching.add(row)
    else this.watching.delete(row)
  }

  delete(row: ClientRow): void {
    this.rows.delete(row.id)
    this.watching.delete(row)
    for (const agentId of row.agents) this.owners.delete(agentId)
    row.agents.clear()
  }

  ownerOf(agentId: AgentUuid): ClientUuid | undefined {
    return this.owners.get(agentId)
  }

  /** That agent id is that client's from now on; undefined: nobody's. */
  setOwner(agentId: AgentUuid, client: ClientUuid | undefined): void {
    const old = this.owners.get(agentId)
    if (old === client) return
    if (old !== undefined) this.rows.get(old)?.agents.delete(agentId)
    if (client === undefined) {
      this.owners.delete(agentId)
    } else {
      this.owners.set(agentId, client)
      this.ensure(client).agents.add(agentId)
    }
  }

  all(): Iterable<ClientRow> {
    return this.rows.values()
  }

  /** For tests: throws when the indexes disagree with the rows. */
  check(): void {
    for (const row of this.rows.values()) {
      if (row.watching !== this.watching.has(row)) throw new Error(`client ${row.id} and the watchers disagree`)
      for (const agentId of row.agents) {
        if (this.owners.get(agentId) !== row.id)
          throw new Error(`agent ${agentId} of client ${row.id} has another owner`)
      }
    }
    for (const row of this.watching) {
      if (this.rows.get(row.id) !== row) throw new Error(`watcher ${row.id} is no client`)
    }
    for (const [agentId, client] of this.owners) {
      if (this.rows.get(client)?.agents.has(agentId) !== true)
        throw new Error(`the owner ${client} of agent ${agentId} is no client`)
    }
  }
}
