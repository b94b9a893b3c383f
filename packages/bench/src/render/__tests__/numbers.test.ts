// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { formatMedian, formatNumber, formatQuantity, formatRange, formatTarget } from '../numbers'

describe('a number', () => {
  it.each([
    [0, '0'],
    [1024, '1 024'],
    [1_000_000, '1 000 000'],
    [12_345.6, '12 300'],
    [123.4, '123'],
    [1.2345, '1.23'],
    [0.00012345, '0.000123'],
    [-1500.5, '-1 500'],
    [NaN, '–'],
    [Infinity, '–']
  ])('%p is written %p', (value, expected) => {
    expect(formatNumber(value)).toBe(expected)
  })

  it('carries its unit', () => {
    expect([formatQuantity(5, '×'), formatQuantity(20_000, '/s'), formatQuantity(3, 'count')]).toEqual([
      '5 ×',
      '20 000/s',
      '3'
    ])
  })

  it('of a spread is the median; the range is left out when there was one value', () => {
    const spread = { median: 2, min: 1, max: 3 }
    expect([formatMedian(spread, 'ms'), formatRange(spread)]).toEqual(['2 ms', '1 – 3'])
    expect([formatMedian(undefined, 'ms'), formatRange({ median: 2, min: 2, max: 2 })]).toEqual(['–', '–'])
  })

  it('of a target has its direction', () => {
    expect([
      formatTarget({ atLeast: 5 }, '×'),
      formatTarget({ atMost: 300 }, 'ms'),
      formatTarget(undefined, 'ms')
    ]).toEqual(['≥ 5 ×', '≤ 300 ms', '–'])
  })
})
