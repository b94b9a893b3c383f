// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import type { ByteReader } from './byte-reader'
import type { ByteWriter } from './byte-writer'

/**
 * An extension block: its length, a number whose bits say what is in it, and that, in the order of the bits: numbers, and
 * texts behind them.
 */
export function writeExtension(
  writer: ByteWriter,
  bits: number,
  numbers: readonly number[],
  texts: readonly string[] = []
): void {
  const bytes = numbers.reduce((length, number) => length + lengthOf(number), lengthOf(bits))
  writer.number(texts.reduce((length, text) => length + textLength(text), bytes))
  writer.number(bits)
  for (const number of numbers) writer.number(number)
  for (const text of texts) writer.text(text)
}

/** What `read` makes of the block, whose bits it is given; what it leaves is of a later minor version, and skipped. */
export function readExtension<T>(reader: ByteReader, read: (bits: number) => T): T {
  const length = reader.number()
  const end = reader.position + length
  const known = read(length > 0 ? reader.number() : 0)
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

/** Bytes of a text and of its length. */
function textLength(text: string): number {
  const bytes = Buffer.byteLength(text)
  return lengthOf(bytes) + bytes
}
