// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { OperatorClient } from '@hcengineering/network-client'
import {
  NetworkError,
  type ContainerKind,
  type ContainerReference,
  type ContainerUuid
} from '@hcengineering/network-core'
import type { Command } from '../command'
import { readData, readLines } from '../data'
import { exitCodes, UsageError } from '../exit-codes'
import { jsonLine } from '../output/json'

export const stream: Command = {
  name: 'stream',
  summary: 'Reads a stream of a container, and prints each item as one line of JSON',
  description:
    'It is read as fast as the lines are taken: a slow reader holds the container back. It ends when the container ends it, when ' +
    'it is interrupted, or when nobody reads the output any more, and the container is told.',
  arguments: [
    { name: 'uuid', summary: 'The container', completion: 'containers' },
    { name: 'operation', summary: 'What to ask for' },
    { name: 'data', optional: true, summary: 'JSON, or - to read it from standard input' }
  ],
  options: [
    { name: 'kind', short: 'k', value: 'kind', summary: 'Started as this where it is not there', completion: 'kinds' },
    { name: 'input', short: 'i', summary: 'Sends each line of standard input, one JSON value, to the container' }
  ],
  examples: ['network stream lobby messages | head -3', `seq 1000 | network stream lobby sum --input`],
  lasting: true,
  asksContainer: true,
  run: async ({ connect, output, values, input, timeoutMs, signal }) => {
    const uuid = values.argument('uuid') as ContainerUuid
    const operation = values.argument('operation')
    const given = values.optionalArgument('data')
    const uploads = values.flag('input')
    if (uploads && given === '-') throw new UsageError('Standard input is either the data (-) or the items (--input)')
    const data = await readData(given, input)
    const client = await connect()
    const reference = await held(client, uuid, values.text('kind') as ContainerKind | undefined, timeoutMs)
    try {
      const options = { timeoutMs, signal, ...(uploads ? { input: readLines(input) } : {}) }
      for await (const item of reference.stream?.(operation, data, options) ?? []) await output.line(jsonLine(item))
    } catch (error) {
      // Interrupted is one of its good ends
      if (!signal.aborted) throw error
    }
    await reference.close()
    return exitCodes.ok
  }
}

/** A hold on that container; of the kind that it has, where none is given. */
async function held(
  client: OperatorClient,
  uuid: ContainerUuid,
  kind: ContainerKind | undefined,
  timeoutMs: number
): Promise<ContainerReference> {
  if (kind !== undefined) return await client.get(kind, { uuid }, { timeoutMs })
  const record = (await client.list()).find((one) => one.uuid === uuid)
  if (record !== undefined) return await client.get(record.kind, { uuid }, { timeoutMs })
  throw new NetworkError('NOT_FOUND', `The network has no container ${uuid}; name its --kind to have it started`, {
    uuid
  })
}
