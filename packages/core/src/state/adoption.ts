// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerRecord } from '../api/container'
import type { ContainerUuid } from '../api/identifiers'
import { compareTokens, replaces } from '../api/token'
import { ended, kindMismatch } from './failures'
import type { Activation, Lifecycle } from './lifecycle'
import { serves } from './queries'
import type { AgentRow, ContainerRow } from './rows'
import type { Supervision } from './supervision'
import type { Tables } from './tables'

/** An agent says that it has this container. */
interface Claim {
  readonly agent: AgentRow
  readonly record: ContainerRecord
  readonly stateless: boolean
  /** Its agent knows standby. */
  readonly managed: boolean
}

/** Takes in what agents say they have; of two claimants one stays. */
export class Adoption {
  private copies = 0

  constructor(
    private readonly tables: Tables,
    private readonly lifecycle: Lifecycle,
    private readonly supervision: Supervision
  ) {}

  /** Answers whether the agent may keep it, as active or standby; else it must terminate it. */
  adopt(agent: AgentRow, said: ContainerRecord, now: number): boolean {
    const { containers, tokens } = this.tables
    tokens.see(said.token)
    const managed = said.stateless === true
    // It ends, and starts anew when it has
    if (agent.startsGivenUp.has(said.uuid) && !managed) return false
    const isVoid = this.isVoid(agent, said)
    if (isVoid && !managed) return false
    if (isVoid) this.lifecycle.deactivate(agent.agentId, said.uuid)
    const record = isVoid ? { ...said, token: undefined } : said
    if (managed && record.token === undefined && agent.draining) return true
    const claim: Claim = { agent, record, managed, stateless: managed || !agent.kinds.has(record.kind) }
    let row = containers.get(record.uuid)
    if (row !== undefined && row.kind !== record.kind) {
      if (row.state !== 'recovering') return false
      this.replaceWish(row, now)
      row = undefined
    }
    row ??= this.newRow(record)
    if (managed && record.token === undefined) return this.offer(row, claim, now)
    if (row.state === 'lost' || row.state === 'recovering') {
      if (isReplaced(row, claim)) return this.replaced(row, claim, now)
      this.serve(row, claim, now)
      return true
    }
    return row.agentId === agent.agentId ? this.renew(row, claim, now) : this.contest(row, claim, now)
  }

  /** It went on without hearing that it was given up, and others have had the container since, or may have. */
  isVoid({ agentId }: AgentRow, { uuid, token }: ContainerRecord): boolean {
    const { voided, containers, tombstones } = this.tables
    const given = voided.get(agentId)
    // That run has ended: nobody is left who knows what came after
    if (given !== undefined && token !== undefined && compareTokens(token, given) <= 0) return true
    return containers.get(uuid)?.servedToken === undefined && tombstones.overtook(agentId, uuid, token)
  }

  /** Effects rather than an answer: they reach the agent before the start that may follow. */
  private replaced(row: ContainerRow, claim: Claim, now: number): boolean {
    const { agentId } = claim.agent
    if (!claim.managed) {
      this.lifecycle.discard(agentId, claim.record.uuid, 'a later activation has served')
      return true
    }
    this.lifecycle.deactivate(agentId, claim.record.uuid)
    return this.offer(row, claim, now)
  }

  /** A copy that has to be activated waits for its turn. */
  private offer(row: ContainerRow, claim: Claim, now: number): boolean {
    const here = row.agentId === claim.agent.agentId
    if (here && (row.state === 'starting' || row.state === 'terminating' || row.state === 'moving')) return true
    this.addStandby(row, claim)
    // What was active has made room for a copy that its agent has added since.
    if (here && serves(row.state)) this.lifecycle.vacate(row, ended(row, 'its agent replaced it'), now)
    else if (row.state === 'lost') this.tables.displaced.add(row)
    return true
  }

  /** The agent that has it already says so again. */
  private renew(row: ContainerRow, claim: Claim, now: number): boolean {
    const { record } = claim
    if (row.state === 'starting') {
      const { managed } = claim
      // One of 0.7 has no token to go on by
      const activated = (!managed && record.token === undefined) || compareTokens(record.token, row.token) >= 0
      if (activated) this.serve(row, claim, now)
      // What was given up before ends when the agent hears of this start
      else if (!managed && !replaces(row.token, record.token)) this.found(row, record)
    } else if (serves(row.state)) {
      this.refresh(row, record, now)
      const { token } = record
      if (compareTokens(token, row.token) > 0) this.tables.containers.update(row, { token, servedToken: token })
      const { stateless, managed } = claim
      this.tables.containers.update(row, { stateless, managed })
      this.lifecycle.reviewOrphan(row, now)
    }
    this.ending(row, claim, now)
    return true
  }

  /**
   * What an earlier run had started is where the start is on its way to, and goes on by that one's token. Until its agent has
   * heard of that, nobody gets it: two tokens would be told of it at once.
   */
  private found(row: ContainerRow, { labels, extra, healthy, lastVisit }: ContainerRecord): void {
    this.tables.containers.update(row, {
      labels: labels ?? row.labels,
      extra: extra ?? row.extra,
      healthy: healthy !== false,
      lastVisit: Math.max(row.lastVisit, lastVisit ?? 0)
    })
  }

