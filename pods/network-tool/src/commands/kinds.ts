// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Command } from '../command'
import { exitCodes } from '../exit-codes'

export const kinds: Command = {
  name: 'kinds',
  summary: 'Lists the kinds of containers that can be had, and by how many agents',
  examples: ['network kinds'],
  run: async ({ connect, output }) => {
    const client = await connect()
    const [offered, agents] = await Promise.all([client.kinds(), client.agents()])
    const offers = (kind: string): number =>
      agents.filter((agent) => agent.draining !== true && agent.kinds.some((own) => own === kind)).length
    await output.rows(
      offered.sort().map((kind) => ({ kind, agents: offers(kind) })),
      [
        { title: 'KIND', cell: ({ kind }) => kind },
        { title: 'AGENTS', cell: (row) => String(row.agents), right: true }
      ],
      'No agent offers any kind'
    )
    return exitCodes.ok
  }
}
