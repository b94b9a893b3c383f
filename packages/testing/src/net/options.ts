// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { StatelessContainerConfig } from '@hcengineering/network-client'
import {
  checkArray,
  checkFactories,
  checkFunction,
  checkObject,
  checkOptions,
  refuseArgument,
  type AgentEndpointRef,
  type AgentTimeouts,
  type ContainerFactories,
  type NetworkClient,
  type NetworkTimeouts,
  type TickManager
} from '@hcengineering/network-core'
import type { AgentName } from './names'

/** What a process that hosts containers gives to their factories. */
export interface TestHost<S> {
  readonly agent: AgentName
  /** A client of that process, for containers that use others. */
  readonly client: NetworkClient
  /** The time of that process, for containers that are given a clock. */
  readonly ticks: TickManager
  /** What outlives every process, as a database does; see {@link TestNetworkOptions.state}. */
  readonly state: S
}

/** What a test network is made of. */
export interface TestNetworkOptions<S = undefined> {
  /** Makes what outlives every process: a stand-in for your database. `net.state` and `host.state` are it. */
  readonly state?: () => S
  /** Your factories, the same on every agent; a function is called anew whenever an agent starts, and knows on which. */
  readonly factories: ContainerFactories | ((host: TestHost<S>) => ContainerFactories)
  /** Your stateless containers, made anew whenever an agent starts. */
  readonly stateless?: (host: TestHost<S>, endpoint: AgentEndpointRef) => readonly StatelessContainerConfig[]
  /** How many agents. Default 2. */
  readonly agents?: number
  /** How many clients. Default 1. */
  readonly clients?: number
  /** What random numbers, ids and the time of messages are drawn from: a whole number. Default 1, or `NETWORK_SEED`. */
  readonly seed?: number
  /** Time that a message needs, at least and at most, in milliseconds. Default 0.1 to 2. */
  readonly latencyMs?: readonly [number, number]
  /** Silence after which a peer counts as dead, in seconds. Default 3, as in production. */
  readonly aliveTimeoutSeconds?: number
  /** Other timeouts of the coordinator. Default: as in production. */
  readonly networkTimeouts?: NetworkTimeouts
  /** Other timeouts of the agents. Default: as in production. */
  readonly agentTimeouts?: AgentTimeouts
}

/** {@link TestNetworkOptions} with every number decided. */
export interface ResolvedOptions {
  readonly agents: number
  readonly clients: number
  readonly seed: number
  readonly latencyMs: readonly [number, number]
  readonly aliveTimeoutSeconds: number
  readonly networkTimeouts: NetworkTimeouts
  readonly agentTimeouts: AgentTimeouts
}

/** A day of messages is no network; what is meant are milliseconds. */
const maxLatencyMs = 60_000
const maxNodes = 100

/** Fills in defaults and refuses what cannot be meant. */
export function resolveOptions<S>(options: TestNetworkOptions<S>): ResolvedOptions {
  checkObject(options, 'the options of a test network')
  const { factories, stateless, state, latencyMs = [0.1, 2], aliveTimeoutSeconds = 3 } = options
  if (typeof factories !== 'function')
    checkFactories(checkObject(factories, 'factories', 'an object of factories by kind, or a function that makes one'))
  if (stateless !== undefined) checkFunction(stateless, 'stateless')
  if (state !== undefined) checkFunction(state, 'state')
  const alive = within('aliveTimeoutSeconds', aliveTimeoutSeconds, 0.1, 86_400)
  return {
    agents: whole('agents', options.agents ?? 2, 0, maxNodes),
    clients: whole('clients', options.clients ?? 1, 1, maxNodes),
    seed: whole('seed', options.seed ?? seedOfEnvironment() ?? 1, 0, Number.MAX_SAFE_INTEGER),
    latencyMs: readLatency(latencyMs),
    aliveTimeoutSeconds: alive,
    networkTimeouts: { aliveSeconds: alive, ...checkOptions(options.networkTimeouts, 'networkTimeouts') },
    agentTimeouts: checkOptions(options.agentTimeouts, 'agentTimeouts')
  }
}

/** The seed that `NETWORK_SEED` asks for. */
export function seedOfEnvironment(): number | undefined {
  const text = process.env.NETWORK_SEED
  if (text === undefined || text === '') return undefined
  if (/^\d{1,15}$/.test(text)) return Number(text)
  return refuseArgument('NETWORK_SEED', text, 'a whole number')
}

/** Refuses anything but a whole number in that range. */
export function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value
  return refuseArgument(name, value, `a whole number from ${least} to ${most}`)
}

/** Refuses anything but a number in that range. */
export function within(name: string, value: number, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value
  return refuseArgument(name, value, `a number from ${least} to ${most}`)
}

/** At least and at most. */
export function readLatency(latencyMs: readonly [number, number]): readonly [number, number] {
  const [least, most] = checkArray(latencyMs, 'latencyMs')
  within('latencyMs', least, 0, maxLatencyMs)
  within('latencyMs', most, least, maxLatencyMs)
  return [least, most]
}
