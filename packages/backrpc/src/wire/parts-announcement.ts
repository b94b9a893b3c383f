// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ByteReader } from './byte-reader'
import type { ByteWriter } from './byte-writer'
import { readExtension, writeExtension } from './extension'

/** In the extension block of a response: its data comes in parts. */
const IN_PARTS = 0x01

/** The extension block of a response whose data, of so many bytes, comes in parts. */
export function writeParts(writer: ByteWriter, bytes: number): void {
  writeExtension(writer, IN_PARTS, [bytes])
}

/** What of the extension block of a response is known: of how many bytes its data is that comes in parts. */
export function readParts(reader: ByteReader): number | undefined {
  return readExtension(reader, (bits) => ((bits & IN_PARTS) === 0 ? undefined : reader.number()))
}
