// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** One line or one group of bars. */
export interface Series {
  readonly name: string
  /** Drawn stronger: it is ours. */
  readonly ours?: boolean
  readonly points: readonly (readonly [x: number, y: number])[]
}

/** Lines over a number; both axes start and end where the data does. */
export interface LineChart {
  readonly kind: 'lines'
  readonly title: string
  readonly x: { readonly label: string; readonly scale: 'linear' | 'logarithmic' }
  readonly y: { readonly label: string; readonly scale: 'linear' | 'logarithmic' }
  readonly series: readonly Series[]
}

/** One bar for each named thing, with its spread. */
export interface BarChart {
  readonly kind: 'bars'
  readonly title: string
  readonly label: string
  readonly bars: readonly {
    readonly name: string
    readonly ours?: boolean
    readonly value: number
    readonly min?: number
    readonly max?: number
  }[]
}

export type Chart = LineChart | BarChart
