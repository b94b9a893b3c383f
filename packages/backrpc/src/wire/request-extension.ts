// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits, NetworkError, type CallChain, type CallHop, type ContainerUuid } from '@hcengineering/network-core'
import type { ByteReader } from './byte-reader'
import type { ByteWriter } from './byte-writer'
import { readExtension, writeExtension } from './extension'
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
export const MAX_REQUEST_EXTENSION_BYTES = 64 + limits.maxCallHops * 3 * (limits.maxNameBytes + 4)

/** The extension block of a request. */
export function writeRequestExtension(writer: ByteWriter, { stream, chain }: RequestExtension): void {
  const bits = (stream === undefined ? 0 : STREAM) | (chain === undefined ? 0 : CHAIN)
  const opening = stream === undefined ? [] : [stream.items, stream.bytes, Number(stream.input)]
  const hops = chain ?? []
  const texts = hops.flatMap(({ uuid, operation, turn }) => [uuid, operation, turn])
  writeExtension(writer, bits, chain === undefined ? opening : [...opening, hops.length], texts)
}

/** What of the extension block of a request is known. */
export function readRequestExtension(reader: ByteReader): RequestExtension {
  return readExtension(reader, (bits) => ({
    stream: (bits & STREAM) === 0 ? undefined : readOpening(reader),
    chain: (bits & CHAIN) === 0 ? undefined : readChain(reader)
  }))
}

function readOpening(reader: ByteReader): StreamOpening {
  return { items: reader.number(), bytes: reader.number(), input: reader.number() !== 0 }
}

function readChain(reader: ByteReader): CallChain {
  const count = reader.number()
  if (count > limits.maxCallHops) {
    const text = `a chain of ${count} calls; at most ${limits.maxCallHops} are allowed`
    throw new NetworkError('PROTOCOL_ERROR', `The peer broke the protocol: ${text}`)
  }
  const text = (): string => reader.text(limits.maxNameBytes)
  return Array.from({ length: count }, (): CallHop => {
    return { uuid: text() as ContainerUuid, operation: text(), turn: text() }
  })
}
