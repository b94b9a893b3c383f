// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecord } from '../../api/agent'
import type { ContainerRecord, GetOptions } from '../../api/container'
import type { NetworkEvent } from '../../api/events'
import type {
  AgentEndpointRef,
  AgentUuid,
  ClientUuid,
  ContainerEndpointRef,
  ContainerKind,
  ContainerUuid
} from '../../api/identifiers'
import type { NotYet } from '../../api/termination'
import type { NetworkError } from '../../errors'
import { NetworkState, type NetworkEffect, type NetworkStateOptions } from '..'

export const agentId = (id: string): AgentUuid => id as AgentUuid
export const clientId = (id: string): ClientUuid => id as ClientUuid
export const kindOf = (kind: string): ContainerKind => kind as ContainerKind
export const uuidOf = (uuid: string): ContainerUuid => uuid as ContainerUuid
export const endpointOf = (uuid: string, agent: string): ContainerEndpointRef =>
  `${uuid}@${agent}` as ContainerEndpointRef
export const listening = (port: number, host = 'host'): AgentEndpointRef =>
  JSON.stringify({ kind: 0, host, port, agentId: 'whoever' }) as AgentEndpointRef

/** Options of a get by plain strings. */
export interface Wanted {
  uuid?: string
  labels?: string[]
  extra?: unknown
  placement?: { agent?: string }
}

/** What a get came to. */
export type Outcome =
  | { readonly settled: ContainerUuid; readonly agentId: AgentUuid }
  | { readonly failed: NetworkError }
  /** A hold that was re-established, on what nobody can serve. */
  | 'counted'
  | 'pending'

/** Effects of one type. */
export type EffectOf<T extends NetworkEffect['type']> = Extract<NetworkEffect, { type: T }>

/** Unix time at `now` 0. */
export const unixStart = 1_700_000_000_000

export const testOptions: NetworkStateOptions = {
  epoch: 7,
  aliveTimeoutMs: 3_000,
  unusedContainerTimeoutMs: 5_000,
  startTimeoutMs: 10_000,
  terminateTimeoutMs: 10_000,
  preTerminationTimeoutMs: 60_000,
  agentIdWaitMs: 30_000,
  eventBatchMs: 50
}

/** A coordinator's state with a clock and everything it has asked for; the tables are checked after every input. */
export class TestNetwork {
  now = 0
  readonly effects: NetworkEffect[] = []
  readonly state: NetworkState
  private readonly outcomes = new Map<number, Outcome>()
  /** It is durable at once who is given up at the end of a recovery. */
  writes = true
  private recoveryEnds = false
  private lastId = 0

  constructor(options: Partial<NetworkStateOptions> = {}) {
    this.state = new NetworkState({ ...testOptions, ...options }, (effect) => {
      this.effects.push(effect)
      if (effect.type === 'recovery-ends') this.recoveryEnds = true
      if (effect.type === 'get-settled')
        this.outcomes.set(effect.getId, { settled: effect.uuid, agentId: effect.agentId })
      if (effect.type === 'hold-counted') this.outcomes.set(effect.getId, 'counted')
      if (effect.type === 'get-failed') this.outcomes.set(effect.getId, { failed: effect.error })
    })
  }

  get unixNow(): number {
    return unixStart + this.now
  }

  /** One input. */
  do<T>(input: (state: NetworkState) => T): T {
    const result = input(this.state)
    if (this.recoveryEnds && this.writes) {
      this.recoveryEnds = false
      this.state.endRecovery(this.now)
    }
    this.state.check()
    return result
  }

  of<T extends NetworkEffect['type']>(type: T): EffectOf<T>[] {
    return this.effects.filter((effect): effect is EffectOf<T> => effect.type === type)
  }

  last<T extends NetworkEffect['type']>(type: T): EffectOf<T> {
    const effect = this.of(type).at(-1)
    if (effect === undefined) throw new Error(`no effect ${type}`)
    return effect
  }

  /** Runs `input` and answers only what it caused. */
  during(input: () => void): NetworkEffect[] {
    const before = this.effects.length
    input()
    return this.effects.slice(before)
  }

  agent(id: string, kinds: string[], more: Partial<AgentRecord> & { client?: string } = {}): number {
    const { client, ...record } = more
    const registrationId = ++this.lastId
    const full = { agentId: agentId(id), kinds: kinds.map(kindOf), containers: [], ...record }
    this.do((state) =>
      state.register(registrationId, full, client === undefined ? undefined : clientId(client), this.now)
    )
    return registrationId
  }

  /** What the registration came to: the uuids to terminate, an error, or undefined while it waits. */
  registration(registrationId: number): ContainerUuid[] | NetworkError | undefined {
    for (const effect of this.effects) {
      if (effect.type === 'registered' && effect.registrationId === registrationId) return effect.terminate
      if (effect.type === 'registration-failed' && effect.registrationId === registrationId) return effect.error
    }
    return undefined
  }

