// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerUuid } from '@hcengineering/network-core'
import { randomOf } from '../../../__tests__/random'
import { pack } from '../../batch'
import { Body } from '../../body'
import { encode } from '../../codec'
import type { Frames } from '../../frames'
import type { Sendable } from '../../message'
import { encodeValue } from '../../values'
import { protocol1, protocol2 } from '../../version'
import { pingFrame, pongFrame, readyFrame, errorFrame } from '../../zmtp-command'
import { ZmtpFramePacker } from '../../zmtp-frame-packer'
import { zmtpGreeting } from '../../zmtp-greeting'
import { valueOf } from '../values-random'

/** Values of every kind. */
export function valueSeeds(): Uint8Array[] {
  const random = randomOf(1)
  return Array.from({ length: 100 }, () => encodeValue(valueOf(random, 2)))
}

const body = (): Body => Body.of({ a: [1, 'ä', null], b: { c: true } })

/** One message of each kind. */
const messages: readonly Sendable[] = [
  { kind: 'hello', id: 'client', fields: { aliveTimeout: 3 } },
  {
    kind: 'hello',
    id: 'server',
    fields: {
      session: 's',
      resumed: true,
      events: 1,
      attempt: 2,
      protocol: { major: 2, minor: 0 },
      pending: [1, 2],
      next: 3,
      limits: { requests: 5, requestBytes: 6, answerBytes: 7 }
    }
  },
  { kind: 'request', id: 7, method: 'cs', body: body(), timeoutMs: 30_000, settled: 5 },
  { kind: 'request', id: 300, method: 'cs', route: ['uuid', 'say', ''], body: body(), timeoutMs: 0, settled: 1 },
  {
    kind: 'request',
    id: 301,
    method: 'cs',
    route: ['uuid', 'say'],
    body: body(),
    timeoutMs: 0,
    settled: 1,
    stream: { items: 256, bytes: 262_144, input: true },
    chain: [{ uuid: 'other' as ContainerUuid, operation: 'ask', turn: 't1' }]
  },
  { kind: 'response', id: 300, body: body() },
  { kind: 'response', id: 301, body: Body.received(Buffer.alloc(0)), inParts: 5_000_000 },
  { kind: 'item', stream: 603, index: 2, body: body() },
  { kind: 'end', stream: 603, index: 3 },
  { kind: 'grant', stream: 602, items: 8, bytes: 5_000_000 },
  { kind: 'stop', stream: 602 },
  { kind: 'error', id: 1, error: { message: 'No', code: 'NOT_FOUND' } },
  { kind: 'event', body: body() },
  { kind: 'event', route: ['client', 'container'], body: body() },
  { kind: 'gap', lost: 3, reason: 'slow' },
  { kind: 'gap', lost: 'unknown', reason: 'gone' },
  { kind: 'ping', settled: 12 },
  { kind: 'pong', serverId: 'server', settled: 0 },
  { kind: 'retry', id: 4, ticks: 2 },
  { kind: 'cancel', id: 4 },
  { kind: 'close' },
  { kind: 'sayHello' }
]

function encoded(): Frames[] {
  return messages.flatMap((message) => [protocol1, protocol2].flatMap((version) => [encode(message, version) ?? []]))
}

/** Messages of both protocols, each frame with its length before it. */
export function frameSeeds(): Uint8Array[] {
  const large = encode({ kind: 'response', id: 1, body: Body.of('x'.repeat(5_000)) }, protocol2) as Frames
  // Texts that are not UTF-8: as they are understood they take three times the bytes
  const long = Buffer.concat([Buffer.of(0x87, 0, 0xc8, 0x01), Buffer.alloc(200, 0xff), Buffer.of(0)])
  return [...encoded(), large, [long], [Buffer.from('6'), Buffer.alloc(200, 0xff)]].map((frames) =>
    Buffer.concat(
      frames.flatMap((frame) => (frame.length < 255 ? [Buffer.of(frame.length), frame] : [Buffer.of(255), frame]))
    )
  )
}

/** Messages of protocol 2 that ride together. */
export function batchSeeds(): Uint8Array[] {
  const all = messages.slice(2, -2).map((message) => encode(message, protocol2) as Frames)
  return [pack(all)[0], ...all.map((frames) => pack([frames, frames])[0])]
}

/** The byte that says in which pieces it comes, a handshake and some traffic. */
export function zmtpSeeds(): Uint8Array[] {
  const packer = new ZmtpFramePacker({ take: () => new Uint8Array(64 * 1024), give: () => {} })
  for (const frames of encoded()) packer.add(frames)
  packer.add([Buffer.alloc(300), Buffer.alloc(20_000), Buffer.alloc(0)])
  const start = [Buffer.of(6), zmtpGreeting, readyFrame('DEALER')]
  return [
    Buffer.concat([...start, ...packer.finish()]),
    Buffer.concat([...start, pingFrame, pongFrame(Buffer.of(1)), Buffer.of(0, 1, 7)]),
    Buffer.concat([...start.slice(0, 2), readyFrame('ROUTER')]),
    Buffer.concat([...start.slice(0, 2), errorFrame('no')]),
    Buffer.concat([...start, readyFrame('DEALER')])
  ]
}
