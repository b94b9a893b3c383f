// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { FakeTickManager } from '@hcengineering/network-core/testing'
import { Backoff, Deadline, deferred, Pause, settledWithin, within } from '../waits'

describe('waits', () => {
  test('within answers with what comes first, and leaves no timer', async () => {
    const ticks = new FakeTickManager()
    const slow = deferred<string>()
    const late = within(ticks, 100, slow.promise, () => new Error('late'))
    late.catch(() => {})
    await ticks.advance(100)
    await expect(late).rejects.toThrow('late')
    expect(await within(ticks, 100, Promise.resolve('now'), () => new Error('late'))).toBe('now')
    expect(ticks.pending).toBe(0)
  })

  test('within 0 waits without end', async () => {
    const ticks = new FakeTickManager()
    const slow = deferred<string>()
    const waiting = within(ticks, 0, slow.promise, () => new Error('late'))
    await ticks.advance(1e9)
    slow.resolve('then')
    expect(await waiting).toBe('then')
  })

  test('settledWithin never rejects', async () => {
    const ticks = new FakeTickManager()
    await settledWithin(ticks, 100, Promise.reject(new Error('failed')))
    const waiting = settledWithin(ticks, 100, new Promise(() => {}))
    await ticks.advance(100)
    await waiting
    expect(ticks.pending).toBe(0)
  })

  test('a deadline counts down to 1 and says when it is over; 0 is none', () => {
    const ticks = new FakeTickManager()
    const deadline = new Deadline(ticks, 100)
    const none = new Deadline(ticks, 0)
    ticks.setTime(40)
    expect([deadline.leftMs, deadline.expired]).toEqual([60, false])
    ticks.setTime(500)
    expect([deadline.leftMs, deadline.expired, none.leftMs, none.expired]).toEqual([1, true, 0, false])
  })

  test('delays grow to their bound', () => {
    const backoff = new Backoff(10, 35)
    expect([backoff.next(), backoff.next(), backoff.next(), backoff.next()]).toEqual([10, 20, 35, 35])
  })

  test('a pause can be cut short', async () => {
    const ticks = new FakeTickManager()
    const pause = new Pause(ticks)
    const waiting = pause.wait(1000)
    pause.end()
    await waiting
    expect(ticks.pending).toBe(0)
  })
})
