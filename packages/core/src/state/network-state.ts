// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecord } from '../api/agent'
import type { TerminateOptions } from '../api/diagnosis'
import type { NetworkContainerEvent } from '../api/events'
import type { AgentUuid, ClientUuid, ContainerEndpointRef, ContainerUuid } from '../api/identifiers'
import type { AgentLoad } from '../api/placement'
import type { NotYet } from '../api/termination'
import type { ActivationToken } from '../api/token'
import type { NetworkError } from '../errors'
import type { EmitEffect } from './effects'
import { check } from './check'
import { closed } from './failures'
import { NetworkView } from './network-view'
import type { NetworkStateOptions } from './options'
import type { RequestedEnd } from './operator-rules'
import { statsOf } from './reports'
import type { GiveUp } from './rows'
import { Rules } from './rules'
import { Tables } from './tables'
import { Timetable } from './timetable'
import type { ClientOptions, GetRequest, NetworkStats, RestoreRequest } from './queries'

/**
 * The coordinator: what it knows and how it decides, without I/O. Here are its inputs. Every method is synchronous; `now` is monotonic
 * milliseconds, `unixNow` Unix milliseconds; what is to be done leaves through `emit`, when the tables are consistent again.
 */
export class NetworkState extends NetworkView {
  private readonly rules: Rules
  private readonly timetable: Timetable

  constructor(options: NetworkStateOptions, emit: EmitEffect) {
    const tables = new Tables(options, emit)
    super(tables)
    this.rules = new Rules(tables)
    this.timetable = new Timetable(tables, this.rules)
  }

  /** Adds a client, or changes what is given of a known one. */
  addClient(client: ClientUuid, options: ClientOptions, now: number): void {
    this.run(now, () => this.rules.clients.add(client, options))
  }

  /** From now on the client gets the events of the whole network. Adds an unknown client. */
  watch(client: ClientUuid): void {
    this.rules.clients.add(client, { watch: true })
    this.tables.outbox.flush()
  }

  /**
   * The client is gone: its holds end, its gets are cancelled, its agents removed. Unknown ones are ignored.
   *
   * @param leaseMs for how long its agents may still serve; nothing that they had starts elsewhere before
   * @param givenUp nor before {@link written}
   */
  removeClient(client: ClientUuid, now: number, leaseMs = 0, givenUp?: GiveUp): void {
    this.run(now, () => this.rules.clients.remove(client, now, leaseMs, givenUp))
  }

  /** It is durable who was given up. */
  written(givenUp: GiveUp, now: number): void {
    this.run(now, () => this.rules.lifecycle.written(givenUp))
  }

  /** Its connection is known to be lost. It still lives, until removed. */
  clientDetached(client: ClientUuid, now: number): void {
    this.run(now, () => this.rules.clients.detach(client, now))
  }

  /** It is connected again. */
  clientAttached(client: ClientUuid, now: number): void {
    this.run(now, () => this.rules.clients.attach(client))
  }

  /** That agent lives as long as that client; `register` with a client says the same. */
  mapAgent(client: ClientUuid, agentId: AgentUuid, now: number): void {
    this.run(now, () => this.rules.clients.mapAgent(client, agentId, now))
  }

  unmapAgent(client: ClientUuid, agentId: AgentUuid, now: number): void {
    this.run(now, () => this.rules.clients.unmapAgent(client, agentId, now))
  }

  /** Ends in one `registered` or `registration-failed`. */
  register(registrationId: number, record: AgentRecord, client: ClientUuid | undefined, now: number): void {
    this.rules.recovery.prolong(now)
    this.run(now, () => {
      this.rules.registrations.register(registrationId, record, client, now)
      this.rules.recovery.registered(record.agentId, now)
    })
  }

  /** The agent leaves or is dead. With `client`: only if it is the owner; its waiting registrations of that id end. */
  unregister(agentId: AgentUuid, now: number, client?: ClientUuid): void {
    this.run(now, () => this.rules.clients.unregister(agentId, client, now))
  }

  /** A sign of life given in-process; from the first on, the id is watched. Unknown ids are ignored. */
  ping(id: AgentUuid | ClientUuid, now: number): void {
    this.run(now, () => this.rules.clients.ping(id, now))
  }

  /** Ends in one `get-settled` or `get-failed`. Adds an unknown client, unwatched. */
  get(request: GetRequest, now: number): void {
    this.run(now, () => this.rules.clients.get(request, now))
  }

  /** As `get`, for what the client says it holds already: ends in `hold-counted` where that cannot be had now. */
  restore(request: RestoreRequest, now: number): void {
    this.run(now, () => this.rules.clients.restore(request, now))
  }

