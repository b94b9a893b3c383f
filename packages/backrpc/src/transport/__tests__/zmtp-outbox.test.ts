// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Duplex } from 'node:stream'
import { ZmtpOutbox } from '../zmtp-outbox'
import { zmtpSettings } from '../zmtp-settings'
import { SlabPool } from '../zmtp-slab-pool'

const KB = 1024
const text = (content: string): Uint8Array[] => [Buffer.from(content)]
const message = (content: string): string => `\0${String.fromCharCode(content.length)}${content}`

/** An outbox over a socket that passes on what it is given, unless it is stuck. */
function outbox(): {
  under: ZmtpOutbox
  writes: string[]
  stick: () => void
  /** What it holds goes, what comes next is stuck again. */
  passOne: () => void
  unstick: () => void
  writable: () => number
  ended: () => boolean
} {
  const writes: string[] = []
  let stuck = false
  let pending: (() => void) | undefined
  let writableCalls = 0
  const pass = (chunks: readonly Buffer[], done: () => void): void => {
    writes.push(Buffer.concat(chunks).toString('latin1'))
    if (stuck) pending = done
    else done()
  }
  const passOne = (): void => {
    const done = pending
    pending = undefined
    done?.()
  }
  const socket = new Duplex({
    read: () => {},
    write: (chunk: Buffer, _, done) => pass([chunk], done),
    writev: (chunks, done) =>
      pass(
        chunks.map((each) => each.chunk as Buffer),
        done
      )
  })
  const under = new ZmtpOutbox(socket, new SlabPool(), () => writableCalls++)
  return {
    under,
    writes,
    stick: () => (stuck = true),
    passOne,
    unstick: () => {
      stuck = false
      passOne()
    },
    writable: () => writableCalls,
    ended: () => socket.writableFinished
  }
}

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

