// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid } from './identifiers'

/**
 * How many containers an agent takes, those that start included; stateless ones, which it brings itself, do not count. What is
 * absent is not limited.
 */
export interface AgentCapacity {
  /** Of all kinds together. */
  containers?: number
  /** Of each kind that is named here. */
  byKind?: Readonly<Record<string, number>>
}

/** How busy the process of an agent is; it says so with its pings. */
export interface AgentLoad {
  /** Requests that its containers are at. */
  inFlight: number
  /** How late its event loop is, in milliseconds. */
  lagMs: number
}

/**
 * The names of the policies; the compiler names every place that another one needs.
 *
 * - `round-robin`: the next in turn, each kind for itself
 * - `least-loaded`: of two drawn by lot the one with less to do: containers, requests in flight, lag of the event loop
 */
export const placementPolicies = ['round-robin', 'least-loaded'] as const

/** Which agent starts a container, of those that offer its kind and have room: one of {@link placementPolicies}. */
export type PlacementPolicy = (typeof placementPolicies)[number]

/** Where the containers of a kind are started. The key of a label is what comes before its first `:` or `=`. */
export interface KindPlacement {
  /** Default `round-robin`. */
  policy?: PlacementPolicy
  /** Only these start the kind. Default: every agent that offers it. */
  agents?: readonly string[]
  /**
   * Keys of labels: a container is started, where there is room, on an agent that has one with the same label already, of
   * any kind that names the key here.
   */
  attract?: readonly string[]
  /** Keys of labels: it is started, where that is possible, on an agent that has none with the same label, of such kinds. */
  repel?: readonly string[]
  /** Containers that are held may move to an agent that joins, with their state, see `dehydrate`. Default false. */
  rebalance?: boolean
}

/** How much rebalancing may do. */
export interface RebalancingOptions {
  /** Containers of the whole network that move at a time. Default 2. */
  atOnce?: number
  /** Moves a minute, evenly. Default 30. */
  perMinute?: number
}

/** Where one get wants its container, should it have to be started. */
export interface GetPlacement {
  /** Only there, and it is never moved from there: without that agent it waits. */
  agent?: AgentUuid
}
