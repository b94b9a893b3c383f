// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Body } from '../../wire/body'
import { IncomingTable, type AnswerMessage, type IncomingRequest } from '../incoming-table'
import { defaultSessionLimits } from '../session-limits'

const limits = { ...defaultSessionLimits, maxAnswered: 3, maxAnsweredBytes: 100 }
const answerOf = (bytes: number): [AnswerMessage, number] => [
  { kind: 'response', id: 'x', body: Body.of(bytes) },
  bytes
]

function start(table: IncomingTable, id: string): IncomingRequest {
  const admission = table.admit(id, 1)
  if (admission.kind !== 'execute') throw new Error(`${id}: ${admission.kind}`)
  return admission.request
}

describe('incoming table', () => {
  let table: IncomingTable

  beforeEach(() => {
    table = new IncomingTable(limits, 2, true)
  })

  it('executes a request once, and repeats its answer', () => {
    const request = start(table, 'c-0')
    expect(table.admit('c-0', 1)).toEqual({ kind: 'running' })
    const [answer, bytes] = answerOf(5)
    expect(table.answer(request, answer, bytes)).toBe(true)
    expect(table.admit('c-0', 1)).toEqual({ kind: 'answered', answer })
    expect(table.size).toBe(0)
  })

  it('lets go of what was to be called, and holds the data, once it is answered or given up', () => {
    const request = start(table, 'c-0')
    const given = start(table, 'c-1')
    let calls = 0
    request.onCancelled = given.onCancelled = () => calls++
    table.answer(request, ...answerOf(1))
    table.cancel('c-1')
    expect([request.onCancelled, given.onCancelled, calls]).toEqual([undefined, undefined, 1])
  })

  it('takes one answer', () => {
    const request = start(table, 'c-0')
    table.answer(request, ...answerOf(1))
    expect(table.answer(request, ...answerOf(2))).toBe(false)
  })

  it('takes no answer of a request of the same name in an earlier session', () => {
    const earlier = start(table, 'c-0')
    const next = new IncomingTable(limits, 2, true)
    start(next, 'c-0')
    expect(next.answer(earlier, ...answerOf(1))).toBe(false)
  })

  it('executes no more at a time than it may', () => {
    start(table, 'c-0')
    const second = start(table, 'c-1')
    expect(table.admit('c-2', 1)).toEqual({ kind: 'full' })
    expect(table.admit('c-1', 1)).toEqual({ kind: 'running' })
    table.answer(second, ...answerOf(1))
    expect(table.admit('c-2', 1).kind).toBe('execute')
  })

  it('keeps the latest answers only', () => {
    for (const id of ['c-0', 'c-1', 'c-2', 'c-3']) table.answer(start(table, id), ...answerOf(1))
    expect(table.answeredSize).toBe(3)
    expect(table.admit('c-1', 1).kind).toBe('answered')
    expect(table.admit('c-0', 1).kind).toBe('execute')
  })

  it('gives up the oldest bodies beyond its bytes, but remembers that it executed them', () => {
    table.answer(start(table, 'c-0'), ...answerOf(60))
    table.answer(start(table, 'c-1'), ...answerOf(60))
    expect(table.admit('c-0', 1)).toEqual({ kind: 'forgotten' })
    expect(table.admit('c-1', 1).kind).toBe('answered')
    table.answer(start(table, 'c-2'), ...answerOf(500))
    expect(table.admit('c-2', 1)).toEqual({ kind: 'forgotten' })
    table.answer(start(table, 'c-3'), ...answerOf(100))
    expect(table.admit('c-3', 1).kind).toBe('answered')
  })

  it('executes no more bytes at a time than may be in flight, but one of any size alone', () => {
    const small = new IncomingTable({ ...limits, maxInFlightBytes: 100 }, 10, true)
    expect(small.admit('c-0', 150).kind).toBe('execute')
    expect(small.admit('c-1', 1)).toEqual({ kind: 'full' })
    small.settled(1)
    expect(small.admit('c-1', 60).kind).toBe('execute')
    expect(small.admit('c-2', 41)).toEqual({ kind: 'full' })
    expect(small.admit('c-3', 40).kind).toBe('execute')
  })

  it('gives the place of what nobody waits for any more to others', () => {
    const given = start(table, 'c-0')
    const later = start(table, 'c-5')
    expect(table.admit('c-6', 1)).toEqual({ kind: 'full' })
    table.settled(5)
    expect(table.size).toBe(1)
    expect(table.answer(given, ...answerOf(1))).toBe(false)
    expect(table.answeredSize).toBe(0)
    start(table, 'c-6')
    expect(table.answer(later, ...answerOf(1))).toBe(true)
  })

  it.each([
    ['few', 2],
    ['many', 1_000_000]
  ])('forgets by number what the peer has got: %s', (_title, below) => {
    for (const id of [0, 1, 2]) {
      const admission = table.admit(id, 1)
      if (admission.kind === 'execute') table.answer(admission.request, ...answerOf(1))
    }
    table.settled(below)
    expect(table.answeredSize).toBe(below > 2 ? 0 : 1)
    expect(table.admit(2, 1).kind).toBe(below > 2 ? 'forgotten' : 'answered')
    expect(table.admit(1, 1)).toEqual({ kind: 'forgotten' })
  })

  it('tells what runs that nobody waits for it', () => {
    const cancelled: string[] = []
    for (const id of ['c-0', 'c-1']) start(table, id).onCancelled = () => cancelled.push(id)
    table.cancel('c-1')
    table.cancel('c-7')
    expect(cancelled).toEqual(['c-1'])
    expect(table.size).toBe(1)
    table.cancelAll()
    expect(cancelled).toEqual(['c-1', 'c-0'])
    expect(table.size).toBe(0)
  })

  it('executes no more for who asks and takes back again and again, until what goes on has ended', () => {
    const going: IncomingRequest[] = []
    let id = 0
    for (; ; id++) {
      const admission = table.admit(id, 1)
      if (admission.kind !== 'execute') break
      going.push(admission.request)
      table.cancel(id)
    }
    expect(going).toHaveLength(8)
    expect(table.admit(id, 1)).toEqual({ kind: 'full' })
    expect(table.answer(going[0], ...answerOf(1))).toBe(false)
    expect(table.answer(going[0], ...answerOf(1))).toBe(false)
    expect(table.admit(id, 1).kind).toBe('execute')
  })

  it('gives up what the peer does not wait for any more after a reconnect', () => {
    const cancelled: string[] = []
    for (const id of ['c-0', 'c-1']) start(table, id).onCancelled = () => cancelled.push(id)
    table.abandonUnless(new Set(['c-9']), 1)
    expect(cancelled).toEqual(['c-0'])
    expect(table.size).toBe(1)
    expect(table.admit('c-0', 1)).toEqual({ kind: 'forgotten' })
    expect(table.admit('c-1', 1)).toEqual({ kind: 'running' })
  })

  it('forgets what the peer has got', () => {
    for (const id of ['c-0', 'c-1', 'c-2']) table.answer(start(table, id), ...answerOf(1))
    table.settled(2)
    expect(table.answeredSize).toBe(1)
    expect(table.admit('c-2', 1).kind).toBe('answered')
  })

  it('stays within its limits, whatever is asked', () => {
    for (let n = 0; n < 10_000; n++) {
      table.answer(start(table, `c-${n}`), ...answerOf(n % 200))
      if (n % 1_000 === 0) table.settled(n - 1)
    }
    expect(table.answeredSize).toBe(3)
  })

  it('keeps nothing for a peer that repeats nothing', () => {
    const old = new IncomingTable(limits, 2, false)
    old.answer(start(old, 'c-0'), ...answerOf(1))
    expect(old.answeredSize).toBe(0)
  })
})
