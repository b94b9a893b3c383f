// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type {
  ContainerExplanation,
  ContainerHolder,
  ContainerSummary,
  ContainerWaiter,
  FailedGets
} from '../api/diagnosis'
import type { AgentUuid, ContainerKind, ContainerUuid } from '../api/identifiers'
import { fullNames } from './failures'
import type { Offer } from './offer'
import { endsOn, type ContainerRow, type PendingGet } from './rows'
import type { Tables } from './tables'
import { lostCause, maxWaitsNamed } from './waits'

/** Holders and waiters that are named. */
export const maxNamed = 100

/** Both clocks at the same moment. */
export interface Moment {
  readonly now: number
  readonly unixNow: number
}

/** What is known of that uuid, or of what last had it; undefined when nothing. */
export function explain(tables: Tables, uuid: ContainerUuid, at: Moment): ContainerExplanation | undefined {
  const row = tables.containers.get(uuid)
  const biography = tables.history.of(uuid)
  const failed = tables.failedGets.of(uuid, at.now)
  const past = {
    moves: (biography?.moves ?? []).map((move) => ({ ...move, at: unix(move.at, at) })),
    ...(failed === undefined ? {} : { failedGets: inUnixTime(failed, at) })
  }
  if (row !== undefined) {
    return {
      ...summaryOf(tables, row, uuid, at),
      holders: holdersOf(tables, row),
      waiters: waitersOf(row.waiters, at),
      standbys: row.standbys.map((copy) => copy.agentId),
      ...past
    }
  }
  const gets = [...tables.gets.all()].filter((get) => get.options.uuid === uuid)
  const kind = gets.at(0)?.kind ?? biography?.kind ?? failed?.kind
  if (kind === undefined) return undefined
  const last = past.moves.at(-1)
  return {
    uuid,
    kind,
    state: last?.what === 'ended' ? 'ended' : 'absent',
    since: last?.at ?? past.failedGets?.at ?? unix(gets[0].since, at),
    holderCount: 0,
    holders: [],
    waiterCount: gets.length,
    waiters: waitersOf(gets, at),
    standbys: [],
    // Whoever gets what the network does not have waits in the queue of its kind
    ...(gets.length === 0 ? {} : { waitsFor: anAgentFor(kind, gets[0].options.placement?.agent) }),
    ...past
  }
}

/** Which gets have failed lately: those of one kind and code together, and so many of these. */
export function failedGetsByKind({ failedGets }: Tables, at: Moment): FailedGets[] {
  return failedGets
    .byKind(at.now)
    .slice(0, maxWaitsNamed)
    .map((failed) => inUnixTime(failed, at))
}

function inUnixTime(failed: FailedGets, at: Moment): FailedGets {
  return { ...failed, at: unix(failed.at, at) }
}

/** What is not served, of one kind or of all. */
export function unserved(tables: Tables, kind: ContainerKind | undefined, at: Moment): ContainerSummary[] {
  return [...tables.containers.unserved(kind)].map(([uuid, row]) => summaryOf(tables, row, uuid, at))
}

