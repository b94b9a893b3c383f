// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Chart } from '../model/chart'
import { barPlot } from './bar-plot'
import { linePlot } from './line-plot'

/** A chart as SVG. */
export function plot(chart: Chart): string {
  return chart.kind === 'lines' ? linePlot(chart) : barPlot(chart)
}
