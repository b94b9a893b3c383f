// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid } from '@hcengineering/network-core'
import type { Command } from '../command'
import { exitCodes } from '../exit-codes'
import { counted, printable } from '../output/text'

/** So many of what is left are named. */
const most = 20

export const drain: Command = {
  name: 'drain',
  summary: 'Empties an agent before its process is stopped: what is held moves, the rest ends',
  description:
    'From now on the network starts nothing there. Containers that somebody holds are started on other agents, with their state ' +
    'where they hand it on; those that nobody holds end. What no other agent offers, or has room for, stays, and serves on. It lasts until the ' +
    "agent's process ends, which is to be stopped afterwards by whoever runs it. Waits for --timeout (30s).",
  arguments: [{ name: 'agent', summary: 'Its id', completion: 'agents' }],
  examples: ['network drain 5b1f… && systemctl stop my-agent'],
  run: async ({ connect, output, values, timeoutMs }) => {
    const client = await connect()
    const agent = values.argument('agent') as AgentUuid
    const result = await client.drainAgent(agent, { timeoutMs })
    const { moved, ended, left } = result
    const there = left === 0 ? [] : (await client.list()).filter(({ agentId }) => agentId === agent)
    const stay = there.map(({ uuid, kind }) => ({ uuid, kind }))
    if (output.json) await output.value({ agent, ...result, stay })
    else
      await output.line(
        `Agent ${agent} drains: ${counted(moved, 'container')} moved, ${ended} ended, ${left} left there`
      )
    if (left === 0) return exitCodes.ok
    if (!output.json) {
      for (const { uuid, kind } of stay.slice(0, most))
        await output.line(`  ${printable(uuid)} of kind ${printable(kind)}`)
      if (stay.length > most) await output.line(`  and ${stay.length - most} more`)
      await output.note(
        'What is left no other agent offers or has room for, or it takes longer: it is served until the agent ends. ' +
          'network explain says of each what it waits for'
      )
    }
    return exitCodes.failed
  }
}
