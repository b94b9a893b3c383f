// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Body } from '../../wire/body'
import type { Sendable } from '../../wire/message'
import { Backlog } from '../backlog'
import { SentEvents, weightOf } from '../sent-events'
import { defaultSessionLimits } from '../session-limits'

const limits = { ...defaultSessionLimits, maxResumeEvents: 4, maxResumeBytes: 100_000, resumeMs: 10_000 }
const event = (text: string): Sendable => ({ kind: 'event', body: Body.of(text) })
const gap = (lost: number): Sendable => ({ kind: 'gap', lost, reason: 'r' })
const said = (message: Sendable): unknown =>
  message.kind === 'event' ? message.body.value : message.kind === 'gap' ? message.lost : message.kind

/** Sends so many, or all, and says what went. */
function send(backlog: Backlog, count: number = Infinity): unknown[] {
  const sent: unknown[] = []
  for (let message = backlog.peek(); message !== undefined && sent.length < count; message = backlog.peek()) {
    sent.push(said(message))
    backlog.sent()
  }
  return sent
}

function push(backlog: Backlog, ...texts: string[]): void {
  for (const text of texts) backlog.pushEvent(event(text), 300)
}

describe('the events sent last', () => {
  it('are so many, and so many bytes, the oldest let go first', () => {
    const sent = new SentEvents({ ...limits, maxResumeBytes: 3 * weightOf(event('a')) })
    for (const text of ['a', 'b', 'c', 'd']) sent.push(event(text))
    expect(sent.last(9).map(said)).toEqual(['b', 'c', 'd'])
    expect(sent.bytes).toBe(3 * weightOf(event('a')))
    sent.push(event('x'.repeat(1_000)))
    expect([sent.last(9), sent.bytes]).toEqual([[], 0])
    for (let n = 0; n < 100; n++) sent.push(event(String(n % 10)))
    expect(sent.last(2).map(said)).toEqual(['8', '9'])
  })

  it('count a notice as the events that it tells of, in part where the peer has some of them', () => {
    const sent = new SentEvents(limits)
    for (const message of [event('a'), gap(5), event('b')]) sent.push(message)
    expect(sent.last(7).map(said)).toEqual(['a', 5, 'b'])
    expect(sent.last(3).map(said)).toEqual([2, 'b'])
    expect(sent.last(0)).toEqual([])
  })
})

describe('a backlog whose connection was lost', () => {
  let backlog: Backlog

  beforeEach(() => {
    backlog = new Backlog(limits, true)
  })

  it('sends again what the peer has not got, before anything newer', () => {
    push(backlog, 'a', 'b', 'c')
    send(backlog)
    backlog.passed(event('d'))
    backlog.disconnected(0)
    push(backlog, 'e')
    backlog.resume(2)
    push(backlog, 'f')
    expect(send(backlog)).toEqual(['c', 'd', 'e', 'f'])
    expect(backlog.bytes).toBe(0)
  })

  it('tells as lost only what it keeps no more', () => {
    push(backlog, 'a', 'b', 'c', 'd', 'e', 'f')
    send(backlog)
    backlog.resume(1)
    expect(send(backlog)).toEqual([1, 'c', 'd', 'e', 'f'])
  })

  it('loses nothing by several breaks in a row, and no notice either', () => {
    push(backlog, 'a', 'b', 'c', 'd', 'e', 'f')
    send(backlog)
    backlog.resume(0)
    expect(send(backlog, 2)).toEqual([2, 'c'])
    backlog.resume(0)
    expect(send(backlog, 1)).toEqual([2])
    backlog.resume(2)
    expect(send(backlog, 3)).toEqual(['c', 'd', 'e'])
    backlog.resume(4)
    expect(send(backlog)).toEqual(['e', 'f'])
    backlog.resume(6)
    expect(send(backlog)).toEqual([])
  })

  it('lets go of them ten seconds after the loss, however often it is told of it, and not while connected', () => {
    push(backlog, 'a', 'b')
    send(backlog)
    backlog.advance(1_000_000)
    expect([backlog.sentBytes > 0, backlog.keepsUntil]).toEqual([true, Infinity])
    backlog.disconnected(1_000)
    backlog.disconnected(5_000)
    expect(backlog.keepsUntil).toBe(11_000)
    backlog.advance(10_999)
    expect(backlog.sentBytes).toBeGreaterThan(0)
    backlog.advance(11_000)
    expect([backlog.sentBytes, backlog.keepsUntil]).toEqual([0, Infinity])
    backlog.resume(0)
    expect(send(backlog)).toEqual([2])
  })

  it('does not send again what waits when the peer says that it has more than was sent', () => {
    push(backlog, 'a', 'b')
    send(backlog, 1)
    backlog.resume(2)
    expect(send(backlog)).toEqual(['b'])
  })

  it('sends nothing again in a new session, nor to a peer of 0.7', () => {
    push(backlog, 'a')
    send(backlog)
    backlog.resume(undefined)
    expect(send(backlog)).toEqual([])
    const old = new Backlog(limits, false)
    push(old, 'a')
    send(old)
    expect(old.sentBytes).toBe(0)
    old.resume(undefined)
    expect(send(old)).toEqual([])
  })

  it('gives up what was sent and what waits as one gap', () => {
    push(backlog, 'a', 'b')
    send(backlog)
    push(backlog, 'c')
    backlog.giveUp(() => ({ kind: 'sayHello' }), 1)
    push(backlog, 'd')
    backlog.resume(1)
    expect(send(backlog)).toEqual([2, 'd'])
  })
})
