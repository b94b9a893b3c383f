// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecord, NetworkAgent } from '../api/agent'
import type { ContainerRecord } from '../api/container'

/** What an agent registers: what it has, and what it is ending. What began to end while it was listed is told once. */
export function withEnding(agent: NetworkAgent, listed: ContainerRecord[]): ContainerRecord[] {
  const ending = agent.ending?.() ?? []
  if (ending.length === 0) return listed
  const ends = new Set(ending.map(({ uuid }) => uuid))
  return [...listed.filter(({ uuid }) => !ends.has(uuid)), ...ending]
}

/** What an agent says of itself when it registers. */
export function recordOfAgent(agent: NetworkAgent, listed: ContainerRecord[]): AgentRecord {
  const { uuid, endpoint, kinds, draining, capacity } = agent
  return {
    agentId: uuid,
    endpoint,
    kinds,
    containers: withEnding(agent, listed),
    ...(draining === true ? { draining } : {}),
    ...(capacity === undefined ? {} : { capacity })
  }
}
