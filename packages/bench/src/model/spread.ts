// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** What several rounds gave: the middle one, and how far they lie apart. */
export interface Spread {
  /** The number that counts. */
  readonly median: number
  readonly min: number
  readonly max: number
}

/** The middle of the values; of an even number of them the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Median, least and greatest of the values. Throws of none: a scenario without rounds has measured nothing. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('A spread needs at least one value')
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

/**
 * The ratio of two systems measured in turns: round by round, so that what slowed a whole round down cancels out.
 *
 * @param measured and `base` hold one value a round, in the same order
 */
export function ratioOf(measured: readonly number[], base: readonly number[]): Spread {
  if (measured.length !== base.length) {
    throw new RangeError(`Rounds must pair: ${measured.length} measured, ${base.length} of the base`)
  }
  return spreadOf(measured.map((value, round) => value / base[round]))
}

/** A number of its own (a percentile, say) in place of the median, with the least and greatest value behind it. */
export function around(value: number, values: readonly number[]): Spread {
  return { ...spreadOf(values), median: value }
}
