// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** The parts of one message, as they travel. */
export type Frames = readonly Uint8Array[]

/** A part without content. */
export const EMPTY: Uint8Array = Buffer.alloc(0)

/** UTF-8 of `text`. */
export function encodeText(text: string): Uint8Array {
  return text === '' ? EMPTY : Buffer.from(text, 'utf8')
}

/** Text of UTF-8; what is not UTF-8 becomes U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length === 0) return ''
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

/** Bytes of a message, its parts added up. */
export function sizeOf(frames: Frames): number {
  let size = 0
  for (const frame of frames) size += frame.length
  return size
}
