// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecord, AgentRecordInfo } from '../api/agent'
import type { ContainerRecord, GetOptions } from '../api/container'
import type { ContainerExplanation, ContainerSummary, KindWait, TerminateOptions } from '../api/diagnosis'
import type { NetworkContainerEvent } from '../api/events'
import type { AgentUuid, ClientUuid, ContainerEndpointRef, ContainerKind, ContainerUuid } from '../api/identifiers'
import type { AgentLoad } from '../api/placement'
import type { NotYet } from '../api/termination'
import type { ActivationToken } from '../api/token'
import type { NetworkError } from '../errors'
import type { EmitEffect } from './effects'
import { Adoption } from './adoption'
import { Draining } from './draining'
import { Endings } from './endings'
import { AgentRules } from './agent-rules'
import { check } from './check'
import { ClientRules } from './client-rules'
import { closed } from './failures'
import { explain, unserved, whyNotServed, whyUnknown } from './explain'
import { Lifecycle } from './lifecycle'
import type { NetworkStateOptions } from './options'
import { OperatorRules, type RequestedEnd } from './operator-rules'
import { Placement } from './placement'
import { agentInfos, lookup, statsOf } from './reports'
import { Rebalancing } from './rebalancing'
import { Registrations } from './registrations'
import { recordOf, type GiveUp } from './rows'
import { Starting } from './starting'
import { Supervision } from './supervision'
import { Tables } from './tables'
import { waitsByKind } from './waits'
import type { ClientOptions, ContainerLookup, GetRequest, NetworkStats, RestoreRequest } from './queries'

/**
 * The coordinator: what it knows and how it decides, without I/O. Every method is synchronous; `now` is monotonic
 * milliseconds, `unixNow` Unix milliseconds; what is to be done leaves through `emit`, when the tables are consistent again.
 */
export class NetworkState {
  private readonly tables: Tables
  private readonly lifecycle: Lifecycle
  private readonly placement: Placement
  private readonly endings: Endings
  private readonly starting: Starting
  private readonly supervision: Supervision
  private readonly draining: Draining
  private readonly rebalancing: Rebalancing
  private readonly agentRules: AgentRules
  private readonly registrations: Registrations
  private readonly clients: ClientRules
  private readonly operators: OperatorRules

  constructor(options: NetworkStateOptions, emit: EmitEffect) {
    const tables = new Tables(options, emit)
    this.tables = tables
    this.lifecycle = new Lifecycle(tables)
    this.placement = new Placement(tables, this.lifecycle)
    this.supervision = new Supervision(tables, this.lifecycle)
    this.draining = new Draining(tables, this.supervision)
    const adoption = new Adoption(tables, this.lifecycle, this.supervision)
    this.endings = new Endings(tables, adoption)
    this.starting = new Starting(tables, this.lifecycle, this.placement, this.endings)
    this.rebalancing = new Rebalancing(tables, this.supervision)
    this.agentRules = new AgentRules(tables, this.lifecycle, adoption, this.endings, this.draining, this.rebalancing)
    this.registrations = new Registrations(tables, this.agentRules)
    this.clients = new ClientRules(tables, this.lifecycle, this.placement, this.registrations)
    this.operators = new OperatorRules(tables, this.supervision)
  }

  /** Adds a client, or changes what is given of a known one. */
  addClient(client: ClientUuid, options: ClientOptions, now: number): void {
    this.run(now, () => this.clients.add(client, options))
  }

  /** From now on the client gets the events of the whole network. Adds an unknown client. */
  watch(client: ClientUuid): void {
    this.clients.add(client, { watch: true })
    this.tables.outbox.flush()
  }

  /**
   * The client is gone: its holds end, its gets are cancelled, its agents removed. Unknown ones are ignored.
   *
   * @param leaseMs for how long its agents may still serve; nothing that they had starts elsewhere before
   * @param givenUp nor before {@link written}
   */
  removeClient(client: ClientUuid, now: number, leaseMs = 0, givenUp?: GiveUp): void {
    this.run(now, () => this.clients.remove(client, now, leaseMs, givenUp))
  }

