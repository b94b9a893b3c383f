// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentCapacity, KindPlacement, RebalancingOptions } from '@hcengineering/network-core'

/** What becomes of one start of a container. */
export type StartBehaviour =
  | { readonly type: 'ok' }
  | { readonly type: 'slow'; readonly ms: number }
  | { readonly type: 'throw' }
  | { readonly type: 'never' }
  | { readonly type: 'wrong-uuid' }

/** What becomes of the end of a container. */
export type EndBehaviour =
  | Exclude<StartBehaviour, { readonly type: 'wrong-uuid' }>
  /** It cannot end for so long; where it must, it ends. */
  | { readonly type: 'not-yet'; readonly ms: number }

/** What a request asks of its container. */
export type RequestBehaviour = 'echo' | 'large' | 'slow' | 'throw' | 'never'

/** Over which way a request goes. */
export type RequestWay = 'reference' | 'connection' | 'client'

/** What a client does. `pick`, from 0 to below 1, chooses among what it holds at that moment. */
export type Action =
  | { readonly type: 'get'; readonly kind: string; readonly uuid?: string; readonly labels?: readonly string[] }
  | {
      readonly type: 'request'
      readonly pick: number
      readonly way: RequestWay
      readonly behaviour: RequestBehaviour
      readonly ms: number
      readonly timeoutMs: number
      readonly idempotent: boolean
    }
  | { readonly type: 'connect'; readonly pick: number }
  | { readonly type: 'disconnect'; readonly pick: number }
  | { readonly type: 'broadcast'; readonly pick: number; readonly count: number }
  | {
      readonly type: 'stream'
      readonly pick: number
      readonly way: 'reference' | 'connection'
      readonly count: number
      /** Between two items. */
      readonly paceMs: number
      /** The client sends as many itself. */
      readonly input: boolean
      /** The reader leaves after so many items. */
      readonly leaveAfter?: number
      readonly abortAfterMs?: number
    }
  /** A container sets a reminder, which comes in `ms`, or a timer that fires every `ms` as long as it serves. */
  | { readonly type: 'remind' | 'tick'; readonly pick: number; readonly ms: number }
  /** Asks a container that takes turns, which asks others in its turn. */
  | {
      readonly type: 'turn'
      readonly pick: number
      readonly way: 'reference' | 'connection'
      /** Who is asked next, each by the one before. */
      readonly path: readonly string[]
      /** How long each takes before it asks. */
      readonly ms: number
      readonly readOnly: boolean
    }
  | { readonly type: 'release'; readonly pick: number }
  /** Gets it, asks it so often, and releases it. */
  | {
      readonly type: 'visit'
      readonly kind: string
      readonly uuid: string
      readonly forMs: number
      readonly asks: number
      /** Over a connection. */
      readonly connects: boolean
    }
  /** A get of what it holds, under another kind. Only where nothing goes wrong: else it may be what comes first. */
  | { readonly type: 'mismatch'; readonly pick: number; readonly kind: string }
  | { readonly type: 'list' }

/** One action of one client at its time. */
export interface Operation {
  readonly at: number
  readonly client: number
  readonly action: Action
}

/** Who a fault hits: a process by its number, or the agent that hosts a container at that moment. */
export type Target =
  | { readonly role: 'coordinator' }
  | { readonly role: 'agent' | 'client'; readonly number: number }
  | { readonly role: 'owner'; readonly uuid: string }

/** What a cut lets through no more. */
export type CutWay = 'both' | 'in' | 'out'

