// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { sizeOf, type Frames } from '../../frames'
import { ZmtpFramePacker } from '../../zmtp-frame-packer'
import type { ZmtpLimits } from '../../zmtp-frame-decoder'
import { ZmtpProtocol } from '../../zmtp-protocol'
import { isSame } from './same'

const limits: ZmtpLimits = { maxMessageBytes: 32 * 1024, maxFrames: 8, maxCommandBytes: 100 }

/** What one end understood. */
interface Understood {
  readonly messages: readonly Frames[]
  readonly replies: readonly string[]
  readonly rule: string | undefined
}

/** A stream is understood alike in whatever pieces it comes, and what it carries is the same when it is sent on. */
export function runZmtp(input: Uint8Array): void {
  const [pieceBytes = 1] = input
  const stream = input.subarray(1)
  const whole = understand(stream, stream.length + 1)
  const pieces = understand(stream, 1 + pieceBytes)
  if (!isSame(whole, pieces)) throw new Error(`In pieces of ${1 + pieceBytes} bytes it says something else`)
  if (whole.messages.length === 0) return
  const packer = new ZmtpFramePacker({ take: () => new Uint8Array(64 * 1024), give: () => {} })
  for (const message of whole.messages) packer.add(message)
  const sent = Buffer.concat([stream.subarray(0, handshakeBytes(stream)), ...packer.finish()])
  const { messages } = understand(sent, sent.length)
  if (!isSame(messages, whole.messages)) throw new Error('Sent on, the messages are others')
}

function understand(stream: Uint8Array, pieceBytes: number): Understood {
  const messages: Frames[] = []
  const replies: string[] = []
  const copied = (frames: Frames): void => {
    messages.push(frames.map((frame) => Uint8Array.from(frame)))
  }
  const protocol = new ZmtpProtocol('ROUTER', limits, {
    reply: (bytes) => replies.push(Buffer.from(bytes).toString('hex')),
    ready: () => replies.push('ready'),
    message: copied,
    part: (chunk, start, end) => copied([chunk.subarray(start, end)])
  })
  let rule: string | undefined
  for (let at = 0; at < stream.length && rule === undefined; at += pieceBytes) {
    rule = protocol.push(stream.subarray(at, at + pieceBytes))?.rule
    const came = Math.min(stream.length, at + pieceBytes)
    if (protocol.heldBytes > 4 * came + 4096) throw new Error(`${protocol.heldBytes} bytes are held of ${came}`)
  }
  for (const frames of messages) {
    if (frames.length > limits.maxFrames) throw new Error(`A message of ${frames.length} frames`)
    if (sizeOf(frames) > limits.maxMessageBytes) throw new Error(`A message of ${sizeOf(frames)} bytes`)
  }
  return { messages, replies, rule }
}

/** Bytes until messages may come. */
function handshakeBytes(stream: Uint8Array): number {
  const protocol = new ZmtpProtocol('ROUTER', limits, {
    reply: () => {},
    ready: () => {},
    message: () => {},
    part: () => {}
  })
  let at = 0
  while (!protocol.established && at < stream.length) protocol.push(stream.subarray(at, ++at))
  return at
}
