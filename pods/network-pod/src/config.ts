// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TransportName } from '@hcengineering/network-backrpc'
import {
  placementPolicies,
  type NetworkOptions,
  type NetworkTimeouts,
  type PlacementOptions,
  type PlacementPolicy
} from '@hcengineering/network-core'

import { parseByKind, parseChoice, parseHost, parseNumber, parseRules, type Parsed } from './parse'
import {
  logLevels,
  numberVariables,
  transports,
  variables,
  type LogLevel,
  type NumberName,
  type VariableName
} from './variables'

/** The variables of a process: names to texts. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Everything the pod needs to know, complete and checked. */
export interface PodConfig {
  /** Where to listen: `*` or an address. */
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Where epoch and leases outlive the process; undefined: nowhere. */
  readonly ledgerFile: string | undefined
  readonly logLevel: LogLevel
  readonly transport: TransportName
  /** Silence after which a peer is dead that did not ask for a time of its own. */
  readonly aliveTimeoutSeconds: number
  readonly pingIntervalSeconds: number
  /** How long an orderly end may take. */
  readonly drainTimeoutMs: number
  readonly timeouts: Required<NetworkTimeouts>
  readonly maxParkedRequests: NonNullable<NetworkOptions['maxParkedRequests']>
  readonly placement: Required<PlacementOptions>
}

/** A variable that cannot be used, and why. */
export interface Refusal {
  readonly variable: VariableName
  readonly value: string
  /** A sentence with variable, value and bound. */
  readonly message: string
}

/** What became of an environment. Warnings are sentences about variables that are probably misspelt. */
export type ConfigResult =
  | { readonly ok: true; readonly config: PodConfig; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly refusals: readonly Refusal[] }

/** Reads variables one by one and collects what is wrong with them, so that one start shows every mistake. */
class Reader {
  readonly refusals: Refusal[] = []

  constructor(private readonly env: Environment) {}

  /** What the variable says; `fallback` when it is absent, or empty as compose files leave it. */
  read<T>(variable: VariableName, fallback: T, parse: (text: string) => Parsed<T>): T {
    const text = this.env[variable]?.trim() ?? ''
    if (text === '') return fallback
    const parsed = parse(text)
    if (parsed.ok) return parsed.value
    this.refuse(variable, text, `it must be ${parsed.expected}`)
    return fallback
  }

  number(variable: NumberName): number {
    const known = numberVariables[variable]
    return this.read(variable, known.default as number, (text) => parseNumber(text, known))
  }

  file(variable: 'LEDGER_FILE'): string | undefined {
    const known = variables[variable]
    const path = this.read<string>(variable, known.default, (text) => ({ ok: true, value: text }))
    return path === known.none ? undefined : path
  }

  byKind(
    variable:
      | 'UNUSED_CONTAINER_TIMEOUT_SECONDS_BY_KIND'
      | 'START_TIMEOUT_MS_BY_KIND'
      | 'TERMINATE_TIMEOUT_MS_BY_KIND'
      | 'PRE_TERMINATION_TIMEOUT_MS_BY_KIND'
  ): Readonly<Record<string, number>> {
    return this.read(variable, {}, (text) => parseByKind(text, numberVariables[variables[variable].base]))
  }

  refuse(variable: VariableName, value: string, reason: string): void {
    this.refusals.push({ variable, value, message: `${variable} is '${value}': ${reason}` })
  }
}

const unit = /_(SECONDS|MS|BYTES)(_BY_KIND)?$/

/** Names that begin like one of ours but are none: `ALIVE_TIMEOUT`, `START_TIMEOUT_SECONDS`. Ignored silently, they would mislead. */
function misspelt(env: Environment): string[] {
  const known = Object.keys(variables)
  const stems = new Map<string, string>()
  for (const name of known) {
    const stem = name.replace(unit, '')
    if (stem !== name && !stems.has(stem)) stems.set(stem, name)
  }
  return Object.keys(env)
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const meant = stems.get(name) ?? stems.get(name.replace(unit, ''))
      return meant === undefined ? [] : [`${name} is not a variable of the pod and is ignored; ${meant} is one`]
    })
}

/** Reads and checks the environment. Pure: the same variables give the same answer. */
export function readConfig(env: Environment): ConfigResult {
  const reader = new Reader(env)
  const aliveTimeoutSeconds = reader.number('ALIVE_TIMEOUT_SECONDS')
  const pingIntervalSeconds = reader.number('PING_INTERVAL_SECONDS')
  const config: PodConfig = {
    host: reader.read<string>('HOST', variables.HOST.default, parseHost),
    port: reader.number('PORT'),
    ledgerFile: reader.file('LEDGER_FILE'),
    logLevel: reader.read<LogLevel>('LOG_LEVEL', variables.LOG_LEVEL.default, (text) => parseChoice(text, logLevels)),
    transport: reader.read<TransportName>('TRANSPORT', variables.TRANSPORT.default, (text) =>
      parseChoice(text, transports)
    ),
    aliveTimeoutSeconds,
    pingIntervalSeconds,
    drainTimeoutMs: reader.number('DRAIN_TIMEOUT_MS'),
    timeouts: {
      aliveSeconds: aliveTimeoutSeconds,
      unusedContainerSeconds: reader.number('UNUSED_CONTAINER_TIMEOUT_SECONDS'),
      unusedContainerSecondsByKind: reader.byKind('UNUSED_CONTAINER_TIMEOUT_SECONDS_BY_KIND'),
      startMs: reader.number('START_TIMEOUT_MS'),
      startMsByKind: reader.byKind('START_TIMEOUT_MS_BY_KIND'),
      terminateMs: reader.number('TERMINATE_TIMEOUT_MS'),
      terminateMsByKind: reader.byKind('TERMINATE_TIMEOUT_MS_BY_KIND'),
      preTerminationMs: reader.number('PRE_TERMINATION_TIMEOUT_MS'),
      preTerminationMsByKind: reader.byKind('PRE_TERMINATION_TIMEOUT_MS_BY_KIND'),
      getMs: reader.number('GET_TIMEOUT_MS'),
      requestMs: reader.number('REQUEST_TIMEOUT_MS'),
      eventBatchMs: reader.number('EVENT_BATCH_MS'),
      agentIdWaitMs: reader.number('AGENT_ID_WAIT_MS')
    },
    maxParkedRequests: reader.number('MAX_PARKED_REQUESTS'),
    placement: {
      placement: {
        policy: reader.read<PlacementPolicy>('PLACEMENT', variables.PLACEMENT.default, (text) =>
          parseChoice(text, placementPolicies)
        )
      },
      placementByKind: reader.read('PLACEMENT_BY_KIND', {}, parseRules),
      rebalancing: {
        atOnce: reader.number('REBALANCING_AT_ONCE'),
        perMinute: reader.number('REBALANCING_PER_MINUTE')
      }
    }
  }
  if (pingIntervalSeconds >= aliveTimeoutSeconds) {
    const bound = `it must be less than ALIVE_TIMEOUT_SECONDS, which is ${aliveTimeoutSeconds}`
    reader.refuse('PING_INTERVAL_SECONDS', String(pingIntervalSeconds), bound)
  }
  if (reader.refusals.length > 0) return { ok: false, refusals: reader.refusals }
  return { ok: true, config, warnings: misspelt(env) }
}
