// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomOf } from '../../__tests__/random'
import { Body } from '../body'
import type { Frames } from '../frames'
import type { Sendable } from '../message'
import { decode, encode, gapFrames, helloFrames, pingFrames } from '../protocol-1'

interface Vectors {
  readonly frames: readonly { readonly from: string; readonly to: string; readonly parts: readonly string[] }[]
}

const vectors = JSON.parse(readFileSync(join(__dirname, 'vectors/protocol-1.json'), 'utf8')) as Vectors
const framesOf = (parts: readonly string[]): Uint8Array[] => parts.map((part) => Buffer.from(part))
const textsOf = (frames: readonly Uint8Array[]): string[] => frames.map((frame) => Buffer.from(frame).toString())

/** An empty fourth part says nothing: 0.7 clients add it to hello, ping and close, and so do we. */
const withoutFourth = (parts: readonly string[]): readonly string[] => (parts[3] === '' ? parts.slice(0, 3) : parts)

describe('protocol 1', () => {
  it.each(vectors.frames.map(({ from, to, parts }) => [`${from} -> ${to}: ${parts.join(' ').slice(0, 60)}`, parts]))(
    'reads and writes what 0.7 sent: %s',
    (_title, parts) => {
      const message = decode(framesOf(parts))
      expect(message.kind).not.toBe('garbage')
      const again = encode(message as Sendable) as Frames
      expect(withoutFourth(textsOf(again))).toEqual(withoutFourth(parts))
      expect(textsOf(again)).toEqual(parts)
    }
  )

  it('has a vector for everything that 0.7 was seen to say', () => {
    const kinds = new Set(vectors.frames.map(({ parts }) => decode(framesOf(parts)).kind))
    expect([...kinds].sort()).toEqual(['close', 'error', 'event', 'hello', 'ping', 'pong', 'request', 'response'])
  })

  it.each<Sendable>([
    { kind: 'hello', id: 'c', fields: { aliveTimeout: 3, session: 's', events: 7 } },
    { kind: 'hello', id: 'server', fields: { session: 's', resumed: true } },
    { kind: 'gap', lost: 3, reason: 'slow' },
    { kind: 'gap', lost: 'unknown', reason: 'lost' },
    { kind: 'ping', settled: 12, at: 99 },
    { kind: 'pong', serverId: 'server', settled: 0, at: 99 },
    { kind: 'retry', id: 'c-1', ticks: 2 },
    { kind: 'sayHello' }
  ])('writes and reads what 0.7 did not record: $kind', (message) => {
    expect(decode(encode(message) as Frames)).toEqual(message)
  })

  it('carries undefined as null, in fields too', () => {
    const body = Body.parsed({ kind: undefined }, 0)
    const frames = encode({ kind: 'request', id: 'c-0', method: 'cl', body, timeoutMs: 0 }) as Frames
    expect(textsOf(frames)).toEqual(['1', 'c-0', '["cl",{"kind":null}]'])
  })

  it('adds nothing that a 0.7 server would not know to an empty ping', () => {
    expect(textsOf(pingFrames())).toEqual(['5', '', '', ''])
    expect(textsOf(helloFrames('server'))).toEqual(['0', 'server', ''])
  })

  it.each([
    ['no frames', []],
    ['an empty operation', ['', 'id', '']],
    ['an unknown operation', ['42', 'id', '']],
    ['a letter', ['x', 'id', '']],
    ['too many frames', Array.from({ length: 9 }, () => '1')],
    ['an id that is too long', ['1', 'i'.repeat(1000), '["m",1]']],
    ['a hello without id', ['0', '', '{}']],
    ['a request without id', ['1', '', '["m",1]']],
    ['a request that is no array', ['1', 'c-1', '{"0":"m"}']],
    ['a request whose method is no text', ['1', 'c-1', '[1,2]']],
    ['a payload that is no JSON', ['2', 'c-1', '{']]
  ])('takes %s for garbage', (_title, parts) => {
    expect(decode(framesOf(parts)).kind).toBe('garbage')
  })

  it('says which request could not be read, so that its caller can be told', () => {
    expect(decode(framesOf(['1', 'c-7', '{broken']))).toMatchObject({
      kind: 'garbage',
      about: { what: 'request', id: 'c-7', cause: { code: 'PROTOCOL_ERROR' } }
    })
    const bounds = { maxPayloadBytes: 10, maxPayloadDepth: 64, maxPayloadTokens: 100 }
    expect(decode(framesOf(['1', 'c-8', '["m","12345678"]']), bounds)).toMatchObject({
      kind: 'garbage',
      reason: 'A payload of 16 bytes exceeds the maximum of 10 bytes',
      about: { id: 'c-8', cause: { code: 'TOO_LARGE' } }
    })
  })

  it('ignores what a peer puts into fields that it does not understand', () => {
    const hello = ['0', 'c', '{"aliveTimeout":"long","session":5,"resumed":1,"events":-1,"__proto__":{"x":1}}']
    expect(decode(framesOf(hello))).toEqual({ kind: 'hello', id: 'c', fields: {} })
    expect(decode(framesOf(['7', 'c-1', '"soon"']))).toEqual({ kind: 'retry', id: 'c-1', ticks: 1 })
    expect(decode(framesOf(['4', 'gap', 'null']))).toEqual({ kind: 'gap', lost: 'unknown', reason: '' })
    expect(({} as { x?: number }).x).toBeUndefined()
  })

  it('refuses an id that would be too long in the answer, since it is not UTF-8', () => {
    const request = (id: Uint8Array): Frames => [Buffer.from('1'), id, Buffer.from('["m",[]]')]
    expect(decode(request(Buffer.alloc(200, 'x')))).toMatchObject({ kind: 'request' })
    expect(decode(request(Buffer.alloc(200, 0xff)))).toEqual({ kind: 'garbage', reason: 'an id of 600 bytes' })
  })

  it('never throws, whatever bytes come', () => {
    const random = randomOf(1)
    const pick = (below: number): number => Math.floor(random() * below)
    for (let round = 0; round < 5_000; round++) {
      const frames = Array.from({ length: pick(5) }, () => Uint8Array.from({ length: pick(40) }, () => pick(256)))
      expect(typeof decode(frames).kind).toBe('string')
    }
  })

  it('never throws, whatever bit of a real message flips', () => {
    const random = randomOf(2)
    for (let round = 0; round < 5_000; round++) {
      const { parts } = vectors.frames[Math.floor(random() * vectors.frames.length)]
      const frames = framesOf(parts)
      const frame = frames[Math.floor(random() * frames.length)]
      if (frame.length > 0) frame[Math.floor(random() * frame.length)] ^= 1 << Math.floor(random() * 8)
      expect(typeof decode(frames).kind).toBe('string')
    }
  })

  it('marks notices of lost events so that a 0.7 reader could skip them', () => {
    expect(textsOf(gapFrames(2, 'slow'))).toEqual(['4', 'gap', '{"lost":2,"reason":"slow"}'])
  })
})
