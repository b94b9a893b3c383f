// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits, NetworkError, type CallChain, type CallHop, type ContainerUuid } from '@hcengineering/network-core'
import type { ByteReader } from './byte-reader'
import type { ByteWriter } from './byte-writer'
import type { StreamOpening } from './message'

/** In the extension block of a request: it opens a stream. */
const STREAM = 0x01
/** It is made for others. */
const CHAIN = 0x02

/** What a request may say beyond what it is. */
export interface RequestExtension {
  readonly stream?: StreamOpening
  readonly chain?: CallChain
}

/** Most bytes of one: each text of a chain has a length before it. */
export const MAX_EXTENSION_BYTES = 64 + limits.maxCallHops * 3 * (limits.maxNameBytes + 4)

/** The extension block of a request, its length first. */
export function writeExtension(writer: ByteWriter, { stream, chain }: RequestExtension): void {
  const numbers = [(stream === undefined ? 0 : STREAM) | (chain === undefined ? 0 : CHAIN)]
  if (stream !== undefined) numbers.push(stream.items, stream.bytes, Number(stream.input))
  if (chain !== undefined) numbers.push(chain.length)
  const texts = (chain ?? []).flatMap(({ uuid, operation, turn }) => [uuid, operation, turn])
  const bytes = numbers.reduce((length, number) => length + lengthOf(number), 0)
  writer.number(texts.reduce((length, text) => length + textLength(text), bytes))
  for (const number of numbers) writer.number(number)
  for (const text of texts) writer.text(text)
}

/** What of the extension block of a request is known: it is in the bits of its first number, and follows in their order. */
export function readExtension(reader: ByteReader): RequestExtension {
  const length = reader.number()
  const end = reader.position + length
  const has = length > 0 ? reader.number() : 0
  let stream: StreamOpening | undefined
  let chain: CallChain | undefined
  if ((has & STREAM) !== 0) {
    stream = { items: reader.number(), bytes: reader.number(), input: reader.number() !== 0 }
  }
  if ((has & CHAIN) !== 0) chain = readChain(reader)
  // Of a later minor version
  const rest = end - reader.position
  if (rest < 0) throw broken('an extension block longer than it says')
  reader.skip(rest)
  return { stream, chain }
}

function readChain(reader: ByteReader): CallChain {
  const count = reader.number()
  if (count > limits.maxCallHops) throw broken(`a chain of ${count} calls; at most ${limits.maxCallHops} are allowed`)
  const text = (): string => reader.text(limits.maxNameBytes)
  return Array.from({ length: count }, (): CallHop => {
    return { uuid: text() as ContainerUuid, operation: text(), turn: text() }
  })
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

function broken(what: string): NetworkError {
  return new NetworkError('PROTOCOL_ERROR', `The peer broke the protocol: ${what}`)
}
