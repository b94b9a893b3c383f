// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits, NetworkError } from '@hcengineering/network-core'
import { randomOf } from '../../__tests__/random'
import { Body } from '../../wire/body'
import type { Sendable } from '../../wire/message'
import { encode } from '../../wire/protocol-2-encode'
import type { Stream } from '../stream'
import { request, StreamPair } from './stream-pair'

/** More than anybody can hold. */
const HUGE = Number.MAX_SAFE_INTEGER

const item = (value: unknown): Body => Body.of(value)

/** Both sides of a stream that is open. */
function opened(pair: StreamPair, opening = {}): { mine: Stream; theirs: Stream } {
  if (pair.client.state === 'disconnected') pair.connect()
  const mine = pair.open(opening)
  pair.settle()
  const theirs = pair.take()
  pair.settle()
  return { mine, theirs }
}

describe('a stream of a session', () => {
  it('carries items in order, and ends on both sides', () => {
    const pair = new StreamPair()
    const { mine, theirs } = opened(pair)
    for (const value of ['a', 'b']) theirs.item(item(value))
    theirs.end()
    pair.settle()
    expect(pair.of(mine)).toMatchObject({ items: ['a', 'b'], ends: [undefined] })
    expect(pair.of(theirs)).toMatchObject({ stops: 1 })
    expect(pair.openStreams).toEqual([0, 0])
    expect(pair.outcomes).toEqual(['stream opened'])
  })

  it('carries items both ways', () => {
    const pair = new StreamPair()
    const { mine, theirs } = opened(pair, { input: true })
    theirs.grant(2, 100)
    pair.settle()
    expect(pair.of(mine).granted).toBe(2)
    mine.item(item(1))
    mine.end()
    theirs.item(item(2))
    pair.settle()
    expect(pair.of(theirs)).toMatchObject({ items: [1], ends: [undefined] })
    expect(pair.of(mine)).toMatchObject({ items: [2], ends: [], stops: 1 })
    theirs.end()
    pair.settle()
    expect(pair.openStreams).toEqual([0, 0])
  })

  it('carries an error once, behind what came before it', () => {
    const pair = new StreamPair()
    const { mine, theirs } = opened(pair)
    theirs.item(item(1))
    theirs.end(new NetworkError('REMOTE_ERROR', 'broken'))
    theirs.end()
    theirs.item(item(2))
    pair.settle()
    expect(pair.of(mine)).toMatchObject({ items: [1], ends: ['REMOTE_ERROR'] })
  })

  it('tells who sends that the reader has left, and takes nothing more', () => {
    const pair = new StreamPair()
    const { mine, theirs } = opened(pair)
    mine.stop()
    theirs.item(item('crosses it'))
    pair.settle()
    expect(pair.of(theirs).stops).toBe(1)
    expect(pair.of(mine).items).toEqual([])
    expect(pair.openStreams).toEqual([0, 0])
  })

  it('keeps what is not consumed, and nothing else', () => {
    const pair = new StreamPair()
    const { mine, theirs } = opened(pair)
    for (let value = 0; value < 4; value++) theirs.item(item(value))
    pair.settle()
    const one = item(0).size
    expect(theirs.outflow.bytes).toBe(4 * one)
    mine.grant(7, 2000)
    pair.settle()
    expect(pair.of(theirs).granted).toBe(7)
    expect(theirs.outflow.bytes).toBe(one)
  })

  it('goes on over a new connection: nothing is lost and nothing comes twice, wherever it breaks', () => {
    const pair = new StreamPair()
    const { mine, theirs } = opened(pair, { input: true })
    theirs.grant(4, 1000)
    pair.settle()
    theirs.item(item('heard'))
    mine.item(item('heard too'))
    pair.settle()
    theirs.item(item('lost'))
    mine.item(item('lost too'))
    pair.write()
    pair.disconnect()
    theirs.item(item('later'))
    theirs.end()
    mine.end()
    pair.connect()
    expect(pair.of(mine)).toMatchObject({ items: ['heard', 'lost', 'later'], ends: [undefined] })
    expect(pair.of(theirs)).toMatchObject({ items: ['heard too', 'lost too'], ends: [undefined] })
    expect(pair.openStreams).toEqual([0, 0])
  })

  it('takes the first grant over a new connection', () => {
    const pair = new StreamPair()
    const { mine, theirs } = opened(pair, { input: true })
    pair.disconnect()
    pair.connect()
    theirs.grant(4, 1000)
    pair.settle()
    mine.item(item(1))
    pair.settle()
    expect(pair.violations).toEqual([])
    expect(pair.of(theirs).items).toEqual([1])
  })

  it('goes on with a reader that takes more at a time than we let go, over new connections too', () => {
    const pair = new StreamPair()
    const window = { items: 1.5 * limits.maxStreamItems, bytes: 1.5 * limits.maxStreamBytes }
    const { mine, theirs } = opened(pair, window)
    const large = 'x'.repeat(limits.maxStreamBytes / 100)
    let [consumed, consumedBytes, written, writtenBytes] = [0, 0, 0, 0]
    let may: { items: number; bytes: number } = theirs.opening
    for (let turn = 0; turn < 20; turn++) {
      for (; written < may.items && writtenBytes < may.bytes; written++) writtenBytes += theirs.item(item(large))
      pair.settle()
      expect(theirs.outflow.bytes).toBeLessThan(limits.maxStreamBytes + 2 * large.length)
      // It grants anew when it has consumed half of what it takes
      const { items } = pair.of(mine)
      expect(items).toHaveLength(written)
      expect(writtenBytes - consumedBytes).toBeGreaterThanOrEqual(window.bytes / 2)
      ;[consumed, consumedBytes] = [written, writtenBytes]
      mine.grant(consumed + window.items, consumedBytes + window.bytes)
      if (turn % 3 === 0) {
        pair.write()
        pair.disconnect()
        pair.connect()
      }
      pair.settle()
      may = { items: pair.of(theirs).granted, bytes: pair.of(theirs).grantedBytes }
    }
    expect(pair.violations).toEqual([])
  })

  it('says a grant and a stop again that were lost', () => {
    const pair = new StreamPair()
    const { mine, theirs } = opened(pair, { input: true })
    mine.grant(4, 9000)
    theirs.stop()
    pair.write()
    pair.disconnect()
    pair.connect()
    expect(pair.of(theirs).granted).toBe(4)
    expect(pair.of(mine).stops).toBe(1)
  })

  it('ends where its reader left while it was away, though it never sends anything', () => {
    const pair = new StreamPair()
    const { mine, theirs } = opened(pair)
    mine.stop()
    pair.write()
    pair.disconnect()
    pair.connect()
    expect(pair.of(theirs)).toMatchObject({ stops: 1 })
    expect(pair.openStreams).toEqual([0, 0])
  })

  it('ends with the session, as of unknown outcome', () => {
    const pair = new StreamPair()
    const { mine, theirs } = opened(pair, { input: true })
    pair.server.end('c', true)
    pair.now = 1000
    pair.client.advance(pair.now)
    pair.settle()
    expect(pair.of(mine).ends).toEqual(['OUTCOME_UNKNOWN'])
    expect(pair.of(mine).stops).toBe(1)
    expect(pair.of(theirs)).toMatchObject({ ends: ['OUTCOME_UNKNOWN'], stops: 1 })
    expect(pair.openStreams).toEqual([0, 0])
  })

  it('ends when the server cannot be reached for the alive timeout', () => {
    const pair = new StreamPair()
    const { mine } = opened(pair)
    pair.disconnect()
    pair.client.nextDeadline()
    pair.now = 2999
    pair.client.advance(pair.now)
    pair.perform()
    expect(pair.of(mine).ends).toEqual([])
    expect(pair.client.nextDeadline()).toBe(3000)
    pair.now = 3000
    pair.client.advance(pair.now)
    pair.perform()
    expect(pair.of(mine).ends).toEqual(['OUTCOME_UNKNOWN'])
    expect(pair.client.nextDeadline()).toBe(Infinity)
  })

  it('has ended on both sides when the server comes back after that with the session as it was', () => {
    const pair = new StreamPair()
    const { mine, theirs } = opened(pair)
    const served = pair.server.request('c', request({}, 'of the server'), 0)
    if (served instanceof NetworkError || served.stream === undefined) throw new Error('not asked')
    pair.settle()
    pair.take()
    pair.settle()
    pair.disconnect()
    pair.client.nextDeadline()
    pair.now = 3000
    pair.client.advance(pair.now)
    pair.perform()
    pair.connect()
    expect(pair.of(mine).ends).toEqual(['OUTCOME_UNKNOWN'])
    expect(pair.of(theirs).stops).toBe(1)
    expect(pair.of(served.stream).ends).toEqual(['OUTCOME_UNKNOWN'])
    expect(pair.openStreams).toEqual([0, 0])
  })

  it('lives while both sides are heard, however long nothing is sent', () => {
    const pair = new StreamPair()
    const { mine, theirs } = opened(pair)
    for (pair.now = 0; pair.now < 3_600_000; pair.now += 1000) {
      pair.client.nextDeadline()
      pair.client.advance(pair.now)
      pair.server.nextDeadline()
      pair.server.advance(pair.now)
      pair.settle()
    }
    theirs.item(item('still there'))
    pair.settle()
    expect(pair.of(mine)).toMatchObject({ items: ['still there'], ends: [] })
  })

  it('opens in the next session what was not asked in this one', () => {
    const pair = new StreamPair()
    const mine = pair.open()
    pair.connect()
    const theirs = pair.take()
    theirs.item(item(1))
    pair.settle()
    expect(pair.of(mine).items).toEqual([1])
  })

  it('is cancelled before it is open: what is served then hears that nobody reads', () => {
    const pair = new StreamPair()
    pair.connect()
    const asked = pair.client.request(request(), 0)
    if (asked instanceof NetworkError) throw asked
    pair.settle()
    pair.client.cancel(asked, new NetworkError('CANCELLED', 'no'))
    const theirs = pair.take()
    theirs.item(item(1))
    pair.settle()
    expect(pair.outcomes).toEqual(['stream CANCELLED'])
    expect(pair.of(theirs).stops).toBe(1)
    expect(pair.openStreams).toEqual([0, 0])
  })

  it('leaves nothing behind when it is refused', () => {
    const pair = new StreamPair()
    pair.connect()
    pair.open()
    pair.settle()
    const execution = pair.executions[0]
    execution.stream?.drop()
    execution.conversation.refuse(execution, new NetworkError('NOT_FOUND', 'none'), pair.serverEffects)
    pair.settle()
    expect(pair.outcomes).toEqual(['stream NOT_FOUND'])
    expect(pair.openStreams).toEqual([0, 0])
  })

  it('lets go of what is kept for a reader that is away for too long, and tells it', () => {
    const pair = new StreamPair({ maxDetachedBytes: 300 })
    const { mine, theirs } = opened(pair)
    pair.disconnect()
    theirs.item(item('x'.repeat(400)))
    pair.server.answered('c')
    expect(theirs.outflow.bytes).toBe(0)
    pair.connect()
    expect(pair.of(mine)).toMatchObject({ items: [], ends: ['OUTCOME_UNKNOWN'] })
    expect(pair.of(theirs).stops).toBe(1)
  })

  it('goes on the other way when what is kept is let go', () => {
    const pair = new StreamPair({ maxDetachedBytes: 300 })
    const { mine, theirs } = opened(pair, { input: true })
    theirs.grant(4, 1000)
    pair.settle()
    pair.disconnect()
    theirs.item(item('x'.repeat(400)))
    pair.server.answered('c')
    pair.perform()
    expect(theirs.outflow.bytes).toBe(0)
    pair.connect()
    mine.item(item('still read'))
    mine.end()
    pair.settle()
    expect(pair.of(mine).ends).toEqual(['OUTCOME_UNKNOWN'])
    expect(pair.of(theirs)).toMatchObject({ items: ['still read'], ends: [undefined] })
    expect(pair.openStreams).toEqual([0, 0])
  })

  it('ends the other way, too, when what is kept is let go and the session ends', () => {
    const pair = new StreamPair({ maxDetachedBytes: 300 })
    const { theirs } = opened(pair, { input: true })
    pair.disconnect()
    theirs.item(item('x'.repeat(400)))
    pair.server.answered('c')
    pair.server.end('c', true)
    pair.perform()
    expect(pair.of(theirs)).toMatchObject({ ends: ['OUTCOME_UNKNOWN'], stops: 1 })
  })

  it('is refused beyond the number that may be open', () => {
    const pair = new StreamPair({ maxStreams: 1 })
    opened(pair)
    expect(() => pair.open()).toThrow(expect.objectContaining({ code: 'OVERLOADED' }))
  })

  it('takes turns with others', () => {
    const pair = new StreamPair()
    const one = opened(pair)
    const other = opened(pair)
    for (const value of [1, 2]) one.theirs.item(item(value))
    for (const value of [1, 2]) other.theirs.item(item(value))
    pair.write()
    const kinds = pair.toClient.map((frames) => frames[0][2])
    expect(kinds[0]).toBe(kinds[2])
    expect(kinds[0]).not.toBe(kinds[1])
  })

  it('is not asked of a peer of an earlier minor version', () => {
    const pair = new StreamPair({}, { major: 2, minor: 0 })
    pair.open({}, 'early')
    pair.connect()
    expect(pair.outcomes).toEqual(['early CONNECT_UNSUPPORTED'])
    expect(() => pair.open()).toThrow(expect.objectContaining({ code: 'CONNECT_UNSUPPORTED' }))
    expect(pair.openStreams).toEqual([0, 0])
  })
})

