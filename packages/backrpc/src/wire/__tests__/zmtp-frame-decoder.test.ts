// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { randomOf } from '../../__tests__/random'
import { sizeOf, type Frames } from '../frames'
import { GROWTH, ZmtpFrameDecoder, type ZmtpLimits } from '../zmtp-frame-decoder'
import { ZmtpFramePacker } from '../zmtp-frame-packer'
import type { ZmtpViolation } from '../zmtp-violation'

const KB = 1024
const limits: ZmtpLimits = { maxMessageBytes: 256 * KB, maxFrames: 4, maxCommandBytes: 100 }

interface Found {
  readonly decoder: ZmtpFrameDecoder
  readonly messages: Frames[]
  readonly commands: string[]
}

function decoder(): Found {
  const messages: Frames[] = []
  const commands: string[] = []
  const found = new ZmtpFrameDecoder(limits, {
    message: (frames) => messages.push(frames),
    part: (chunk, start, end) => messages.push([chunk.subarray(start, end)]),
    command: (body) => commands.push(Buffer.from(body).toString('latin1'))
  })
  found.acceptsMessages = true
  return { decoder: found, messages, commands }
}

/** Bytes of messages, as we send them. */
function encode(messages: readonly Frames[]): Buffer {
  const packer = new ZmtpFramePacker({ take: () => new Uint8Array(64 * KB), give: () => {} })
  for (const message of messages) packer.add(message)
  return Buffer.concat(packer.finish())
}

function texts(frames: Frames): string[] {
  return frames.map((frame) => Buffer.from(frame.buffer, frame.byteOffset, frame.length).toString('latin1'))
}

/** Header of a frame that claims `length` bytes. */
function longHeader(flags: number, length: bigint): Buffer {
  const header = Buffer.of(flags, 0, 0, 0, 0, 0, 0, 0, 0)
  header.writeBigUInt64BE(length, 1)
  return header
}

