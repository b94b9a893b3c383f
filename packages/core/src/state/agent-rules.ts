// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecord } from '../api/agent'
import type { ContainerRecord } from '../api/container'
import { NetworkEventKind, type NetworkContainerEvent } from '../api/events'
import type { AgentUuid, ClientUuid, ContainerUuid } from '../api/identifiers'
import { compareTokens } from '../api/token'
import type { Adoption } from './adoption'
import type { Draining } from './draining'
import type { Endings } from './endings'
import { ended } from './failures'
import type { Lifecycle, RemainingLease } from './lifecycle'
import { serves } from './queries'
import type { Rebalancing } from './rebalancing'
import type { AgentRow } from './rows'
import type { Tables } from './tables'

/** Agents come, renew their records, tell of their containers, and go. */
export class AgentRules {
  constructor(
    private readonly tables: Tables,
    private readonly lifecycle: Lifecycle,
    private readonly adoption: Adoption,
    private readonly endings: Endings,
    private readonly draining: Draining,
    private readonly rebalancing: Rebalancing
  ) {}

  /** A new agent, or one that the same client registers again. */
  apply(registrationId: number, record: AgentRecord, client: ClientUuid | undefined, now: number): void {
    const { agents, clients, feed, outbox, tombstones, voided } = this.tables
    const { agentId } = record
    const old = agents.get(agentId)
    const before = old && { kinds: old.kinds, endpoint: old.endpoint, draining: old.draining, given: old.givenCapacity }
    if (client !== undefined) clients.setOwner(agentId, client)
    const agent = agents.put(record, client)
    const terminate: ContainerUuid[] = []
    outbox.push({ type: 'registered', registrationId, agentId, terminate })
    if (before === undefined) feed.agentChanged(agent, NetworkEventKind.added, now)
    else if (!sameOffer(before, agent)) feed.agentChanged(agent, NetworkEventKind.updated, now)

    if (agent.draining) this.dropCopies(agentId, now)
    if (agent.draining !== (before?.draining ?? false)) this.draining.changed(agent)
    // It was told since what it may keep
    if (compareTokens(record.settled, voided.get(agentId)) >= 0) voided.delete(agentId)
    const listed = new Set<ContainerUuid>()
    for (const container of record.containers) {
      listed.add(container.uuid)
      if (container.ends === true || this.adoption.adopt(agent, container, now)) continue
      terminate.push(container.uuid)
      // So that it hears that before a start there that may follow; one of 0.7 goes by the answer
      if (agent.moves) this.endings.unwanted(agent, container, now)
    }
    this.endings.told(
      agent,
      record.containers.filter(({ ends }) => ends === true),
      now
    )
    tombstones.back(agentId, client)
    if (before !== undefined) this.missing(agent, listed, now)
    this.expected(agent, listed)
    this.placeWaiting(agent)
    this.placeBrought(record.containers)
    if (before === undefined || !sameOffer(before, agent) || before.given !== agent.givenCapacity)
      this.rebalancing.joined(agent)
  }

  /** It left, or is dead: `why` completes "agent a1 …". */
  remove(agent: AgentRow, why: string, now: number, lease: RemainingLease): void {
    const { agents, clients, containers, starts, feed, outbox } = this.tables
    const { agentId } = agent
    agents.delete(agent)
    clients.setOwner(agentId, undefined)
    starts.dropAgent(agentId)
    outbox.push({ type: 'agent-removed', agentId })
    feed.agentChanged(agent, NetworkEventKind.removed, now)
    this.dropCopies(agentId, now)
    for (const row of containers.onAgent(agentId)) this.lifecycle.agentLeft(row, { agentId, why, lease }, now)
    this.endings.left(agent, lease)
  }

  /** What the agent tells of its containers by itself. */
  update(agentId: AgentUuid, events: readonly NetworkContainerEvent[], now: number): void {
    const agent = this.tables.agents.get(agentId)
    if (agent === undefined) return
    for (const { container, event } of events) {
      if (event === NetworkEventKind.removed) {
        this.removed(agent, container, now)
        this.endings.over(agent, container.uuid, now)
      } else {
        this.changed(agent, container, now)
      }
    }
  }

