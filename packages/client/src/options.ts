// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { BackRPCOptions } from '@hcengineering/network-backrpc'
import {
  checkLogger,
  checkName,
  checkObject,
  defaultTimeoutsMs,
  refuseArgument,
  timeouts,
  type ClientUuid,
  type Logger
} from '@hcengineering/network-core'

import type { LocalAgents } from './local-agents'

/** Port of the coordinator where a url names none. */
export const defaultCoordinatorPort = 3737

/** Port of an agent's server where an endpoint url names none. */
export const defaultAgentPort = 3738

/** What a client can be told beyond its address; every member has a default. */
export interface NetworkClientOptions {
  /** Who this client is, for the coordinator and for containers. Default: a random uuid. */
  clientId?: ClientUuid
  /** How long a request waits for its answer. Default 30 s, and at least the alive timeout. */
  requestTimeoutMs?: number
  /** How long a get waits for its container. Default 30 s, and at least the alive timeout. */
  getTimeoutMs?: number
  /** How long a direct connection may take before the coordinator relays instead. Default 2 s: long on a loaded machine, short for a caller. */
  directTimeoutMs?: number
  /** Where the client logs. Default: nowhere. */
  logger?: Logger
  /** Handed to every socket, e.g. `{ transport }`. */
  socketOptions?: BackRPCOptions
  /**
   * Agents whose containers are called without a socket. Default: those that clients of this process serve, for clients
   * made by `createNetworkClient`; none for others.
   */
  localAgents?: LocalAgents
}

/** {@link NetworkClientOptions} with every default in place. */
export interface ResolvedClientOptions {
  readonly clientId: ClientUuid
  readonly aliveTimeoutSeconds: number
  readonly requestTimeoutMs: number
  readonly getTimeoutMs: number
  readonly directTimeoutMs: number
  readonly logger: Logger
  readonly socketOptions: BackRPCOptions | undefined
  readonly localAgents: LocalAgents | undefined
}

/** Fills in defaults and refuses what cannot be meant. */
export function resolveClientOptions(
  clientId: ClientUuid,
  aliveTimeoutSeconds: number = timeouts.aliveTimeout,
  options: NetworkClientOptions = {}
): ResolvedClientOptions {
  checkObject(options, 'the options of a client')
  const alive = positive('aliveTimeout', aliveTimeoutSeconds, 'seconds')
  const atLeastAlive = (given: number | undefined, byDefault: number, name: string): number =>
    given === undefined ? Math.max(byDefault, alive * 1000) : duration(name, given)
  return {
    clientId: checkName(options.clientId ?? clientId, 'clientId'),
    aliveTimeoutSeconds: alive,
    requestTimeoutMs: atLeastAlive(options.requestTimeoutMs, defaultTimeoutsMs.request, 'requestTimeoutMs'),
    getTimeoutMs: atLeastAlive(options.getTimeoutMs, defaultTimeoutsMs.get, 'getTimeoutMs'),
    directTimeoutMs: positive('directTimeoutMs', options.directTimeoutMs ?? defaultTimeoutsMs.hello, 'milliseconds'),
    logger: checkLogger(options.logger),
    socketOptions:
      options.socketOptions === undefined ? undefined : checkObject(options.socketOptions, 'socketOptions'),
    localAgents: options.localAgents
  }
}

/** Refuses anything but a finite number that is not negative; 0 means no deadline. */
export function duration(name: string, value: number): number {
  if (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value
  return refuseArgument(name, value, 'a number of milliseconds, 0 or more')
}

function positive(name: string, value: number, unit: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value
  return refuseArgument(name, value, `a number of ${unit} above 0`)
}

const none = {}

/**
 * Options of one call: `null` counts as none, as in 0.7.
 *
 * @param what how the error calls it
 */
export function callOptions<T extends object>(options: T | undefined | null, what: string): T {
  return options === undefined || options === null ? (none as T) : checkObject(options, what)
}
