// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { BarChart } from '../model/chart'
import { formatNumber } from './numbers'
import { ink } from './palette'
import { linearScale } from './scale'
import { drawing, element, text } from './svg'

const WIDTH = 760
const LINE = 30
const BAR = 18
const plot = { left: 230, right: 640, top: 50 } as const
const colours = { ours: '#d55e00', theirs: '#0072b2' } as const

/** Horizontal bars from zero, each with its number and a whisker from least to greatest. */
export function barPlot({ title, label, bars }: BarChart): string {
  const bottom = plot.top + bars.length * LINE
  const scale = linearScale(
    bars.map(({ value, max = value }) => Math.max(value, max)),
    { from: plot.left, to: plot.right }
  )
  const grid = scale.ticks.flatMap((tick) => [
    element('line', { x1: scale.place(tick), x2: scale.place(tick), y1: plot.top, y2: bottom, stroke: ink.grid }),
    text(formatNumber(tick), { x: scale.place(tick), y: bottom + 18, 'text-anchor': 'middle', fill: ink.faint })
  ])
  const drawn = bars.flatMap(({ name, ours, value, min = value, max = value }, i) => {
    const y = plot.top + i * LINE + (LINE - BAR) / 2
    const middle = y + BAR / 2
    const fill = ours === true ? colours.ours : colours.theirs
    const whisker = { y1: middle, y2: middle, stroke: ink.text, 'stroke-width': 1.5 }
    const weight = ours === true ? 'bold' : 'normal'
    return [
      text(name, { x: plot.left - 8, y: middle + 4, 'text-anchor': 'end', fill: ink.text, 'font-weight': weight }),
      element('rect', { x: plot.left, y, width: scale.place(value) - plot.left, height: BAR, fill }),
      element('line', { x1: scale.place(min), x2: scale.place(max), ...whisker }),
      text(formatNumber(value), { x: scale.place(Math.max(value, max)) + 8, y: middle + 4, fill: ink.text })
    ]
  })
  const axis = element('line', { x1: plot.left, x2: plot.left, y1: plot.top, y2: bottom, stroke: ink.axis })
  const middle = (plot.left + plot.right) / 2
  return drawing(WIDTH, bottom + 60, title, [
    text(title, { x: 20, y: 28, 'font-size': 16, 'font-weight': 'bold', fill: ink.text }),
    ...grid,
    ...drawn,
    axis,
    text(label, { x: middle, y: bottom + 44, 'text-anchor': 'middle', fill: ink.text })
  ])
}
