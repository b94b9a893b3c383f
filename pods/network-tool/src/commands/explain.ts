// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerUuid } from '@hcengineering/network-core'
import type { Command } from '../command'
import { exitCodes } from '../exit-codes'
import { explanationLines } from '../explanation'

export const explain: Command = {
  name: 'explain',
  summary: 'Tells where a container is, since when, who holds it, what it waits for, its last moves and why',
  description:
    'Moves are what happened after its first start. The coordinator remembers the last 8 of the 1 000 containers that moved last, ' +
    'and of 1 000 that have ended, until it is restarted.',
  arguments: [{ name: 'uuid', summary: 'The container', completion: 'containers' }],
  examples: ['network explain lobby'],
  run: async ({ connect, output, values }) => {
    const client = await connect()
    const known = await client.explain(values.argument('uuid') as ContainerUuid)
    if (output.json) await output.value(known)
    else for (const line of explanationLines(known, Date.now(), output.style)) await output.line(line)
    return known.state === 'ended' ? exitCodes.notFound : exitCodes.ok
  }
}
