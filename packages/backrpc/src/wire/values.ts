// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits } from '@hcengineering/network-core'
import type { ItemMemory } from './item-memory'
import type { PayloadLimits } from './payload'
import { ValueCopier } from './values-clone'
import { ValueReader } from './values-decode'
import { ValueWriter } from './values-encode'
import { explainRefusal } from './values-refusal'

const defaults: PayloadLimits = limits
const sharedWriter = new ValueWriter()
const reader = new ValueReader()

/** A `toJSON` or a getter may encode in the middle of an encoding. */
function writer(): ValueWriter {
  return sharedWriter.busy ? new ValueWriter() : sharedWriter
}

/**
 * The bytes of a value, as protocol 2 carries it. `docs/VALUES.md` says what travels and what it becomes.
 *
 * Everything is copied, large bytes once. A `toJSON` or a getter may be called more than once.
 *
 * @param known bytes that are answered themselves when the value's are the same
 * @throws NetworkError `UNSUPPORTED_VALUE` with the path of what cannot travel; `TOO_LARGE` for more bytes, levels or
 * tokens (values and names of fields) than `bounds` allow, with both numbers
 */
export function encodeValue(value: unknown, bounds: PayloadLimits = defaults, known?: Uint8Array): Uint8Array {
  return writer().encode(value, bounds, known)
}

/** {@link encodeValue} into memory that is used again. */
export function encodeItem(value: unknown, memory: ItemMemory): Uint8Array {
  return writer().encodeInto(memory, value, defaults)
}

/**
 * The value of bytes that `encodeValue` made; `undefined` for none. The bytes may come from anyone: nothing is
 * allocated by a length they claim, and no field reaches a prototype.
 *
 * **Aliasing:** a `Uint8Array` of more than 1 024 bytes in the value is a view of `bytes`. Whoever decodes gives `bytes`
 * away: it neither writes to them nor decodes them a second time for someone else, or copies them before.
 *
 * @param start where in `bytes` it begins, and `end` where it ends
 * @throws NetworkError `PROTOCOL_ERROR`, or `TOO_LARGE` with both numbers
 */
export function decodeValue(
  bytes: Uint8Array,
  bounds: PayloadLimits = defaults,
  start: number = 0,
  end: number = bytes.length
): unknown {
  return end === start ? undefined : reader.decode(bytes, bounds, start, end)
}

/** What an answer may be: the bytes beyond what a message takes go in parts. */
const answers: PayloadLimits = { ...limits, maxPayloadBytes: limits.maxAnswerBytes }

/** {@link cloneValue} of an answer, which may be larger. */
export function cloneAnswer(value: unknown): unknown {
  return cloneValue(value, answers)
}

/**
 * The value as it would arrive, without the bytes: `decodeValue(encodeValue(value))`, faster. It shares nothing that can
 * change with `value`.
 *
 * @throws NetworkError exactly what `encodeValue` throws
 */
export function cloneValue(value: unknown, bounds: PayloadLimits = defaults): unknown {
  const copier = new ValueCopier(bounds)
  let copy: unknown
  try {
    copy = copier.copy(value, 1)
  } catch {
    throw explainRefusal(value, bounds)
  }
  if (copier.sizeAtMost > bounds.maxPayloadBytes) writer().measure(value, bounds)
  return copy
}
