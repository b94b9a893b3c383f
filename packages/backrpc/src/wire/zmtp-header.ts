// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Bits of the byte that begins each frame; all others are reserved. */
export const MORE = 0x01
export const LONG = 0x02
export const COMMAND = 0x04
export const RESERVED = 0xff & ~(MORE | LONG | COMMAND)

/** The longest body whose length fits into one byte. */
export const MAX_SHORT_BYTES = 0xff
/** Bytes before the body: flags, and a length of one byte or of eight. */
export const SHORT_HEADER_BYTES = 2
export const LONG_HEADER_BYTES = 9

/** Writes what precedes a body of `length` bytes at `at`, and answers where the body begins. */
export function writeHeader(target: Uint8Array, at: number, flags: number, length: number): number {
  if (length <= MAX_SHORT_BYTES) {
    target[at] = flags
    target[at + 1] = length
    return at + SHORT_HEADER_BYTES
  }
  target[at] = flags | LONG
  // More than 32 bits are never sent: no body is so long
  target.fill(0, at + 1, at + 5)
  target[at + 5] = length >>> 24
  target[at + 6] = length >>> 16
  target[at + 7] = length >>> 8
  target[at + 8] = length
  return at + LONG_HEADER_BYTES
}
