// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ByteReader } from './byte-reader'
import type { ByteWriter } from './byte-writer'
import { readExtension, writeExtension } from './extension'
import type { StreamOpening } from './message'

/** In the extension block of a request: it opens a stream. */
const STREAM = 0x01

/** The extension block of a request that opens a stream, its length first. */
export function writeOpening(writer: ByteWriter, { items, bytes, input }: StreamOpening): void {
  writeExtension(writer, STREAM, items, bytes, Number(input))
}

/** What of the extension block of a request is known. */
export function readOpening(reader: ByteReader): StreamOpening | undefined {
  return readExtension(reader, STREAM, () => ({
    items: reader.number(),
    bytes: reader.number(),
    input: reader.number() !== 0
  }))
}
