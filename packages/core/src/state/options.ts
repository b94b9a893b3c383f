// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerKind } from '../api/identifiers'
import type { RebalancingOptions } from '../api/placement'
import type { PlacementRules } from './placement-rules'

/** Milliseconds for kinds that need another value than the default. */
export type TimeoutsByKindMs = ReadonlyMap<string, number>

/** What the coordinator's rules need to know; complete: defaults are resolved by whoever constructs it. */
export interface NetworkStateOptions {
  /** This run of the coordinator: larger than any earlier one's. */
  readonly epoch: number
  /** Silence after which an id that pinged in-process is dead; also the length of the recovery window. */
  readonly aliveTimeoutMs: number
  /** A container without references is terminated after this; Infinity keeps it. */
  readonly unusedContainerTimeoutMs: number
  readonly unusedContainerTimeoutMsByKind?: TimeoutsByKindMs
  /** How long an agent may take to start a container. */
  readonly startTimeoutMs: number
  readonly startTimeoutMsByKind?: TimeoutsByKindMs
  /** How long an agent may take to terminate a container; then the network forgets it and goes on. */
  readonly terminateTimeoutMs: number
  readonly terminateTimeoutMsByKind?: TimeoutsByKindMs
  /** How long a container that cannot end yet may take, at most; then it is ended by force. */
  readonly preTerminationTimeoutMs: number
  readonly preTerminationTimeoutMsByKind?: TimeoutsByKindMs
  /** How long a registration waits for the end of another owner of its agent id, at most. */
  readonly agentIdWaitMs: number
  /** Events are collected and merged for this long. */
  readonly eventBatchMs: number
  /** Where containers start; default: round robin. */
  readonly placement?: PlacementRules
  /** How much may move at a time when agents join. Absent: nothing. */
  readonly rebalancing?: Required<RebalancingOptions>
  /** From 0 to below 1, for what is drawn by lot. Needed by `least-loaded` only. */
  readonly random?: () => number
}

/** The value for `kind`, else the default. */
export function timeoutOf(byKind: TimeoutsByKindMs | undefined, kind: ContainerKind, defaultMs: number): number {
  return byKind?.get(kind) ?? defaultMs
}

/** How long an agent may take to end a container of that kind: its last requests, then its own end. */
export function endTimeoutMs(options: NetworkStateOptions, kind: ContainerKind): number {
  return 2 * timeoutOf(options.terminateTimeoutMsByKind, kind, options.terminateTimeoutMs)
}
