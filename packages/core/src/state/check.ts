// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { AgentTable } from './agent-table'
import { Company } from './company'
import { maxEndsAtOnce } from './draining'
import { Meter } from './meter'
import { seatOf } from './occupancy'
import { serves } from './queries'
import { isWanted, notBefore, type ContainerRow } from './rows'
import type { Tables } from './tables'

/** For tests: throws when a row breaks a rule of `docs/STATES.md`, or the tables disagree. Looks at everything. */
export function check(tables: Tables): void {
  const visits = tables.meter.visits
  const { agents, clients, containers, gets, references, displaced, starts, drains, candidates } = tables
  agents.check()
  clients.check()
  containers.check()
  gets.check()
  references.check(containers.all())
  if (displaced.size > 0) throw new Error(`${displaced.size} rows and gets were displaced and not placed`)
  for (const row of containers.all()) checkRow(tables, row)
  checkPlaces(tables)
  for (const client of clients.all()) {
    for (const get of client.gets)
      if (!gets.has(get)) throw new Error(`client ${client.id} has get ${get.getId}, which ended`)
  }
  for (const get of gets.all()) {
    const { place, kind, getId } = get
    if (clients.get(get.client.id) !== get.client) throw new Error(`get ${getId} has a client that is gone`)
    if (place.at === 'row' && !containers.has(place.row)) throw new Error(`get ${getId} waits on a row that has ended`)
    if (place.at === 'row' && place.row.kind !== kind)
      throw new Error(`get ${getId} waits on a row of kind ${place.row.kind}`)
    if (place.at === 'queue' && candidates.isOffered({ kind, labels: undefined, pinned: get.options.placement?.agent }))
      throw new Error(`get ${getId} is queued for ${kind}, which is on offer`)
    if (place.at === 'held' && !tables.recovering) throw new Error(`get ${getId} is held outside the window`)
  }
  for (const [row, { agentId, step }] of drains.entries()) {
    const ok = containers.has(row) && row.agentId === agentId && agents.get(agentId)?.draining === true
    if (!ok || (step === 'ready' && drains.busy(agentId) < maxEndsAtOnce))
      throw new Error(`container ${row.uuid} is ${step} to leave agent ${agentId} by mistake`)
    if (step === 'blocked' && (agents.hasRoom(row.kind) || row.standbys.length > 0))
      throw new Error(`container ${row.uuid} could leave agent ${agentId}`)
  }
  for (const { row, startId, agentId } of starts.all()) {
    if (agents.get(agentId) === undefined)
      throw new Error(`start ${startId} runs on agent ${agentId}, which is unknown`)
    if (row !== undefined && row.startId !== startId) throw new Error(`start ${startId} is not its row's`)
  }
  tables.meter.visits = visits
}

/** What is counted of every agent is what its rows come to. */
function checkPlaces({ agents, containers, company, rules, crowded }: Tables): void {
  const counted = new AgentTable(new Meter(), rules)
  const together = new Company(rules)
  for (const row of containers.all()) {
    const { kind, labels, agentId, destination } = row
    for (const taken of [seatOf(row), destination]) if (taken !== undefined) counted.occupy(taken, kind, 1)
    if (agentId !== undefined) together.change(kind, labels, agentId, 1)
    if (destination !== undefined && row.state !== 'moving' && row.state !== 'lost')
      throw new Error(`container ${row.uuid} is ${row.state}, and agent ${destination} keeps a place for it`)
  }
  const [said, seen] = [agents, counted].map((table) => JSON.stringify(table.occupied()))
  if (said !== seen) throw new Error(`places taken: ${seen}, counted ${said}`)
  if (JSON.stringify(company.entries()) !== JSON.stringify(together.entries()))
    throw new Error(`labels on agents: ${together.entries().join()}, counted ${company.entries().join()}`)
  for (const [kind, rows] of crowded.entries()) {
    for (const row of rows)
      if (!containers.has(row) || row.state !== 'lost' || (row.pinned === undefined && agents.hasRoom(kind)))
        throw new Error(`container ${row.uuid} waits for room by mistake`)
  }
}

function checkRow(tables: Tables, row: ContainerRow): void {
  const { agents, candidates, starts, terminations, preTerminations, orphans, retries, recovery } = tables
  const { state, agentId } = row
  const must = (truth: boolean, rule: string): void => {
    if (!truth) throw new Error(`container ${row.uuid} of kind ${row.kind} is ${state}, and ${rule} is false`)
  }
  const hasAgent = agentId !== undefined && agents.get(agentId) !== undefined
  const ends = state === 'terminating' || state === 'moving'
  const placed = state === 'starting' || serves(state) || ends
  must(hasAgent === placed, 'it has an agent exactly while placed')
  must((state === 'starting') === (row.startId !== undefined), 'it has a start exactly while starting')
  must(row.startId === undefined || starts.get(row.startId)?.row === row, 'its start is known')
  must(ends === (row.terminationId !== undefined), 'it has a termination exactly while it ends')
  must(row.terminationId === undefined || terminations.get(row.terminationId) === row, 'its termination is known')
  must(!serves(state) || (row.announced && row.endpoint !== undefined && row.servedBy === agentId), 'it was announced')
  must(!serves(state) || row.waiters.size === 0, 'nobody waits for what is active')
  const unwanted = state === 'terminating' || state === 'pre-terminating'
  must(!unwanted || row.holders.size === 0, 'nobody holds what terminates')
  must((state === 'pre-terminating') === preTerminations.has(row), 'it has its time exactly while it cannot end yet')
  must(row.leaving === (agentId !== undefined && agents.get(agentId)?.draining === true), 'it leaves with its agent')
  const retried = retries.has(row) || notBefore(row) === Infinity
  must(state !== 'lost' || isWanted(row) || retried, 'it is kept while wanted, or leased to an agent that left')
  must(state !== 'recovering' || recovery?.open === true, 'the recovery window is open')
  must(state !== 'recovering' || row.holders.size === 0, 'nobody holds what is not found')
  must(state !== 'recovering' || row.waiters.size > 0 || row.standbys.length > 0, 'somebody waits for it')
  must(retries.has(row) ? state === 'lost' : true, 'it is tried again only while lost')
  const { kind, pinned } = row
  const canStart = pinned === undefined ? agents.hasRoom(kind) : candidates.withRoom(kind, pinned) !== undefined
  if (state === 'lost' && !retried) must(!canStart || row.holders.size === 0, 'nobody could start it')
  if (state === 'lost' && !retried) must(row.standbys.length === 0, 'it has no copy to activate')
  const orphan = state === 'active' && row.holders.size === 0 && !row.stateless
  must(orphans.has(row) ? orphan : true, 'only what nobody holds has an orphan deadline')
  const kept = tables.options.unusedContainerTimeoutMs === Infinity
  must(!orphan || kept || orphans.has(row), 'what nobody holds has an orphan deadline')
  let before: { number: number; agentId: string } | undefined
  for (const copy of row.standbys) {
    must(agents.get(copy.agentId) !== undefined, `the agent of copy ${copy.agentId} is known`)
    must(copy.agentId !== agentId, 'an agent is not standby for itself')
    must(
      before === undefined || before.number < copy.number || before.agentId < copy.agentId,
      'its copies are in order'
    )
    before = copy
  }
}
