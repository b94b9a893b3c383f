// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { GetOptions } from '../api/container'
import type { NetworkEvent } from '../api/events'
import type {
  AgentEndpointRef,
  AgentUuid,
  ClientUuid,
  ContainerEndpointRef,
  ContainerKind,
  ContainerUuid
} from '../api/identifiers'
import type { ActivationToken } from '../api/token'
import type { NetworkError } from '../errors'

/** Call `agent.get(kind, options, { token, state })`; answer with `startSucceeded` or `startFailed`. Activates standby copies too. */
export interface StartEffect {
  readonly type: 'start'
  readonly startId: number
  readonly agentId: AgentUuid
  readonly kind: ContainerKind
  readonly options: GetOptions
  readonly token: ActivationToken
  /** Of its predecessor, which moved. */
  readonly state?: unknown
}

/** Call `agent.retire(uuid, …)`; answer with `notYet`, or with `terminated`, whatever the outcome. */
export interface TerminateEffect {
  readonly type: 'terminate'
  readonly terminationId: number
  readonly agentId: AgentUuid
  readonly uuid: ContainerUuid
  /** A sentence for the log. */
  readonly reason: string
  /** It may not say that it cannot end yet. */
  readonly final: boolean
  /** It starts elsewhere afterwards. Where the outcome is unknown, nothing is answered. */
  readonly move: boolean
}

/** Call `agent.restore?.(uuid)`: it was to end, and is wanted again. No answer is expected. */
export interface RestoreEffect {
  readonly type: 'restore'
  readonly agentId: AgentUuid
  readonly uuid: ContainerUuid
}

/** Call `agent.deactivate?.(uuid, upTo)`: that copy of a stateless container is standby. No answer is expected. */
export interface DeactivateEffect {
  readonly type: 'deactivate'
  readonly agentId: AgentUuid
  readonly uuid: ContainerUuid
  /** Whatever activates it after this has a larger one. */
  readonly upTo: ActivationToken
}

/** The get has its container, and its client one more reference. */
export interface GetSettledEffect {
  readonly type: 'get-settled'
  readonly getId: number
  readonly uuid: ContainerUuid
  readonly endpoint: ContainerEndpointRef
  readonly agentId: AgentUuid
  readonly agentEndpoint: AgentEndpointRef | undefined
  readonly token: ActivationToken | undefined
}

/** The client that restores has one more reference, though nobody can serve the container now: `ready` tells when. */
export interface HoldCountedEffect {
  readonly type: 'hold-counted'
  readonly getId: number
  readonly uuid: ContainerUuid
}

/** The get failed; its client has no reference through it. */
export interface GetFailedEffect {
  readonly type: 'get-failed'
  readonly getId: number
  readonly error: NetworkError
}

/** The agent is known; it must terminate these. Comes before every other effect that names the agent anew. */
export interface RegisteredEffect {
  readonly type: 'registered'
  readonly registrationId: number
  readonly agentId: AgentUuid
  readonly terminate: ContainerUuid[]
}

/** The agent is not registered by this. */
export interface RegistrationFailedEffect {
  readonly type: 'registration-failed'
  readonly registrationId: number
  readonly error: NetworkError
}

/**
 * Find out whether the owner of that agent id still lives, e.g. by a fresh connection to `endpoint`; say so with
 * `removeClient` or `unregister` when it does not, and nothing when it does.
 */
export interface ProbeEffect {
  readonly type: 'probe'
  readonly agentId: AgentUuid
  readonly client?: ClientUuid
  readonly endpoint?: AgentEndpointRef
}

/** An activation serves from now, the first or another: re-connect relays, release parked requests. */
export interface ReadyEffect {
  readonly type: 'ready'
  readonly uuid: ContainerUuid
  readonly agentId: AgentUuid
  readonly endpoint: ContainerEndpointRef
}

/** The network knows that uuid no more: parked requests fail with this. */
export interface GoneEffect {
  readonly type: 'gone'
  readonly uuid: ContainerUuid
  readonly error: NetworkError
}

/** Drop the agent's object; a `registered` that follows brings another. */
export interface AgentRemovedEffect {
  readonly type: 'agent-removed'
  readonly agentId: AgentUuid
}

/** Its relayed connections end. */
export interface ClientRemovedEffect {
  readonly type: 'client-removed'
  readonly client: ClientUuid
}

/** One merged batch for one client: everything for watchers, else the changes of what it holds. The event may be shared. */
export interface EventsEffect {
  readonly type: 'events'
  readonly client: ClientUuid
  readonly event: NetworkEvent
}

/** Make it durable that these agents of an earlier run are given up, since they are not back; then call `endRecovery`. */
export interface RecoveryEndsEffect {
  readonly type: 'recovery-ends'
  readonly agents: readonly AgentUuid[]
}

/** What the coordinator wants done. */
export type NetworkEffect =
  | StartEffect
  | TerminateEffect
  | RestoreEffect
  | DeactivateEffect
  | GetSettledEffect
  | HoldCountedEffect
  | GetFailedEffect
  | RegisteredEffect
  | RegistrationFailedEffect
  | ProbeEffect
  | ReadyEffect
  | GoneEffect
  | AgentRemovedEffect
  | ClientRemovedEffect
  | RecoveryEndsEffect
  | EventsEffect

/** Receives effects in order, after the call that caused them has changed the tables; may call back into the state. */
export type EmitEffect = (effect: NetworkEffect) => void
