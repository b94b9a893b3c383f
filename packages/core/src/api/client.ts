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
  /** Resolves with the answer; `params` are the arguments of a method that was called on a proxy. */
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
  /** Items one after the other; `params` are the arguments of a method that was called on a proxy. */
  stream(method: string, params: any[]): AsyncIterable<any>
}

/** What was lost to a reader that could not keep up, or to a move. */
export interface EventGap {
  /** How many events, where that is known. */
  lost: number | 'unknown'
  /** For people. */
  reason: string
}

/** A client's hold on a container, which lives while at least one exists. It keeps working when the container moves. */
export interface ContainerReference {
  readonly uuid: ContainerUuid
  /** Where the container is now. */
  readonly endpoint: ContainerEndpointRef
  /** Opens a connection: direct where the endpoint can be reached, through the coordinator otherwise. */
  connect(): Promise<ContainerConnection>
  /**
   * Asks the container, wherever it is by then: resolves with what it answered, or rejects with a `NetworkError`,
   * `REMOTE_ERROR` for what the container threw. Executed at most once, unless it is marked `idempotent`.
   */
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
  /** Called when the container has moved, with where it is now. What it throws is logged. */
  onEndpointUpdate?: (endpoint: ContainerEndpointRef) => void | Promise<void>
}

/** A line to a container, for requests and events. It heals when the container moves. */
export interface ContainerConnection {
  readonly containerId: ContainerUuid
  /** As on a reference. */
  request(operation: string, data?: any, options?: RequestOptions): Promise<any>
  /** A message without answer: resolves when it was accepted for sending. Always there on what a client gives. */
  send?(operation: string, data?: any): Promise<void>
  /** As on a reference. */
  stream?(operation: string, data?: any, options?: StreamOptions): AsyncIterableIterator<any>
  /** As on a reference. */
  cast<T>(interfaceName?: string, options?: CastOptions<T>): T
  /** Receives the container's events in order; what arrived before it was set is kept, bounded. */
  on?: (event: any) => Promise<void>
  /** Events were lost: the reader was too slow, or the container moved. */
  onGap?: (gap: EventGap) => void
  /** Ends it: no more events come. The reference holds the container on. */
  close(): Promise<void>
}

/** Opens connections to containers. */
export interface ConnectionManager {
  /** Opens a connection to that container, which is at that endpoint. */
  connect(uuid: ContainerUuid, endpoint: ContainerEndpointRef): Promise<ContainerConnection>
}

/** The network as a service sees it. */
export interface NetworkClient {
  readonly clientId?: ClientUuid
  /**
   * Offers an agent's kinds and containers to the network. Resolves when the coordinator knows it; renewed by itself
   * when the coordinator restarts. `AGENT_ID_TAKEN` while another process has its id.
   */
  register(agent: NetworkAgent): Promise<void>
  /** The agents that the coordinator knows. */
  agents(): Promise<AgentRecordInfo[]>
  /** The kinds that agents offer, each once. */
  kinds(): Promise<ContainerKind[]>
  /**
   * Finds or starts a container, and holds it: it lives at least until the reference is closed. `NO_AGENT` when nobody
   * has offered the kind in time, `CAPACITY` when nobody has room, `KIND_MISMATCH` when the uuid is of another kind.
   */
  get(kind: ContainerKind, options: GetOptions, call?: GetCallOptions): Promise<ContainerReference>
  /** The containers that serve, of one kind or of all. */
  list(kind?: ContainerKind): Promise<ContainerRecord[]>
  /**
   * Asks a container without holding it; otherwise as on a reference. `NOT_FOUND` when there is none: nothing is
   * started.
   */
  request(uuid: ContainerUuid, operation: string, data?: any, options?: RequestOptions): Promise<any>
  /** Events of the whole network; the answer ends it. */
  onUpdate(listener: NetworkUpdateListener): () => void
  /** Resolves when connected; rejects after `timeoutMs` with the last cause. Without it, or with 0, waits without end. */
  waitConnection(timeoutMs?: number): Promise<void>
  /** Releases everything it holds and says goodbye; what is pending is rejected with `CLOSED`. */
  close(): Promise<void>
}
