// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ClientUuid, ContainerUuid } from '../api/identifiers'
import type { AgentLoad } from '../api/placement'
import type { NetworkError } from '../errors'
import { clientGone, closed, ended, getExpired } from './failures'
import type { Lifecycle, RemainingLease } from './lifecycle'
import { Liveness } from './liveness'
import type { Placement } from './placement'
import type { ClientOptions, GetRequest, RestoreRequest } from './queries'
import type { Registrations } from './registrations'
import type { GiveUp, PendingGet } from './rows'
import type { Tables } from './tables'

const NOWHERE = { at: 'nowhere' } as const

/** What clients ask for, hold and give back, and how they go. */
export class ClientRules {
  /** Ids that ping in-process. */
  readonly liveness = new Liveness<AgentUuid | ClientUuid>()

  constructor(
    private readonly tables: Tables,
    private readonly lifecycle: Lifecycle,
    private readonly placement: Placement,
    private readonly registrations: Registrations
  ) {}

  add(id: ClientUuid, { watch, aliveTimeoutMs }: ClientOptions): void {
    const client = this.tables.clients.ensure(id)
    client.detached = false
    if (aliveTimeoutMs !== undefined) client.aliveTimeoutMs = aliveTimeoutMs
    if (watch === undefined || watch === client.watching) return
    // What was collected for its own holds leaves first: nothing is told twice.
    this.tables.feed.flush()
    this.tables.clients.setWatching(client, watch)
  }

  /**
   * @param leaseMs for how long its agents may still serve
   * @param givenUp absent where no later run could believe what they say
   */
  remove(id: ClientUuid, now: number, leaseMs = 0, givenUp?: GiveUp): void {
    const { clients, references, agents, feed, outbox } = this.tables
    const client = clients.get(id)
    if (client === undefined) return
    for (const get of [...client.gets]) this.endGet(get, clientGone(get), now)
    for (const row of references.removeClient(client)) {
      this.lifecycle.review(row, now, ended(row, 'the last client that held it left'))
    }
    this.registrations.cancel(id, `client ${id} left the network`)
    for (const agentId of [...client.agents]) {
      const agent = agents.get(agentId)
      if (agent === undefined) continue
      if (leaseMs > 0) this.tables.tombstones.gaveUp(agentId, id, this.tables.tokens.last)
      this.removeAgent(agentId, `left with client ${id}`, now, { until: now + leaseMs, givenUp })
    }
    feed.forget(client)
    clients.delete(client)
    this.liveness.forget(id)
    outbox.push({ type: 'client-removed', client: id })
  }

  removeAgent(agentId: AgentUuid, why: string, now: number, lease: RemainingLease = { until: now }): void {
    const agent = this.tables.agents.get(agentId)
    if (agent === undefined) return
    if (this.tables.clients.get(agentId as string as ClientUuid) === undefined) this.liveness.forget(agentId)
    this.registrations.remove(agent, why, now, lease)
  }

  detach(id: ClientUuid, now: number): void {
    const client = this.tables.clients.get(id)
    if (client === undefined) return
    client.detached = true
    this.registrations.clientDetached(client, now)
  }

  attach(id: ClientUuid): void {
    const client = this.tables.clients.get(id)
    if (client !== undefined) client.detached = false
  }

  mapAgent(id: ClientUuid, agentId: AgentUuid, now: number): void {
    const { clients, agents } = this.tables
    clients.ensure(id)
    clients.setOwner(agentId, id)
    const agent = agents.get(agentId)
    if (agent === undefined) return
    agent.client = id
    this.registrations.applyRenewals(agentId, id, now)
  }

  unmapAgent(id: ClientUuid, agentId: AgentUuid, now: number): void {
    const { clients, agents } = this.tables
    if (clients.ownerOf(agentId) !== id) return
    clients.setOwner(agentId, undefined)
    const agent = agents.get(agentId)
    if (agent === undefined) return
    agent.client = undefined
    this.registrations.applyRenewals(agentId, undefined, now)
  }

  /** Half of the lag is that of the last reports: one that was late says little. */
  load(id: ClientUuid, { inFlight, lagMs }: AgentLoad): void {
    for (const agentId of this.tables.clients.get(id)?.agents ?? []) {
      const agent = this.tables.agents.get(agentId)
      if (agent !== undefined) agent.load = { inFlight, lagMs: (agent.load.lagMs + lagMs) / 2 }
    }
  }

  /** By whomever, or by that client: then only what is its own ends. */
  unregister(agentId: AgentUuid, id: ClientUuid | undefined, now: number): void {
    if (id !== undefined) this.registrations.cancel(id, `client ${id} unregistered it`, agentId)
    if (id === undefined || this.tables.clients.ownerOf(agentId) === id) this.removeAgent(agentId, 'unregistered', now)
  }

  get(request: GetRequest, now: number): void {
    this.begin(request, { restores: false, expectedAgentId: undefined }, now)
  }

  restore(request: RestoreRequest, now: number): void {
    const restores = request.options.uuid !== undefined
    this.begin(request, { restores, expectedAgentId: request.agentId }, now)
  }

  private begin(request: GetRequest, claim: Pick<PendingGet, 'restores' | 'expectedAgentId'>, now: number): void {
    const { getId, kind, options, deadline } = request
    const { tables } = this
    if (tables.closed) {
      const error = closed(`the get of a container of kind ${kind}`)
      tables.outbox.push({ type: 'get-failed', getId, error })
      return
    }
    const client = tables.clients.ensure(request.client)
    const { restores, expectedAgentId } = claim
    // Field by field: spreading costs as much as all the rest of this
    const get: PendingGet = {
      getId,
      client,
      kind,
      options,
      deadline,
      since: now,
      restores,
      expectedAgentId,
      place: NOWHERE,
      losses: 0
    }
    tables.gets.add(get)
    this.placement.placeGet(get, now)
  }

  /** The get fails; what it waited for may not be needed any more. */
  endGet(get: PendingGet, error: NetworkError, now: number): void {
    const { place } = get
    this.lifecycle.failGet(get, error)
    if (place.at === 'row') this.lifecycle.review(place.row, now, error)
  }

  expired(get: PendingGet, now: number): void {
    this.endGet(get, getExpired(get, this.tables.agents.kinds(), now), now)
  }

  release(id: ClientUuid, uuid: ContainerUuid, now: number): boolean {
    const { clients, containers, references } = this.tables
    const client = clients.get(id)
    const row = containers.get(uuid)
    if (client === undefined || row === undefined || !references.remove(client, row)) return false
    this.lifecycle.review(row, now, ended(row, 'the last reference was released'))
    return true
  }

  ping(id: AgentUuid | ClientUuid, now: number): void {
    if (this.liveness.has(id)) {
      this.liveness.signal(id, now)
      return
    }
    const client = this.tables.clients.get(id as ClientUuid)
    if (client === undefined && this.tables.agents.get(id as AgentUuid) === undefined) return
    this.liveness.watch(id, client?.aliveTimeoutMs ?? this.tables.options.aliveTimeoutMs, now)
  }

  /** Removes those who pinged once and do not any more. */
  advance(now: number): void {
    for (const id of this.liveness.tardy(now)) {
      this.removeAgent(id as AgentUuid, 'was silent for its alive timeout', now)
      this.remove(id as ClientUuid, now)
    }
  }
}
