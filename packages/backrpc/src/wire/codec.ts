// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Frames } from './frames'
import type { Message, Sendable } from './message'
import * as first from './protocol-1'
import * as second from './protocol-2'
import type { ProtocolVersion } from './version'

/** Frames of a message in that protocol; of one that it cannot say none. */
export function encode(message: Sendable, { major }: ProtocolVersion): Frames | undefined {
  return major === 1 ? first.encode(message) : second.encode(message)
}

/** The message that frames carry, of whatever protocol: their first byte says it. Nothing is ever thrown. */
export function decode(frames: Frames): Message {
  return second.isProtocol2(frames) ? second.decode(frames) : first.decode(frames)
}

/** The message in these bytes, which is of protocol 2. Nothing is ever thrown. */
export { decodePart, isPart } from './protocol-2'
