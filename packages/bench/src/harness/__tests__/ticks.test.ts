// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { everyOfNode, measureTicks, type Every } from '../ticks'

describe('ticks', () => {
  it('are so many of each timer, which is ended then; those that come all the same are counted', async () => {
    const timers: { tick: () => void; ended: boolean }[] = []
    const every: Every = (_everyMs, tick) => {
      const timer = { tick, ended: false }
      timers.push(timer)
      return () => {
        timer.ended = true
      }
    }
    const measured = measureTicks([every, every], { everyMs: 1000, times: 2, together: true })
    for (const timer of [0, 0, 0, 1, 1]) timers[timer].tick()

    // None is early: what comes before its time is late by nothing
    expect(await measured).toMatchObject({ stray: 1, latestMs: 0, p50: 0 })
    expect(timers.map(({ ended }) => ended)).toEqual([true, true])
  })

  describe('of Node', () => {
    beforeEach(() => jest.useFakeTimers())
    afterEach(() => jest.useRealTimers())

    it('come again and again until they are ended, in the middle of one too', () => {
      let ticks = 0
      const end = everyOfNode(10, () => {
        if (++ticks === 3) end()
      })
      jest.advanceTimersByTime(25)
      expect(ticks).toBe(2)

      jest.advanceTimersByTime(100)
      expect(ticks).toBe(3)
    })
  })
})