describe('a peer that breaks the rules of streams', () => {
  const send = (pair: StreamPair, message: Sendable): void => {
    pair.toServer.push(encode(message))
    pair.deliver()
    pair.settle()
  }

  it.each([
    ['an item that leaves one out', { kind: 'item', index: 1, body: item(1) }],
    ['an end that leaves items out', { kind: 'end', index: 3 }],
    ['a grant of what was never sent', { kind: 'grant', items: 100, bytes: 100 }]
  ] as const)('%s ends the stream, and counts as garbage', (_name, message) => {
    const pair = new StreamPair()
    const { mine, theirs } = opened(pair, { input: true })
    theirs.grant(4, 1000)
    pair.settle()
    send(pair, { stream: mine.number, ...message })
    expect(pair.violations).toHaveLength(1)
    expect(pair.of(theirs).ends).toEqual(['PROTOCOL_ERROR'])
    expect(pair.of(mine).ends).toEqual(['PROTOCOL_ERROR'])
  })

  it.each([
    ['items', { items: 1, bytes: 1000 }],
    ['bytes', { items: 9, bytes: 1 }]
  ])('who sends more %s than were granted is told off', (_name, { items, bytes }) => {
    const pair = new StreamPair()
    const { mine, theirs } = opened(pair, { input: true })
    theirs.grant(items, bytes)
    pair.settle()
    mine.item(item('one more than the bytes goes'))
    pair.settle()
    expect(pair.violations).toEqual([])
    mine.item(item('two'))
    pair.settle()
    expect(pair.violations).toHaveLength(1)
    expect(pair.of(theirs)).toMatchObject({ items: ['one more than the bytes goes'], ends: ['PROTOCOL_ERROR'] })
  })

  it.each([
    ['items', { items: HUGE, bytes: 1000 }, { items: limits.maxStreamItems, bytes: 1000 }],
    ['bytes', { items: 4, bytes: HUGE }, { items: 4, bytes: limits.maxStreamBytes }]
  ])('grants more %s at first than we would, which do not count', (_name, granted, counted) => {
    const pair = new StreamPair()
    pair.connect()
    const mine = pair.open({ ...granted, input: true })
    pair.settle()
    expect(pair.executions[0].opening).toEqual({ ...counted, input: true })
    const theirs = pair.take()
    theirs.grant(granted.items, granted.bytes)
    pair.settle()
    expect(pair.of(mine).granted).toBe(counted.items)
    expect(pair.of(mine).grantedBytes).toBe(counted.bytes)
    expect(pair.violations).toEqual([])
  })

  it('of many streams each has less on its way', () => {
    const pair = new StreamPair()
    pair.connect()
    for (let open = 1; open <= limits.maxWideStreams + 1; open++) {
      pair.open({ items: 4, bytes: HUGE, input: true })
      pair.settle()
      const bytes = open <= limits.maxWideStreams ? limits.maxStreamBytes : limits.minStreamBytes
      expect(pair.executions.at(-1)?.opening).toEqual({ items: 4, bytes, input: true })
      pair.take()
    }
  })

  it('grants more bytes later than it has consumed, which do not count', () => {
    const pair = new StreamPair()
    const { mine, theirs } = opened(pair)
    const one = theirs.item(item('x'.repeat(100)))
    pair.settle()
    send(pair, { kind: 'grant', stream: mine.number, items: 5, bytes: HUGE })
    expect(pair.of(theirs)).toMatchObject({ granted: 5, grantedBytes: one + limits.maxStreamBytes })
  })

  it('consumes what is written and has not left: that was not sent', () => {
    const pair = new StreamPair()
    const { mine, theirs } = opened(pair)
    theirs.item(item(1))
    pair.toServer.push(encode({ kind: 'grant', stream: mine.number, items: 5, bytes: 1000 }))
    pair.deliver()
    expect(pair.violations).toHaveLength(1)
  })

  it('is cut off past the limit', () => {
    const pair = new StreamPair({ maxGarbage: 2 })
    for (let count = 0; count < 3; count++) {
      const { mine } = opened(pair)
      send(pair, { kind: 'grant', stream: mine.number, items: 100, bytes: 100 })
    }
    expect(pair.server.get('c')).toBeUndefined()
  })

  it('is told to stop what is not open, and not answered otherwise', () => {
    const pair = new StreamPair()
    pair.connect()
    const heard: unknown[] = []
    for (const message of [
      { kind: 'item', stream: 40, index: 0, body: item(1) },
      { kind: 'grant', stream: 40, items: 1, bytes: 1 },
      { kind: 'stop', stream: 40 },
      { kind: 'end', stream: 42, index: 0 }
    ] as const) {
      pair.toServer.push(encode(message))
    }
    pair.deliver()
    pair.write()
    for (const frames of pair.toClient) heard.push([...frames[0]])
    expect(heard).toEqual([
      [0x8d, 0, 41],
      [0x8d, 0, 43]
    ])
  })

  it('cannot open a stream twice under one number', () => {
    const pair = new StreamPair()
    const { mine } = opened(pair)
    const again = { kind: 'request', method: 'm', body: item(null), timeoutMs: 0, settled: 0 } as const
    send(pair, { ...again, id: mine.sequence, stream: { items: 4, bytes: 1000, input: false } })
    expect(pair.executions).toEqual([])
    // Settled, so that its answer is forgotten
    send(pair, { ...again, id: mine.sequence + 5, settled: mine.sequence + 5 })
    send(pair, { ...again, id: mine.sequence, stream: { items: 4, bytes: 1000, input: false } })
    expect(pair.executions).toHaveLength(1)
    expect(pair.executions[0].stream).toBeUndefined()
  })
})

