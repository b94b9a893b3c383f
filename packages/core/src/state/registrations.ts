// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecord } from '../api/agent'
import type { AgentEndpointRef, AgentUuid, ClientUuid } from '../api/identifiers'
import { tryParseEndpointRef } from '../endpoint'
import type { NetworkError } from '../errors'
import type { AgentRules } from './agent-rules'
import { DeadlineQueue } from './deadline-queue'
import { agentIdTaken, closed, registrationEnded } from './failures'
import type { RemainingLease } from './lifecycle'
import type { AgentRow, ClientRow } from './rows'
import { SetIndex } from './set-index'
import type { Tables } from './tables'

/** A registration that waits for the end of the agent id's owner. */
interface WaitingRegistration {
  readonly registrationId: number
  readonly record: AgentRecord
  readonly client: ClientUuid | undefined
  readonly since: number
}

/** Who may have which agent id. */
export class Registrations {
  private readonly byAgent = new SetIndex<AgentUuid, WaitingRegistration>()
  private readonly byClient = new SetIndex<ClientUuid, WaitingRegistration>()
  private readonly deadlines = new DeadlineQueue<WaitingRegistration>()

  constructor(
    private readonly tables: Tables,
    private readonly rules: AgentRules
  ) {}

  get size(): number {
    return this.deadlines.size
  }

  /** Applies it, or lets it wait for the owner's end. */
  register(registrationId: number, record: AgentRecord, client: ClientUuid | undefined, now: number): void {
    const { tables } = this
    const { agentId } = record
    const owner = client ?? tables.clients.ownerOf(agentId)
    const waiting: WaitingRegistration = { registrationId, record, client: owner, since: now }
    if (tables.closed) {
      this.fail(waiting, closed(`the registration of agent ${agentId}`))
      return
    }
    if (owner !== undefined) tables.clients.ensure(owner)
    const incumbent = tables.agents.get(agentId)
    if (incumbent === undefined || incumbent.client === owner) {
      this.rules.apply(registrationId, record, owner, now)
    } else if (this.isProvedDead(incumbent, record)) {
      this.replace(incumbent, waiting, now)
    } else {
      this.wait(waiting, incumbent)
    }
  }

  /** The agent left or is dead; who waited for its id gets it. */
  remove(agent: AgentRow, why: string, now: number, lease: RemainingLease): void {
    this.rules.remove(agent, why, now, lease)
    this.applyNext(agent.agentId, now)
  }

  /** That client's connection is known to be lost: who registers with the same port has proved the end of its agents. */
  clientDetached(client: ClientRow, now: number): void {
    for (const agentId of [...client.agents]) {
      const incumbent = this.tables.agents.get(agentId)
      if (incumbent === undefined) continue
      for (const waiting of this.byAgent.get(agentId) ?? []) {
        if (!this.isProvedDead(incumbent, waiting.record)) continue
        this.forget(waiting)
        this.replace(incumbent, waiting, now)
        break
      }
    }
  }

  /** Ends what that client has waiting, for that agent id or all. */
  cancel(client: ClientUuid, why: string, agentId?: AgentUuid): void {
    for (const waiting of [...(this.byClient.get(client) ?? [])]) {
      if (agentId !== undefined && waiting.record.agentId !== agentId) continue
      this.forget(waiting)
      this.fail(waiting, registrationEnded(waiting.record.agentId, why))
    }
  }

  nextDeadline(): number | undefined {
    return this.deadlines.next()
  }

  advance(now: number): void {
    for (const waiting of this.deadlines.due(now)) {
      this.forget(waiting)
      const { agentId } = waiting.record
      this.fail(waiting, agentIdTaken(agentId, this.ownerName(agentId), now - waiting.since))
    }
  }

  close(): void {
    for (const agentId of [...this.byAgent.keys()]) {
      for (const waiting of [...(this.byAgent.get(agentId) ?? [])]) {
        this.forget(waiting)
        this.fail(waiting, closed(`the registration of agent ${agentId}`))
      }
    }
  }

