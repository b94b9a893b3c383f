// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Logger } from '../api/logger'
import type { AgentCapacity } from '../api/placement'
import type { TickManager } from '../api/time'
import { checkObject, checkOptions, refuseArgument } from '../arguments'
import { defaultTimeoutsMs } from '../timeouts'
import { checkLogger, checkTickManager } from './collaborators'
import { checkCapacity } from './placement-options'
import { TickManagerImpl } from './tick-manager'

/** Milliseconds by kind. */
type ByKind = Readonly<Record<string, number>>

/** Timeouts of an agent in milliseconds, overall and by kind of container. */
export interface AgentTimeouts {
  /** Start of a container by its factory. Default 10 000, or the agent's `aliveTimeoutSeconds` when that is longer. */
  startMs?: number
  /** In place of `startMs`, by kind. */
  startMsByKind?: ByKind
  /** One answer to `ping()`. Default 5 000, or the agent's `aliveTimeoutSeconds` when that is longer. */
  pingMs?: number
  /** In place of `pingMs`, by kind. */
  pingMsByKind?: ByKind
  /** Between two health checks. Default 5 000. Shorter: trouble is known sooner, at the price of more pings. */
  pingIntervalMs?: number
  /** In place of `pingIntervalMs`, by kind. */
  pingIntervalMsByKind?: ByKind
  /** `terminate()` of a container. Default 10 000. */
  terminateMs?: number
  /** In place of `terminateMs`, by kind. */
  terminateMsByKind?: ByKind
}

/**
 * What an agent does that cannot reach the coordinator, beyond the time for which its containers are left to it: others
 * may serve them by then.
 *
 * - `strict`: holds requests back until it is known who serves. Never two at a time
 * - `available`: goes on serving. Two may serve at a time while the network is cut
 */
export type Ownership = 'strict' | 'available'

/** Options of `AgentImpl`. */
export interface AgentOptions {
  timeouts?: AgentTimeouts
  /** How long the agent may be silent before it counts as dead: its own deadlines are at least that long by default. */
  aliveTimeoutSeconds?: number
  /** How many containers the agent takes; beyond, the network starts them elsewhere, or refuses with `CAPACITY`. Default: any number. */
  capacity?: AgentCapacity
  /** Default `strict`. */
  ownership?: Ownership
  /** In place of `ownership`, by kind. */
  ownershipByKind?: Readonly<Record<string, Ownership>>
  /** Default: the process's own clock. It need not be started. */
  tickManager?: TickManager
  /** Default: silent. */
  logger?: Logger
}

/** {@link AgentOptions} with every value decided. */
export interface ResolvedAgentOptions {
  readonly tickManager: TickManager
  readonly logger: Logger
  readonly capacity: AgentCapacity | undefined
  /** Between two reports of the containers visited meanwhile. */
  readonly reportMs: number
  startMs(kind: string): number
  pingMs(kind: string): number
  pingIntervalMs(kind: string): number
  terminateMs(kind: string): number
  isAvailable(kind: string): boolean
}

/** Longest duration taken: a year. Beyond it a number is more likely a mistake in its unit. */
export const maxMs = 366 * 24 * 3600 * 1000

export function checkMs(name: string, value: number): number {
  if (typeof value === 'number' && value >= 1 && value <= maxMs) return value
  return refuseArgument(name, value, `1 to ${maxMs} milliseconds`)
}

function durations(name: string, overall: number, byKind: ByKind | undefined): (kind: string) => number {
  const usual = checkMs(`timeouts.${name}`, overall)
  const special = new Map(
    Object.entries(checkOptions(byKind, `timeouts.${name}ByKind`)).map(([kind, value]) => [
      kind,
      checkMs(`timeouts.${name}ByKind['${kind}']`, value)
    ])
  )
  return (kind) => special.get(kind) ?? usual
}

function ownership({ ownership: overall = 'strict', ownershipByKind }: AgentOptions): (kind: string) => boolean {
  const check = (name: string, value: unknown): boolean => {
    if (value === 'strict' || value === 'available') return value === 'available'
    return refuseArgument(name, value, "'strict' or 'available'")
  }
  const usual = check('ownership', overall)
  const special = new Map(
    Object.entries(checkOptions(ownershipByKind, 'ownershipByKind')).map(([kind, value]) => [
      kind,
      check(`ownershipByKind['${kind}']`, value)
    ])
  )
  return (kind) => special.get(kind) ?? usual
}

/** Completes and checks the options; `INVALID_ARGUMENT` names the option, its value and its bounds. */
export function resolveAgentOptions(options: AgentOptions): ResolvedAgentOptions {
  checkObject(options, 'the options of an agent')
  const given: AgentTimeouts = checkOptions(options.timeouts, 'timeouts')
  const { aliveTimeoutSeconds, tickManager, logger } = options
  const aliveMs = aliveTimeoutSeconds === undefined ? 0 : checkMs('aliveTimeoutSeconds', aliveTimeoutSeconds * 1000)
  const reportMs = given.pingIntervalMs ?? defaultTimeoutsMs.containerPingInterval
  return {
    tickManager: tickManager === undefined ? new TickManagerImpl(1) : checkTickManager(tickManager),
    logger: checkLogger(logger),
    capacity: options.capacity === undefined ? undefined : checkCapacity(options.capacity),
    reportMs,
    startMs: durations('startMs', given.startMs ?? Math.max(defaultTimeoutsMs.start, aliveMs), given.startMsByKind),
    pingMs: durations('pingMs', given.pingMs ?? Math.max(defaultTimeoutsMs.containerPing, aliveMs), given.pingMsByKind),
    pingIntervalMs: durations('pingIntervalMs', reportMs, given.pingIntervalMsByKind),
    terminateMs: durations('terminateMs', given.terminateMs ?? defaultTimeoutsMs.terminate, given.terminateMsByKind),
    isAvailable: ownership(options)
  }
}
