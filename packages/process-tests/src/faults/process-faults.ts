// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { monotonicMs } from './fact-file'
import { pause, usualSettings, type Fault } from './fault'

/** Longer than the alive timeouts, the guard and the deadlines of these settings. */
const STOP_MS = 3_000
const stopSettings = { aliveSeconds: 1, deadlineMs: 2_000 }
const KILLS_IN_A_ROW = 5

/** SIGKILL to the agent with the most containers; it starts again when they have all answered elsewhere. */
export const killAgent: Fault = {
  settings: usualSettings,
  inject: async (network) => {
    const { agent, uuids } = await network.busiest()
    const since = monotonicMs()
    await network.killAgent(agent)
    return {
      since,
      notFrom: agent.name,
      affects: ({ uuid }) => uuids.has(uuid),
      mend: async (measured) => {
        await measured
        await network.startAgent(agent.options.agentId)
      }
    }
  }
}

/** SIGSTOP to the agent with the most containers, for longer than every timeout; then it goes on. */
export const stopAgent: Fault = {
  settings: stopSettings,
  inject: async (network) => {
    const { agent, uuids } = await network.busiest()
    const since = monotonicMs()
    network.history.record({ type: 'unreachable', process: agent.name })
    await agent.pause()
    return {
      since,
      notFrom: agent.name,
      affects: ({ uuid }) => uuids.has(uuid),
      mend: async () => {
        await pause(STOP_MS)
        // Before it can do anything
        network.history.record({ type: 'reachable', process: agent.name })
        agent.resume()
      }
    }
  }
}

/** SIGKILL to the coordinator, which starts again at once. */
export const restartCoordinator: Fault = {
  settings: usualSettings,
  inject: async (network) => {
    const since = monotonicMs()
    await network.killCoordinator()
    await network.startCoordinator()
    return { since, affects: ({ way }) => way === 'relayed' }
  }
}

/** The same several times in a row, before anybody has recovered. */
export const restartLoop: Fault = {
  settings: usualSettings,
  inject: async (network) => {
    let since = 0
    for (let i = 0; i < KILLS_IN_A_ROW; i++) {
      since = monotonicMs()
      await network.killCoordinator()
      await network.startCoordinator()
    }
    return { since, affects: ({ way }) => way === 'relayed' }
  }
}
