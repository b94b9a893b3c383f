// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types: the signatures are fixed since 0.7 */
import type { Reminder, ReminderKeeper } from './activation'
import type { AgentRequestOptions, Caller, RequestOptions } from './call'
import type { Container, ContainerRecord, GetOptions } from './container'
import type { NetworkEvent } from './events'
import type {
  AgentEndpointRef,
  AgentUuid,
  ClientUuid,
  ContainerEndpointRef,
  ContainerKind,
  ContainerUuid
} from './identifiers'
import type { AgentCapacity, AgentLoad } from './placement'
import type { StreamOpening, StreamPeer } from './stream'
import type { RetireOptions, RetireOutcome } from './termination'
import type { ActivationToken } from './token'
import type { WaitReport, WaitVerdict } from './turns'

/** What an agent says of itself when it registers. */
export interface AgentRecord {
  agentId: AgentUuid
  /** Where its server listens; absent when only the coordinator can reach it. */
  endpoint?: AgentEndpointRef
  containers: ContainerRecord[]
  kinds: ContainerKind[]
  /** It leaves as soon as it has no containers: it is given none, and those it has move. */
  draining?: boolean
  /** How many containers it takes. Default: any number. */
  capacity?: AgentCapacity
  /** From the last answer to its registration that it has heard: what it has it was left then, or given since. */
  settled?: ActivationToken
  /** It can end a container so that it goes on elsewhere; default true. Said by the coordinator's side: agents of 0.7 cannot. */
  moves?: boolean
}

/** {@link AgentRecord} with the number of containers in place of the containers. */
export interface AgentRecordInfo {
  agentId: AgentUuid
  endpoint?: AgentEndpointRef
  /** How many it hosts. */
  containers: number
  kinds: ContainerKind[]
  /** It leaves as soon as it has no containers. */
  draining?: boolean
  capacity?: AgentCapacity
  /** Of its `capacity`, the places that are taken; what starts there, or is to move there, takes one too. */
  placed?: AgentCapacity
  /** As last heard; absent while it is idle, or of 0.7. */
  load?: AgentLoad
}

/** Options of a drain. */
export interface DrainOptions {
  /** How long the network may take to move and end the containers, in milliseconds. Default 30 000. */
  timeoutMs?: number
}

/** What a drain came to: numbers of containers. */
export interface DrainResult {
  /** They were ended here and are started elsewhere. */
  moved: number
  /** Nobody needed them. */
  ended: number
  /** They were still here at the end of its time: nobody else offers their kind, or they take longer. */
  left: number
}

/** What the coordinator tells an agent of a start beyond the options of the get; 0.7 agents ignore it. */
export interface StartContext {
  token: ActivationToken
  /** What the predecessor of a container that moves answered to `dehydrate()`; absent when there is none. */
  state?: unknown
}

/**
 * Hosts containers. The optional members are what 0.8 added: an agent without them (0.7, or a user's own) still works,
 * relayed connections and standby aside.
 */
export interface NetworkAgent {
  uuid: AgentUuid
  endpoint?: AgentEndpointRef
  kinds: ContainerKind[]
  /** Said at its registration: it is to be given nothing new, and to lose what it has. */
  readonly draining?: boolean
  /** Said at its registration: how many containers it takes. */
  readonly capacity?: AgentCapacity
  /** Requests that its containers are at. */
  readonly inFlight?: number
  /** It only passes requests on, keeps their deadlines itself, and answers what it is given unread with something unread. */
  readonly passesOn?: boolean
  /** Set by whom the agent is registered with: containers changed without its asking. */
  onUpdate?: (event: NetworkEvent) => Promise<void>
  /** Set by whom the agent is registered with: kinds, endpoint or stateless containers changed. */
  onAgentUpdate?: () => Promise<void>
  /** Set by whom the agent is registered with: keeps what its containers want to be reminded of. */
  reminders?: ReminderKeeper
  /** Set by whom the agent is registered with: calls have waited long for their turns there, or wait no more. */
  onTurnWaits?: (report: WaitReport) => Promise<WaitVerdict>
  /** Finds or starts a container; a stateless one with that uuid is activated. */
  get(kind: ContainerKind, options: GetOptions, start?: StartContext): Promise<[ContainerUuid, ContainerEndpointRef]>
  /** The object of a container that it hosts; undefined when it hosts none of that uuid. */
  getContainer(uuid: ContainerUuid): Promise<Container | undefined>
  /** The containers that it hosts, of one kind or of all. */
  list(kind?: ContainerKind): Promise<ContainerRecord[]>
  /** Those that it is ending, whose last requests may still run, as it registers them: nobody else serves them before. */
  ending?(): ContainerRecord[]
  /**
   * Asks a container that it hosts: resolves with the answer, rejects with a `NetworkError`. `clientId` is who asks.
   */
  request(
    uuid: ContainerUuid,
    operation: string,
    data?: any,
    clientId?: ClientUuid,
    options?: AgentRequestOptions
  ): Promise<any>
  /** `request` for who keeps no promise. Only with `passesOn`. */
  ask?(
    uuid: ContainerUuid,
    operation: string,
    data: unknown,
    clientId: ClientUuid | undefined,
    options: AgentRequestOptions,
    caller: Caller
  ): void
  /**
   * Opens a stream with a container: resolves with the container's side when that has taken it. `asker` may be told items
   * before; the options are those of the opening.
   */
  stream?(
    uuid: ContainerUuid,
    operation: string,
    data: any,
    clientId: ClientUuid | undefined,
    opening: StreamOpening,
    asker: StreamPeer,
    options?: AgentRequestOptions
  ): Promise<StreamPeer>
  /** A reminder of that container is due: resolves when it has been reminded. */
  remind?(uuid: ContainerUuid, reminder: Reminder, options?: RequestOptions): Promise<void>
  /** Ends it, whatever it says. */
  terminate(uuid: ContainerUuid): Promise<void>
  /** Ends it, or hears that it cannot end yet; without this, `terminate` is called. */
  retire?(uuid: ContainerUuid, options: RetireOptions): Promise<RetireOutcome>
  /** It is to be given nothing new, and to lose what it has; resolves when it has lost it, or at the end of its time. */
  drain?(options?: DrainOptions): Promise<DrainResult>
  /** A container that could not end yet is wanted again. */
  restore?(uuid: ContainerUuid): Promise<void>
  /**
   * Opens a connection of that client; `broadcast` receives the container's events for it. Several add up. Resolves with
   * the activation that it leads to, where that is known.
   */
  connect?(
    uuid: ContainerUuid,
    clientId: ClientUuid,
    broadcast: (data: any) => Promise<void>
  ): Promise<ActivationToken | undefined>
  /** Closes what `connect` opened with the same `broadcast`. */
  disconnect?(uuid: ContainerUuid, clientId: ClientUuid, broadcast: (data: any) => Promise<void>): Promise<void>
  /**
   * The coordinator leaves its containers to this agent for that long: past it, unless granted again, others may have them.
   * An agent that was never granted a time keeps them for ever.
   */
  leaseGranted?(forMs: number): void
  /** Somebody knows a later activation of that container than the one with this token. */
  superseded?(uuid: ContainerUuid, token: ActivationToken): void
  /**
   * A stateless container becomes standby: alive, and answering `NOT_ACTIVE`.
   *
   * @param upTo not if it has been activated by a larger token since; absent: by whatever
   */
  deactivate?(uuid: ContainerUuid, upTo?: ActivationToken): Promise<void>
}
