// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { percentile, percentilesOf } from '../percentile'
import { around, median, ratioOf, spreadOf } from '../spread'

describe('the median', () => {
  it.each([
    [[5], 5],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5]
  ])('of %p is %p', (values, expected) => {
    expect(median(values)).toBe(expected)
  })

  it('leaves its values in their order', () => {
    const values = [3, 1, 2]
    median(values)
    expect(values).toEqual([3, 1, 2])
  })
})

describe('a spread', () => {
  it('has the middle, the least and the greatest value', () => {
    expect(spreadOf([9, 1, 4])).toEqual({ median: 4, min: 1, max: 9 })
  })

  it('of nothing is an error', () => {
    expect(() => spreadOf([])).toThrow('at least one value')
  })

  it('around another number keeps least and greatest', () => {
    expect(around(8, [9, 1, 4])).toEqual({ median: 8, min: 1, max: 9 })
  })
})

describe('a ratio', () => {
  it('is taken round by round, so that a slow round for both changes nothing', () => {
    expect(ratioOf([10, 1, 10], [5, 0.5, 5])).toEqual({ median: 2, min: 2, max: 2 })
  })

  it('shows how far the rounds lie apart', () => {
    expect(ratioOf([4, 6, 5], [2, 2, 2])).toEqual({ median: 2.5, min: 2, max: 3 })
  })

  it('of unequal numbers of rounds is an error that says both', () => {
    expect(() => ratioOf([1, 2], [1])).toThrow('2 measured, 1 of the base')
  })
})

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_value, i) => i + 1)

  it.each([
    [50, 50],
    [95, 95],
    [99, 99],
    [100, 100],
    [0.1, 1]
  ])('%p of 1 to 100 is %p', (percent, expected) => {
    expect(percentile(hundred, percent)).toBe(expected)
  })

  it('of one sample is that sample', () => {
    expect(percentile([7], 99)).toBe(7)
  })

  it('of none is not a number', () => {
    expect(percentile([], 50)).toBeNaN()
  })

  it('of few samples is the worst of them', () => {
    expect(percentilesOf([3, 1, 2]).p99).toBe(3)
  })

  it('is found in samples of any order, by value and not by text', () => {
    expect(percentilesOf([10, 9, 100])).toEqual({ p50: 10, p95: 100, p99: 100 })
  })
})
