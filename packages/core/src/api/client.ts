// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types: the signatures are fixed since 0.7 */
import type { AgentRecordInfo, NetworkAgent } from './agent'
import type { GetCallOptions, RequestOptions } from './call'
import type { ContainerRecord, GetOptions } from './container'
import type { NetworkUpdateListener } from './events'
import type { StreamOptions } from './stream'
import type { ClientUuid, ContainerEndpointRef, ContainerKind, ContainerUuid } from './identifiers'

/** Whoever answers named requests. */
export interface RequestHandler {
  request(method: string, params: any[]): Promise<any>
}

/** The methods of an interface that answer with a stream. */
export type StreamingMethods<T> = {
  [K in keyof T]: T[K] extends (...args: any[]) => AsyncIterable<any> ? K : never
}[keyof T]

/** What a proxy cannot know of an interface by itself. */
export interface CastOptions<T> {
  /** Methods that answer with a stream: nothing is left of types when a program runs. */
  streams?: readonly StreamingMethods<T>[]
}

/** Whoever answers named requests with many items. */
export interface StreamHandler {
  stream(method: string, params: any[]): AsyncIterable<any>
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
  /**
   * Items of the container, one after the other; it is asked when the reading begins, and to be read once. Leaving the loop
   * ends it there too. Ends with `OUTCOME_UNKNOWN` when the container ends or moves, or its process is lost: it is never
   * continued by another one. Always there on what a client gives.
   */
  stream?(operation: string, data?: any, options?: StreamOptions): AsyncIterableIterator<any>
  /** A proxy whose methods are requests to the container; those named in `options.streams` are streams. */
  cast<T>(interfaceName?: string, options?: CastOptions<T>): T
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
  /** As on a reference. */
  stream?(operation: string, data?: any, options?: StreamOptions): AsyncIterableIterator<any>
  cast<T>(interfaceName?: string, options?: CastOptions<T>): T
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