describe('streams of a session whose line breaks at random', () => {
  it.each(Array.from({ length: 60 }, (_, seed) => [seed]))('lose and repeat nothing, seed %d', (seed) => {
    const random = randomOf(seed)
    const pair = new StreamPair()
    const { mine, theirs } = opened(pair, { input: true })
    const sent: [number, number] = [0, 0]
    theirs.grant(4, 1000)
    const step = (reader: Stream, writer: Stream, side: 0 | 1): void => {
      const consumed = pair.of(reader).items.length
      if (random() < 0.5) reader.grant(consumed + 4, 1000 + 1000 * consumed)
      const granted = Math.max(side === 0 ? 4 : 0, pair.of(writer).granted)
      if (sent[side] < granted) writer.item(item(sent[side]++))
    }
    for (let round = 0; round < 200; round++) {
      step(mine, theirs, 0)
      step(theirs, mine, 1)
      pair.write()
      if (random() < 0.7) pair.deliver()
      if (random() < 0.1) {
        pair.disconnect()
        pair.connect()
      }
    }
    theirs.end()
    mine.end()
    pair.disconnect()
    pair.connect()
    const whole = sent.map((count) => Array.from({ length: count }, (_, index) => index))
    expect(pair.of(mine)).toMatchObject({ items: whole[0], ends: [undefined] })
    expect(pair.of(theirs)).toMatchObject({ items: whole[1], ends: [undefined] })
    expect(Math.min(...sent)).toBeGreaterThan(20)
    expect(pair.violations).toEqual([])
    expect(pair.openStreams).toEqual([0, 0])
  })
})
