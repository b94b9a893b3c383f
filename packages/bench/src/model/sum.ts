// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** All of them together. */
export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/** Requests that did not end as they should, of rounds or of measurements. */
export function lostIn(
  all: readonly { readonly failed: number; readonly lost: number; readonly wrong: number }[]
): number {
  return sumOf(all.map(({ failed, lost, wrong }) => failed + lost + wrong))
}