describe('zmtp outbox', () => {
  it('writes all messages of a turn at once, at its end', async () => {
    const { under, writes } = outbox()
    for (const content of ['a', 'b', 'c']) expect(under.offer(text(content))).toBe('sent')
    expect(writes).toEqual([])
    await nextTurn()
    expect(writes).toEqual([message('a') + message('b') + message('c')])
  })

  it('writes what several promises of a turn offer at once', async () => {
    const { under, writes } = outbox()
    const handler = async (content: string): Promise<void> => {
      for (let hops = 0; hops < content.charCodeAt(0) % 7; hops++) await undefined
      under.offer(text(content))
    }
    await Promise.resolve()
    await Promise.all([...'abcdef'].map(handler))
    await nextTurn()
    expect(writes).toHaveLength(1)
  })

  it('writes a large frame together with what precedes and follows it', async () => {
    const { under, writes } = outbox()
    under.offer([...text('a'), Buffer.alloc(20 * KB, 'x'), ...text('b')])
    await nextTurn()
    expect(writes).toEqual([`\x01\x01a\x03\0\0\0\0\0\0\x50\0${'x'.repeat(20 * KB)}\0\x01b`])
  })

  it('does not wait for the end of the turn with more than a block full', () => {
    const { under, writes } = outbox()
    for (let n = 0; n < 18; n++) under.offer([Buffer.alloc(15 * KB)])
    expect(writes).toHaveLength(1)
  })

  it('nor with as many messages as the peer can begin with', async () => {
    const { under, writes } = outbox()
    for (let n = 0; n < 40; n++) under.offer(text('a'))
    expect(writes).toEqual([message('a').repeat(32)])
    await nextTurn()
    expect(writes).toEqual([message('a').repeat(32), message('a').repeat(8)])
  })

  it('keeps what is offered while the socket is stuck, and writes it together then', async () => {
    const { under, writes, stick, unstick } = outbox()
    stick()
    under.offer(text('first'))
    await nextTurn()
    for (const content of ['a', 'b']) expect(under.offer(text(content))).toBe('sent')
    await nextTurn()
    expect(writes).toEqual([message('first')])
    unstick()
    await nextTurn()
    expect(writes).toEqual([message('first'), message('a') + message('b')])
  })

  it('keeps the order while its queue never runs empty', async () => {
    const { under, writes, stick, passOne, unstick } = outbox()
    let offered = 0
    const offer = (): void => {
      expect(under.offer([Buffer.alloc(20 * KB, String.fromCharCode(offered++ % 100))])).toBe('sent')
    }
    stick()
    for (let n = 0; n < 20; n++) offer()
    for (let round = 0; round < 30; round++) {
      passOne()
      for (let n = 0; n < 4; n++) offer()
      await nextTurn()
    }
    expect(writes.length).toBeLessThan(35)
    unstick()
    await nextTurn()
    const order = writes
      .join('')
      .match(/[^]{9}([^])\1{20479}/g)
      ?.map((each) => each.charCodeAt(9))
    expect(order).toEqual(Array.from({ length: offered }, (_, n) => n % 100))
  })

  it('is full at its bound, and says once when half of it is free', async () => {
    const { under, stick, unstick, writable } = outbox()
    stick()
    let bytes = 0
    while (under.offer([Buffer.alloc(10 * KB)]) === 'sent') bytes += 10 * KB
    expect(bytes).toBeGreaterThan(zmtpSettings.maxQueuedBytes - 20 * KB)
    expect(bytes).toBeLessThanOrEqual(zmtpSettings.maxQueuedBytes)
    expect(under.offer([Buffer.alloc(10 * KB)])).toBe('full')
    expect(writable()).toBe(0)
    unstick()
    await nextTurn()
    expect(writable()).toBe(1)
    expect(under.offer(text('x'))).toBe('sent')
  })

  it('is full of empty messages, too', () => {
    const { under, stick } = outbox()
    stick()
    let count = 0
    while (under.offer([new Uint8Array(0)]) === 'sent') count++
    expect(count).toBeLessThanOrEqual(zmtpSettings.maxQueuedBytes / zmtpSettings.messageOverheadBytes)
  })

  it('takes one message larger than its bound when nothing waits', () => {
    const { under, stick } = outbox()
    stick()
    expect(under.offer([Buffer.alloc(4 * KB * KB)])).toBe('sent')
    expect(under.offer(text('x'))).toBe('full')
  })

  it('writes the commands of a turn together, and those before its end at once', async () => {
    const { under, writes } = outbox()
    for (const content of ['a', 'b']) under.command(Buffer.from(content))
    expect(writes).toEqual([])
    await nextTurn()
    expect(writes).toEqual(['ab'])
    under.command(Buffer.from('the last'))
    under.close()
    expect(writes).toEqual(['ab', 'the last'])
  })

  it('drops commands for a peer that reads too slowly', async () => {
    const { under, writes, stick, unstick } = outbox()
    stick()
    const command = Buffer.alloc(KB, 'c')
    for (let n = 0; n < 1_000; n++) under.command(command)
    unstick()
    await nextTurn()
    expect(writes.join('').length).toBeLessThan(100 * KB)
  })

  it('goes on with messages after a command that the socket was stuck with', async () => {
    const { under, writes, stick, unstick } = outbox()
    stick()
    under.command(Buffer.from('command'))
    under.offer(text('a'))
    await nextTurn()
    under.offer(text('b'))
    unstick()
    await nextTurn()
    expect(writes.join('')).toBe(`command${message('a')}${message('b')}`)
  })

  it('writes all that waits when it ends, and takes nothing after that', async () => {
    const { under, writes, stick, unstick, ended } = outbox()
    stick()
    under.offer(text('a'))
    await nextTurn()
    under.offer(text('b'))
    under.end()
    under.end()
    expect(under.offer(text('c'))).toBe('gone')
    unstick()
    await nextTurn()
    expect(writes.join('')).toBe(message('a') + message('b'))
    expect(ended()).toBe(true)
  })

  it('writes nothing once it is closed', async () => {
    const { under, writes } = outbox()
    under.offer(text('a'))
    under.close()
    under.command(Buffer.from('command'))
    await nextTurn()
    expect(writes).toEqual([])
  })
})
