// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits, type CallHop, type ContainerUuid } from '@hcengineering/network-core'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomOf } from '../../__tests__/random'
import { Body } from '../body'
import { decode as decodeAny, encode as encodeAny } from '../codec'
import type { Frames } from '../frames'
import type { Message, Sendable } from '../message'
import { decode } from '../protocol-2-decode'
import { encode } from '../protocol-2-encode'
import { isProtocol2, MAX_ROUTE, messageKinds } from '../protocol-2-format'
import { negotiate, protocol1, protocol2 } from '../version'

const body = (value: unknown = null): Body => Body.of(value)

const hop = (uuid: string, operation: string, turn: string): CallHop => {
  return { uuid: uuid as ContainerUuid, operation, turn }
}

/** One of each, with everything in it. */
const samples: { readonly [name: string]: Sendable } = {
  'a request': { kind: 'request', id: 7, method: 'cl', body: body({ a: [1, 'ä'] }), timeoutMs: 30_000, settled: 5 },
  'a request with a route': {
    kind: 'request',
    id: 2 ** 40,
    method: 'cs',
    route: ['5f0c7b52-7a3c-4e8f-9a57-0f1f6f5d9a11', 'say', ''],
    body: body('hello'),
    timeoutMs: 0,
    settled: 2 ** 40
  },
  'a response': { kind: 'response', id: 300, body: body([1, 2]) },
  'a response in parts': { kind: 'response', id: 300, body: Body.received(Buffer.alloc(0)), inParts: 5_242_880 },
  'an error': { kind: 'error', id: 1, error: { message: 'No', code: 'NOT_FOUND' } },
  'an event': { kind: 'event', body: body('an event') },
  'an event with a route': { kind: 'event', route: ['client', 'container'], body: body(1) },
  'an event with a route without texts': { kind: 'event', route: [], body: body(1) },
  'a gap': { kind: 'gap', lost: 3, reason: 'slow' },
  'a gap of unknown size': { kind: 'gap', lost: 'unknown', reason: 'gone' },
  'a ping': { kind: 'ping', settled: 12, at: 1234 },
  'a ping of a process with agents': { kind: 'ping', settled: 12, at: 1234, load: { inFlight: 300, lagMs: 5 } },
  'a pong': { kind: 'pong', serverId: 'server', settled: 0, at: 1234 },
  'a retry': { kind: 'retry', id: 4, ticks: 2 },
  'a cancel': { kind: 'cancel', id: 4 },
  'a request that opens a stream': {
    kind: 'request',
    id: 9,
    method: 'cs',
    route: ['room-1', 'log'],
    body: body(1),
    timeoutMs: 30_000,
    settled: 9,
    stream: { items: 256, bytes: 262_144, input: true }
  },
  'a request made for others': {
    kind: 'request',
    id: 10,
    method: 'cs',
    route: ['b', 'say'],
    body: body(1),
    timeoutMs: 30_000,
    settled: 10,
    chain: [hop('a', 'x', 't1')]
  },
  'a request made for others that opens a stream': {
    kind: 'request',
    id: 10,
    method: 'cs',
    body: body(1),
    timeoutMs: 0,
    settled: 0,
    stream: { items: 256, bytes: 262_144, input: false },
    chain: [hop('a', 'x', 't1'), hop('p', 'ä', '')]
  },
  'an item of a stream': { kind: 'item', stream: 18, index: 3, body: body('line') },
  'the end of a stream': { kind: 'end', stream: 19, index: 4, error: undefined },
  'the end of a stream by an error': { kind: 'end', stream: 19, index: 4, error: { message: 'No' } },
  'a grant': { kind: 'grant', stream: 18, items: 260, bytes: 300_000 },
  'a stop': { kind: 'stop', stream: 18 }
}

/** Bodies are compared by what they say. */
function plain(message: Message): unknown {
  return 'body' in message ? { ...message, body: message.body.value } : message
}

function hex(frames: Frames): string[] {
  return frames.map((frame) => Buffer.from(frame).toString('hex'))
}

