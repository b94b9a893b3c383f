// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Writer } from '../writer'

const frames = (text: string): Uint8Array[] => [Buffer.from(text)]
const full = Object.assign(new Error('full'), { code: 'EAGAIN' })

/** A writer to a socket that takes nothing until it is opened. */
function stuck(): { writer: Writer; open: () => void; written: string[]; failures: Error[]; writable: () => number } {
  const written: string[] = []
  const failures: Error[] = []
  let isOpen = false
  let writableCalls = 0
  const writer = new Writer({
    write: async ([part]) => {
      if (!isOpen) throw full
      written.push(Buffer.from(part).toString())
    },
    failed: (error) => {
      failures.push(error)
    },
    writable: () => {
      writableCalls++
    }
  })
  return { writer, open: () => (isOpen = true), written, failures, writable: () => writableCalls }
}

describe('writer', () => {
  it('keeps the order while the socket is full, says so, and says when it is not any more', async () => {
    const { writer, open, written, writable } = stuck()
    let taken = 0
    while (writer.offer(frames(String(taken))) === 'sent') taken++
    expect(taken).toBe(257)
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    open()
    while (!writer.idle) await new Promise(setImmediate)
    expect(written).toEqual(Array.from({ length: taken }, (_, n) => String(n)))
    expect(writable()).toBe(1)
  })

  it('is full by bytes, too', () => {
    const { writer } = stuck()
    const megabyte = [new Uint8Array(1024 * 1024)]
    expect([1, 2, 3].map(() => writer.offer(megabyte))).toEqual(['sent', 'sent', 'full'])
    writer.close()
  })

  it('gives up when the socket refuses for another reason', async () => {
    const refusal = Object.assign(new Error('no such peer'), { code: 'EHOSTUNREACH' })
    const failures: Error[] = []
    const writer = new Writer({
      write: () => Promise.reject(refusal),
      failed: (error) => failures.push(error),
      writable: () => {}
    })
    writer.offer(frames('a'))
    await new Promise(setImmediate)
    expect(failures).toEqual([refusal])
    expect(writer.closed).toBe(true)
    expect(writer.offer(frames('b'))).toBe('gone')
  })

  it('tries no more once it is closed', async () => {
    const { writer, open, written } = stuck()
    writer.offer(frames('a'))
    writer.close()
    open()
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    expect(written).toEqual([])
    expect(writer.idle).toBe(true)
  })
})
