// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerUuid } from '@hcengineering/network-core'
import type { Command } from '../command'
import { exitCodes } from '../exit-codes'
import { explanationLines, isGone } from '../explanation'

export const explain: Command = {
  name: 'explain',
  summary: 'Tells where a container is, since when, who holds it, what it waits for, its last moves and why',
  description:
    'Moves are what happened after its first start, and starts that failed. The coordinator remembers the last 8 of the 1 000 ' +
    'containers that moved last, and of 1 000 that have ended, and for ten minutes why the gets of the 1 000 failed that did ' +
    'last, until it is restarted. `absent` is what it has not, and knows only that it was asked for.',
  arguments: [{ name: 'uuid', summary: 'The container', completion: 'containers' }],
  examples: ['network explain lobby'],
  run: async ({ connect, output, values }) => {
    const client = await connect()
    const known = await client.explain(values.argument('uuid') as ContainerUuid)
    if (output.json) await output.value(known)
    else for (const line of explanationLines(known, Date.now(), output.style)) await output.line(line)
    return isGone(known) ? exitCodes.notFound : exitCodes.ok
  }
}
