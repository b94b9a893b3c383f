// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/**
 * The value below or at which `percent` of the samples lie (nearest rank, so it is always one that was measured).
 *
 * @param sorted ascending
 * @param percent above 0, at most 100
 * @returns NaN when there are no samples
 */
export function percentile(sorted: ArrayLike<number>, percent: number): number {
  if (sorted.length === 0) return NaN
  const rank = Math.ceil((percent / 100) * sorted.length)
  return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1]
}

/** The percentiles that every report shows, in the unit of the samples. */
export interface Percentiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** @param samples in any order; left as they are */
export function percentilesOf(samples: ArrayLike<number>): Percentiles {
  const sorted = Float64Array.from(samples).sort()
  return { p50: percentile(sorted, 50), p95: percentile(sorted, 95), p99: percentile(sorted, 99) }
}
