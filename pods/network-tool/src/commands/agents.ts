// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { tryParseEndpointRef, type AgentRecordInfo } from '@hcengineering/network-core'
import type { Command } from '../command'
import { exitCodes } from '../exit-codes'

export const agents: Command = {
  name: 'agents',
  summary: 'Lists the agents, what they offer, how many containers they have and how many they take',
  examples: ['network agents', 'network agents --json'],
  run: async ({ connect, output }) => {
    const client = await connect()
    const found = (await client.agents()).sort((a, b) => (a.agentId < b.agentId ? -1 : 1))
    await output.rows<AgentRecordInfo>(
      found,
      [
        { title: 'AGENT', cell: ({ agentId }) => agentId },
        { title: 'ENDPOINT', cell: endpointText },
        { title: 'CONTAINERS', cell: ({ containers }) => String(containers), right: true },
        { title: 'CAPACITY', cell: (agent) => capacityText(agent) ?? '-' },
        { title: 'KINDS', cell: ({ kinds }) => kinds.join(', ') },
        { title: 'STATE', cell: ({ draining }) => (draining === true ? 'draining' : 'serving') }
      ],
      'There are no agents'
    )
    return exitCodes.ok
  }
}

/** Places that are taken, of how many, of all kinds together and by kind: `3/10, room 2/2`; undefined where nothing is limited. */
export function capacityText({ capacity, placed }: Pick<AgentRecordInfo, 'capacity' | 'placed'>): string | undefined {
  const { containers, byKind = {} } = capacity ?? {}
  const limits: [string, number | undefined, number][] = Object.entries(byKind).map(([kind, most]) => {
    return [`${kind} `, placed?.byKind?.[kind], most]
  })
  if (containers !== undefined) limits.unshift(['', placed?.containers, containers])
  if (limits.length === 0) return undefined
  return limits.map(([name, taken = '?', most]) => `${name}${taken}/${most}`).join(', ')
}

/** It takes no more: of any kind, or of some. */
export function isFull({ capacity, placed }: Pick<AgentRecordInfo, 'capacity' | 'placed'>): boolean {
  const { containers = Infinity, byKind = {} } = capacity ?? {}
  if ((placed?.containers ?? 0) >= containers) return true
  return Object.entries(byKind).some(([kind, most]) => (placed?.byKind?.[kind] ?? 0) >= most)
}

/** Where it listens: `host:port`; `-` where only the coordinator reaches it. */
export function endpointText({ endpoint }: Pick<AgentRecordInfo, 'endpoint'>): string {
  if (endpoint === undefined) return '-'
  const data = tryParseEndpointRef(endpoint)
  return data === undefined || data.host === '' ? '-' : `${data.host}:${data.port}`
}
