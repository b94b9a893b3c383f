// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types: the signatures are fixed since 0.7 */
import type {
  AgentEndpointRef,
  AgentUuid,
  ClientUuid,
  ContainerEndpointRef,
  ContainerKind,
  ContainerUuid
} from './identifiers'
import type { ActivationContext } from './activation'
import type { GetPlacement } from './placement'
import type { RequestContext } from './call'
import type { StreamContext } from './stream'
import type { PreTermination, TerminateContext } from './termination'
import type { ActivationToken } from './token'
import type { Turns } from './turns'

/** What a caller knows of the container it asks for. */
export interface GetOptions {
  /** The one container with this name. Without it the network chooses, by labels or round robin. */
  uuid?: ContainerUuid
  /** Handed to the factory; plain JSON of at most 64 KiB. */
  extra?: any
  /** The container must carry all of these; a new one is started with exactly these. */
  labels?: string[]
  /** Where it is to start, if it has to be started. One that lives elsewhere is had as it is. */
  placement?: GetPlacement
}

/** One container as the network sees it. */
export interface ContainerRecord {
  agentId: AgentUuid
  uuid: ContainerUuid
  kind: ContainerKind
  endpoint: ContainerEndpointRef
  /** Time of the last request, before the first that of its start: Unix milliseconds by the agent's clock. 0 while that is not known. */
  lastVisit: number
  /** What it was started with, see `GetOptions.extra`. */
  extra?: any
  /** Those that it was started with. */
  labels?: string[]
  /** It existed before its registration and is offered by its agent under a fixed uuid; see `addStatelessContainer`. */
  stateless?: boolean
  /** The activation that this record speaks of; absent from 0.7 agents. */
  token?: ActivationToken
  /** `false` when the container failed its last health check; absent means healthy. */
  healthy?: boolean
  /** Why it is not healthy, the first 256 characters; only in what its agent says. */
  healthError?: string
  /** It was to end, and said that it cannot yet; see `TerminateContext.notYet`. */
  preTermination?: PreTermination
  /** Only in registrations: it is being ended and serves nobody new, but requests that it had may still run. */
  ends?: boolean
}

/** A service object: what users write. */
export interface Container {
  /** How it lets calls in. Default: all as they come. */
  readonly turns?: Turns
  /**
   * Answers one request; what it throws reaches the caller, and nobody else, as `REMOTE_ERROR` with its message and code.
   *
   * @param clientId who asks; always given by 0.8 peers
   * @param context the deadline, a signal that nobody waits any more, who asks; always given by 0.8 agents
   */
  request(operation: string, data?: any, clientId?: ClientUuid, context?: RequestContext): Promise<any>
  /**
   * Answers with many items, one after the other, mostly as an async generator: it is asked for the next when the reader
   * has room for it. What it throws ends the stream, and reaches the reader as `REMOTE_ERROR`. When the reader leaves or
   * dies, or the container ends, the generator's `return()` is called, so that its `finally` runs.
   */
  stream?(operation: string, data: any, context: StreamContext): AsyncIterable<any>
  /**
   * It serves from now on: called once for each activation, before it is asked anything, with its timers and reminders.
   * Not waited for; what it throws is logged.
   */
  activated?(context: ActivationContext): void | Promise<void>
  /**
   * A reminder is due that it has set, in this activation or an earlier one. Delivered at least once: when it throws, or
   * takes longer than `context.deadline`, it is called again later.
   */
  reminded?(name: string, data: any, context: RequestContext): Promise<void>
  /** Resolves while healthy. Called at the ping interval of its kind; three failures in a row end the container. */
  ping(): Promise<void>
  /**
   * Releases what it holds; bounded in time. Called once, or again after it said that it cannot end yet.
   *
   * @param context why it ends, and how to say that it cannot yet; always given by 0.8 agents
   */
  terminate(context?: TerminateContext): Promise<void>
  /** It said that it cannot end yet, and is wanted again: it goes on as before. */
  restore?(): void | Promise<void>
  /**
   * It moves to another agent: answers what its successor needs to go on. Called when its last request has been answered, before
   * `terminate()`; of at most one message's size, copied at once. What it throws is logged, and it moves without state.
   */
  dehydrate?(): Promise<any>
  /** Goes on with what its predecessor answered, before it is asked anything; when it throws, its start has failed. */
  rehydrate?(state: any): Promise<void>
  /** A client connected: called once per client, whatever the number of its connections. `broadcast` sends it one event. */
  connect(clientId: ClientUuid, broadcast: (data: any) => Promise<void>): void
  /** The last connection of that client closed, the client died, or, after `terminate()`, this container has ended here: its connections go on to the next activation. */
  disconnect(clientId: ClientUuid): void
  /** Called once, after the end. */
  onTerminated?(): void
}

/** What a factory made: the object, its name and how to reach it. */
export interface ContainerFactoryResult {
  uuid: ContainerUuid
  container: Container
  endpoint: ContainerEndpointRef
}

/** Makes one container. Given a uuid, it must answer with that uuid. */
export type ContainerFactory = (
  options: GetOptions,
  agentEndpoint?: AgentEndpointRef
) => Promise<ContainerFactoryResult>

/** Factories by kind; a literal with plain string keys fits. */
export type ContainerFactories = Readonly<Record<string, ContainerFactory>>

/** The shape of {@link ContainerRecord} for those who build records. */
export class ContainerRecordImpl implements ContainerRecord {
  agentId: AgentUuid
  uuid: ContainerUuid
  kind: ContainerKind
  endpoint: ContainerEndpointRef
  lastVisit: number
  extra?: any
  labels?: string[]

  constructor(record: ContainerRecord) {
    this.agentId = record.agentId
    this.uuid = record.uuid
    this.kind = record.kind
    this.endpoint = record.endpoint
    this.lastVisit = record.lastVisit
    if (record.extra !== undefined) this.extra = record.extra
    if (record.labels !== undefined) this.labels = record.labels
  }
}
