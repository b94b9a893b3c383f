// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { LazyDeadlines, type Expiring } from '../lazy-deadlines'

interface Item extends Expiring {
  settled: boolean
}

describe('LazyDeadlines', () => {
  it('gives those that are due and not settled, soonest first, and of two at one time the first', () => {
    const deadlines = new LazyDeadlines<Item>()
    const items: Item[] = []
    for (let sequence = 0; sequence < 1000; sequence++) {
      const item = { sequence, deadline: (sequence * 7919) % 500, settled: false }
      items.push(item)
      deadlines.add(item)
    }
    for (const item of items) {
      if (item.sequence % 4 === 0) continue
      item.settled = true
      deadlines.noteSettled()
    }
    const left = items.filter(({ settled }) => !settled)
    const expected = left.sort((a, b) => a.deadline - b.deadline || a.sequence - b.sequence)
    expect(deadlines.next()).toBe(expected[0].deadline)
    expect(deadlines.due(249)).toEqual(expected.filter(({ deadline }) => deadline <= 249))
    expect(deadlines.due(1000)).toEqual(expected.filter(({ deadline }) => deadline > 249))
    expect(deadlines.next()).toBe(Infinity)
  })
})
