// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Frames } from './frames'
import type { Message, Sendable } from './message'
import { decode as decodeProtocol1, encode as encodeProtocol1 } from './protocol-1'
import { decode as decodeProtocol2 } from './protocol-2-decode'
import { encode as encodeProtocol2 } from './protocol-2-encode'
import { isProtocol2 } from './protocol-2-format'
import type { ProtocolVersion } from './version'

/** Frames of a message in that protocol; of one that it cannot say none. */
export function encode(message: Sendable, { major }: ProtocolVersion): Frames | undefined {
  return major === 1 ? encodeProtocol1(message) : encodeProtocol2(message)
}

/** The message that frames carry, of whatever protocol: their first byte says it. Nothing is ever thrown. */
export function decode(frames: Frames): Message {
  return isProtocol2(frames) ? decodeProtocol2(frames) : decodeProtocol1(frames)
}

/** The message in these bytes, which is of protocol 2. Nothing is ever thrown. */
export { decodePart } from './protocol-2-decode'
export { isPart } from './protocol-2-format'
