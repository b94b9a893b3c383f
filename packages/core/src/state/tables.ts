// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ContainerKind } from '../api/identifiers'
import type { ActivationToken } from '../api/token'
import type { EmitEffect } from './effects'
import { AgentTable } from './agent-table'
import { Candidates } from './candidates'
import { ClientTable } from './client-table'
import { Clock } from './clock'
import { Company } from './company'
import { ContainerTable } from './container-table'
import { DeadlineQueue } from './deadline-queue'
import { DrainTable } from './drain-table'
import { EventFeed } from './event-feed'
import { FailedGetTable } from './failed-get-table'
import { GetTable } from './get-table'
import { History } from './history'
import { Meter } from './meter'
import { Occupancy } from './occupancy'
import type { NetworkStateOptions } from './options'
import { Outbox } from './outbox'
import { PlacementRules } from './placement-rules'
import { References } from './references'
import type { ContainerRow, PendingGet } from './rows'
import { SetIndex } from './set-index'
import { StartTable } from './start-table'
import { TerminationTable } from './termination-table'
import { Tombstones } from './tombstones'
import { TokenSource } from './tokens'

/** What an earlier run had comes back in it. */
interface RecoveryWindow {
  until: number
  /** Its end, however many come back. */
  readonly latest: number
  open: boolean
  /** Agents that the earlier run knew, and that are not back. */
  readonly awaited?: Set<AgentUuid>
  /** Its time is over: what is written now is that they are given up. */
  writes: boolean
}

/** Everything the coordinator knows; the rules that change it are in the files beside. */
export class Tables {
  readonly meter = new Meter()
  readonly clock = new Clock()
  readonly rules: PlacementRules
  readonly agents: AgentTable
  readonly company: Company
  readonly candidates: Candidates
  readonly containers: ContainerTable
  readonly clients: ClientTable
  readonly references: References
  readonly gets = new GetTable(this.meter)
  readonly starts = new StartTable()
  readonly terminations = new TerminationTable()
  readonly tombstones = new Tombstones()
  readonly history = new History()
  readonly failedGets = new FailedGetTable()
  readonly tokens: TokenSource
  readonly outbox: Outbox
  readonly feed: EventFeed
  /** Until when an active row without holders lives. */
  readonly orphans = new DeadlineQueue<ContainerRow>()
  /** When a container that could not end yet is ended by force. */
  readonly preTerminations = new DeadlineQueue<ContainerRow>()
  readonly drains = new DrainTable()
  /** When a lost row that everybody failed to start is tried again. */
  readonly retries = new DeadlineQueue<ContainerRow>()
  /** Lost rows for which nobody has room. */
  readonly crowded = new SetIndex<ContainerKind, ContainerRow>()
  /** What the running input leaves to be placed, when everything else has been decided. */
  readonly displaced = new Set<ContainerRow | PendingGet>()
  /** While open, nothing starts whose whereabouts are unknown: until that time, or until all who are awaited are back. */
  recovery: RecoveryWindow | undefined
  /** Agents that were given up as silent by an earlier run: up to that token, others may have what they had. */
  readonly voided = new Map<AgentUuid, ActivationToken>()
  /** Set by `close`: nothing starts any more. */
  closed = false

  constructor(
    readonly options: NetworkStateOptions,
    emit: EmitEffect
  ) {
    const { placement = new PlacementRules(), random = () => 0 } = options
    this.rules = placement
    this.agents = new AgentTable(this.meter, placement)
    this.company = new Company(placement)
    this.candidates = new Candidates(this.agents, this.company, placement, random, this.meter)
    this.containers = new ContainerTable(this.meter, this.clock, new Occupancy(this.agents, this.company))
    this.clients = new ClientTable(this.meter, options.aliveTimeoutMs)
    this.references = new References(this.clients, this.meter)
    this.tokens = new TokenSource(options.epoch)
    this.outbox = new Outbox(emit)
    this.feed = new EventFeed(this.clients, this.outbox, options.eventBatchMs)
  }

  /** The recovery window is open. */
  get recovering(): boolean {
    return this.recovery?.open === true
  }

  /** Others of the earlier run are not back, and may serve what that agent came back without. */
  awaitsOthersThan(agentId: AgentUuid): boolean {
    const { recovery } = this
    if (recovery?.open !== true || recovery.awaited === undefined) return false
    return recovery.awaited.size > (recovery.awaited.has(agentId) ? 1 : 0)
  }

  /** How long that agent may be silent before it counts as dead, and serve meanwhile; 0 in-process. */
  patienceMs(agentId: AgentUuid): number {
    const owner = this.agents.get(agentId)?.client
    return owner === undefined ? 0 : (this.clients.get(owner)?.aliveTimeoutMs ?? 0)
  }
}
