// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { SimulatedProcess } from '../process'
import { VirtualTime } from '../virtual-time'

describe('virtual time', () => {
  it('runs steps in the order of time, and of their making within one instant', async () => {
    const time = new VirtualTime()
    const order: string[] = []
    for (const [name, at] of Object.entries({ late: 20, first: 10, second: 10, early: 5 })) {
      time.after(at, () => order.push(`${name} ${time.now}`))
    }
    await time.runUntil(100)
    expect(order).toEqual(['early 5', 'first 10', 'second 10', 'late 20'])
    expect(time.now).toBe(100)
  })

  it('lets a whole chain of promises happen before the next step', async () => {
    const time = new VirtualTime()
    const order: string[] = []
    time.after(1, () => {
      const chain = async (): Promise<void> => {
        for (let i = 0; i < 1000; i++) await Promise.resolve()
        order.push('chain')
      }
      void chain()
    })
    time.after(1, () => order.push('next'))
    await time.runUntil(1)
    expect(order).toEqual(['chain', 'next'])
  })

  it('does not run what was cancelled, nor count it as pending', async () => {
    const time = new VirtualTime()
    const order: number[] = []
    const cancel = time.after(1, () => order.push(1))
    cancel()
    cancel()
    expect(time.pending).toBe(0)
    await time.runUntil(2)
    expect(order).toEqual([])
  })
})

describe('simulated process', () => {
  it('keeps what comes in while paused, and takes it in order when it wakes up', async () => {
    const time = new VirtualTime()
    const process = new SimulatedProcess('p', time, () => {})
    const order: string[] = []
    process.after(1, () => order.push(`timer ${time.now}`))
    const cancel = process.after(2, () => order.push('cancelled'))
    process.pause()
    process.deliver(() => order.push('message'))
    await time.runUntil(10)
    expect(order).toEqual([])
    cancel()
    process.resume()
    await time.runUntil(20)
    expect(order).toEqual(['message', 'timer 10'])
  })

  it('drops everything once dead', async () => {
    const time = new VirtualTime()
    const process = new SimulatedProcess('p', time, () => {})
    const order: string[] = []
    process.after(1, () => order.push('timer'))
    process.kill()
    process.deliver(() => order.push('message'))
    await time.runUntil(10)
    expect(order).toEqual([])
  })
})