  /** It is durable who was given up. */
  written(givenUp: GiveUp, now: number): void {
    givenUp.written = true
    this.run(now, () => {
      for (const row of givenUp.rows) {
        if (row.givenUp === givenUp && this.tables.containers.has(row)) this.tables.displaced.add(row)
      }
    })
  }

  /** Its connection is known to be lost. It still lives, until removed. */
  clientDetached(client: ClientUuid, now: number): void {
    this.run(now, () => this.clients.detach(client, now))
  }

  /** It is connected again. */
  clientAttached(client: ClientUuid, now: number): void {
    this.run(now, () => this.clients.attach(client))
  }

  hasClient(client: ClientUuid): boolean {
    return this.tables.clients.get(client) !== undefined
  }

  /** That agent lives as long as that client; `register` with a client says the same. */
  mapAgent(client: ClientUuid, agentId: AgentUuid, now: number): void {
    this.run(now, () => this.clients.mapAgent(client, agentId, now))
  }

  unmapAgent(client: ClientUuid, agentId: AgentUuid, now: number): void {
    this.run(now, () => this.clients.unmapAgent(client, agentId, now))
  }

  /** Ends in one `registered` or `registration-failed`. */
  register(registrationId: number, record: AgentRecord, client: ClientUuid | undefined, now: number): void {
    this.supervision.prolongRecovery(now)
    this.run(now, () => {
      this.registrations.register(registrationId, record, client, now)
      this.supervision.registered(record.agentId, now)
    })
  }

  /** The agent leaves or is dead. With `client`: only if it is the owner; its waiting registrations of that id end. */
  unregister(agentId: AgentUuid, now: number, client?: ClientUuid): void {
    this.run(now, () => this.clients.unregister(agentId, client, now))
  }

  /** A sign of life given in-process; from the first on, the id is watched. Unknown ids are ignored. */
  ping(id: AgentUuid | ClientUuid, now: number): void {
    this.run(now, () => this.clients.ping(id, now))
  }

  /** Ends in one `get-settled` or `get-failed`. Adds an unknown client, unwatched. */
  get(request: GetRequest, now: number): void {
    this.run(now, () => this.clients.get(request, now))
  }

  /** As `get`, for what the client says it holds already: ends in `hold-counted` where that cannot be had now. */
  restore(request: RestoreRequest, now: number): void {
    this.run(now, () => this.clients.restore(request, now))
  }

  /** The get fails with `error`, unless settled. */
  cancelGet(getId: number, error: NetworkError, now: number): void {
    const get = this.tables.gets.get(getId)
    if (get !== undefined) this.run(now, () => this.clients.endGet(get, error, now))
  }

  /** Takes back one reference of that client; false when it had none. */
  release(client: ClientUuid, uuid: ContainerUuid, now: number): boolean {
    let released = false
    this.run(now, () => (released = this.clients.release(client, uuid, now)))
    return released
  }

  /** References of that client to that container. */
  holds(client: ClientUuid, uuid: ContainerUuid): number {
    const row = this.tables.containers.get(uuid)
    return row === undefined ? 0 : this.tables.references.count(client, row)
  }

  startSucceeded(
    startId: number,
    uuid: ContainerUuid,
    endpoint: ContainerEndpointRef,
    now: number,
    unixNow: number
  ): void {
    this.run(now, () => this.starting.succeeded(startId, uuid, endpoint, now, unixNow))
  }

  startFailed(startId: number, error: unknown, now: number): void {
    this.run(now, () => this.starting.answeredFailure(startId, error, now))
  }

  /** Whether a container waits for that termination to end, or for its agent to hear of it. */
  awaitsEnd(terminationId: number): boolean {
    const { terminations } = this.tables
    return terminations.get(terminationId) !== undefined || this.endings.awaits(terminationId)
  }

  /**
   * The termination has ended, well or not.
   *
   * @param state what a container that moves leaves to its successor
   */
  terminated(terminationId: number, now: number, state?: unknown): void {
    this.run(now, () => {
      if (!this.endings.heard(terminationId, now)) this.supervision.terminated(terminationId, state, now)
    })
  }