  get(client: string, kind: string, wanted: Wanted = {}, timeoutMs = 30_000): number {
    const getId = ++this.lastId
    const request = { getId, client: clientId(client), kind: kindOf(kind), options: wanted as GetOptions }
    this.outcomes.set(getId, 'pending')
    this.do((state) => state.get({ ...request, deadline: this.now + timeoutMs }, this.now))
    return getId
  }

  restore(client: string, kind: string, uuid: string, lastSeen?: string): number {
    const getId = ++this.lastId
    const request = { getId, client: clientId(client), kind: kindOf(kind), options: { uuid: uuidOf(uuid) } }
    const at = lastSeen === undefined ? undefined : agentId(lastSeen)
    this.outcomes.set(getId, 'pending')
    this.do((state) => state.restore({ ...request, agentId: at, deadline: this.now + 30_000 }, this.now))
    return getId
  }

  outcome(getId: number): Outcome {
    return this.outcomes.get(getId) ?? 'pending'
  }

  settled(getId: number): string {
    const outcome = this.outcome(getId)
    if (typeof outcome === 'string' || 'failed' in outcome)
      throw new Error(`get ${getId} is not settled: ${describe(outcome)}`)
    return `${outcome.settled}@${outcome.agentId}`
  }

  failure(getId: number): NetworkError {
    const outcome = this.outcome(getId)
    if (typeof outcome === 'string' || 'settled' in outcome)
      throw new Error(`get ${getId} has not failed: ${describe(outcome)}`)
    return outcome.failed
  }

  /** The start asked for last, or the one before it by so many. */
  start(back = 0): EffectOf<'start'> {
    const start = this.of('start').at(-1 - back)
    if (start === undefined) throw new Error('no start')
    return start
  }

  /** Answers a start with success. */
  started(start = this.start(), uuid: string = start.options.uuid ?? `made-${start.startId}`): string {
    const { startId } = start
    const endpoint = endpointOf(uuid, start.agentId)
    this.do((state) => state.startSucceeded(startId, uuidOf(uuid), endpoint, this.now, this.unixNow))
    return uuid
  }

  failed(error: unknown, start = this.start()): void {
    this.do((state) => state.startFailed(start.startId, error, this.now))
  }

  /** A container that is active and held by `client`. */
  running(client: string, kind: string, wanted: Wanted = {}): string {
    const before = this.of('start').length
    const getId = this.get(client, kind, wanted)
    if (this.of('start').length > before) this.started()
    return this.settled(getId).split('@')[0]
  }

  release(client: string, uuid: string): boolean {
    return this.do((state) => state.release(clientId(client), uuidOf(uuid), this.now))
  }

  removeClient(client: string): void {
    this.do((state) => state.removeClient(clientId(client), this.now))
  }

  unregister(id: string): void {
    this.do((state) => state.unregister(agentId(id), this.now))
  }

  terminated(termination = this.last('terminate'), left?: unknown): void {
    this.do((state) => state.terminated(termination.terminationId, this.now, left))
  }

  /** The container answers that it cannot end yet. */
  notYet(why: NotYet, termination = this.last('terminate')): void {
    this.do((state) => state.notYet(termination.terminationId, termination, why, this.now, this.unixNow))
  }

  /** The state of that container; undefined when unknown. */
  stateOf(uuid: string): string | undefined {
    return this.state.lookup(uuidOf(uuid))?.state
  }

  /** Which agent serves it. */
  agentOf(uuid: string): string | undefined {
    return this.state.lookup(uuidOf(uuid))?.agentId
  }

  /** Time passes; everything due happens at its time. */
  pass(ms: number): void {
    const end = this.now + ms
    for (;;) {
      const next = this.state.nextDeadline()
      if (next === undefined || next > end) break
      this.now = Math.max(this.now, next)
      this.do((state) => state.advance(this.now))
    }
    this.now = end
  }

  /** What that client was told, batch by batch. */
  eventsOf(client: string): NetworkEvent[] {
    return this.of('events')
      .filter((effect) => effect.client === client)
      .map(({ event }) => event)
  }
}

/** A container as an agent's record lists it. */
export function record(
  uuid: string,
  kind: string,
  agent: string,
  more: Partial<ContainerRecord> = {}
): ContainerRecord {
  return {
    agentId: agentId(agent),
    uuid: uuidOf(uuid),
    kind: kindOf(kind),
    endpoint: endpointOf(uuid, agent),
    lastVisit: unixStart,
    ...more
  }
}

function describe(outcome: Outcome): string {
  if (typeof outcome === 'string') return outcome
  return 'failed' in outcome ? `${outcome.failed.code} ${outcome.failed.message}` : `settled with ${outcome.settled}`
}
