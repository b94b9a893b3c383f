// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types: the signatures are fixed since 0.7 */
import type { AgentRecord, AgentRecordInfo, NetworkAgent } from './agent'
import type { ContainerRecord, GetOptions } from './container'
import type { NetworkEvent } from './events'
import type { AgentUuid, ClientUuid, ContainerEndpointRef, ContainerKind, ContainerUuid } from './identifiers'

/** The coordinator: knows agents, containers, clients and references; places, routes, supervises. */
export interface Network {
  /** Adds or renews an agent; answers with those of its containers it must terminate, being live elsewhere. */
  register(record: AgentRecord, agent: NetworkAgent): Promise<ContainerUuid[]>
  /** The agent leaves: what is referenced starts elsewhere. */
  unregister(agentId: AgentUuid): Promise<void>
  /** A sign of life of an agent or client. Who has given one is watched from then on. */
  ping(id: AgentUuid | ClientUuid): void
  /** The agents that are registered. */
  agents(): Promise<AgentRecordInfo[]>
  /** The kinds that they offer, each once. */
  kinds(): Promise<ContainerKind[]>
  /** Finds or starts a container, and counts one reference of that client. */
  get(client: ClientUuid, kind: ContainerKind, options: GetOptions): Promise<[ContainerUuid, ContainerEndpointRef]>
  /** Takes one reference of that client back; without one, nothing happens. */
  release(client: ClientUuid, uuid: ContainerUuid): Promise<void>
  /** The containers that serve, of one kind or of all. */
  list(kind?: ContainerKind): Promise<ContainerRecord[]>
  /**
   * Passes a request on to the agent of that container; waits while it starts or moves. `NOT_FOUND` when there is none.
   */
  request(uuid: ContainerUuid, operation: string, data?: any): Promise<any>
  /** What waits fails with `CLOSED`, and so does what is asked from now on. */
  close(): Promise<void>
}

/** The side of the coordinator that knows its clients. */
export interface NetworkWithClients {
  /** `onContainer` receives the network's events for this client. */
  addClient(clientUuid: ClientUuid, onContainer?: (event: NetworkEvent) => Promise<void>): void
  /** The client is gone: its references are released and its agents unregistered. */
  removeClient(clientUuid: ClientUuid): void
  /** That agent lives as long as that client. */
  mapAgent(clientUuid: ClientUuid, agentUuid: AgentUuid): void
  /** Takes back what `mapAgent` did. */
  unmapAgent(clientUuid: ClientUuid, agentUuid: AgentUuid): void
}