  /** The container at `at` answered that termination: it cannot end yet, and serves on. */
  notYet(
    terminationId: number,
    at: { readonly agentId: AgentUuid; readonly uuid: ContainerUuid },
    why: NotYet,
    now: number,
    unixNow: number
  ): void {
    this.run(now, () => this.supervision.notYet(terminationId, at, why, now, unixNow))
  }

  /** What an agent tells of its containers by itself. */
  containerUpdates(agentId: AgentUuid, events: readonly NetworkContainerEvent[], now: number): void {
    this.run(now, () => this.agentRules.update(agentId, events, now))
  }

  /** A request went to that container. */
  touch(uuid: ContainerUuid, unixNow: number): void {
    const row = this.tables.containers.get(uuid)
    if (row !== undefined) row.lastVisit = Math.max(row.lastVisit, unixNow)
  }

  lookup(uuid: ContainerUuid): ContainerLookup | undefined {
    return lookup(this.tables, uuid)
  }

  /** With what it was started, and would be again. */
  startOf(uuid: ContainerUuid): GetOptions | undefined {
    const row = this.tables.containers.get(uuid)
    if (row === undefined) return undefined
    const { labels, extra } = row
    return { uuid, ...(labels === undefined ? {} : { labels: [...labels] }), ...(extra === undefined ? {} : { extra }) }
  }

  /** How busy the process of that client, and so each of its agents is. Unknown ones are ignored. */
  load(client: ClientUuid, load: AgentLoad): void {
    this.clients.load(client, load)
  }

  hasAgent(agentId: AgentUuid): boolean {
    return this.tables.agents.get(agentId) !== undefined
  }

  /** Who owns that agent; undefined for in-process and unknown ones. */
  ownerOf(agentId: AgentUuid): ClientUuid | undefined {
    return this.tables.clients.ownerOf(agentId)
  }

  agents(): AgentRecordInfo[] {
    return agentInfos(this.tables)
  }

  kinds(): ContainerKind[] {
    return this.tables.agents.kinds()
  }

  /** The active containers, of one kind or of all (undefined and null). */
  list(kind?: ContainerKind | null): ContainerRecord[] {
    return [...this.tables.containers.active(kind ?? undefined)].map(recordOf)
  }

  /**
   * An earlier coordinator ran: until the window ends nothing starts whose whereabouts are unknown. It opens once per run, and is
   * held open while others come back.
   *
   * @param leases how long each of its agents may serve without us: the window ends when all are back
   */
  beginRecovery(now: number, leases?: ReadonlyMap<AgentUuid, number>): void {
    this.supervision.beginRecovery(now, leases)
  }

  /** It is durable that those are given up who are not back. */
  endRecovery(now: number): void {
    this.run(now, () => this.supervision.endRecovery(now))
  }

  /** Agents that an earlier run gave up as silent, and a token of then: what they had up to it counts only if they were told so since. */
  void(agents: ReadonlyMap<AgentUuid, ActivationToken>): void {
    for (const [agentId, token] of agents) this.tables.voided.set(agentId, token)
  }

  /** The last token that was given or seen. */
  get lastToken(): ActivationToken {
    return this.tables.tokens.last
  }

  /** One that is given to nothing: it parts what came before it from what comes after. */
  newToken(): ActivationToken {
    return this.tables.tokens.next()
  }

  /** Of this run: the first part of its tokens. */
  get epoch(): number {
    return this.tables.tokens.epoch
  }

  /** Somebody knows a run of that epoch: this one comes after it. */
  seeEpoch(epoch: number): void {
    this.tables.tokens.see({ epoch, counter: 0 })
  }

  /** Whether the recovery window is open. */
  get recovering(): boolean {
    return this.tables.recovery?.open === true
  }

