// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Logger } from '../../api/logger'
import { deferred } from '../../testing'
import { TickManagerImpl } from '../tick-manager'

describe('TickManagerImpl', () => {
  afterEach(() => jest.useRealTimers())

  it.each([0, 1001, -1, NaN, Infinity])('refuses %s ticks per second, naming value and bound', (tps) => {
    expect(() => new TickManagerImpl(tps)).toThrow(
      `Ticks per second has an invalid value: ${tps}; it must be from 1 to 1000`
    )
  })

  it.each([0, 0.5, NaN, Infinity])('refuses periodic work every %s seconds', (interval) => {
    expect(() => new TickManagerImpl(10).register(() => {}, interval)).toThrow('Interval must be a finite number >= 1')
  })

  it('refuses to wait for no ticks', async () => {
    await expect(new TickManagerImpl(10).waitTick(0)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  it('runs periodic work once per interval, spread over its ticks', async () => {
    const manager = new TickManagerImpl(5)
    const ticks: [number, number][] = []
    for (let id = 0; id < 5; id++) {
      const handler = (): void => {
        ticks.push([id, manager._tick])
      }
      manager.register(handler, id === 4 ? 2 : 1)
    }
    for (let i = 0; i < 10; i++) await manager.tick()
    expect(ticks.filter(([id]) => id === 1).map(([, tick]) => tick)).toEqual([1, 6])
    expect(ticks.filter(([id]) => id === 4).map(([, tick]) => tick)).toEqual([4])
    expect(new Set(ticks.slice(0, 4).map(([, tick]) => tick)).size).toBe(4)
  })

  it('says whether a number is due in this tick', async () => {
    const manager = new TickManagerImpl(10)
    expect(manager.isMe(0, 1)).toBe(true)
    await manager.tick()
    expect([manager.isMe(0, 1), manager.isMe(1, 1), manager.isMe(11, 1), manager.isMe(11, 2)]).toEqual([
      false,
      true,
      true,
      false
    ])
  })

  it('ends periodic work that is taken back', async () => {
    const manager = new TickManagerImpl(1)
    const handler = jest.fn()
    const end = manager.register(handler, 1)
    await manager.tick()
    end()
    end()
    await manager.tick()
    expect(handler).toHaveBeenCalledTimes(1)
  })

  it('contains what handlers throw, and runs the others', async () => {
    const errors: unknown[] = []
    const logger = { error: (message: string, fields: unknown) => errors.push([message, fields]) } as unknown as Logger
    const manager = new TickManagerImpl(1, logger)
    const handler = jest.fn()
    manager.register(() => {
      throw new Error('sync')
    }, 1)
    manager.register(async () => await Promise.reject(new Error('async')), 1)
    manager.register(handler, 1)
    await manager.tick()
    await manager.tick()
    expect(handler).toHaveBeenCalledTimes(2)
    expect(errors).toHaveLength(4)
  })

  it('does not run a handler beside itself', async () => {
    const manager = new TickManagerImpl(1)
    const gate = deferred()
    const handler = jest.fn(async () => await gate.promise)
    manager.register(handler, 1)
    const first = manager.tick()
    await manager.tick()
    expect(handler).toHaveBeenCalledTimes(1)
    gate.resolve()
    await first
    await manager.tick()
    expect(handler).toHaveBeenCalledTimes(2)
  })

  it('ticks at its rate between start and stop, and starts only once', () => {
    jest.useFakeTimers()
    const manager = new TickManagerImpl(20)
    expect(manager.started).toBe(false)
    manager.start()
    manager.start()
    expect(manager.started).toBe(true)
    jest.advanceTimersByTime(1000)
    expect(manager._tick).toBe(20)
    manager.stop()
    manager.stop()
    expect(manager.started).toBe(false)
    jest.advanceTimersByTime(1000)
    expect(manager._tick).toBe(20)
    expect(jest.getTimerCount()).toBe(0)
  })

  it('waits for ticks while started', async () => {
    jest.useFakeTimers()
    const manager = new TickManagerImpl(10)
    manager.start()
    const waited = manager.waitTick(3).then(() => manager._tick)
    await jest.advanceTimersByTimeAsync(1000)
    expect(await waited).toBe(3)
    manager.stop()
  })

  it('waits as long as the ticks would take when it was never started, or is stopped meanwhile', async () => {
    jest.useFakeTimers()
    const manager = new TickManagerImpl(10)
    const done: string[] = []
    void manager.waitTick(3).then(() => done.push('never started'))
    await jest.advanceTimersByTimeAsync(299)
    expect(done).toEqual([])
    await jest.advanceTimersByTimeAsync(1)
    expect(done).toEqual(['never started'])
    manager.start()
    void manager.waitTick(10).then(() => done.push('stopped'))
    await jest.advanceTimersByTimeAsync(500)
    manager.stop()
    await jest.advanceTimersByTimeAsync(499)
    expect(done).toHaveLength(1)
    await jest.advanceTimersByTimeAsync(1)
    expect(done).toEqual(['never started', 'stopped'])
    expect(jest.getTimerCount()).toBe(0)
  })

  it('lets ticks by hand end a wait', async () => {
    jest.useFakeTimers()
    const manager = new TickManagerImpl(1)
    const waited = manager.waitTick(2)
    await manager.tick()
    await manager.tick()
    await waited
    expect(jest.getTimerCount()).toBe(0)
  })

  it('schedules whether started or not', () => {
    jest.useFakeTimers()
    const manager = new TickManagerImpl(1)
    const fn = jest.fn()
    manager.schedule(20, fn)
    manager.schedule(20, fn)()
    jest.advanceTimersByTime(20)
    expect(fn).toHaveBeenCalledTimes(1)
  })

  it('counts monotonic milliseconds', () => {
    const manager = new TickManagerImpl(1)
    const first = manager.now()
    expect(manager.now()).toBeGreaterThanOrEqual(first)
  })
})
