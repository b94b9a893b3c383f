// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Body } from '../body'
import { ByteWriter } from '../byte-writer'
import { encodeValue } from '../values'

const CHUNK_BYTES = 64 * 1024

/** A body as it came, in the middle of a chunk with much else. */
function received(
  value: unknown,
  make: (bytes: number) => Uint8Array = Buffer.alloc
): { body: Body; chunk: Uint8Array } {
  const bytes = encodeValue(value)
  const chunk = make(CHUNK_BYTES)
  chunk.set(bytes, 100)
  return { body: Body.received(chunk, 100, 100 + bytes.length), chunk }
}

const writer = new ByteWriter(CHUNK_BYTES)

/** What a body writes, as hexadecimal digits. */
function written(body: Body): string {
  writer.begin()
  body.writeTo(writer)
  return hex(writer.take())
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

describe('body', () => {
  it.each([0, 10, 100, 1_000, 5_000])('that is passed on lets go of what came with it (%d characters)', (length) => {
    const value = { text: 'x'.repeat(length) }
    const { body, chunk } = received(value)
    const apart = Body.of(body)
    chunk.fill(0)
    expect(apart.value).toEqual(value)
    expect(apart.size).toBe(encodeValue(value).length)
    expect(apart.bytes.buffer).not.toBe(chunk.buffer)
  })

  it('that is passed on shares memory with others, and nothing else', () => {
    const values = Array.from({ length: 60 }, (_, n) => ({ n, text: 'x'.repeat((n * 137) % 900) }))
    const bodies = values.map((value) => Body.of(received(value).body))
    expect(bodies.map(({ value }) => value)).toEqual(values)
    expect(bodies.map(written)).toEqual(values.map((value) => hex(encodeValue(value))))
  })

  it.each([
    ['a buffer', Buffer.alloc],
    ['bytes that are no buffer', (bytes: number) => new Uint8Array(bytes)]
  ])('is written from where it is, in %s', (_name, make) => {
    for (const length of [1, 40, 60, 3_000]) {
      const value = 'y'.repeat(length)
      const { body } = received(value, make)
      expect(body).toHaveLength(encodeValue(value).length)
      expect(written(body)).toBe(hex(encodeValue(value)))
    }
  })
})