/** One fault. Times in virtual milliseconds. */
export type Fault =
  /** The process is gone at once and starts again, empty, after `downMs`. */
  | { readonly type: 'kill'; readonly at: number; readonly target: Target; readonly downMs: number }
  /** The process closes in good order and starts again after `downMs`. */
  | { readonly type: 'stop'; readonly at: number; readonly target: Target; readonly downMs: number }
  /** The agent drains, closes, and starts again after `downMs`: no fault, but maintenance. */
  | { readonly type: 'drain'; readonly at: number; readonly target: Target; readonly downMs: number }
  /** Nothing happens in the process; what comes in waits. `noticed`: its peers lose the connection after 750 ms. */
  | {
      readonly type: 'pause'
      readonly at: number
      readonly target: Target
      readonly forMs: number
      readonly noticed: boolean
    }
  /** Connections of the process are reset: all, or the one that `pick` chooses. */
  | {
      readonly type: 'break'
      readonly at: number
      readonly target: Target
      readonly pick?: number
      /** Whoever listens hears of it so much later. */
      readonly lateMs?: number
    }
  /** The process lives and nothing gets through to it, from it, or both; with `reset` connections break at once. */
  | {
      readonly type: 'cut'
      readonly at: number
      readonly target: Target
      readonly forMs: number
      readonly reset: boolean
      readonly way: CutWay
      /** Only to the coordinator, and from it: clients reach it all the same. */
      readonly coordinatorOnly?: boolean
    }
  /** What the coordinator writes takes so long to be on the disk. */
  | { readonly type: 'disk'; readonly at: number; readonly forMs: number; readonly writeMs: number }
  /** The container's `ping()` rejects, or does not answer. */
  | {
      readonly type: 'sicken'
      readonly at: number
      readonly uuid: string
      readonly forMs: number
      readonly how: 'reject' | 'hang'
    }

/** Kinds of fault, as they are switched on and off; the last is drawn into `Plan.starts` and the requests' behaviour. */
export const faultKinds = ['kill', 'stop', 'pause', 'break', 'cut', 'containers'] as const
export type FaultKind = (typeof faultKinds)[number]

/** What a hostile network does to a message. */
export const hostileWays = ['drop', 'duplicate', 'reorder', 'replay', 'flip'] as const
export type HostileWay = (typeof hostileWays)[number]

/** A network that keeps no promise: only safety is asked for over it. */
export interface Hostility {
  /** Of all messages, how many something is done to: 0 to 1. */
  readonly share: number
  readonly ways: readonly HostileWay[]
}

export interface AgentShape {
  readonly kinds: readonly string[]
  /** It has a server that clients reach; without one the coordinator relays. */
  readonly direct: boolean
  /** Its factories answer with endpoints that are none of ours. */
  readonly opaque: boolean
  /** Stateless containers that it offers. */
  readonly stateless: readonly string[]
}

/** Where containers start, in runs in which there is not always room. */
export interface PlacementShape {
  /** What each agent takes. */
  readonly capacities: readonly AgentCapacity[]
  readonly byKind: Readonly<Record<string, KindPlacement>>
  readonly rebalancing: RebalancingOptions
}

/** One run as data: everything that happens from outside is in here. */
export interface Plan {
  readonly seed: number
  readonly agents: readonly AgentShape[]
  /** Absent in most runs: round robin, and room for everything. */
  readonly placement?: PlacementShape
  /** Kinds that agents serve even while they cannot reach the coordinator. Default none. */
  readonly available?: readonly string[]
  readonly clients: number
  /** When each process starts: the coordinator, the agents, the clients. */
  readonly boots: readonly number[]
  /** The newest protocol that each process speaks, in the same order; at each start the next. */
  readonly protocols: readonly (1 | 2)[]
  /** Time that a message needs, at least and at most. */
  readonly latencyMs: readonly [number, number]
  /** What comes over a connection within that time is read together, as TCP has it. Absent: each message as it comes. */
  readonly pileMs?: number
  /** Absent where the network loses messages only with their connection, and keeps their order. */
  readonly hostile?: Hostility
  /** Faults that can occur; empty for one run in five. */
  readonly enabled: readonly FaultKind[]
  readonly operations: readonly Operation[]
  readonly faults: readonly Fault[]
  /** By uuid, what becomes of its first, second, … start; `''` has those without a uuid. Beyond, and after the heal: ok. */
  readonly starts: Readonly<Record<string, readonly StartBehaviour[]>>
  /** The same for the ends of containers, by uuid only. */
  readonly ends: Readonly<Record<string, readonly EndBehaviour[]>>
  /** How fast the clock of each process goes, in the order of `boots`. Default 1. */
  readonly clocks?: readonly number[]
  /** How long the end of a container may take. Default `settings.terminateMs`. */
  readonly terminateMs?: number
  /** When every fault has ended. */
  readonly healAt: number
}
