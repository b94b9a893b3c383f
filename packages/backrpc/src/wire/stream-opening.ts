// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import type { ByteReader } from './byte-reader'
import type { ByteWriter } from './byte-writer'
import type { StreamOpening } from './message'

/** In the extension block of a request: it opens a stream. */
const STREAM = 0x01

/** The extension block of a request that opens a stream, its length first. */
export function writeOpening(writer: ByteWriter, { items, bytes, input }: StreamOpening): void {
  const numbers = [STREAM, items, bytes, Number(input)]
  writer.number(numbers.reduce((length, number) => length + lengthOf(number), 0))
  for (const number of numbers) writer.number(number)
}

/** What of the extension block of a request is known: it is in the bits of its first number, and follows in their order. */
export function readOpening(reader: ByteReader): StreamOpening | undefined {
  const length = reader.number()
  const end = reader.position + length
  let opening: StreamOpening | undefined
  if (length > 0 && (reader.number() & STREAM) !== 0) {
    opening = { items: reader.number(), bytes: reader.number(), input: reader.number() !== 0 }
  }
  // Of a later minor version
  const rest = end - reader.position
  if (rest < 0) {
    throw new NetworkError('PROTOCOL_ERROR', 'The peer broke the protocol: an extension block longer than it says')
  }
  reader.skip(rest)
  return opening
}

/** Bytes of a number, as they are written. */
function lengthOf(number: number): number {
  let length = 1
  for (let rest = number; rest > 0x7f; rest = Math.floor(rest / 128)) length++
  return length
}
