// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { faultNames } from '..'
import { readOptions } from '../options'
import { percentile } from '../percentiles'

describe('readOptions', () => {
  it('reads one fault or all', () => {
    expect(readOptions(['--fault', 'kill-agent', '--rounds', '100', '--rate', '200', '--out', 'x'])).toEqual({
      faults: ['kill-agent'],
      rounds: 100,
      perSecond: 200,
      out: 'x'
    })
    expect(readOptions(['--fault', 'all'])).toEqual({
      faults: faultNames,
      rounds: 10,
      perSecond: 5_000,
      out: undefined
    })
  })

  it.each([
    [[], 'Which fault?'],
    [['--fault', 'rain'], "There is no fault 'rain'"],
    [['--fault'], "There is no fault ''"],
    [['--fault', 'toString'], "There is no fault 'toString'"],
    [['--rounds', '0'], "--rounds takes a whole number from 1 to 999999, got '0'"],
    [['--rate', 'fast'], "--rate takes a whole number from 1 to 999999, got 'fast'"],
    [['--out'], '--out takes a path'],
    [['--seed', '1'], "Unknown option '--seed'"]
  ])('refuses %j', (args, sentence) => {
    expect(readOptions(args)).toBe(sentence)
  })
})

describe('percentile', () => {
  it('is a value that was measured', () => {
    const values = Array.from({ length: 200 }, (_, i) => 200 - i)
    expect([50, 95, 99, 100].map((percent) => percentile(values, percent))).toEqual([100, 190, 198, 200])
    expect(percentile([], 50)).toBeUndefined()
  })
})
