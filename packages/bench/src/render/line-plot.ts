// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { LineChart } from '../model/chart'
import { formatNumber } from './numbers'
import { coloursOf, ink } from './palette'
import { decadeScale, linearScale, valueScale, type Scale } from './scale'
import { drawing, element, text } from './svg'

const WIDTH = 760
const HEIGHT = 420
const plot = { left: 80, right: 540, top: 50, bottom: 360 } as const
const LEGEND_LINE = 20

function axisX({ ticks, place }: Scale, label: string): string[] {
  const marks = ticks.flatMap((tick) => [
    element('line', { x1: place(tick), x2: place(tick), y1: plot.top, y2: plot.bottom, stroke: ink.grid }),
    text(formatNumber(tick), { x: place(tick), y: plot.bottom + 18, 'text-anchor': 'middle', fill: ink.faint })
  ])
  const middle = (plot.left + plot.right) / 2
  return [...marks, text(label, { x: middle, y: plot.bottom + 42, 'text-anchor': 'middle', fill: ink.text })]
}

function axisY({ ticks, place }: Scale, label: string): string[] {
  const marks = ticks.flatMap((tick) => [
    element('line', { x1: plot.left, x2: plot.right, y1: place(tick), y2: place(tick), stroke: ink.grid }),
    text(formatNumber(tick), { x: plot.left - 8, y: place(tick) + 4, 'text-anchor': 'end', fill: ink.faint })
  ])
  const middle = (plot.top + plot.bottom) / 2
  const turned = { x: 0, y: 0, transform: `translate(18 ${middle}) rotate(-90)`, 'text-anchor': 'middle' }
  return [...marks, text(label, { ...turned, fill: ink.text })]
}

/** Lines with a mark at each measured point, axes with units, and a legend at the right. */
export function linePlot({ title, x, y, series }: LineChart): string {
  const colours = coloursOf(series)
  const xs = series.flatMap(({ points }) => points.map(([value]) => value))
  const ys = series.flatMap(({ points }) => points.map(([, value]) => value))
  const across = { from: plot.left, to: plot.right }
  const up = { from: plot.bottom, to: plot.top }
  const scaleX = x.scale === 'linear' ? linearScale(xs, across) : valueScale(xs, across)
  const scaleY = y.scale === 'linear' ? linearScale(ys, up) : decadeScale(ys, up)
  const lines = series.flatMap(({ points, ours }, i) => {
    const places = points.map(([px, py]) => [scaleX.place(px), scaleY.place(py)] as const)
    const path = places.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' ')
    const stroke = { fill: 'none', stroke: colours[i], 'stroke-width': ours === true ? 3 : 1.75 }
    return [
      element('polyline', { points: path, ...stroke }),
      ...places.map(([cx, cy]) => element('circle', { cx, cy, r: ours === true ? 4 : 3, fill: colours[i] }))
    ]
  })
  const legend = series.flatMap(({ name, ours }, i) => {
    const place = plot.top + 10 + i * LEGEND_LINE
    return [
      element('rect', { x: plot.right + 20, y: place - 6, width: 16, height: ours === true ? 4 : 3, fill: colours[i] }),
      text(name, { x: plot.right + 44, y: place, fill: ink.text, 'font-weight': ours === true ? 'bold' : 'normal' })
    ]
  })
  const frame = element('path', {
    d: `M${plot.left} ${plot.top}V${plot.bottom}H${plot.right}`,
    fill: 'none',
    stroke: ink.axis
  })
  const heading = text(title, { x: plot.left, y: 28, 'font-size': 16, 'font-weight': 'bold', fill: ink.text })
  const axes = [...axisX(scaleX, x.label), ...axisY(scaleY, y.label)]
  return drawing(WIDTH, HEIGHT, title, [heading, ...axes, frame, ...lines, ...legend])
}
