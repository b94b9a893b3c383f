// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { FakeTickManager } from '../fake-tick-manager'

describe('FakeTickManager', () => {
  it('stands still until it is set', () => {
    const time = new FakeTickManager()
    expect(time.now()).toBe(0)
    time.start()
    time.setTime(123_456_789)
    time.stop()
    expect(time.now()).toBe(123_456_789)
  })

  it('runs what is due in the order of time, each at its own time', () => {
    const time = new FakeTickManager()
    const calls: string[] = []
    const note =
      (name: string): (() => void) =>
      () => {
        calls.push(`${name}@${time.now()}`)
      }
    time.schedule(30, note('c'))
    time.schedule(10, note('a'))
    time.schedule(10, note('b'))
    time.schedule(10, () => time.schedule(5, note('nested')))
    time.schedule(100, note('later'))
    time.setTime(50)
    expect(calls).toEqual(['a@10', 'b@10', 'nested@15', 'c@30'])
    expect(time.now()).toBe(50)
    expect(time.pending).toBe(1)
    expect(time.nextTime).toBe(100)
  })

  it('lets one function cancel another that is due at the same moment', () => {
    const time = new FakeTickManager()
    const fn = jest.fn()
    const cancels: (() => void)[] = []
    time.schedule(10, () => cancels.forEach((cancel) => cancel()))
    cancels.push(time.schedule(10, fn))
    time.setTime(10)
    expect(fn).not.toHaveBeenCalled()
  })

  it('advances by ticks when it is waited for', async () => {
    const time = new FakeTickManager()
    const fn = jest.fn()
    time.schedule(150, fn)
    await time.waitTick(3)
    expect(time.now()).toBe(150)
    expect(fn).toHaveBeenCalled()
    await time.waitTick(0)
    expect(time.now()).toBe(150)
  })

  it('lets promises settle between one scheduled function and the next', async () => {
    const time = new FakeTickManager()
    const seen: number[] = []
    const loop = async (): Promise<void> => {
      while (seen.length < 3) {
        await new Promise<void>((resolve) => time.schedule(10, resolve))
        seen.push(time.now())
      }
    }
    const looped = loop()
    await time.advance(30)
    await looped
    expect(seen).toEqual([10, 20, 30])
  })

  it('runs every handler once by hand, in order, and none of its own accord', async () => {
    const time = new FakeTickManager()
    const calls: string[] = []
    time.register(async () => {
      await Promise.resolve()
      calls.push('a')
    }, 1)
    const end = time.register(() => {
      calls.push('b')
    }, 60)
    await time.advance(120_000)
    expect(calls).toEqual([])
    await time.execAll()
    expect(calls).toEqual(['a', 'b'])
    end()
    end()
    await time.execAll()
    expect(calls).toEqual(['a', 'b', 'a'])
  })
})