  /** When `advance` has to be called next, at the latest. */
  nextDeadline(): number | undefined {
    if (this.tables.closed) return undefined
    const { starts, terminations, preTerminations, orphans, retries, gets, feed, recovery } = this.tables
    let soonest = recovery?.open === true && !recovery.writes ? recovery.until : Infinity
    for (const at of [
      this.clients.liveness.nextDeadline(),
      this.registrations.nextDeadline(),
      starts.nextDeadline(),
      terminations.nextDeadline(),
      preTerminations.next(),
      retries.next(),
      orphans.next(),
      gets.nextDeadline(),
      this.rebalancing.nextDeadline(),
      feed.nextDeadline()
    ]) {
      if (at !== undefined && at < soonest) soonest = at
    }
    return soonest === Infinity ? undefined : soonest
  }

  /** Does everything that is due. */
  advance(now: number): void {
    if (this.tables.closed) return
    this.run(now, () => {
      const { starts, retries, gets, feed, displaced, recovery } = this.tables
      this.clients.advance(now)
      this.registrations.advance(now)
      for (const start of starts.due(now)) this.starting.timedOut(start, now)
      if (recovery !== undefined && recovery.until <= now) this.supervision.closeRecovery(now)
      for (const row of retries.due(now)) displaced.add(row)
      this.supervision.advance(now)
      // What can be had at this very moment is had before deadlines are counted.
      this.placement.drain(now)
      for (const get of gets.due(now)) this.clients.expired(get, now)
      feed.advance(now)
    })
  }

  /** {@link advance}, and the events collected so far leave at once. */
  flush(now: number): void {
    this.advance(now)
    if (!this.tables.closed) this.run(now, () => this.tables.feed.flush())
  }

  /** Everything pending fails with `CLOSED`, events leave, deadlines end; gets and registrations fail from now on. */
  close(now: number): void {
    if (this.tables.closed) return
    this.run(now, () => {
      const { gets, feed } = this.tables
      this.tables.closed = true
      this.registrations.close()
      for (const get of [...gets.all()]) {
        this.lifecycle.failGet(get, closed(`the get of a container of kind ${get.kind}`))
      }
      feed.flush()
    })
  }

  /** All that is known of that uuid, or of what last had it; undefined when nothing. */
  explain(uuid: ContainerUuid, now: number, unixNow: number): ContainerExplanation | undefined {
    return explain(this.tables, uuid, { now, unixNow })
  }

  /** What is not served, of one kind or of all. */
  unserved(kind: ContainerKind | undefined, now: number, unixNow: number): ContainerSummary[] {
    return unserved(this.tables, kind, { now, unixNow })
  }

  /** What gets, and held containers that are not served, wait for. */
  waits(now: number): KindWait[] {
    return waitsByKind(this.tables, now)
  }

  /** Why that container is not served, for the stage of an error; undefined when there is none. */
  whyNotServed(uuid: ContainerUuid, now: number): string | undefined {
    return whyNotServed(this.tables, uuid, now)
  }

  /** What a get of that uuid waits for, of which nothing else is known; undefined when nobody gets it. */
  whyUnknown(uuid: ContainerUuid): string | undefined {
    return whyUnknown(this.tables, uuid)
  }

  /** An operator wants it ended: throws when it cannot be, else ends in one `terminate` of that id. */
  terminate(uuid: ContainerUuid, options: TerminateOptions, now: number): RequestedEnd {
    let end: RequestedEnd | undefined
    this.run(now, () => (end = this.operators.terminate(uuid, options, now)))
    return end as RequestedEnd
  }

  stats(): NetworkStats {
    return statsOf(this.tables, this.registrations.size)
  }

  /** Throws when the tables disagree. For tests: looks at every row. */
  check(): void {
    check(this.tables)
    this.registrations.check()
  }

  /** One input: the rules change the tables, what they displaced is placed, then the effects leave. */
  private run(now: number, rules: () => void): void {
    this.tables.clock.now = now
    rules()
    this.placement.drain(now)
    if (!this.tables.closed) {
      this.draining.advance(now)
      this.rebalancing.advance(now)
    }
    this.tables.outbox.flush()
  }
}