  /** The get fails with `error`, unless settled. */
  cancelGet(getId: number, error: NetworkError, now: number): void {
    const get = this.tables.gets.get(getId)
    if (get !== undefined) this.run(now, () => this.rules.clients.endGet(get, error, now))
  }

  /** Takes back one reference of that client; false when it had none. */
  release(client: ClientUuid, uuid: ContainerUuid, now: number): boolean {
    let released = false
    this.run(now, () => (released = this.rules.clients.release(client, uuid, now)))
    return released
  }

  startSucceeded(
    startId: number,
    uuid: ContainerUuid,
    endpoint: ContainerEndpointRef,
    now: number,
    unixNow: number
  ): void {
    this.run(now, () => this.rules.starting.succeeded(startId, uuid, endpoint, now, unixNow))
  }

  startFailed(startId: number, error: unknown, now: number): void {
    this.run(now, () => this.rules.starting.answeredFailure(startId, error, now))
  }

  /**
   * The termination has ended, well or not.
   *
   * @param state what a container that moves leaves to its successor
   */
  terminated(terminationId: number, now: number, state?: unknown): void {
    this.run(now, () => {
      if (!this.rules.endings.heard(terminationId, now)) this.rules.supervision.terminated(terminationId, state, now)
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
    this.run(now, () => this.rules.supervision.notYet(terminationId, at, why, now, unixNow))
  }

  /** What an agent tells of its containers by itself. */
  containerUpdates(agentId: AgentUuid, events: readonly NetworkContainerEvent[], now: number): void {
    this.run(now, () => this.rules.agents.update(agentId, events, now))
  }

  /** A request went to that container. */
  touch(uuid: ContainerUuid, unixNow: number): void {
    const row = this.tables.containers.get(uuid)
    if (row !== undefined) row.lastVisit = Math.max(row.lastVisit, unixNow)
  }

  /** How busy the process of that client, and so each of its agents is. Unknown ones are ignored. */
  load(client: ClientUuid, load: AgentLoad): void {
    this.rules.clients.load(client, load)
  }

  /**
   * An earlier coordinator ran: until the window ends nothing starts whose whereabouts are unknown. It opens once per run, and is
   * held open while others come back.
   *
   * @param leases how long each of its agents may serve without us: the window ends when all are back
   */
  beginRecovery(now: number, leases?: ReadonlyMap<AgentUuid, number>): void {
    this.rules.recovery.begin(now, leases)
  }

  /** It is durable that those are given up who are not back. */
  endRecovery(now: number): void {
    this.run(now, () => this.rules.recovery.end(now))
  }

  /** Agents that an earlier run gave up as silent, and a token of then: what they had up to it counts only if they were told so since. */
  void(agents: ReadonlyMap<AgentUuid, ActivationToken>): void {
    for (const [agentId, token] of agents) this.tables.voided.set(agentId, token)
  }

  /** One that is given to nothing: it parts what came before it from what comes after. */
  newToken(): ActivationToken {
    return this.tables.tokens.next()
  }

  /** Somebody knows a run of that epoch: this one comes after it. */
  seeEpoch(epoch: number): void {
    this.tables.tokens.see({ epoch, counter: 0 })
  }

  /** When `advance` has to be called next, at the latest. */
  nextDeadline(): number | undefined {
    return this.tables.closed ? undefined : this.timetable.nextDeadline()
  }

  /** Does everything that is due. */
  advance(now: number): void {
    if (!this.tables.closed) this.run(now, () => this.timetable.advance(now))
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
      const { registrations, lifecycle } = this.rules
      this.tables.closed = true
      registrations.close()
      for (const get of [...gets.all()]) {
        lifecycle.failGet(get, closed(`the get of a container of kind ${get.kind}`))
      }
      feed.flush()
    })
  }

  /** An operator wants it ended: throws when it cannot be, else ends in one `terminate` of that id. */
  terminate(uuid: ContainerUuid, options: TerminateOptions, now: number): RequestedEnd {
    let end: RequestedEnd | undefined
    this.run(now, () => (end = this.rules.operators.terminate(uuid, options, now)))
    return end as RequestedEnd
  }

  stats(): NetworkStats {
    return statsOf(this.tables, this.rules.registrations.size)
  }

  /** Throws when the tables disagree. For tests: looks at every row. */
  check(): void {
    check(this.tables)
    this.rules.registrations.check()
  }

  /** One input: the rules change the tables, what they displaced is placed, then the effects leave. */
  private run(now: number, input: () => void): void {
    const { tables, rules } = this
    tables.clock.now = now
    input()
    rules.placement.drain(now)
    if (!tables.closed) {
      rules.draining.advance(now)
      rules.rebalancing.advance(now)
    }
    tables.outbox.flush()
  }
}
