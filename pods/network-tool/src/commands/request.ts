// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerKind, ContainerUuid } from '@hcengineering/network-core'
import type { Command } from '../command'
import { readData } from '../data'
import { exitCodes } from '../exit-codes'
import { prettyJson } from '../output/json'

export const request: Command = {
  name: 'request',
  summary: 'Asks a container, and prints its answer',
  description:
    'The container must be there; with --kind it is started where it is not, and held until it has answered. The answer is ' +
    'printed as JSON: bytes as base64, bigints as digits, Maps as pairs.',
  arguments: [
    { name: 'uuid', summary: 'The container', completion: 'containers' },
    { name: 'operation', summary: 'What to ask for' },
    { name: 'data', optional: true, summary: 'JSON, or - to read it from standard input' }
  ],
  options: [
    { name: 'kind', short: 'k', value: 'kind', summary: 'Started as this where it is not there', completion: 'kinds' }
  ],
  examples: [
    `network request lobby say '{"text":"hello"}' --kind room`,
    'network request lobby history --json | jq .',
    'network request lobby load - < backup.json'
  ],
  asksContainer: true,
  run: async ({ connect, output, values, input, timeoutMs, signal }) => {
    const uuid = values.argument('uuid') as ContainerUuid
    const operation = values.argument('operation')
    const data = await readData(values.optionalArgument('data'), input)
    const kind = values.text('kind') as ContainerKind | undefined
    const client = await connect()
    const options = { timeoutMs, signal }
    const reference = kind === undefined ? undefined : await client.get(kind, { uuid }, options)
    const answer: unknown =
      reference === undefined
        ? await client.request(uuid, operation, data, options)
        : await reference.request(operation, data, options)
    if (output.json) await output.value(answer)
    else await output.line(prettyJson(answer))
    await reference?.close()
    return exitCodes.ok
  }
}