function summaryOf(tables: Tables, row: ContainerRow, uuid: ContainerUuid, at: Moment): ContainerSummary {
  const { kind, state, agentId, endpoint, labels, token, preTermination, lastVisit, trouble } = row
  const waitsFor = waitOf(tables, row, at.now)
  return {
    uuid,
    kind,
    state,
    since: Math.floor(unix(row.since * 1000, at) / 1000) * 1000,
    ...(agentId === undefined ? {} : { agentId }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(labels === undefined ? {} : { labels: [...labels] }),
    ...(row.stateless ? { stateless: true } : {}),
    ...(row.healthy ? {} : { healthy: false }),
    ...(token === undefined ? {} : { token }),
    lastVisit,
    ...(preTermination === undefined ? {} : { preTermination }),
    holderCount: row.holders.size,
    waiterCount: row.waiters.size,
    ...(waitsFor === undefined ? {} : { waitsFor }),
    ...(trouble?.lastError === undefined ? {} : { lastError: trouble.lastError.message })
  }
}

function holdersOf({ clients }: Tables, { holders }: ContainerRow): ContainerHolder[] {
  const named: ContainerHolder[] = []
  for (const [client, holds] of holders) {
    if (named.length === maxNamed) break
    const holder: ContainerHolder = { client, holds }
    const known = clients.get(client)
    if (known !== undefined && known.agents.size > 0) holder.agents = [...known.agents].slice(0, maxNamed)
    if (known?.detached === true) holder.detached = true
    named.push(holder)
  }
  return named
}

function waitersOf(gets: Iterable<PendingGet>, at: Moment): ContainerWaiter[] {
  return [...gets].slice(0, maxNamed).map(({ client, since, deadline }) => ({
    client: client.id,
    since: unix(since, at),
    ...(deadline === undefined ? {} : { until: unix(deadline, at) })
  }))
}

/** Why who waits for that uuid waits, for the stage of an error: its state, what it waits for, and why its last start failed. */
export function whyNotServed(tables: Tables, uuid: ContainerUuid, now: number): string | undefined {
  const row = tables.containers.get(uuid)
  if (row === undefined) return undefined
  const waitsFor = waitOf(tables, row, now)
  const lastError = row.trouble?.lastError
  const needs = waitsFor === undefined ? '' : ` and waits for ${waitsFor}`
  return `${row.state}${needs}${lastError === undefined ? '' : `; its last start failed: ${lastError.message}`}`
}

/** What has to happen before it changes; undefined for what is served and wanted. */
function waitOf(tables: Tables, row: ContainerRow, now: number): string | undefined {
  const { state, agentId } = row
  const { orphans, preTerminations, recovery } = tables
  switch (state) {
    case 'starting':
      return `agent ${agentId} to start it`
    case 'moving':
      return `agent ${agentId} to end it, so that it starts elsewhere`
    case 'terminating':
      return `agent ${agentId} to end it`
    case 'recovering':
      return recovery?.writes === true
        ? 'the ledger, in which it is not written yet whose agents have not come back after the restart of the coordinator'
        : `the agent that had it to come back after the restart of the coordinator, ${left(recovery?.until, now)}`
    case 'pre-terminating':
      return `its own work to end (${row.preTermination?.reason ?? ''}), ${left(preTerminations.get(row), now)}`
    case 'lost':
      return lostFor(tables, row, now)
    case 'active': {
      if (orphans.has(row))
        return `somebody to hold it: nobody does, and it is ended in ${seconds(orphans.get(row), now)}`
      return row.leaving ? leavingFor(tables, row) : undefined
    }
  }
}

function leavingFor({ agents }: Tables, row: ContainerRow): string {
  const offer = agents.offer(row.kind)
  const others = offer?.all.size ?? 0
  if (others > 0 && offer?.open.size === 0) return `${roomFor(row, offer)}: its own agent is to leave`
  return `another agent that offers kind ${row.kind}: its own is to leave`
}

function roomFor(row: ContainerRow, offer: Offer | undefined): string {
  return `room for one more of kind ${row.kind}: ${fullNames(row, offer)}`
}

function lostFor(tables: Tables, row: ContainerRow, now: number): string {
  const { leasedUntil, kind, pinned } = row
  switch (lostCause(tables, row, now)) {
    case 'lease':
      return `the lease of the agent that had it, which may serve it still, ${left(leasedUntil, now)}`
    case 'end':
      return `agent ${endsOn(row)} to end it, ${left(leasedUntil, now)}`
    case 'ledger':
      return 'the ledger, in which it is not written yet that the agent that had it was given up'
    case 'agent':
    case 'pin':
      return anAgentFor(kind, pinned)
    case 'room':
      return roomFor(row, tables.agents.offer(kind))
    case 'retry':
      return `the next attempt to start it, in ${seconds(tables.retries.get(row), now)}`
  }
}

function anAgentFor(kind: ContainerKind, pinned: AgentUuid | undefined): string {
  return pinned === undefined ? `an agent that offers kind ${kind}` : `agent ${pinned}, to which it is pinned`
}

function left(until: number | undefined, now: number): string {
  return `for ${seconds(until, now)} at most`
}

function seconds(until: number | undefined, now: number): string {
  return `${(Math.max(0, (until ?? now) - now) / 1000).toFixed(1)} s`
}

function unix(time: number, { now, unixNow }: Moment): number {
  return Math.round(unixNow - (now - time))
}