describe('zmtp frame decoder', () => {
  it('finds the messages that were sent, split at random places', () => {
    for (let seed = 0; seed < 50; seed++) {
      const random = randomOf(seed)
      const sizes = [0, 1, 255, 256, 16 * KB - 1, 16 * KB, 40 * KB]
      const sent = Array.from({ length: 8 }, (_, n) =>
        Array.from({ length: 1 + Math.floor(random() * 4) }, () =>
          Buffer.alloc(sizes[Math.floor(random() * sizes.length)], String(n))
        )
      )
      const bytes = encode(sent)
      const { decoder: under, messages } = decoder()
      for (let at = 0; at < bytes.length;) {
        const end = at + 1 + Math.floor(random() ** 4 * 64 * KB)
        under.push(bytes.subarray(at, end))
        at = end
      }
      expect(messages.map(texts)).toEqual(sent.map(texts))
      expect(under.heldBytes).toBe(0)
    }
  })

  it('hands on frames that lie in one chunk without copying them', () => {
    const { decoder: under, messages } = decoder()
    const chunk = encode([[Buffer.from('one'), Buffer.from('two')]])
    under.push(chunk)
    expect(messages[0].map((frame) => frame.buffer)).toEqual([chunk.buffer, chunk.buffer])
    expect(messages[0][0].buffer).toBe(chunk.buffer)
  })

  it('takes a message of exactly the largest size, in frames of exactly the largest number', () => {
    const quarter = Buffer.alloc(64 * KB)
    const { decoder: under, messages } = decoder()
    expect(under.push(encode([[quarter, quarter, quarter, quarter]]))).toBeUndefined()
    expect(messages).toHaveLength(1)
  })

  it.each([
    ['one byte too long', BigInt(256 * KB + 1)],
    ['of 4 GiB', 2n ** 32n],
    ['longer than numbers are exact', 2n ** 53n + 1n],
    ['of the largest length there is', 2n ** 64n - 1n]
  ])('refuses a frame %s by its header alone, with both numbers', (_, length) => {
    const { decoder: under } = decoder()
    const violation = under.push(longHeader(2, length))
    expect(violation).toMatchObject({ rule: 'size', message: expect.stringContaining(`the ${256 * KB} it may have`) })
    expect(under.heldBytes).toBe(0)
  })

  it('refuses a message whose frames add up to too much', () => {
    const { decoder: under } = decoder()
    under.push(encode([[Buffer.alloc(256 * KB)]]))
    expect(under.push(Buffer.concat([Buffer.of(1, 1, 0), longHeader(2, BigInt(256 * KB))]))).toMatchObject({
      rule: 'size',
      message: `a message of ${256 * KB + 1} bytes exceeds the ${256 * KB} it may have`
    })
  })

  it('refuses a message of too many frames, however short', () => {
    const { decoder: under } = decoder()
    expect(under.push(Buffer.from([1, 0, 1, 0, 1, 0, 1, 0, 0]))).toMatchObject({ rule: 'frames' })
  })

  it('refuses a command that is too long by its header alone', () => {
    expect(decoder().decoder.push(Buffer.of(4, 101))).toMatchObject({ rule: 'size' })
  })

  it.each([0x08, 0x10, 0x80, 0xff, 0x05, 0x07])('refuses flags %p', (flags) => {
    expect(decoder().decoder.push(Buffer.of(flags))).toMatchObject({ rule: 'flags' })
  })

  it('sets no more memory aside for a claimed length than a multiple of what came', () => {
    const { decoder: under } = decoder()
    under.push(longHeader(2, BigInt(200 * KB)))
    expect(under.heldBytes).toBe(0)
    let most = 0
    for (let came = 1; came <= 20 * KB; came++) {
      under.push(Buffer.of(1))
      most = Math.max(most, under.heldBytes / Math.max(came, KB))
    }
    expect(most).toBeLessThanOrEqual(GROWTH)
  })

  it('takes the rest of a large body where it belongs, in whatever pieces it comes', () => {
    for (let seed = 0; seed < 50; seed++) {
      const random = randomOf(seed)
      const sent = Array.from({ length: 4 }, (_, n) => [
        Buffer.alloc(Math.floor(random() * 120 * KB), String(n)),
        Buffer.from('end')
      ])
      const bytes = encode(sent)
      const { decoder: under, messages } = decoder()
      let straight = 0
      for (let at = 0; at < bytes.length;) {
        const piece = 1 + Math.floor(random() * 20 * KB)
        const { gap } = under
        const chunk = bytes.subarray(at, at + Math.min(piece, gap?.length ?? piece))
        gap?.set(chunk)
        if (gap === undefined) under.push(chunk)
        else under.filled(chunk.length)
        if (gap !== undefined) straight++
        at += chunk.length
      }
      expect(messages.map(texts)).toEqual(sent.map(texts))
      expect(straight).toBeGreaterThan(0)
      expect(under.gap).toBeUndefined()
    }
  })

  it('has no gap for a little that is missing, nor once it is stopped', () => {
    const { decoder: under } = decoder()
    under.push(longHeader(2, BigInt(20 * KB)))
    expect(under.gap).toBeUndefined()
    under.push(Buffer.alloc(3 * KB))
    expect(under.gap).toHaveLength(17 * KB)
    under.filled(2 * KB)
    expect(under.gap).toBeUndefined()
    under.push(longHeader(2, BigInt(100 * KB)))
    under.stop()
    expect(under.gap).toBeUndefined()
  })

  it('hands on nothing more once it is stopped, not even the rest of the chunk', () => {
    const messages: Frames[] = []
    const under = new ZmtpFrameDecoder(limits, {
      message: (frames) => {
        messages.push(frames)
        under.stop()
      },
      part: (chunk, start, end) => {
        messages.push([chunk.subarray(start, end)])
        under.stop()
      },
      command: () => {}
    })
    under.acceptsMessages = true
    under.push(encode([[Buffer.from('one')], [Buffer.from('two')]]))
    under.push(encode([[Buffer.from('three')]]))
    expect(messages).toHaveLength(1)
  })

  it('bears any garbage: it hands on what may be, holds little, and never throws', () => {
    let refused = 0
    let excess = 0
    const tooMuch: number[] = []
    for (let seed = 0; seed < 500; seed++) {
      const random = randomOf(seed)
      const { decoder: under, messages, commands } = decoder()
      const bytes = mutate(random)
      let violation: ZmtpViolation | undefined
      for (let at = 0; at < bytes.length && violation === undefined;) {
        const end = at + 1 + Math.floor(random() * 300)
        violation = under.push(bytes.subarray(at, end))
        at = end
        // Parts of chunks, and what is set aside for a body: a multiple of what came
        excess = Math.max(excess, under.heldBytes - (GROWTH * at + 4 * KB))
      }
      if (violation !== undefined) refused++
      const allowed = messages.every((frames) => frames.length <= limits.maxFrames && sizeOf(frames) <= 256 * KB)
      if (!allowed || commands.some(({ length }) => length > limits.maxCommandBytes)) tooMuch.push(seed)
    }
    expect(tooMuch).toEqual([])
    expect(excess).toBe(0)
    expect(refused).toBeGreaterThan(100)
  })
})

/** Real traffic with a few bytes changed, cut off or put in: lengths that lie, flags that mean nothing. */
function mutate(random: () => number): Buffer {
  const below = (end: number): number => Math.floor(random() * end)
  if (below(4) === 0) return Buffer.from(Array.from({ length: below(2_000) }, () => below(256)))
  const sizes = [0, 3, 200, 300, 5_000]
  const frames = (): Buffer[] => Array.from({ length: 1 + below(3) }, () => Buffer.alloc(sizes[below(sizes.length)]))
  const bytes = encode(Array.from({ length: 1 + below(5) }, frames))
  for (let changes = below(6); changes > 0; changes--)
    bytes[below(bytes.length)] = below(2) === 0 ? below(8) : below(256)
  const inserted = below(3) === 0 ? longHeader(below(8), BigInt(below(400 * KB))) : Buffer.alloc(0)
  const at = below(bytes.length)
  return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at, at + below(bytes.length))])
}
