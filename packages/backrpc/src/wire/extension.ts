// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import type { ByteReader } from './byte-reader'
import type { ByteWriter } from './byte-writer'

/** Writes an extension block, its length first: the bits of what is in it, and that in the order of the bits. */
export function writeExtension(writer: ByteWriter, ...numbers: readonly number[]): void {
  writer.number(numbers.reduce((length, number) => length + lengthOf(number), 0))
  for (const number of numbers) writer.number(number)
}

/**
 * What of an extension block is known, if its bit is set; the rest is of a later minor version.
 *
 * @param read takes its numbers, right behind the bits
 */
export function readExtension<T>(reader: ByteReader, bit: number, read: () => T): T | undefined {
  const length = reader.number()
  const end = reader.position + length
  const found = length > 0 && (reader.number() & bit) !== 0 ? read() : undefined
  const rest = end - reader.position
  if (rest < 0) {
    throw new NetworkError('PROTOCOL_ERROR', 'The peer broke the protocol: an extension block longer than it says')
  }
  reader.skip(rest)
  return found
}

/** Bytes of a number, as they are written. */
function lengthOf(number: number): number {
  let length = 1
  for (let rest = number; rest > 0x7f; rest = Math.floor(rest / 128)) length++
  return length
}
