// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { stillHeld } from '../../__tests__/garbage'
import { Body } from '../../wire/body'
import type { Sendable } from '../../wire/message'
import { Backlog } from '../backlog'
import { defaultSessionLimits } from '../session-limits'
import { Fifo } from '../fifo'

const limits = { ...defaultSessionLimits, maxUnsentBytes: 100 }
const event = (text: string): [Sendable, number] => [{ kind: 'event', body: Body.of(text) }, text.length + 4]
const answer = (bytes: number): [Sendable, number] => [{ kind: 'response', id: 1, body: Body.of('x') }, bytes + 4]

/** Sends all, and says what went. */
function sendAll(backlog: Backlog): unknown[] {
  const sent: unknown[] = []
  for (let message = backlog.peek(); message !== undefined; message = backlog.peek()) {
    sent.push(message.kind === 'event' ? message.body.value : message.kind === 'gap' ? message : message.kind)
    backlog.sent()
  }
  return sent
}

describe('backlog', () => {
  it('sends answers and events in order', () => {
    const backlog = new Backlog(limits, true)
    backlog.pushEvent(...event('a'))
    backlog.pushAnswer(...answer(1))
    backlog.pushEvent(...event('b'))
    expect(sendAll(backlog)).toEqual(['a', 'response', 'b'])
    expect(backlog.bytes).toBe(0)
  })

  it('lets go of what is sent at once, also while more waits', async () => {
    const backlog = new Backlog(limits, true)
    const messages: WeakRef<Sendable>[] = []
    const push = (): void => {
      const [message, bytes] = answer(1)
      messages.push(new WeakRef(message))
      backlog.pushAnswer(message, bytes)
    }
    push()
    for (let count = 0; count < 100; count++) {
      push()
      backlog.sent()
    }
    expect(await stillHeld(messages)).toBe(1)
    expect(sendAll(backlog)).toEqual(['response'])
  })

  it('drops events beyond the limit until all is read, then tells how many', () => {
    const backlog = new Backlog(limits, true)
    const accepted = Array.from({ length: 10 }, (_, n) => backlog.pushEvent(...event(`${n}`.repeat(20))))
    expect(accepted).toEqual([true, true, true, true, false, false, false, false, false, false])
    backlog.sent()
    expect(backlog.pushEvent(...event('small'))).toBe(false)
    expect(backlog.cutOff).toBe(true)
    expect(sendAll(backlog).slice(3)).toEqual([{ kind: 'gap', lost: 7, reason: 'the reader was too slow' }])
    expect(backlog.pushEvent(...event('next'))).toBe(true)
    expect(sendAll(backlog)).toEqual(['next'])
  })

  it('serves a 0.7 reader that has caught up again, without a word', () => {
    const backlog = new Backlog(limits, false)
    while (backlog.pushEvent(...event('x'.repeat(20))));
    expect(backlog.pushEvent(...event('dropped'))).toBe(false)
    expect(sendAll(backlog)).toHaveLength(4)
    expect(backlog.cutOff).toBe(false)
    expect(backlog.pushEvent(...event('next'))).toBe(true)
    expect(sendAll(backlog)).toEqual(['next'])
  })

  it('takes answers beyond the limit of events, says early that they pile up, and has an end', () => {
    const backlog = new Backlog(limits, true)
    while (backlog.pushEvent(...event('x'.repeat(20))));
    expect(backlog.pushAnswer(...answer(90))).toBe(true)
    expect(backlog.pushAnswer(...answer(90))).toBe(true)
    expect(backlog.answersPileUp).toBe(false)
    expect(backlog.pushAnswer(...answer(90))).toBe(true)
    expect(backlog.answersPileUp).toBe(true)
    expect(backlog.pushAnswer(...answer(3_000))).toBe(false)
  })

  it('tells first, after a reconnect, how many events were lost with the connection', () => {
    const backlog = new Backlog({ ...limits, maxResumeEvents: 1 }, true)
    for (const text of ['a', 'b', 'c']) backlog.pushEvent(...event(text))
    backlog.sent()
    backlog.sent()
    backlog.pushAnswer(...answer(1))
    backlog.resume(0)
    expect(sendAll(backlog)).toEqual([{ kind: 'gap', lost: 1, reason: 'the connection was lost' }, 'b', 'c'])
    backlog.resume(3)
    expect(sendAll(backlog)).toEqual([])
  })

  it('does not grow while something always waits', () => {
    const backlog = new Backlog({ ...limits, maxUnsentBytes: 10_000 }, true)
    backlog.pushEvent(...event('first'))
    for (let n = 0; n < 10_000; n++) {
      backlog.pushEvent(...event(String(n)))
      backlog.sent()
    }
    expect(sendAll(backlog)).toEqual(['9999'])
  })
})

describe('fifo', () => {
  it('skips and forgets what left it', () => {
    const fifo = new Fifo<{ waiting: boolean; n: number }>()
    const items = Array.from({ length: 1_000 }, (_, n) => ({ waiting: true, n }))
    for (const item of items) {
      fifo.push(item)
      if (item.n % 10 !== 0) item.waiting = false
    }
    const left: number[] = []
    for (let item = fifo.peek(); item !== undefined; item = fifo.peek()) {
      left.push(item.n)
      item.waiting = false
    }
    expect(left).toEqual(Array.from({ length: 100 }, (_, n) => n * 10))
  })
})
