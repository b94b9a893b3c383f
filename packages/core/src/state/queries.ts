// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { GetOptions } from '../api/container'
import type {
  AgentEndpointRef,
  AgentUuid,
  ClientUuid,
  ContainerEndpointRef,
  ContainerKind,
  ContainerUuid
} from '../api/identifiers'
import type { ActivationToken } from '../api/token'

/** What a container's row is doing; `docs/STATES.md` has the table. */
export type ContainerState =
  'starting' | 'active' | 'pre-terminating' | 'moving' | 'terminating' | 'lost' | 'recovering'

/** Requests go to it. */
export function serves(state: ContainerState): boolean {
  return state === 'active' || state === 'pre-terminating'
}

/** A client asks for a container. */
export interface GetRequest {
  /** Names the get in its one effect; never used twice. */
  readonly getId: number
  readonly client: ClientUuid
  readonly kind: ContainerKind
  readonly options: GetOptions
  /** When it fails, in the clock of `now`; absent waits without end. */
  readonly deadline?: number
}

/** A client says that it already holds `options.uuid`, last seen on `agentId`; without a uuid it is a plain get. */
export interface RestoreRequest extends GetRequest {
  readonly agentId?: AgentUuid
}

/** What `addClient` may say of a client. */
export interface ClientOptions {
  /** It gets the events of the whole network. */
  readonly watch?: boolean
  /** Its own silence limit; default: the network's. */
  readonly aliveTimeoutMs?: number
}

/** Where a uuid is now. */
export interface ContainerLookup {
  readonly uuid: ContainerUuid
  readonly kind: ContainerKind
  readonly state: ContainerState
  /** As in a `ContainerRecord`. */
  readonly stateless: boolean
  /** Absent while `lost` or `recovering`. */
  readonly agentId?: AgentUuid
  /** Absent until it has been active once. */
  readonly endpoint?: ContainerEndpointRef
  readonly agentEndpoint?: AgentEndpointRef
  readonly token?: ActivationToken
  /** A request may be parked: `ready` or `gone` will be emitted for this uuid. */
  readonly waitable: boolean
}

/** Numbers of what there is. */
export interface NetworkStats {
  /** First part of the tokens of this run. */
  readonly epoch: number
  /** The recovery window is open. */
  readonly recovering: boolean
  /** Registered ones. */
  readonly agents: number
  /** Known ones. */
  readonly clients: number
  /** Rows by state. */
  readonly containers: Readonly<Record<ContainerState, number>>
  /** Standby copies. */
  readonly standbys: number
  /** Holds of all clients together. */
  readonly references: number
  /** Gets that wait. */
  readonly pendingGets: number
  /** Starts that agents have not answered. */
  readonly pendingStarts: number
  /** Terminations that agents have not answered. */
  readonly pendingTerminations: number
  /** Registrations that wait for the end of another owner of their agent id. */
  readonly waitingRegistrations: number
  /** Rows looked at so far: grows with the work done, not with what exists. */
  readonly visits: number
}
