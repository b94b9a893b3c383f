// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { judged, reported, unmeasured, verdictOf } from '../row'

const spread = (median: number): { median: number; min: number; max: number } => ({ median, min: 0, max: 100 })

describe('a verdict', () => {
  it.each([
    ['at the lower bound', 5, { atLeast: 5 }, 'met'],
    ['below the lower bound', 4.9, { atLeast: 5 }, 'missed'],
    ['at the upper bound', 5, { atMost: 5 }, 'met'],
    ['above the upper bound', 5.1, { atMost: 5 }, 'missed'],
    ['not a number', NaN, { atMost: 5 }, 'missed']
  ] as const)('of a median %s', (_where, median, target, verdict) => {
    expect(verdictOf(spread(median), target)).toBe(verdict)
  })
})

describe('a row', () => {
  it('with a lower bound is better when it is more', () => {
    expect(judged({ name: 'a', unit: '×' }, spread(1), { atLeast: 2 })).toMatchObject({
      better: 'more',
      verdict: 'missed'
    })
  })

  it('with an upper bound is better when it is less', () => {
    expect(judged({ name: 'a', unit: 'ms' }, spread(1), { atMost: 2 })).toMatchObject({
      better: 'less',
      verdict: 'met'
    })
  })

  it('without a target is reported', () => {
    expect(reported({ name: 'a', unit: 'ms' }, spread(1), 'less').verdict).toBe('reported')
  })

  it('that could not be measured keeps its target and says why', () => {
    const row = unmeasured({ name: 'a', unit: 'ms', remark: 'no nats-server' }, 'skipped', { atMost: 1 })
    expect(row).toEqual({
      name: 'a',
      unit: 'ms',
      remark: 'no nats-server',
      better: 'less',
      target: { atMost: 1 },
      verdict: 'skipped'
    })
  })
})
