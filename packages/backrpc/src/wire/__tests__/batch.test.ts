// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { randomOf } from '../../__tests__/random'
import { batchable, MAX_BATCH_BYTES, pack, unpack } from '../batch'
import { Body } from '../body'
import type { Frames } from '../frames'
import { closeFrames } from '../protocol-1'
import { encode } from '../protocol-2-encode'

const response = (id: number, bytes: number = 10): Frames =>
  encode({ kind: 'response', id, body: Body.of('x'.repeat(bytes)) })
const hex = (messages: readonly Frames[]): string[][] =>
  messages.map((frames) => frames.map((frame) => Buffer.from(frame).toString('hex')))

describe('batch', () => {
  it('carries messages of one and two frames', () => {
    const messages = [response(1), response(2, 5_000), response(3)]
    expect(messages.map(({ length }) => length)).toEqual([1, 2, 1])
    expect(pack(messages)).toHaveLength(1)
    expect(hex(unpack(pack(messages)))).toEqual(hex(messages))
  })

  it('leaves alone what is none', () => {
    for (const frames of [response(1), closeFrames(), [], [Buffer.alloc(0)]]) expect(unpack(frames)).toEqual([frames])
  })

  it('takes what fits, and nothing of a protocol whose peers know no batches', () => {
    expect(batchable([response(1), response(2), closeFrames(), response(3)])).toBe(2)
    const large = response(1, MAX_BATCH_BYTES / 2)
    expect(batchable([large, large, large])).toBe(1)
    expect(batchable([closeFrames()])).toBe(0)
    expect(batchable([])).toBe(0)
  })

  it('gives what it could read of a broken one, then garbage', () => {
    const [bytes] = pack([response(1), response(2)])
    expect(hex(unpack([bytes.subarray(0, bytes.length - 1)]))).toEqual([...hex([response(1)]), []])
    const random = randomOf(1)
    for (let round = 0; round < 500; round++) {
      const broken = Buffer.from(bytes)
      broken[1 + Math.floor(random() * (broken.length - 1))] = Math.floor(random() * 256)
      expect(unpack([broken]).length).toBeLessThan(broken.length)
    }
  })
})
