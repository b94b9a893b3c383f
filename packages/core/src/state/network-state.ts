// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecord, AgentRecordInfo } from '../api/agent'
import type { ContainerRecord } from '../api/container'
import type { NetworkContainerEvent } from '../api/events'
import type { AgentUuid, ClientUuid, ContainerEndpointRef, ContainerKind, ContainerUuid } from '../api/identifiers'
import type { NetworkError } from '../errors'
import type { EmitEffect } from './effects'
import type { NetworkStateOptions } from './options'
import type { ClientOptions, ContainerLookup, GetRequest, NetworkStats, RestoreRequest } from './queries'

const todo = (): never => {
  throw new Error('not implemented')
}

/**
 * The coordinator: what it knows and how it decides, without I/O. Every method is synchronous; `now` is monotonic
 * milliseconds, `unixNow` Unix milliseconds; what is to be done leaves through `emit`, when the tables are consistent again.
 */
export class NetworkState {
  constructor(
    readonly options: NetworkStateOptions,
    emit: EmitEffect
  ) {}

  /** Adds a client, or changes what is given of a known one. */
  addClient(client: ClientUuid, options: ClientOptions, now: number): void {
    todo()
  }

  /** From now on the client gets the events of the whole network. Adds an unknown client. */
  watch(client: ClientUuid): void {
    todo()
  }

  /** The client is gone: its holds end, its gets are cancelled, its agents removed. Unknown ones are ignored. */
  removeClient(client: ClientUuid, now: number): void {
    todo()
  }

  /** Its connection is known to be lost. It still lives, until removed. */
  clientDetached(client: ClientUuid, now: number): void {
    todo()
  }

  /** It is connected again. */
  clientAttached(client: ClientUuid, now: number): void {
    todo()
  }

  hasClient(client: ClientUuid): boolean {
    return todo()
  }

  /** That agent lives as long as that client; `register` with a client says the same. */
  mapAgent(client: ClientUuid, agentId: AgentUuid, now: number): void {
    todo()
  }

  unmapAgent(client: ClientUuid, agentId: AgentUuid, now: number): void {
    todo()
  }

  /** Ends in one `registered` or `registration-failed`. */
  register(
    registrationId: number,
    record: AgentRecord,
    client: ClientUuid | undefined,
    now: number,
    unixNow: number
  ): void {
    todo()
  }

  /** The agent leaves or is dead. With `client`: only if it is the owner; its waiting registrations of that id end. */
  unregister(agentId: AgentUuid, now: number, client?: ClientUuid): void {
    todo()
  }

  /** A sign of life given in-process; from the first on, the id is watched. Unknown ids are ignored. */
  ping(id: AgentUuid | ClientUuid, now: number): void {
    todo()
  }

  /** Ends in one `get-settled` or `get-failed`. Adds an unknown client, unwatched. */
  get(request: GetRequest, now: number): void {
    todo()
  }

  /** As `get`, for what the client says it holds already. */
  restore(request: RestoreRequest, now: number): void {
    todo()
  }

  /** The get fails with `error`, unless settled. */
  cancelGet(getId: number, error: NetworkError, now: number): void {
    todo()
  }

  /** Takes back one reference of that client; false when it had none. */
  release(client: ClientUuid, uuid: ContainerUuid, now: number): boolean {
    return todo()
  }

  /** References of that client to that container. */
  holds(client: ClientUuid, uuid: ContainerUuid): number {
    return todo()
  }

  startSucceeded(
    startId: number,
    uuid: ContainerUuid,
    endpoint: ContainerEndpointRef,
    now: number,
    unixNow: number
  ): void {
    todo()
  }

  startFailed(startId: number, error: unknown, now: number): void {
    todo()
  }

  /** The termination has ended, well or not. */
  terminated(terminationId: number, now: number): void {
    todo()
  }

  /** What an agent tells of its containers by itself. */
  containerUpdates(agentId: AgentUuid, events: readonly NetworkContainerEvent[], now: number): void {
    todo()
  }

  /** A request went to that container. */
  touch(uuid: ContainerUuid, unixNow: number): void {
    todo()
  }

  lookup(uuid: ContainerUuid): ContainerLookup | undefined {
    return todo()
  }

  hasAgent(agentId: AgentUuid): boolean {
    return todo()
  }

  /** Who owns that agent; undefined for in-process and unknown ones. */
  ownerOf(agentId: AgentUuid): ClientUuid | undefined {
    return todo()
  }

  agents(): AgentRecordInfo[] {
    return todo()
  }

  kinds(): ContainerKind[] {
    return todo()
  }

  /** The active containers, of one kind or of all (undefined and null). */
  list(kind?: ContainerKind | null): ContainerRecord[] {
    return todo()
  }

  /** An earlier coordinator ran: until the window ends nothing starts whose whereabouts are unknown. Once per run. */
  beginRecovery(now: number): void {
    todo()
  }

  /** When `advance` has to be called next, at the latest. */
  nextDeadline(): number | undefined {
    return todo()
  }

  /** Does everything that is due. */
  advance(now: number): void {
    todo()
  }

  /** Everything pending fails with `CLOSED`, events leave, deadlines end; gets and registrations fail from now on. */
  close(now: number): void {
    todo()
  }

  stats(): NetworkStats {
    return todo()
  }

  /** Throws when the tables disagree. For tests: looks at every row. */
  check(): void {
    todo()
  }
}
