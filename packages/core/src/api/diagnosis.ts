// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ClientUuid, ContainerEndpointRef, ContainerKind, ContainerUuid } from './identifiers'
import type { ErrorCode } from '../errors'
import type { NotYet, PreTermination } from './termination'
import type { ActivationToken } from './token'

/** What happened to a container after its first start. */
export interface ContainerMove {
  /** Unix milliseconds. */
  at: number
  /**
   * `started`: it serves on that agent again, or elsewhere. `start-failed`: that agent could not start it. `lost`: what served
   * it is no more. `moving`: its agent ends it, so that it starts elsewhere. `terminating`: an operator wants it ended. `not-yet`: it was to end and said that it cannot.
   * `restored`: it was wanted again before it had. `unhealthy`, `healthy`: what its health checks say. `ended`: the network
   * has it no more.
   */
  what:
    | 'started'
    | 'start-failed'
    | 'lost'
    | 'moving'
    | 'terminating'
    | 'not-yet'
    | 'restored'
    | 'unhealthy'
    | 'healthy'
    | 'ended'
  agentId?: AgentUuid
  /** For people. */
  why?: string
  /** It happened so many times in a row, the last then. Absent: once. */
  times?: number
}

/** Gets of one container, or of one kind, that have failed lately. */
export interface FailedGets {
  kind: ContainerKind
  /** Which container the last of them asked for. Absent: any, as by labels. */
  uuid?: ContainerUuid
  /** When the last of them failed, Unix milliseconds. */
  at: number
  /** Of the last of them. */
  code: ErrorCode
  /** What its caller was told, for people: the first 256 characters. */
  why: string
  /** How many, each within ten minutes of the one before. */
  gets: number
}

/** One client's holds on a container. */
export interface ContainerHolder {
  client: ClientUuid
  /** How many. */
  holds: number
  /** Agents of the same client. */
  agents?: AgentUuid[]
  /** Its connection is lost; it has until its alive timeout to come back. */
  detached?: boolean
}

/** One get that waits for a container. */
export interface ContainerWaiter {
  client: ClientUuid
  /** Unix milliseconds. */
  since: number
  /** When it gives up, Unix milliseconds; absent when it waits without end. */
  until?: number
}

/** What the coordinator knows of one uuid, in short. */
export interface ContainerSummary {
  uuid: ContainerUuid
  kind: ContainerKind
  /**
   * As in `docs/STATES.md`. `ended` when there was one and is none; `absent` when none is remembered, though gets of it wait or
   * have failed.
   */
  state:
    'starting' | 'active' | 'pre-terminating' | 'moving' | 'terminating' | 'lost' | 'recovering' | 'ended' | 'absent'
  /** When it came into this state, or to this agent: Unix milliseconds, whole seconds. */
  since: number
  /** Where it is, or is being started. */
  agentId?: AgentUuid
  endpoint?: ContainerEndpointRef
  /** Those that it was started with. */
  labels?: string[]
  /** As in a {@link ContainerRecord}. */
  stateless?: boolean
  /** `false` when it failed its last health check. */
  healthy?: boolean
  token?: ActivationToken
  /** As in a {@link ContainerRecord}. */
  lastVisit?: number
  preTermination?: PreTermination
  /** Number of clients that hold it. */
  holderCount: number
  /** Number of gets that wait for it. */
  waiterCount: number
  /** What it waits for, a sentence; absent when for nothing. */
  waitsFor?: string
  /** Why its last start failed, while it is not served. */
  lastError?: string
}

/** All that the coordinator knows of one uuid. */
export interface ContainerExplanation extends ContainerSummary {
  /** The first 100. */
  holders: ContainerHolder[]
  /** The first 100. */
  waiters: ContainerWaiter[]
  /** Agents with a standby copy, in the order of their turn. */
  standbys: AgentUuid[]
  /** The last ones, oldest first; remembered of those that moved last. */
  moves: ContainerMove[]
  /** Of the last ten minutes, remembered of the thousand that failed last. */
  failedGets?: FailedGets
}

