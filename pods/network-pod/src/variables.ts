// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TransportName } from '@hcengineering/network-backrpc'
import { defaultTimeoutsMs, limits, placementPolicies, timeouts } from '@hcengineering/network-core'

/** From quiet to loud: each level writes its own lines and those of the levels before it. */
export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const

/** One of {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number]

/** How peers are reached; they need not use the same. */
export const transports = ['zmtp', 'zeromq'] as const satisfies readonly TransportName[]

/** How agents are chosen where nothing else is said of a kind. */

/** What a number counts; the name of its variable ends in it. */
export type Unit = 'port' | 'seconds' | 'milliseconds' | 'bytes' | 'requests' | 'moves'

/** A number within bounds. Seconds may have a fraction, the others are whole. */
export interface NumberVariable {
  readonly type: 'number'
  readonly unit: Unit
  readonly default: number
  readonly min: number
  readonly max: number
}

/** Numbers by container kind, for those kinds that need another value than `base` gives them. */
export interface ByKindVariable {
  readonly type: 'by-kind'
  /** The variable that holds for all other kinds; unit and bounds are its own. */
  readonly base: NumberName
}

/** One word out of a list. */
export interface ChoiceVariable {
  readonly type: 'choice'
  readonly default: string
  readonly choices: readonly string[]
}

/** Where to listen: `*`, an address or a host name. */
export interface HostVariable {
  readonly type: 'host'
  readonly default: string
}

/** A path, from the working directory where it is relative; or a word that says that there is none. */
export interface FileVariable {
  readonly type: 'file'
  readonly default: string
  readonly none: string
}

/** Rules of placement by container kind, as JSON. */
export interface RulesVariable {
  readonly type: 'rules'
}

export type Variable = RulesVariable | NumberVariable | ByKindVariable | ChoiceVariable | HostVariable | FileVariable

/** Longest time that a variable takes: a day. A larger number is more likely a mistake in its unit. */
const maxSeconds = 24 * 3600

const seconds = (value: number): NumberVariable => ({
  type: 'number',
  unit: 'seconds',
  default: value,
  min: 0.1,
  max: maxSeconds
})

const milliseconds = (value: number, min: number = 1, max: number = maxSeconds * 1000): NumberVariable => ({
  type: 'number',
  unit: 'milliseconds',
  default: value,
  min,
  max
})

/** Numbers that the pod reads from its environment. */
export const numberVariables = {
  // 0 lets the system choose; the line that says 'listening' names the port
  PORT: { type: 'number', unit: 'port', default: 3737, min: 0, max: 65_535 },
  ALIVE_TIMEOUT_SECONDS: seconds(timeouts.aliveTimeout),
  PING_INTERVAL_SECONDS: seconds(timeouts.pingInterval),
  UNUSED_CONTAINER_TIMEOUT_SECONDS: seconds(timeouts.unusedContainerTimeout),
  START_TIMEOUT_MS: milliseconds(defaultTimeoutsMs.start),
  TERMINATE_TIMEOUT_MS: milliseconds(defaultTimeoutsMs.terminate),
  PRE_TERMINATION_TIMEOUT_MS: milliseconds(defaultTimeoutsMs.preTermination),
  GET_TIMEOUT_MS: milliseconds(defaultTimeoutsMs.get),
  REQUEST_TIMEOUT_MS: milliseconds(defaultTimeoutsMs.request),
  AGENT_ID_WAIT_MS: milliseconds(defaultTimeoutsMs.agentIdWait),
  EVENT_BATCH_MS: milliseconds(defaultTimeoutsMs.eventBatch, 1, 60_000),
  // Longer than a minute no supervisor waits before it kills
  DRAIN_TIMEOUT_MS: milliseconds(defaultTimeoutsMs.drain, 0, 60_000),
  MAX_PARKED_REQUESTS: {
    type: 'number',
    unit: 'requests',
    default: limits.maxInFlightRequests,
    min: 1,
    max: 1_000_000
  },
  REBALANCING_AT_ONCE: { type: 'number', unit: 'moves', default: 2, min: 1, max: 1000 },
  REBALANCING_PER_MINUTE: { type: 'number', unit: 'moves', default: 30, min: 1, max: 60_000 }
} as const satisfies Record<string, NumberVariable>

/** Names of {@link numberVariables}. */
export type NumberName = keyof typeof numberVariables

/** Every variable the pod reads; `docs/CONFIGURATION.md` holds the same table in prose. */
export const variables = {
  HOST: { type: 'host', default: '*' },
  LEDGER_FILE: { type: 'file', default: 'network-ledger.json', none: 'off' },
  LOG_LEVEL: { type: 'choice', default: 'info', choices: logLevels },
  TRANSPORT: { type: 'choice', default: 'zmtp', choices: transports },
  PLACEMENT: { type: 'choice', default: 'round-robin', choices: placementPolicies },
  PLACEMENT_BY_KIND: { type: 'rules' },
  ...numberVariables,
  UNUSED_CONTAINER_TIMEOUT_SECONDS_BY_KIND: { type: 'by-kind', base: 'UNUSED_CONTAINER_TIMEOUT_SECONDS' },
  START_TIMEOUT_MS_BY_KIND: { type: 'by-kind', base: 'START_TIMEOUT_MS' },
  TERMINATE_TIMEOUT_MS_BY_KIND: { type: 'by-kind', base: 'TERMINATE_TIMEOUT_MS' },
  PRE_TERMINATION_TIMEOUT_MS_BY_KIND: { type: 'by-kind', base: 'PRE_TERMINATION_TIMEOUT_MS' }
} as const satisfies Record<string, Variable>

/** Names of {@link variables}. */
export type VariableName = keyof typeof variables
