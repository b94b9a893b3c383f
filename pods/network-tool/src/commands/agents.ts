// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { tryParseEndpointRef, type AgentRecordInfo } from '@hcengineering/network-core'
import type { Command } from '../command'
import { exitCodes } from '../exit-codes'

export const agents: Command = {
  name: 'agents',
  summary: 'Lists the agents, what they offer and how many containers they have',
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
        { title: 'KINDS', cell: ({ kinds }) => kinds.join(', ') },
        { title: 'STATE', cell: ({ draining }) => (draining === true ? 'draining' : 'serving') }
      ],
      'There are no agents'
    )
    return exitCodes.ok
  }
}

/** Where it listens: `host:port`; `-` where only the coordinator reaches it. */
export function endpointText({ endpoint }: Pick<AgentRecordInfo, 'endpoint'>): string {
  if (endpoint === undefined) return '-'
  const data = tryParseEndpointRef(endpoint)
  return data === undefined || data.host === '' ? '-' : `${data.host}:${data.port}`
}