/** A reminder as operators see it. What it carries is its container's own. */
export interface KeptReminder {
  /** Of its container, which need not run: it is started when the reminder is due. */
  uuid: ContainerUuid
  kind: ContainerKind
  /** By which its container knows it. */
  name: string
  /** When it is due, or was, Unix milliseconds. */
  at: number
  /** As it was set, in milliseconds. Absent: it comes once. */
  everyMs?: number
  /** When it is delivered next, where that has failed: Unix milliseconds. */
  retryAt?: number
  /** Deliveries that have failed since it was set, or since this coordinator started. Absent: none. */
  failures?: number
  /** Why the last of them did, the first 256 characters. */
  lastError?: string
}

/** Options of the end of a container from outside. */
export interface TerminateOptions {
  /** For people: in logs, and to the container. Default: that an operator asked for it. */
  reason?: string
  /**
   * It may not answer that it cannot end yet; and what is held ends too, and starts again, elsewhere where somebody else
   * offers its kind, with its state where it hands it on.
   */
  force?: boolean
}

/** What came of it. */
export interface TerminateResult {
  /** It has not ended, and serves on. */
  notYet?: NotYet
  /** Somebody holds it: it starts again. */
  restarts?: boolean
}

/** How late things happen in a process. */
export interface LoopLag {
  /** For how long it was looked at, in milliseconds. */
  sampledMs: number
  /** By how much timers were late, in milliseconds. */
  meanMs: number
  /** The latest of them. */
  maxMs: number
}

/** Facts about one process of the network. */
export interface ProcessDiagnosis {
  /** Of the packages it runs. */
  version: string
  /** Of Node. */
  node: string
  /** Operating system and processor: `linux x64`. */
  platform: string
  /** Of the process, on its machine. */
  pid: number
  /** Its clock when it answered, Unix milliseconds. */
  at: number
  /** For how long it has run, in milliseconds. */
  uptimeMs: number
  /** Of the whole process; of the heap of JavaScript, how much is used and how much there may be. */
  memory: { rssBytes: number; heapUsedBytes: number; heapLimitBytes: number }
  /** Only where it was asked for. */
  loop?: LoopLag
}

/**
 * What a get, or a container that is held and not served, waits for. `agent`: one that offers the kind. `pin`: the agent to
 * which it is pinned. `room`: every agent that offers the kind is full. `lease`: the agent that had it may serve it still.
 * `ledger`: it is not written yet that that agent was given up.
 * `retry`: its last start failed. `start`, `end`: one that runs. `recovery`: agents that were there before the coordinator was
 * restarted.
 */
export type WaitCause = 'agent' | 'pin' | 'room' | 'lease' | 'ledger' | 'retry' | 'start' | 'end' | 'recovery'

/** Gets and containers of one kind that wait for the same. */
export interface KindWait {
  kind: ContainerKind
  cause: WaitCause
  /** How many gets. */
  gets: number
  /** How many containers that somebody holds and nobody serves. */
  containers: number
  /** Why the last start of one of them failed. */
  lastError?: string
}

/** Facts about the coordinator. */
export interface CoordinatorDiagnosis extends ProcessDiagnosis {
  /** This run of it. */
  epoch: number
  /** It waits for those who were there before it started. */
  recovering: boolean
  /** How many are registered. */
  agents: number
  /** How many it knows. */
  clients: number
  /** By state. */
  containers: Record<string, number>
  /** Holds of all clients together. */
  references: number
  /** Gets that wait. */
  pendingGets: number
  /** What waits, by kind and cause: the 100 of which there are most, those first. Absent: the coordinator does not say. */
  waits?: KindWait[]
  /**
   * Which gets failed in the last ten minutes, those of one kind and code together: the 100 of which there are most, those
   * first. Absent: the coordinator does not say.
   */
  failedGets?: FailedGets[]
  /** Leases outlive it. */
  ledger: boolean
  /** What one peer may send and ask for, by the names of `limits`. */
  limits: Record<string, number>
}

/** Whom to ask, and for how long to look. */
export interface DiagnoseOptions {
  /** An agent's process, by way of the coordinator. Default: the coordinator's. */
  agent?: AgentUuid
  /** How long to watch the event loop, in milliseconds, at most 10 000. Default 0: it is not watched. */
  sampleMs?: number
}