  /** For tests: throws when one waits for nobody. */
  check(): void {
    for (const agentId of this.byAgent.keys()) {
      const incumbent = this.tables.agents.get(agentId)
      for (const { client } of this.byAgent.get(agentId) ?? []) {
        if (incumbent === undefined) throw new Error(`a registration waits for agent ${agentId}, which is unknown`)
        if (incumbent.client === client)
          throw new Error(`client ${client} waits for the end of its own agent ${agentId}`)
        if (client !== undefined && this.tables.clients.get(client) === undefined) {
          throw new Error(`a registration of agent ${agentId} waits for client ${client}, which is unknown`)
        }
      }
    }
  }

  /** A port has one listener: with the owner's connection lost, whoever has its port shows that the owner has not. */
  private isProvedDead(incumbent: AgentRow, record: AgentRecord): boolean {
    const client = incumbent.client === undefined ? undefined : this.tables.clients.get(incumbent.client)
    const listener = listenerOf(incumbent.endpoint)
    return client?.detached === true && listener !== undefined && listener === listenerOf(record.endpoint)
  }

  private replace(incumbent: AgentRow, successor: WaitingRegistration, now: number): void {
    const { registrationId, record, client } = successor
    this.rules.remove(incumbent, 'was replaced by a new process on the same port', now, { until: now })
    this.rules.apply(registrationId, record, client, now)
    this.applyRenewals(record.agentId, client, now)
  }

  private wait(waiting: WaitingRegistration, incumbent: AgentRow): void {
    const { clients, options, outbox } = this.tables
    const { agentId } = waiting.record
    const { client, endpoint } = incumbent
    const ownerTimeoutMs = client === undefined ? undefined : clients.get(client)?.aliveTimeoutMs
    this.byAgent.add(agentId, waiting)
    if (waiting.client !== undefined) this.byClient.add(waiting.client, waiting)
    this.deadlines.set(
      waiting,
      waiting.since + Math.min(ownerTimeoutMs ?? options.aliveTimeoutMs, options.agentIdWaitMs)
    )
    outbox.push({
      type: 'probe',
      agentId,
      ...(client === undefined ? {} : { client }),
      ...(endpoint === undefined ? {} : { endpoint })
    })
  }

  /** The agent id is free: the first who waits has it, further ones by the same client are renewals. */
  private applyNext(agentId: AgentUuid, now: number): void {
    for (const waiting of this.byAgent.get(agentId) ?? []) {
      this.forget(waiting)
      this.rules.apply(waiting.registrationId, waiting.record, waiting.client, now)
      this.applyRenewals(agentId, waiting.client, now)
      return
    }
  }

  /** Whoever waits and is the owner now is a renewal. */
  applyRenewals(agentId: AgentUuid, client: ClientUuid | undefined, now: number): void {
    for (const waiting of [...(this.byAgent.get(agentId) ?? [])]) {
      if (waiting.client !== client) continue
      this.forget(waiting)
      this.rules.apply(waiting.registrationId, waiting.record, client, now)
    }
  }

  private forget(waiting: WaitingRegistration): void {
    this.byAgent.delete(waiting.record.agentId, waiting)
    if (waiting.client !== undefined) this.byClient.delete(waiting.client, waiting)
    this.deadlines.delete(waiting)
  }

  private fail({ registrationId }: WaitingRegistration, error: NetworkError): void {
    this.tables.outbox.push({ type: 'registration-failed', registrationId, error })
  }

  private ownerName(agentId: AgentUuid): string {
    const client = this.tables.agents.get(agentId)?.client
    return client === undefined ? 'an agent in the coordinator itself' : `client ${client}`
  }
}

/** 'host:port' of a listening endpoint; undefined for opaque ones and those that nobody can connect to. */
export function listenerOf(endpoint: AgentEndpointRef | undefined): string | undefined {
  const { host, port = 0 } = tryParseEndpointRef(endpoint) ?? {}
  return port > 0 ? `${host}:${port}` : undefined
}