  /** Its standby copies are not chosen any more. */
  private dropCopies(agentId: AgentUuid, now: number): void {
    const { containers } = this.tables
    for (const row of containers.standbysOf(agentId)) {
      containers.removeStandby(row, agentId)
      this.lifecycle.review(row, now, ended(row, 'its last copy left'))
    }
  }

  private removed({ agentId }: AgentRow, record: NetworkContainerEvent['container'], now: number): void {
    const { containers } = this.tables
    const row = containers.get(record.uuid)
    if (row === undefined) return
    if (row.agentId === agentId) {
      const stale = record.token !== undefined && compareTokens(record.token, row.token) < 0
      // What moves is awaited: the answer has its state
      const serving = serves(row.state) || row.state === 'terminating'
      if (serving && !stale) this.lifecycle.vacate(row, ended(row, `agent ${agentId} ended it`), now)
    } else if (containers.removeStandby(row, agentId) !== undefined) {
      this.lifecycle.review(row, now, ended(row, 'its last copy was removed'))
    }
  }

  private changed(agent: AgentRow, record: NetworkContainerEvent['container'], now: number): void {
    const { containers } = this.tables
    const { agentId } = agent
    const row = containers.get(record.uuid)
    if (row?.agentId === agentId && row.state === 'starting') {
      // Only what the running start was for; its answer will change nothing then.
      const serves = record.token !== undefined && compareTokens(record.token, row.token) >= 0
      if (serves) this.adoption.adopt(agent, record, now)
    } else if (!this.adoption.adopt(agent, record, now)) {
      this.lifecycle.endCopy(agentId, record.uuid, 'its uuid is live elsewhere')
    }
    if (row === undefined) this.placeBrought([record])
  }

  /** What it had and does not list any more has ended. */
  private missing({ agentId }: AgentRow, listed: ReadonlySet<ContainerUuid>, now: number): void {
    const { containers } = this.tables
    for (const row of containers.standbysOf(agentId)) {
      if (row.uuid === undefined || listed.has(row.uuid)) continue
      containers.removeStandby(row, agentId)
      this.lifecycle.review(row, now, ended(row, 'its last copy was removed'))
    }
    for (const row of containers.onAgent(agentId)) {
      if (row.state === 'starting' || row.state === 'moving' || row.uuid === undefined || listed.has(row.uuid)) continue
      this.lifecycle.vacate(row, ended(row, `agent ${agentId} has it no more`), now)
    }
  }

  /** Clients saw them last on this agent, which does not have them. */
  private expected({ agentId }: AgentRow, listed: ReadonlySet<ContainerUuid>): void {
    const { agents, containers, displaced } = this.tables
    const elsewhere = this.tables.awaitsOthersThan(agentId)
    for (const row of containers.expectedOn(agentId)) {
      if (row.uuid !== undefined && listed.has(row.uuid)) continue
      containers.update(row, { expectedAgentId: undefined })
      if (elsewhere || row.state !== 'recovering' || !agents.offers(row.kind)) continue
      containers.update(row, { state: 'lost' })
      displaced.add(row)
    }
  }

  /** Only those who wait for what this agent offers are looked at. */
  private placeWaiting({ kinds, draining }: AgentRow): void {
    const { containers, gets, displaced, drains } = this.tables
    if (draining) return
    for (const kind of kinds) {
      drains.unblockKind(kind)
      for (const row of containers.lost(kind)) displaced.add(row)
      for (const get of gets.queued(kind)) displaced.add(get)
    }
  }

  /**
   * Gets that wait may find their container now: those by labels for the end of the recovery window, and all for an agent of
   * the kind, which a container that exists without a factory needs not.
   */
  private placeBrought(containers: readonly Pick<ContainerRecord, 'kind'>[]): void {
    const { recovery, gets, displaced } = this.tables
    for (const kind of new Set(containers.map((record) => record.kind))) {
      for (const get of gets.queued(kind)) displaced.add(get)
      if (recovery?.open !== true) continue
      for (const get of gets.held(kind)) displaced.add(get)
    }
  }
}

function sameOffer(
  before: Pick<AgentRow, 'kinds' | 'endpoint' | 'draining'>,
  { kinds, endpoint, draining }: AgentRow
): boolean {
  return (
    before.draining === draining &&
    before.endpoint === endpoint &&
    before.kinds.size === kinds.size &&
    [...kinds].every((kind) => before.kinds.has(kind))
  )
}
