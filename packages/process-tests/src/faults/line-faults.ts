// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Direction, TcpProxy } from '../harness/tcp-proxy'
import { until } from '../harness/waiting'
import { monotonicMs } from './fact-file'
import { pause, usualSettings, type Fault, type Injury } from './fault'
import type { AgentLines, FaultNetwork, Lines } from './fault-network'

const DELAY_MS = 100
const DELAYED_FOR_MS = 2_000
/** Longer than the alive timeouts of these settings and the guard. */
const MUTE_FOR_MS = 2_500
const proxied = { ...usualSettings, proxied: true }
const LINES = 3

function lines(network: FaultNetwork): Lines {
  if (network.lines === undefined) throw new Error('This fault needs a network with proxies')
  return network.lines
}

/** A line in use, another one in each round: of a client, or of the agent with the most containers. */
async function lineOf(network: FaultNetwork, round: number): Promise<TcpProxy> {
  const { client, agents } = lines(network)
  const { agent } = await network.busiest()
  const { toCoordinator, fromClients } = agents.get(agent.options.agentId) as AgentLines
  const proxy = [client, toCoordinator, fromClients][round % LINES]
  // On a busy machine a direct connection may take longer than its client waits before it lets the coordinator relay
  await until(() => proxy.open > 0, 'somebody is connected through the line that is to be broken')
  return proxy
}

/** Its connections are not what they were: events may be lost. */
function shaken(network: FaultNetwork): number {
  network.history.record({ type: 'shaken', process: 'client-1' })
  return monotonicMs()
}

/** Every connection of a line is reset. */
export const reset: Fault = {
  settings: proxied,
  inject: async (network, round): Promise<Injury> => {
    const proxy = await lineOf(network, round)
    const since = shaken(network)
    proxy.reset()
    return { since, affects: () => true }
  }
}

/**
 * Nothing arrives in one direction of a line, for longer than the alive timeout. Then what was held back arrives all the
 * same, or in every other turn the connections are reset.
 */
export const oneWayCut: Fault = {
  settings: { aliveSeconds: 1, deadlineMs: 5_000, proxied: true },
  inject: async (network, round): Promise<Injury> => {
    const turn = Math.floor(round / LINES)
    const direction: Direction = turn % 2 === 0 ? 'there' : 'back'
    const proxy = await lineOf(network, round)
    const since = shaken(network)
    proxy.mute(direction)
    return {
      since,
      affects: () => true,
      mend: async () => {
        await pause(MUTE_FOR_MS)
        if (turn % 4 >= 2) proxy.reset()
        proxy.heal()
      }
    }
  }
}

/** Everything on all lines takes longer for a while. */
export const delay: Fault = {
  settings: proxied,
  inject: async (network): Promise<Injury> => {
    const { client, agents } = lines(network)
    const all = [
      client,
      ...[...agents.values()].flatMap(({ toCoordinator, fromClients }) => [toCoordinator, fromClients])
    ]
    const since = monotonicMs()
    for (const proxy of all) proxy.delay(DELAY_MS)
    return {
      since,
      affects: () => true,
      mend: async () => {
        await pause(DELAYED_FOR_MS)
        for (const proxy of all) proxy.heal()
      }
    }
  }
}
