// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Maps values to places, with the values worth a mark. */
export interface Scale {
  readonly place: (value: number) => number
  readonly ticks: readonly number[]
}

interface Range {
  readonly from: number
  readonly to: number
}

const STEPS = [1, 2, 5, 10]
const WANTED_TICKS = 6

/** Ticks at 1, 2 or 5 times a power of ten. */
function linearTicks(min: number, max: number): number[] {
  const rough = (max - min) / WANTED_TICKS
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * (STEPS.find((factor) => factor * power >= rough) ?? 10)
  const first = Math.ceil(min / step)
  const count = Math.floor(max / step) - first
  return Array.from({ length: count + 1 }, (_tick, i) => (first + i) * step)
}

/** @param values all that must fit; zero is always shown, so that lengths can be compared */
export function linearScale(values: readonly number[], { from, to }: Range): Scale {
  const max = Math.max(...values, Number.MIN_VALUE)
  return { place: (value) => from + ((to - from) * value) / max, ticks: linearTicks(0, max) }
}

function logarithmicTicks(low: number, high: number): number[] {
  const count = Math.round(Math.log10(high / low))
  return Array.from({ length: count + 1 }, (_tick, i) => low * 10 ** i)
}

/** From the power of ten below the least to the one above the greatest value; values must be above 0. */
export function decadeScale(values: readonly number[], { from, to }: Range): Scale {
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)))
  const high = Math.max(10 * low, 10 ** Math.ceil(Math.log10(Math.max(...values))))
  const span = Math.log(high / low)
  return {
    place: (value) => from + ((to - from) * Math.log(value / low)) / span,
    ticks: logarithmicTicks(low, high)
  }
}

/** Logarithmic from the least to the greatest value, marked exactly where there are values. */
export function valueScale(values: readonly number[], { from, to }: Range): Scale {
  const low = Math.min(...values)
  const span = Math.log(Math.max(...values) / low)
  return {
    place: (value) => (span === 0 ? (from + to) / 2 : from + ((to - from) * Math.log(value / low)) / span),
    ticks: [...new Set(values)].sort((a, b) => a - b)
  }
}
