// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import type { ByteReader } from './byte-reader'
import type { ByteWriter } from './byte-writer'

/** An extension block: its length, a number whose bits say what is in it, and that as numbers, in the order of the bits. */
export function writeExtension(writer: ByteWriter, bits: number, ...numbers: readonly number[]): void {
  writer.number(numbers.reduce((length, number) => length + lengthOf(number), lengthOf(bits)))
  writer.number(bits)
  for (const number of numbers) writer.number(number)
}

/** What `read` makes of the block if it has that bit; what is of a later minor version is skipped. */
export function readExtension<T>(reader: ByteReader, bit: number, read: () => T): T | undefined {
  const length = reader.number()
  const end = reader.position + length
  const known = length > 0 && (reader.number() & bit) !== 0 ? read() : undefined
  const rest = end - reader.position
  if (rest < 0) {
    throw new NetworkError('PROTOCOL_ERROR', 'The peer broke the protocol: an extension block longer than it says')
  }
  reader.skip(rest)
  return known
}

/** Bytes of a number, as they are written. */
function lengthOf(number: number): number {
  let length = 1
  for (let rest = number; rest > 0x7f; rest = Math.floor(rest / 128)) length++
  return length
}
