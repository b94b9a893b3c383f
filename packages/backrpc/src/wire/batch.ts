// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { ByteReader } from './byte-reader'
import { sizeOf, type Frames } from './frames'
import { isProtocol2 } from './protocol-2-format'

/** First byte of a message that carries others, one behind the other: each with its number of frames and their lengths. */
export const BATCH = 0xc0

/** Bytes of the messages of one batch: more would make others wait. */
export const MAX_BATCH_BYTES = 64 * 1024
/** Messages of one batch. */
const MAX_MESSAGES = 4096
/** Frames of a message that rides in a batch. */
const MAX_FRAMES = 2
/** Bytes of a number or a length. */
const NUMBER_BYTES = 4

/** How many messages at the front of a queue go together: those of a protocol whose peers know batches, as far as they fit. */
export function batchable(queue: readonly Frames[]): number {
  let bytes = 0
  let count = 0
  for (const frames of queue) {
    if (!isProtocol2(frames) || frames.length > MAX_FRAMES) break
    bytes += sizeOf(frames)
    if (bytes > MAX_BATCH_BYTES || count === MAX_MESSAGES) break
    count++
  }
  return count
}

/** One message that carries all of these. */
export function pack(messages: readonly Frames[]): Frames {
  let size = 1
  for (const frames of messages) size += NUMBER_BYTES + frames.length * NUMBER_BYTES + sizeOf(frames)
  const bytes = Buffer.allocUnsafe(size)
  let at = bytes.writeUInt8(BATCH, 0)
  const number = (value: number): void => {
    let rest = value
    for (; rest > 0x7f; rest >>>= 7) at = bytes.writeUInt8((rest & 0x7f) | 0x80, at)
    at = bytes.writeUInt8(rest, at)
  }
  for (const frames of messages) {
    number(frames.length)
    for (const frame of frames) {
      number(frame.length)
      bytes.set(frame, at)
      at += frame.length
    }
  }
  return [bytes.subarray(0, at)]
}

/**
 * The messages that one message carries: itself, unless it is a batch. What of a batch cannot be read is one more message,
 * which is none.
 */
export function unpack(frames: Frames): readonly Frames[] {
  if (frames.length !== 1 || frames[0].length === 0 || frames[0][0] !== BATCH) return [frames]
  const messages: Frames[] = []
  try {
    const reader = new ByteReader(frames[0])
    if (frames[0].length > 2 * MAX_BATCH_BYTES) throw tooMuch()
    reader.skip(1)
    while (!reader.atEnd) {
      if (messages.length === MAX_MESSAGES) throw tooMuch()
      const count = reader.number()
      if (count < 1 || count > MAX_FRAMES) throw new NetworkError('PROTOCOL_ERROR', `A message of ${count} frames`)
      const message = new Array<Uint8Array>(count)
      for (let index = 0; index < count; index++) message[index] = reader.bytes(reader.number())
      messages.push(message)
    }
  } catch {
    messages.push([])
  }
  return messages
}

function tooMuch(): NetworkError {
  return new NetworkError('TOO_LARGE', `A batch has at most ${MAX_MESSAGES} messages of ${MAX_BATCH_BYTES} bytes`)
}
