// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Target, Unit } from '../model/row'
import type { Spread } from '../model/spread'

const THIN_SPACE = ' '

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, THIN_SPACE)
}

/** Whole numbers as they are, others with three significant digits; thousands in groups. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(3))
  return Number.isInteger(rounded) ? grouped(String(rounded)) : String(rounded)
}

/** A number of that unit; a ratio's sign goes with it. */
export function formatQuantity(value: number, unit: Unit): string {
  const number = formatNumber(value)
  if (unit === 'count') return number
  return unit === '/s' ? `${number}${unit}` : `${number} ${unit}`
}

/** The number that counts. */
export function formatMedian(spread: Spread | undefined, unit: Unit): string {
  return spread === undefined ? '–' : formatQuantity(spread.median, unit)
}

/** Least to greatest; a dash when there was only one. */
export function formatRange(spread: Spread | undefined): string {
  if (spread === undefined || spread.min === spread.max) return '–'
  return `${formatNumber(spread.min)} – ${formatNumber(spread.max)}`
}

/** `≥ 5 ×`. */
export function formatTarget(target: Target | undefined, unit: Unit): string {
  if (target === undefined) return '–'
  return 'atLeast' in target ? `≥ ${formatQuantity(target.atLeast, unit)}` : `≤ ${formatQuantity(target.atMost, unit)}`
}
