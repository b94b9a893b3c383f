// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { sampleMeasurement, sampleReport, sampleScenario } from '../../__tests__/samples'
import { changeOf, compare } from '../comparison'
import { reported } from '../row'

const spread = (min: number, median: number, max: number): { median: number; min: number; max: number } => ({
  median,
  min,
  max
})

describe('a change', () => {
  it.each([
    ['more is better, all above', spread(13, 14, 15), 'more', 'faster'],
    ['more is better, all below', spread(7, 8, 9), 'more', 'slower'],
    ['less is better, all above', spread(13, 14, 15), 'less', 'slower'],
    ['less is better, all below', spread(7, 8, 9), 'less', 'faster'],
    ['they overlap', spread(12, 20, 30), 'more', 'same'],
    ['one lies within the other', spread(1, 2, 30), 'less', 'same']
  ] as const)('when %s', (_when, now, better, expected) => {
    expect(changeOf(spread(10, 11, 12), now, better)).toBe(expected)
  })
})

it.each([
  [100, 115, 'same'],
  [100, 130, 'slower'],
  [0, 0, 'same'],
  [0, 1, 'slower']
])('a number taken once, %p and then %p, is %p: it has noise too', (before, now, expected) => {
  expect(changeOf(spread(before, before, before), spread(now, now, now), 'less')).toBe(expected)
})

describe('a comparison', () => {
  const row = (median: number): ReturnType<typeof reported> =>
    reported({ name: 'p99', unit: 'ms' }, spread(median, median, median), 'less')
  const report = (median: number, perSecond: number): ReturnType<typeof sampleReport> =>
    sampleReport([
      sampleScenario({
        rows: [row(median)],
        measurements: [sampleMeasurement({ perSecond: spread(perSecond, perSecond, perSecond) })]
      })
    ])

  it('has the ratio and the change of rows and of measurements', () => {
    const compared = compare(report(10, 100), report(20, 300))
    expect(compared.map(({ name, ratio, change }) => [name, ratio, change])).toEqual([
      ['p99', 2, 'slower'],
      ['ours, 64 in flight, requests', 3, 'faster'],
      ['ours, 64 in flight, p50', 1, 'same']
    ])
  })

  it('leaves out what only one of the runs has', () => {
    expect(compare(sampleReport([]), report(1, 1))).toEqual([])
    expect(compare(report(1, 1), sampleReport([]))).toEqual([])
  })

  it('leaves out rows that were not measured', () => {
    const { measured, ...without } = row(1)
    expect(measured).toBeDefined()
    const unmeasured = sampleReport([sampleScenario({ rows: [without] })])
    expect(compare(unmeasured, unmeasured)).toEqual([])
  })
})
