// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Frames } from './frames'

/**
 * First byte of a message of protocol 2; those of protocol 1 begin with an ASCII digit. Only ever appended to, up to
 * {@link LAST_KIND}.
 */
export const messageKinds = {
  request: 0x81,
  response: 0x82,
  error: 0x83,
  event: 0x84,
  gap: 0x85,
  ping: 0x86,
  pong: 0x87,
  retry: 0x88,
  cancel: 0x89,
  item: 0x8a,
  end: 0x8b,
  grant: 0x8c,
  stop: 0x8d
} as const

/** Every message of protocol 2 begins with a byte above this; a later minor version may use all of them. */
const FIRST_KIND = 0x80
/** What begins with more than this belongs to the transports. */
const LAST_KIND = 0xbf

/** Bits of the second byte. */
export const messageFlags = {
  /** The data is a frame of its own. */
  dataApart: 0x01,
  /** A block of a later minor version follows, length first; skipped. */
  extended: 0x02
} as const

/** Texts of one route. */
export const MAX_ROUTE = 8

/** Whether frames are of protocol 2, well formed or not. */
export function isProtocol2(frames: Frames): boolean {
  const first = frames[0]
  return first !== undefined && isPart(first, 0, first.length)
}

/** Whether these bytes are a message of protocol 2, well formed or not. */
export function isPart(bytes: Uint8Array, start: number, end: number): boolean {
  return end > start && bytes[start] > FIRST_KIND && bytes[start] <= LAST_KIND
}
