// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerRecord, GetOptions } from '../api/container'
import type {
  AgentEndpointRef,
  AgentUuid,
  ClientUuid,
  ContainerEndpointRef,
  ContainerKind,
  ContainerUuid
} from '../api/identifiers'
import type { AgentCapacity, AgentLoad } from '../api/placement'
import type { PreTermination } from '../api/termination'
import type { ActivationToken } from '../api/token'
import type { NetworkError } from '../errors'
import type { ContainerState } from './queries'
import type { Capacity, Seats } from './seats'

/** A copy of a stateless container that waits for its turn. */
export interface StandbyCopy {
  readonly agentId: AgentUuid
  endpoint: ContainerEndpointRef
  /** Orders the copies; equal ones are ordered by agent id. */
  readonly number: number
  /** Its agent knows standby: it must be told to activate. A 0.7 copy always serves. */
  readonly managed: boolean
}

/** Agents were given up as silent. Until that is written down, a run after this one would believe what they say when they are back. */
export interface GiveUp {
  written: boolean
  /** What they had. */
  readonly rows: ContainerRow[]
}

/** One container of the network. `docs/STATES.md` has its states. */
export interface ContainerRow {
  readonly kind: ContainerKind
  /** Absent while a start runs whose factory will name it. */
  uuid: ContainerUuid | undefined
  state: ContainerState
  labels: readonly string[] | undefined
  extra: unknown
  agentId: AgentUuid | undefined
  /** The agent and endpoint of the last activation that served. */
  servedBy: AgentUuid | undefined
  endpoint: ContainerEndpointRef | undefined
  token: ActivationToken | undefined
  /** Of the last activation that served; one that only started has replaced nobody. */
  servedToken: ActivationToken | undefined
  lastVisit: number
  /** `lost` only: whoever had it may believe until then that it serves, so nobody else does before. */
  leasedUntil: number
  /** `lost` only: with whom it was given up. */
  givenUp: GiveUp | undefined
  healthy: boolean
  /** What serves is a stateless copy, whose agent knows standby if `managed`. */
  stateless: boolean
  managed: boolean
  /** Events have named it. */
  announced: boolean
  startId: number | undefined
  /** The copy that the running start activates. */
  activating: StandbyCopy | undefined
  terminationId: number | undefined
  /** `terminating` only: it may not say that it cannot end yet. */
  final: boolean
  /** It was to end and could not yet; kept while it is being ended after that. */
  preTermination: PreTermination | undefined
  /** Its agent drains: it is had where no other can be. */
  leaving: boolean
  /** `moving`, and `lost` after it: an agent that keeps a place for it. */
  destination: AgentUuid | undefined
  /** The one agent that may have it; absent: any. */
  pinned: AgentUuid | undefined
  /** What it left behind when it moved, until it serves elsewhere; `undefined` when nothing. */
  carried: unknown
  /** `recovering` only: where a client saw it last. */
  expectedAgentId: AgentUuid | undefined
  /** Changed by the container table only. */
  standbys: readonly StandbyCopy[]
  /** Changed by the get table only. */
  waiters: ReadonlySet<PendingGet>
  /** Changed by the references only. */
  holders: ReadonlyMap<ClientUuid, number>
  /** Failures since it was last active. */
  trouble: StartTrouble | undefined
  /** When it came into this state or to this agent: whole seconds of the clock of `now`, a small number costs nothing besides. */
  since: number
}

/** What a row has failed in. Most have not: one member for all of it is less to keep. */
export interface StartTrouble {
  /** Agents that failed to start it, in this round. */
  readonly tried: Set<AgentUuid>
  /** Rounds failed. */
  failures: number
  /** Its start there was given up, and may go on until the agent has heard that. */
  givenUpBy: AgentUuid | undefined
  lastError: NetworkError | undefined
}

/** A get that has not ended. */
export interface PendingGet {
  readonly getId: number
  readonly client: ClientRow
  readonly kind: ContainerKind
  readonly options: GetOptions
  readonly since: number
  readonly deadline: number | undefined
  /** Its client says that it holds the container already: that is counted, whether it can be had now or not. */
  readonly restores: boolean
  /** Where a client that restores saw it last. */
  readonly expectedAgentId: AgentUuid | undefined
  /** What it waits for. */
  place: GetPlace
  /** Starts lost with their agents. */
  losses: number
}

