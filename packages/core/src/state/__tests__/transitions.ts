// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecord } from '../../api/agent'
import { AgentTable } from '../agent-table'
import { ContainerTable } from '../container-table'
import type { AgentRow } from '../rows'

type State = { readonly state: string } | undefined
type Move = (row: unknown, before: State, after: State) => void

/** What has been seen since the watch began; `stop` ends it. */
export interface Watch {
  /** As docs/STATES.md draws it. */
  readonly seen: ReadonlySet<string>
  stop(): void
}

/** Notes what the states of all containers become from now on. */
export function watchContainers(): Watch {
  const seen = new Set<string>()
  const table = ContainerTable.prototype as unknown as { move: Move }
  const { move } = table
  table.move = function (row, before, after) {
    note(seen, before?.state, after?.state)
    move.call(this, row, before, after)
  }
  return { seen, stop: () => (table.move = move) }
}

interface Agents {
  readonly rows: ReadonlyMap<string, AgentRow>
  put(record: AgentRecord, client: unknown): AgentRow
  delete(row: AgentRow): void
}

/** Notes what the states of all agents become from now on. */
export function watchAgents(): Watch {
  const seen = new Set<string>()
  const table = AgentTable.prototype as unknown as Agents
  const { put, delete: remove } = table
  table.put = function (record, client) {
    const before = stateOf(this.rows.get(record.agentId))
    const row = put.call(this, record, client)
    note(seen, before, stateOf(row))
    return row
  }
  table.delete = function (row) {
    note(seen, stateOf(row), undefined)
    remove.call(this, row)
  }
  return { seen, stop: () => Object.assign(table, { put, delete: remove }) }
}

function stateOf(row: AgentRow | undefined): string | undefined {
  if (row === undefined) return undefined
  return row.draining ? 'draining' : 'registered'
}

function note(seen: Set<string>, before = '[*]', after = '[*]'): void {
  if (before !== after) seen.add(`${before} --> ${after}`)
}
