// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { KindWait, WaitCause } from '../api/diagnosis'
import { endsOn, notBefore, type ContainerRow, type PendingGet } from './rows'
import type { Tables } from './tables'

/** Kinds and causes that are named. */
export const maxWaitsNamed = 100

/** Why that row, which is lost, does not start. */
export function lostCause(
  { agents, candidates, crowded }: Tables,
  row: ContainerRow,
  now: number
): Exclude<WaitCause, 'start' | 'recovery'> {
  const { leasedUntil, uuid } = row
  if (leasedUntil > now) {
    const by = endsOn(row)
    const agent = by === undefined ? undefined : agents.get(by)
    if (agent === undefined || uuid === undefined) return 'lease'
    return agent.ending.has(uuid) || agent.startsGivenUp.has(uuid) ? 'end' : 'lease'
  }
  if (notBefore(row) > now) return 'ledger'
  if (!candidates.isOffered(row)) return row.pinned === undefined ? 'agent' : 'pin'
  return crowded.get(row.kind)?.has(row) === true ? 'room' : 'retry'
}

/** How many gets, and held containers that are not served, wait for what: by kind. */
export function waitsByKind(tables: Tables, now: number): KindWait[] {
  const waits = new Map<string, KindWait>()
  const waitOf = ({ kind }: PendingGet | ContainerRow, cause: WaitCause): KindWait => {
    const key = `${cause} ${kind}`
    const known = waits.get(key) ?? { kind, cause, gets: 0, containers: 0 }
    waits.set(key, known)
    return known
  }
  for (const get of tables.gets.all()) waitOf(get, causeOfGet(tables, get, now)).gets++
  for (const [, row] of tables.containers.unserved()) {
    if (row.holders.size === 0) continue
    const wait = waitOf(row, causeOfRow(tables, row, now))
    wait.containers++
    const lastError = row.trouble?.lastError
    if (lastError !== undefined) wait.lastError = lastError.message
  }
  const size = ({ gets, containers }: KindWait): number => gets + containers
  return [...waits.values()].sort((a, b) => size(b) - size(a)).slice(0, maxWaitsNamed)
}

function causeOfGet(tables: Tables, get: PendingGet, now: number): WaitCause {
  const { place, options } = get
  switch (place.at) {
    case 'queue':
      return options.placement?.agent === undefined ? 'agent' : 'pin'
    case 'held':
      return 'recovery'
    case 'nowhere':
      return 'start'
    case 'row':
      return causeOfRow(tables, place.row, now)
  }
}

function causeOfRow(tables: Tables, row: ContainerRow, now: number): WaitCause {
  switch (row.state) {
    case 'lost':
      return lostCause(tables, row, now)
    case 'recovering':
      return 'recovery'
    case 'moving':
    case 'terminating':
      return 'end'
    default:
      return 'start'
  }
}