  /** It says that it was to end, and could not yet. */
  private ending(row: ContainerRow, { agent, record }: Claim, now: number): void {
    const { preTermination, uuid } = record
    if (preTermination === undefined) return
    // It was not heard that it goes on, or a coordinator before this one asked for its end
    if (row.state === 'active') this.tables.outbox.push({ type: 'restore', agentId: agent.agentId, uuid })
    else if (preTermination.finished === true) this.supervision.finished(row, now)
  }

  /** Another agent has it, is starting or ending it. */
  private contest(row: ContainerRow, claim: Claim, now: number): boolean {
    const { agent, record } = claim
    const { token } = record
    // A later start of this run is one that was lost with its agent: nobody was told of it, as they are of what serves
    if (token !== undefined && compareTokens(token, row.token) > 0 && !this.tables.tokens.gave(token)) {
      this.depose(row, agent, now)
      this.serve(row, claim, now)
      return true
    }
    if (!claim.stateless) return false
    this.addStandby(row, claim)
    if (claim.managed) this.lifecycle.deactivate(agent.agentId, record.uuid)
    return true
  }

  /** The row's agent loses to another: its copy becomes standby, or ends. */
  private depose(row: ContainerRow, winner: AgentRow, now: number): void {
    const { agents, containers, starts } = this.tables
    const { agentId, endpoint, stateless, managed, state, activating } = row
    const uuid = row.uuid as ContainerUuid
    if (agentId === undefined) return
    starts.abandon(row.startId)
    // Only its index entries matter from here to the activation that follows.
    containers.update(row, { agentId: winner.agentId, startId: undefined, activating: undefined })
    const stays = agents.get(agentId)?.draining === false
    if (activating !== undefined && stays) containers.addStandby(row, activating)
    if (!serves(state)) return
    if (stateless && endpoint !== undefined) {
      if (stays) containers.addStandby(row, { agentId, endpoint, managed, number: this.nextNumber() })
      if (managed) this.lifecycle.deactivate(agentId, uuid)
    } else {
      this.lifecycle.discard(agentId, uuid, `agent ${winner.agentId} has a later activation`)
    }
  }

  private serve(row: ContainerRow, claim: Claim, now: number): void {
    const { agent, record, stateless, managed } = claim
    const { endpoint, token, lastVisit, healthy, labels, extra } = record
    const { agentId } = agent
    this.tables.containers.update(row, { labels: labels ?? row.labels, extra: extra ?? row.extra })
    const activation: Activation = {
      agentId,
      endpoint,
      token,
      stateless,
      managed,
      healthy: healthy !== false,
      lastVisit: lastVisit ?? 0
    }
    this.lifecycle.activate(row, activation, now)
    this.ending(row, claim, now)
  }

  /** What the agent says of a container that it goes on serving. */
  private refresh(row: ContainerRow, record: ContainerRecord, now: number): void {
    const { containers, feed, outbox } = this.tables
    const healthy = record.healthy !== false
    const lastVisit = Math.max(row.lastVisit, record.lastVisit ?? 0)
    const moved = record.endpoint !== row.endpoint
    const turned = healthy !== row.healthy
    const changed = moved || turned
    if (turned) this.tables.history.note(row, healthy ? 'healthy' : 'unhealthy', now, row.agentId, record.healthError)
    containers.update(row, { healthy, lastVisit, endpoint: record.endpoint })
    if (changed) feed.containerUpdated(row, now)
    const { uuid, agentId } = row
    if (moved && uuid !== undefined && agentId !== undefined) {
      outbox.push({ type: 'ready', uuid, agentId, endpoint: record.endpoint })
    }
  }

  private addStandby(row: ContainerRow, { agent, record, managed }: Claim): void {
    const { agentId } = agent
    if (agent.draining) return
    const known = row.standbys.find((copy) => copy.agentId === agentId)
    // Inside the recovery window the order of arrival means nothing.
    const number = known?.number ?? (this.tables.recovering ? 0 : this.nextNumber())
    this.tables.containers.addStandby(row, { agentId, endpoint: record.endpoint, managed, number })
    this.tables.drains.unblock(row)
  }

  private nextNumber(): number {
    return ++this.copies
  }

  private newRow({ kind, uuid, labels, extra }: ContainerRecord): ContainerRow {
    const state = this.tables.recovering ? 'recovering' : 'lost'
    return this.tables.containers.add({ kind, uuid, labels, extra, state })
  }

  /** A uuid that clients only named turns out to be of another kind. */
  private replaceWish(row: ContainerRow, now: number): void {
    for (const get of [...row.waiters]) this.lifecycle.failGet(get, kindMismatch(get, row))
    this.lifecycle.end(row, ended(row, 'it is of another kind'), now)
  }
}

/** A later activation has served: what this copy knows is old. A 0.7 copy that serves always has no say in it. */
function isReplaced({ servedToken }: ContainerRow, { record, stateless, managed }: Claim): boolean {
  return (managed || !stateless) && record.token !== undefined && compareTokens(record.token, servedToken) < 0
}
