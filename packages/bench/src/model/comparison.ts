// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Measurement } from './measurement'
import type { Report, ScenarioReport } from './report'
import type { Row } from './row'
import type { Spread } from './spread'

/** `same` means within noise: the spreads overlap. */
export type Change = 'faster' | 'slower' | 'same'

/** One number of this run beside the same number of an earlier one. */
export interface Compared {
  readonly scenario: string
  readonly name: string
  readonly unit: Row['unit']
  readonly before: Spread
  readonly now: Spread
  /** now / before, of the medians. */
  readonly ratio: number
  readonly change: Change
}

interface Figure {
  readonly scenario: string
  readonly name: string
  readonly unit: Row['unit']
  readonly better: Row['better']
  readonly spread: Spread
}

/** A number that was taken once has no range of its own: this share either way is taken for its noise. */
const NOISE_OF_ONE = 0.1

function rangeOf({ min, max }: Spread): { min: number; max: number } {
  return min === max ? { min: min * (1 - NOISE_OF_ONE), max: max * (1 + NOISE_OF_ONE) } : { min, max }
}

/** Whether two spreads differ beyond noise: they must not overlap. */
export function changeOf(earlier: Spread, later: Spread, better: Row['better']): Change {
  const [before, now] = [rangeOf(earlier), rangeOf(later)]
  if (now.min > before.max) return better === 'more' ? 'faster' : 'slower'
  if (now.max < before.min) return better === 'more' ? 'slower' : 'faster'
  return 'same'
}

function figuresOfRow(scenario: string, { name, unit, better, measured }: Row): Figure[] {
  return measured === undefined ? [] : [{ scenario, name, unit, better, spread: measured }]
}

function figuresOfMeasurement(scenario: string, { system, load, perSecond, p50Ms }: Measurement): Figure[] {
  const name = `${system}, ${load}`
  return [
    { scenario, name: `${name}, requests`, unit: '/s', better: 'more', spread: perSecond },
    { scenario, name: `${name}, p50`, unit: 'ms', better: 'less', spread: p50Ms }
  ]
}

function figuresOf({ name, rows, measurements = [] }: ScenarioReport): Figure[] {
  return [
    ...rows.flatMap((row) => figuresOfRow(name, row)),
    ...measurements.flatMap((measurement) => figuresOfMeasurement(name, measurement))
  ]
}

const keyOf = ({ scenario, name, unit }: Figure): string => `${scenario} · ${name} · ${unit}`

/** Every number that both runs have. Absolute numbers compare only on the same machine; ratios carry over better. */
export function compare(before: Report, now: Report): Compared[] {
  const earlier = new Map(before.scenarios.flatMap(figuresOf).map((figure) => [keyOf(figure), figure]))
  return now.scenarios.flatMap(figuresOf).flatMap((figure) => {
    const old = earlier.get(keyOf(figure))
    if (old === undefined) return []
    const { scenario, name, unit, better, spread } = figure
    const ratio = spread.median / old.spread.median
    return [
      { scenario, name, unit, before: old.spread, now: spread, ratio, change: changeOf(old.spread, spread, better) }
    ]
  })
}
