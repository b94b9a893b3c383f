// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits, messageOf, NetworkError } from '@hcengineering/network-core'
import { decodeText, encodeText } from './frames'

/** What a payload may cost whoever parses it. */
export interface PayloadLimits {
  readonly maxPayloadBytes: number
  readonly maxPayloadDepth: number
  readonly maxPayloadTokens: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** `undefined` travels as `null`, in fields too: 0.7 peers do so, and programs written for them compare with `null`. */
function undefinedAsNull(_key: string, value: unknown): unknown {
  return value === undefined ? null : value
}

/**
 * JSON with `undefined` carried as `null`.
 *
 * @throws NetworkError `UNSUPPORTED_VALUE` for a bigint, a cycle, or nesting beyond what the engine can write
 */
export function stringifyJSON(value: unknown): string {
  return stringify(value, undefinedAsNull)
}

function stringify(value: unknown, replace: (key: string, value: unknown) => unknown): string {
  try {
    return JSON.stringify(value, replace) ?? 'null'
  } catch (error) {
    if (error instanceof NetworkError) throw error
    throw new NetworkError('UNSUPPORTED_VALUE', `This value cannot travel as JSON: ${messageOf(error)}`, {
      cause: error
    })
  }
}

/**
 * The value of a JSON text. A key named `__proto__` stays a key of its own object; whoever merges what came from a peer
 * into an object must not use `Object.assign`.
 *
 * @throws NetworkError `PROTOCOL_ERROR` when it is not JSON
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the signature is fixed since 0.7
export function parseJSON(text: string): any {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new NetworkError('PROTOCOL_ERROR', `Not JSON: ${messageOf(error)}`, { cause: error })
  }
}

/**
 * Payload bytes of a value.
 *
 * @throws NetworkError `UNSUPPORTED_VALUE` or `TOO_LARGE`: a peer would refuse it, so it does not leave
 */
export function encodePayload(value: unknown, bounds: PayloadLimits = limits): Uint8Array {
  let values = 0
  // Bytes would become millions of numbers, only to be found too many
  const counted = (key: string, each: unknown): unknown => {
    if (++values > bounds.maxPayloadTokens) throw tooLarge('tokens', values, bounds.maxPayloadTokens)
    return undefinedAsNull(key, each)
  }
  const bytes = encodeText(stringify(value, counted))
  checkPayload(bytes, bounds)
  return bytes
}

/**
 * Value of payload bytes; `undefined` for none. Limits are checked before anything is parsed.
 *
 * @throws NetworkError `TOO_LARGE` or `PROTOCOL_ERROR`
 */
export function decodePayload(bytes: Uint8Array, bounds: PayloadLimits = limits): unknown {
  if (bytes.length === 0) return undefined
  checkPayload(bytes, bounds)
  return parseJSON(decodeText(bytes))
}

/**
 * Checks size, nesting and number of tokens in one pass over the bytes, without parsing.
 *
 * @throws NetworkError `TOO_LARGE`, naming what was found and what is allowed
 */
export function checkPayload(bytes: Uint8Array, bounds: PayloadLimits): void {
  const { length } = bytes
  if (length > bounds.maxPayloadBytes) throw tooLarge('bytes', length, bounds.maxPayloadBytes)
  // A short text has neither: nesting n takes n bytes at least, and so do n tokens
  if (length <= bounds.maxPayloadDepth && length <= bounds.maxPayloadTokens) return
  let depth = 0
  let tokens = 1
  for (let index = 0; index < length; index++) {
    switch (bytes[index]) {
      case QUOTE:
        index = endOfString(bytes, index)
        break
      case 0x5b: // [
      case 0x7b: // {
        tokens++
        if (++depth > bounds.maxPayloadDepth) throw tooLarge('levels', depth, bounds.maxPayloadDepth)
        break
      case 0x5d: // ]
      case 0x7d: // }
        depth--
        break
      case 0x2c: // ,
      case 0x3a: // :
        if (++tokens > bounds.maxPayloadTokens) throw tooLarge('tokens', tokens, bounds.maxPayloadTokens)
    }
  }
}

/** Index of the quote that ends the string begun at `start`; the last byte when it does not end. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let quote = bytes.indexOf(QUOTE, start + 1); quote !== -1; quote = bytes.indexOf(QUOTE, quote + 1)) {
    let backslashes = 0
    while (bytes[quote - 1 - backslashes] === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return quote
  }
  return bytes.length - 1
}

function tooLarge(unit: string, found: number, allowed: number): NetworkError {
  return new NetworkError('TOO_LARGE', `A payload of ${found} ${unit} exceeds the maximum of ${allowed} ${unit}`)
}