/** What a get waits for. */
export type GetPlace =
  | { readonly at: 'nowhere' }
  | { readonly at: 'row'; readonly row: ContainerRow }
  /** No agent offers its kind. */
  | { readonly at: 'queue' }
  /** The recovery window. */
  | { readonly at: 'held' }

export interface AgentRow {
  readonly agentId: AgentUuid
  kinds: ReadonlySet<ContainerKind>
  endpoint: AgentEndpointRef | undefined
  /** Whose it is; absent in-process. */
  client: ClientUuid | undefined
  /** Nothing is placed there. */
  draining: boolean
  /** It knows how to end a container so that it goes on elsewhere; one of 0.7 does not. */
  moves: boolean
  capacity: Capacity | undefined
  /** {@link capacity} as it was said. */
  givenCapacity: AgentCapacity | undefined
  readonly seats: Seats
  load: AgentLoad
  /** What it was ending when it registered, and has not ended since. */
  ending: Set<ContainerUuid>
  /** Starts there that were given up, and of whose end it has not heard: which termination tells it. */
  readonly startsGivenUp: Map<ContainerUuid, number>
}

export interface ClientRow {
  readonly id: ClientUuid
  watching: boolean
  aliveTimeoutMs: number
  /** Its connection is known to be lost. */
  detached: boolean
  readonly holds: Set<ContainerRow>
  /** The holders of what it alone holds, once: shared by all those rows, which are most of all. */
  readonly alone: ReadonlyMap<ClientUuid, number>
  readonly gets: Set<PendingGet>
  readonly agents: Set<AgentUuid>
}

/** What most rows have none of is shared by them: an empty set or map of its own takes 150 bytes and more. */
export const none: {
  readonly standbys: readonly StandbyCopy[]
  readonly waiters: ReadonlySet<PendingGet>
  readonly holders: ReadonlyMap<ClientUuid, number>
  readonly tried: ReadonlySet<AgentUuid>
} = { standbys: [], waiters: new Set(), holders: new Map(), tried: new Set() }

/** Changes the row's record of failures, made if need be. */
export function troubleOf(row: ContainerRow): StartTrouble {
  row.trouble ??= { tried: new Set(), failures: 0, givenUpBy: undefined, lastError: undefined }
  return row.trouble
}

/** Agents that failed to start it, in this round. */
export function triedOf(row: Partial<Pick<ContainerRow, 'trouble'>>): ReadonlySet<AgentUuid> {
  return row.trouble?.tried ?? none.tried
}

/** `lost` only: the agent on which it may not have ended. */
export function endsOn({ servedBy, trouble }: ContainerRow): AgentUuid | undefined {
  return trouble?.givenUpBy ?? servedBy
}

/** The container must have been active: only such rows are listed and announced. */
export function recordOf(row: ContainerRow): ContainerRecord {
  const { servedBy, uuid, kind, endpoint, lastVisit, labels, extra, token, stateless, healthy } = row
  const { preTermination } = row
  return {
    agentId: servedBy as AgentUuid,
    uuid: uuid as ContainerUuid,
    kind,
    endpoint: endpoint as ContainerEndpointRef,
    lastVisit,
    ...(extra === undefined ? {} : { extra }),
    ...(labels === undefined ? {} : { labels: [...labels] }),
    ...(stateless ? { stateless } : {}),
    ...(token === undefined ? {} : { token }),
    ...(healthy ? {} : { healthy }),
    ...(preTermination === undefined ? {} : { preTermination })
  }
}

/** It is not forgotten though nobody serves it. */
export function isKept(row: ContainerRow, now: number): boolean {
  return isWanted(row) || notBefore(row) > now
}

/** `lost` only: when somebody else may serve it. */
export function notBefore({ leasedUntil, givenUp }: ContainerRow): number {
  return givenUp?.written === false ? Infinity : leasedUntil
}

/** Somebody needs it, or a copy of it is kept. */
export function isWanted(row: ContainerRow): boolean {
  return row.holders.size > 0 || row.standbys.length > 0
}
