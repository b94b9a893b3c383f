// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types: the signatures are fixed since 0.7 */
import type { AgentRecordInfo, NetworkAgent } from './agent'
import type { GetCallOptions, RequestOptions } from './call'
import type { ContainerRecord, GetOptions } from './container'
import type { NetworkUpdateListener } from './events'
import type { ClientUuid, ContainerEndpointRef, ContainerKind, ContainerUuid } from './identifiers'

/** Whoever answers named requests. */
export interface RequestHandler {
  request(method: string, params: any[]): Promise<any>
}

/** What was lost to a reader that could not keep up, or to a move. */
export interface EventGap {
  lost: number | 'unknown'
  reason: string
}

/** A client's hold on a container, which lives while at least one exists. It keeps working when the container moves. */
export interface ContainerReference {
  readonly uuid: ContainerUuid
  /** Where the container is now. */
  readonly endpoint: ContainerEndpointRef
  /** Opens a connection: direct where the endpoint can be reached, through the coordinator otherwise. */
  connect(): Promise<ContainerConnection>
  request(operation: string, data?: any, options?: RequestOptions): Promise<any>
  /** A message without answer: resolves when it was accepted for sending. Always there on what a client gives. */
  send?(operation: string, data?: any): Promise<void>
  /** A proxy whose methods are requests to the container. */
  cast<T>(interfaceName?: string): T
  /** Releases the hold. */
  close(): Promise<void>
  onEndpointUpdate?: (endpoint: ContainerEndpointRef) => void | Promise<void>
}

/** A line to a container, for requests and events. It heals when the container moves. */
export interface ContainerConnection {
  readonly containerId: ContainerUuid
  request(operation: string, data?: any, options?: RequestOptions): Promise<any>
  /** A message without answer: resolves when it was accepted for sending. Always there on what a client gives. */
  send?(operation: string, data?: any): Promise<void>
  cast<T>(interfaceName?: string): T
  /** Receives the container's events in order; what arrived before it was set is kept, bounded. */
  on?: (event: any) => Promise<void>
  /** Events were lost: the reader was too slow, or the container moved. */
  onGap?: (gap: EventGap) => void
  close(): Promise<void>
}

/** Opens connections to containers. */
export interface ConnectionManager {
  connect(uuid: ContainerUuid, endpoint: ContainerEndpointRef): Promise<ContainerConnection>
}

/** The network as a service sees it. */
export interface NetworkClient {
  readonly clientId?: ClientUuid
  register(agent: NetworkAgent): Promise<void>
  agents(): Promise<AgentRecordInfo[]>
  kinds(): Promise<ContainerKind[]>
  get(kind: ContainerKind, options: GetOptions, call?: GetCallOptions): Promise<ContainerReference>
  list(kind?: ContainerKind): Promise<ContainerRecord[]>
  request(uuid: ContainerUuid, operation: string, data?: any, options?: RequestOptions): Promise<any>
  /** Events of the whole network; the answer ends it. */
  onUpdate(listener: NetworkUpdateListener): () => void
  /** Resolves when connected; rejects after `timeoutMs` with the last cause. Without it, or with 0, waits without end. */
  waitConnection(timeoutMs?: number): Promise<void>
  close(): Promise<void>
}