describe('protocol 2', () => {
  it.each(Object.entries(samples))('writes and reads %s', (_name, message) => {
    expect(plain(decode(encode(message)))).toEqual(plain(message))
  })

  it('is what its golden vectors say', () => {
    const file = join(__dirname, 'vectors/protocol-2.json')
    const vectors = JSON.parse(readFileSync(file, 'utf8')) as { [name: string]: string[] }
    expect(Object.fromEntries(Object.entries(samples).map(([name, message]) => [name, hex(encode(message))]))).toEqual(
      vectors
    )
  })

  it('has a sample of every kind', () => {
    const kinds = new Set(Object.values(samples).map((message) => encode(message)[0][0]))
    expect([...kinds].sort()).toEqual(Object.values(messageKinds))
  })

  it('cannot be mistaken for protocol 1, nor that for it', () => {
    for (const message of Object.values(samples)) {
      expect(isProtocol2(encode(message))).toBe(true)
      const old = encodeAny(message, protocol1)
      expect(old === undefined || !isProtocol2(old)).toBe(true)
      if (old !== undefined) expect(decodeAny(old).kind).toBe(message.kind)
    }
  })

  it('carries large data as a frame of its own, uncopied', () => {
    const large = body('x'.repeat(10_000))
    const frames = encode({ kind: 'response', id: 1, body: large })
    expect(frames).toHaveLength(2)
    expect(frames[1]).toBe(large.bytes)
    const message = decode(frames)
    expect(message.kind === 'response' && message.body.bytes).toBe(frames[1])
  })

  it('skips what a later minor version adds', () => {
    const known = encode(samples['a response'])
    const extended = Buffer.from([
      known[0][0],
      known[0][1] | 2,
      ...known[0].subarray(2, 4),
      3,
      // Bits of what is not known
      8,
      9,
      9,
      ...known[0].subarray(4)
    ])
    expect(plain(decode([extended]))).toEqual(plain(samples['a response']))
    expect(decode([Buffer.from([0xbf, 0, 1, 2, 3])])).toEqual({ kind: 'unknown' })
  })

  it.each(Object.entries(samples))('takes %s that ends too early for garbage, wherever it ends', (_name, message) => {
    const [header] = encode(message)
    const data = 'body' in message ? message.body.bytes.length : 'error' in message ? body(message.error).size : 0
    for (let length = 1; length < header.length - data; length++) {
      expect(decode([header.subarray(0, length)]).kind).toBe('garbage')
    }
  })

  it('says which request or answer could not be read', () => {
    const route = new Array(MAX_ROUTE + 1).fill('x')
    const tooLong = encode({ kind: 'request', id: 9, method: 'm', route, body: body(), timeoutMs: 0 })
    expect(decode(tooLong)).toMatchObject({ kind: 'garbage', about: { what: 'request', id: 9 } })
    const [header] = encode({ kind: 'response', id: 9, body: body('x'.repeat(5_000)) })
    expect(decode([header])).toMatchObject({ kind: 'garbage', about: { what: 'answer', id: 9 } })
  })

  it('carries as many calls as a chain may have, however long their names, and no more', () => {
    const name = 'ä'.repeat(limits.maxNameBytes / 2)
    const chain = Array.from({ length: limits.maxCallHops }, () => hop(name, name, name))
    const message: Sendable = { kind: 'request', id: 1, method: 'cs', body: body(1), timeoutMs: 0, settled: 0, chain }
    for (let times = 0; times < 5; times++) expect(plain(decode(encode(message)))).toEqual(plain(message))
    const [frame] = encode({ ...message, chain: [hop('a', 'x', 't1')] })
    const more = Buffer.from(frame)
    more[more.indexOf(Buffer.from([9, 2, 1, 1])) + 2] = limits.maxCallHops + 1
    expect(decode([more])).toMatchObject({
      kind: 'garbage',
      reason: expect.stringContaining('a chain of 33 calls; at most 32 are allowed') as string
    })
  })

  it('refuses more data than a message may carry, before it is read', () => {
    const [header] = encode({ kind: 'response', id: 9, body: body('x'.repeat(5_000)) })
    expect(decode([header, Buffer.alloc(limits.maxPayloadBytes + 1)])).toMatchObject({
      kind: 'garbage',
      about: { what: 'answer', id: 9, cause: { code: 'TOO_LARGE' } }
    })
  })

  it('refuses a text that could not be passed on, since it is not UTF-8', () => {
    const pong = (text: Uint8Array): Frames => [
      Buffer.concat([Buffer.of(0x87, 0, text.length | 0x80, 1), text, Buffer.of(0, 0)])
    ]
    expect(decode(pong(Buffer.alloc(200, 'x')))).toMatchObject({ kind: 'pong' })
    expect(decode(pong(Buffer.alloc(200, 0xff)))).toMatchObject({
      kind: 'garbage',
      reason: expect.stringMatching(/600 bytes/)
    })
  })

  it('survives whatever comes', () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = randomOf(seed)
      const messages = Object.values(samples)
      const [first, ...rest] = encode(messages[Math.floor(random() * messages.length)])
      const bytes = Buffer.from(first)
      for (let flips = 0; flips < 4; flips++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
      const message = decodeAny([bytes, ...rest])
      if ('body' in message) expect(() => message.body.size).not.toThrow()
    }
  })
})

describe('negotiate', () => {
  it.each([
    [protocol2, undefined, protocol1],
    [protocol2, protocol1, protocol1],
    [protocol1, protocol2, protocol1],
    [protocol2, protocol2, protocol2],
    [
      { major: 2, minor: 3 },
      { major: 2, minor: 1 },
      { major: 2, minor: 1 }
    ],
    [protocol2, { major: 3, minor: 0 }, protocol2],
    [
      { major: 3, minor: 1 },
      { major: 2, minor: 7 },
      { major: 2, minor: 7 }
    ]
  ])('of %j and %j is %j', (ours, theirs, agreed) => {
    expect(negotiate(ours, theirs)).toEqual(agreed)
  })
})
