// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { MIN_SLAB_BYTES, MIN_UNCOPIED_BYTES, ZmtpFramePacker } from '../zmtp-frame-packer'

/** Memory that knows what is in use. */
function counted(): { taken: number; take: () => Uint8Array; give: () => void } {
  const slabs = {
    taken: 0,
    take: () => {
      slabs.taken++
      return new Uint8Array(MIN_SLAB_BYTES)
    },
    give: () => {
      slabs.taken--
    }
  }
  return slabs
}

const small = (text: string): Buffer => Buffer.from(text)

describe('zmtp frame packer', () => {
  it('writes small frames of several messages into one piece', () => {
    const packer = new ZmtpFramePacker(counted())
    packer.add([small('a'), small('')])
    packer.add([small('b')])
    expect(packer.finish().map((piece) => Buffer.from(piece))).toEqual([Buffer.from('\x01\x01a\0\0\0\x01b')])
  })

  it('writes large frames from where they are', () => {
    const packer = new ZmtpFramePacker(counted())
    const large = Buffer.alloc(MIN_UNCOPIED_BYTES)
    packer.add([small('a'), large, small('b')])
    const pieces = packer.finish()
    expect(pieces).toHaveLength(3)
    expect(pieces[1]).toBe(large)
    expect(Buffer.from(pieces[0]).toString('latin1')).toBe('\x01\x01a\x03\0\0\0\0\0\0\x40\0')
    expect(Buffer.from(pieces[2]).toString('latin1')).toBe('\0\x01b')
  })

  it('gives all memory back that it took, also when one block is not enough', () => {
    const slabs = counted()
    const packer = new ZmtpFramePacker(slabs)
    for (let n = 0; n < 5; n++) packer.add([Buffer.alloc(MIN_UNCOPIED_BYTES - 1, String(n))])
    expect(packer.finish()).toHaveLength(5)
    expect(slabs.taken).toBe(5)
    packer.release()
    expect(slabs.taken).toBe(0)
  })

  it('does not overwrite pieces that are not released', () => {
    const packer = new ZmtpFramePacker(counted())
    packer.add([small('first')])
    const [first] = packer.finish()
    packer.add([small('second')])
    const [second] = packer.finish()
    expect(Buffer.from(first).toString('latin1')).toBe('\0\x05first')
    expect(Buffer.from(second).toString('latin1')).toBe('\0\x06second')
  })

  it('writes nothing for a message without frames', () => {
    const packer = new ZmtpFramePacker(counted())
    packer.add([])
    expect(packer.finish()).toEqual([])
  })
})
