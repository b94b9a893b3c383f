// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { BarChart, LineChart } from '../../model/chart'
import { plot } from '../plot'
import { decadeScale, linearScale, valueScale } from '../scale'

const lines: LineChart = {
  kind: 'lines',
  title: 'Speed & <more>',
  x: { label: 'requests in flight', scale: 'logarithmic' },
  y: { label: 'requests per second', scale: 'logarithmic' },
  series: [
    {
      name: 'ours',
      ours: true,
      points: [
        [1, 100],
        [256, 90_000]
      ]
    },
    {
      name: 'theirs',
      points: [
        [1, 50],
        [256, 7000]
      ]
    }
  ]
}

const bars: BarChart = {
  kind: 'bars',
  title: 'Bars',
  label: 'milliseconds',
  bars: [
    { name: 'a', ours: true, value: 5, min: 4, max: 8 },
    { name: 'b', value: 10 }
  ]
}

/** Elements that are opened must be closed, in order. */
function wellFormed(svg: string): boolean {
  const open: string[] = []
  for (const [, closing, name, rest] of svg.matchAll(/<(\/?)([a-z]+)([^>]*)>/g)) {
    if (closing === '/') {
      if (open.pop() !== name) return false
    } else if (!rest.endsWith('/')) open.push(name)
  }
  return open.length === 0
}

describe('a plot of lines', () => {
  const svg = plot(lines)

  it('is well-formed, and texts are escaped', () => {
    expect(wellFormed(svg)).toBe(true)
    expect(svg).toContain('Speed &amp; &lt;more&gt;')
  })

  it('has labels with units on both axes, and a legend', () => {
    for (const part of ['requests in flight', 'requests per second', '>ours<', '>theirs<']) expect(svg).toContain(part)
  })

  it('has a mark at each point', () => {
    expect(svg.match(/<circle/g)).toHaveLength(4)
    expect(svg).not.toContain('NaN')
  })
})

describe('a plot of bars', () => {
  const svg = plot(bars)

  it('is well-formed and has a bar, a name and a number for each', () => {
    expect(wellFormed(svg)).toBe(true)
    // One more is the background
    expect(svg.match(/<rect/g)).toHaveLength(3)
    for (const part of ['>a<', '>b<', '>5<', '>10<', 'milliseconds']) expect(svg).toContain(part)
    expect(svg).not.toContain('NaN')
  })
})

describe('a scale', () => {
  const range = { from: 0, to: 100 }

  it('that is linear begins at zero and has round ticks', () => {
    const { place, ticks } = linearScale([12, 48], range)
    expect([place(0), place(48), ticks]).toEqual([0, 100, [0, 10, 20, 30, 40]])
  })

  it('of decades begins and ends at powers of ten', () => {
    const { place, ticks } = decadeScale([20, 700], range)
    expect(ticks).toEqual([10, 100, 1000])
    expect(place(100)).toBeCloseTo(50)
  })

  it('of decades has room for a single value', () => {
    expect(decadeScale([100], range).ticks).toEqual([100, 1000])
  })

  it('of values is marked where there are values', () => {
    const { place, ticks } = valueScale([1, 16, 256, 16], range)
    expect(ticks).toEqual([1, 16, 256])
    expect(place(16)).toBeCloseTo(50)
  })

  it('of one value puts it in the middle', () => {
    expect(valueScale([7], range).place(7)).toBe(50)
  })
})
