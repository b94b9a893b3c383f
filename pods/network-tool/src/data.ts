// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits } from '@hcengineering/network-core'
import { UsageError } from './exit-codes'
import { readJson } from './values'

/** What stands where data is wanted: JSON, `-` for JSON on standard input, nothing for no data. */
export async function readData(given: string | undefined, input: AsyncIterable<Uint8Array | string>): Promise<unknown> {
  if (given === undefined) return undefined
  return given === '-' ? readJson(await readAll(input), 'standard input') : readJson(given, '[data]')
}

async function readAll(input: AsyncIterable<Uint8Array | string>): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of input) {
    parts.push(Buffer.from(part as Uint8Array))
    size += part.length
    if (size > limits.maxPayloadBytes)
      throw new UsageError(`Standard input exceeds the ${limits.maxPayloadBytes} bytes of one message`)
  }
  return Buffer.concat(parts).toString()
}

/** Each line of the input as a value; empty lines are passed over. */
export async function* readLines(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const part of input) {
    rest += typeof part === 'string' ? part : decoder.decode(part, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop() as string
    if (rest.length > limits.maxPayloadBytes)
      throw new UsageError(`A line of standard input exceeds the ${limits.maxPayloadBytes} bytes of one message`)
    for (const line of lines) if (line.trim() !== '') yield readJson(line, 'a line of standard input')
  }
  if (rest.trim() !== '') yield readJson(rest, 'the last line of standard input')
}
