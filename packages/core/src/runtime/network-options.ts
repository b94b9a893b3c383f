// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid } from '../api/identifiers'
import type { Logger } from '../api/logger'
import type { ActivationToken } from '../api/token'
import { checkFunction, checkObject, checkOptions, refuseArgument } from '../arguments'
import { limits } from '../limits'
import type { NetworkStateOptions } from '../state'
import { defaultTimeoutsMs, timeouts } from '../timeouts'
import { checkLogger } from './collaborators'
import { resolvePlacement, resolveRebalancing, type PlacementOptions } from './placement-options'

/** Timeouts of the coordinator; what is absent takes its default from `timeouts` (seconds) or `defaultTimeoutsMs`. */
export interface NetworkTimeouts {
  /** Silence after which who pings in-process is dead, and how long a restarted coordinator waits for its agents. Default 3. */
  aliveSeconds?: number
  /** A container without references is terminated after this. Default 5. */
  unusedContainerSeconds?: number
  /** In place of `unusedContainerSeconds`, by kind. */
  unusedContainerSecondsByKind?: Readonly<Record<string, number>>
  /** Start of a container on its agent. Default 10 000. */
  startMs?: number
  /** In place of `startMs`, by kind. */
  startMsByKind?: Readonly<Record<string, number>>
  /** A get as a whole, where the caller gives no deadline. Default 30 000. */
  getMs?: number
  /** A request as a whole, where the caller gives no deadline. Default 30 000. */
  requestMs?: number
  /** `terminate()` of a container. Default 10 000. */
  terminateMs?: number
  /** In place of `terminateMs`, by kind. */
  terminateMsByKind?: Readonly<Record<string, number>>
  /** A container that said it cannot end yet is ended by force after this, however long it asked for. Default 60 000. */
  preTerminationMs?: number
  /** In place of `preTerminationMs`, by kind. */
  preTerminationMsByKind?: Readonly<Record<string, number>>
  /** Network events are collected for this long. Default 50: fewer, larger batches when longer. */
  eventBatchMs?: number
  /** How long a registration waits for the end of another owner of its agent id, at most. Default 30 000. */
  agentIdWaitMs?: number
}

/** Options of `NetworkImpl`. */
export interface NetworkOptions extends PlacementOptions {
  timeouts?: NetworkTimeouts
  /** Default: silent. */
  logger?: Logger
  /** First part of every activation token: larger than that of any earlier run. Default: Unix milliseconds now. */
  epoch?: number
  /**
   * Agents of an earlier run, and for how many milliseconds from now each may serve without us: until all are back, or
   * that time has passed, nothing starts whose whereabouts cannot be known. Default: nothing is known of an earlier run,
   * and peers that remember one are believed.
   */
  leases?: ReadonlyMap<AgentUuid, number>
  /**
   * Agents that an earlier run gave up as silent, and its last token then: the containers that they bring from before that
   * are refused, since others had them meanwhile. Default: none.
   */
  voided?: ReadonlyMap<AgentUuid, ActivationToken>
  /** From 0 to below 1: what `least-loaded` draws by. Default: `Math.random`. */
  random?: () => number
  /** Requests that wait for a container which starts or moves, per container. Default 1024; beyond, `OVERLOADED`. */
  maxParkedRequests?: number
}

/** {@link NetworkOptions} with every value decided. */
export interface ResolvedNetworkOptions {
  readonly state: NetworkStateOptions
  readonly getMs: number
  readonly requestMs: number
  readonly maxParkedRequests: number
  readonly logger: Logger
}

/** Longest duration taken: a year. Beyond it a number is more likely a mistake in its unit. */
const maxSeconds = 366 * 24 * 3600

function checked(name: string, value: number, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value
  return refuseArgument(name, value, `a number from ${least} to ${most}`)
}

const milliseconds = (name: string, value: number): number => checked(name, value, 1, maxSeconds * 1000)

const seconds = (name: string, value: number): number => checked(name, value, 0.001, maxSeconds) * 1000

function byKind(
  name: string,
  given: Readonly<Record<string, number>> | undefined,
  read: (name: string, value: number) => number
): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(checkOptions(given, name)).map(([kind, value]) => [kind, read(`${name}['${kind}']`, value)])
  )
}

function mapOf<K, V>(name: string, given: ReadonlyMap<K, V> | undefined): void {
  if (given !== undefined && !(given instanceof Map)) refuseArgument(name, given, 'a Map by agent')
}

/** Completes and checks the options; `INVALID_ARGUMENT` names the option, its value and its bounds. */
export function resolveNetworkOptions(options: NetworkOptions, unixNow: number): ResolvedNetworkOptions {
  checkObject(options, 'the options of a network')
  const given: NetworkTimeouts = checkOptions(options.timeouts, 'timeouts')
  mapOf('leases', options.leases)
  mapOf('voided', options.voided)
  const epoch = options.epoch ?? unixNow
  return {
    state: {
      epoch: checked('epoch', epoch, 0, Number.MAX_SAFE_INTEGER),
      aliveTimeoutMs: seconds('timeouts.aliveSeconds', given.aliveSeconds ?? timeouts.aliveTimeout),
      unusedContainerTimeoutMs: seconds(
        'timeouts.unusedContainerSeconds',
        given.unusedContainerSeconds ?? timeouts.unusedContainerTimeout
      ),
      unusedContainerTimeoutMsByKind: byKind(
        'timeouts.unusedContainerSecondsByKind',
        given.unusedContainerSecondsByKind,
        seconds
      ),
      startTimeoutMs: milliseconds('timeouts.startMs', given.startMs ?? defaultTimeoutsMs.start),
      startTimeoutMsByKind: byKind('timeouts.startMsByKind', given.startMsByKind, milliseconds),
      terminateTimeoutMs: milliseconds('timeouts.terminateMs', given.terminateMs ?? defaultTimeoutsMs.terminate),
      terminateTimeoutMsByKind: byKind('timeouts.terminateMsByKind', given.terminateMsByKind, milliseconds),
      preTerminationTimeoutMs: milliseconds(
        'timeouts.preTerminationMs',
        given.preTerminationMs ?? defaultTimeoutsMs.preTermination
      ),
      preTerminationTimeoutMsByKind: byKind(
        'timeouts.preTerminationMsByKind',
        given.preTerminationMsByKind,
        milliseconds
      ),
      agentIdWaitMs: milliseconds('timeouts.agentIdWaitMs', given.agentIdWaitMs ?? defaultTimeoutsMs.agentIdWait),
      eventBatchMs: milliseconds('timeouts.eventBatchMs', given.eventBatchMs ?? defaultTimeoutsMs.eventBatch),
      placement: resolvePlacement(options),
      rebalancing: resolveRebalancing(checkOptions(options.rebalancing, 'rebalancing')),
      random: checkFunction(options.random ?? Math.random, 'random')
    },
    getMs: milliseconds('timeouts.getMs', given.getMs ?? defaultTimeoutsMs.get),
    requestMs: milliseconds('timeouts.requestMs', given.requestMs ?? defaultTimeoutsMs.request),
    maxParkedRequests: checked('maxParkedRequests', options.maxParkedRequests ?? limits.maxInFlightRequests, 1, 1e6),
    logger: checkLogger(options.logger)
  }
}
