// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { DeadlineQueue } from '../deadline-queue'

describe('DeadlineQueue', () => {
  it('takes out what is due, soonest first, and keeps the rest', () => {
    const queue = new DeadlineQueue<string>()
    queue.set('c', 30)
    queue.set('a', 10)
    queue.set('b', 20)
    expect(queue.next()).toBe(10)
    expect(queue.due(9)).toEqual([])
    expect(queue.due(20)).toEqual(['a', 'b'])
    expect(queue.next()).toBe(30)
    expect(queue.size).toBe(1)
  })

  it('answers equal deadlines in the order in which they were set', () => {
    const queue = new DeadlineQueue<number>()
    for (let i = 0; i < 50; i++) queue.set(i, 5)
    expect(queue.due(5)).toEqual(Array.from({ length: 50 }, (_, i) => i))
  })

  it('moves a deadline that is set again, both ways', () => {
    const queue = new DeadlineQueue<string>()
    queue.set('a', 10)
    queue.set('b', 20)
    queue.set('a', 30)
    expect(queue.next()).toBe(20)
    queue.set('a', 5)
    expect(queue.next()).toBe(5)
    expect(queue.get('a')).toBe(5)
    expect(queue.due(100)).toEqual(['a', 'b'])
  })

  it('forgets what is deleted, and what has no end', () => {
    const queue = new DeadlineQueue<string>()
    queue.set('a', 1)
    queue.set('b', 2)
    expect(queue.delete('a')).toBe(true)
    expect(queue.delete('a')).toBe(false)
    queue.set('b', Infinity)
    expect(queue.has('b')).toBe(false)
    expect(queue.next()).toBeUndefined()
    expect(queue.due(Infinity)).toEqual([])
  })

  it('behaves like a sorted list under ten thousand mixed operations', () => {
    const queue = new DeadlineQueue<number>()
    const model = new Map<number, number>()
    let seed = 12345
    const random = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % below
    for (let step = 0; step < 3_000; step++) {
      const key = random(200)
      const choice = random(10)
      if (choice < 6) {
        const at = random(1000)
        queue.set(key, at)
        model.set(key, at)
      } else if (choice < 9) {
        expect(queue.delete(key)).toBe(model.delete(key))
      } else {
        const now = random(1000)
        const expected = [...model].filter(([, at]) => at <= now)
        const taken = queue.due(now)
        expect(taken.map((k) => model.get(k))).toEqual(expected.map(([, at]) => at).sort((a, b) => a - b))
        for (const k of taken) model.delete(k)
      }
      expect(queue.next()).toBe(model.size === 0 ? undefined : Math.min(...model.values()))
    }
  })
})
