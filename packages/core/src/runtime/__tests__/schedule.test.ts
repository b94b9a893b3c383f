// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TickManager } from '../../api/time'
import { FakeTickManager } from '../../testing'
import { DeadlineTimer } from '../deadline-timer'
import { schedule } from '../schedule'

/** A user's own, as 0.7 knew it. */
class OldTickManager implements TickManager {
  readonly tps = 1
  now(): number {
    return performance.now()
  }
  register(): () => void {
    return () => {}
  }
  start(): void {}
  stop(): void {}
  async waitTick(): Promise<void> {}
}

describe('schedule', () => {
  afterEach(() => jest.useRealTimers())

  it('goes by the tick manager that can', () => {
    const time = new FakeTickManager()
    const calls: string[] = []
    schedule(time, 100, () => calls.push('a'))
    const cancel = schedule(time, 100, () => calls.push('b'))
    cancel()
    time.setTime(99)
    expect(calls).toEqual([])
    time.setTime(100)
    expect(calls).toEqual(['a'])
  })

  it('goes by a timer of Node otherwise, even beyond what that can count', () => {
    jest.useFakeTimers()
    const calls: string[] = []
    const days = 24 * 3600 * 1000
    schedule(new OldTickManager(), 60 * days, () => calls.push('later'))
    schedule(new OldTickManager(), 60 * days, () => calls.push('cancelled'))()
    schedule(new OldTickManager(), -5, () => calls.push('at once'))
    jest.advanceTimersByTime(1)
    expect(calls).toEqual(['at once'])
    jest.advanceTimersByTime(60 * days - 2)
    expect(calls).toEqual(['at once'])
    jest.advanceTimersByTime(1)
    expect(calls).toEqual(['at once', 'later'])
  })

  it('can be cancelled after the first part of a long delay', () => {
    jest.useFakeTimers()
    const fn = jest.fn()
    const cancel = schedule(new OldTickManager(), 2 ** 32, fn)
    jest.advanceTimersByTime(2 ** 31)
    cancel()
    jest.advanceTimersByTime(2 ** 32)
    expect(fn).not.toHaveBeenCalled()
  })

  it('never ends after an infinite delay', () => {
    const time = new FakeTickManager()
    schedule(time, Infinity, () => {})()
    expect(time.pending).toBe(0)
  })
})

describe('DeadlineTimer', () => {
  it('calls when the deadline has come, once', () => {
    const time = new FakeTickManager()
    const due: number[] = []
    const timer = new DeadlineTimer(time, () => due.push(time.now()))
    timer.rearm(100)
    time.setTime(1000)
    expect(due).toEqual([100])
    timer.rearm(1500)
    time.setTime(2000)
    expect(due).toEqual([100, 1500])
  })

  it('follows a deadline that moves, both ways', () => {
    const time = new FakeTickManager()
    const due: number[] = []
    const timer = new DeadlineTimer(time, () => due.push(time.now()))
    timer.rearm(100)
    timer.rearm(300)
    timer.rearm(50)
    timer.rearm(200)
    time.setTime(1000)
    expect(due).toEqual([200])
  })

  it('keeps one timer while deadlines only move to later', () => {
    const time = new FakeTickManager()
    const timer = new DeadlineTimer(time, () => {})
    for (let at = 100; at < 1000; at++) timer.rearm(at)
    expect(time.pending).toBe(1)
    expect(time.nextTime).toBe(100)
  })

  it('calls nothing when the deadline was taken away, or it was stopped', () => {
    const time = new FakeTickManager()
    const due = jest.fn()
    const timer = new DeadlineTimer(time, due)
    timer.rearm(100)
    timer.rearm(undefined)
    time.setTime(200)
    timer.rearm(300)
    timer.stop()
    expect(time.pending).toBe(0)
    time.setTime(400)
    expect(due).not.toHaveBeenCalled()
    timer.rearm(Infinity)
    expect(time.pending).toBe(0)
  })

  it('fires at once for a deadline that has passed', () => {
    const time = new FakeTickManager()
    time.setTime(500)
    const due = jest.fn()
    new DeadlineTimer(time, due).rearm(100)
    time.setTime(500)
    expect(due).toHaveBeenCalledTimes(1)
  })
})
