// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Body } from '../../wire/body'
import { Outflow } from '../stream-outflow'

const LARGE = 64 * 1024
const WINDOW = 8

/** An outflow whose reader has granted so many items. */
function granted(): Outflow {
  const outflow = new Outflow()
  outflow.grant(WINDOW, Infinity, Infinity)
  return outflow
}

/** Sends an item of that many bytes, all the same. */
function send(outflow: Outflow, value: number, bytes: number = LARGE): Body {
  const body = outflow.bodyOf(new Uint8Array(bytes).fill(value))
  outflow.write(body)
  outflow.sent()
  return body
}

/** The memory that it lies in. */
const memoryOf = ({ bytes }: Body): ArrayBufferLike => bytes.buffer

/** What the reader of it would read: how many bytes, and which. */
function readOf({ bytes }: Body): { length: number; values: number[] } {
  const read = Body.received(Uint8Array.from(bytes)).value as Uint8Array
  return { length: read.length, values: [...new Set(read)] }
}

describe('memory of the items of a stream', () => {
  it('is used again once the reader has consumed what was in it', () => {
    const outflow = granted()
    const first = memoryOf(send(outflow, 1))
    const second = memoryOf(send(outflow, 2))
    send(outflow, 0)
    outflow.grant(WINDOW + 2, Infinity, Infinity)
    expect([memoryOf(send(outflow, 3)), memoryOf(send(outflow, 4))]).toEqual(expect.arrayContaining([first, second]))
  })

  it('is left alone until then', () => {
    const outflow = granted()
    const bodies = Array.from({ length: WINDOW }, (_, value) => send(outflow, value))
    expect(bodies.map(readOf)).toEqual(bodies.map((_, value) => ({ length: LARGE, values: [value] })))
    expect(new Set(bodies.map(memoryOf)).size).toBe(WINDOW)
  })

  it('is left alone where an item may be on its way twice', () => {
    const outflow = granted()
    const lost = memoryOf(send(outflow, 1))
    outflow.rewind()
    outflow.sent()
    outflow.grant(WINDOW + 1, Infinity, Infinity)
    const next = memoryOf(send(outflow, 2))
    expect(next).not.toBe(lost)
    send(outflow, 0)
    outflow.grant(WINDOW + 2, Infinity, Infinity)
    expect(memoryOf(send(outflow, 3))).toBe(next)
  })

  it('is let go when the reader has all, and perhaps nothing comes for long', () => {
    const outflow = granted()
    const first = memoryOf(send(outflow, 1))
    outflow.grant(WINDOW + 1, Infinity, Infinity)
    expect(memoryOf(send(outflow, 2))).not.toBe(first)
  })

  it('belongs to one stream', () => {
    const [one, other] = [granted(), granted()]
    const first = memoryOf(send(one, 1))
    one.grant(WINDOW + 1, Infinity, Infinity)
    expect(memoryOf(send(other, 2))).not.toBe(first)
  })

  it('is not that of an item which is passed on', () => {
    const [from, to] = [granted(), granted()]
    const passed = Body.received(send(from, 1).bytes)
    to.write(to.bodyOf(passed))
    to.sent()
    to.grant(WINDOW + 1, Infinity, Infinity)
    expect(memoryOf(send(to, 2))).not.toBe(memoryOf(passed))
  })

  it('serves items of any size', () => {
    const outflow = granted()
    const sizes = [0, 1, 5_000, 1_000_000, 4_000, 4_097, 70_000, 10_000]
    sizes.forEach((bytes, index) => {
      const body = send(outflow, index, bytes)
      expect(readOf(body)).toEqual({ length: bytes, values: bytes === 0 ? [] : [index] })
      outflow.grant(WINDOW + index + 1, Infinity, Infinity)
    })
  })

  it('is larger than what is in it, so that who reads it where it lies has a copy', () => {
    const outflow = granted()
    const body = send(outflow, 1)
    const read = Body.received(body.bytes).value as Uint8Array
    expect(read.buffer).not.toBe(memoryOf(body))
  })
})
