// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Spread } from './spread'

/** What a number counts; `×` is a ratio within one run. */
export type Unit = '×' | 'ms' | '/s' | 'MB' | 'bytes' | 'µs' | '%' | 'count' | 'MB/s'

/** The bound that a median has to keep, from the table "What to reach". */
export type Target = { readonly atLeast: number } | { readonly atMost: number }

/** What became of a row's target; `reported` has none, `skipped` lacks a peer. */
export type Verdict = 'met' | 'missed' | 'not there yet' | 'skipped' | 'reported'

/** One line of the report. */
export interface Row {
  /** Unique within its scenario, and the same from run to run: earlier runs are compared by it. */
  readonly name: string
  readonly unit: Unit
  /** Which way is better, for comparisons. */
  readonly better: 'more' | 'less'
  readonly target?: Target
  readonly measured?: Spread
  readonly verdict: Verdict
  /** Why there is no number, or what the number does not say. */
  readonly remark?: string
}

interface Described {
  readonly name: string
  readonly unit: Unit
  readonly remark?: string
}

/** Whether the median keeps the bound. */
export function verdictOf(measured: Spread, target: Target): 'met' | 'missed' {
  const kept = 'atLeast' in target ? measured.median >= target.atLeast : measured.median <= target.atMost
  return kept ? 'met' : 'missed'
}

/** A row with a target: at least means more is better. */
export function judged(described: Described, measured: Spread, target: Target): Row {
  const better = 'atLeast' in target ? 'more' : 'less'
  return { ...described, better, target, measured, verdict: verdictOf(measured, target) }
}

/** A row without a target. */
export function reported(described: Described, measured: Spread, better: Row['better']): Row {
  return { ...described, better, measured, verdict: 'reported' }
}

/** A row whose number could not be taken. */
export function unmeasured(
  described: Described & { readonly remark: string },
  verdict: 'not there yet' | 'skipped',
  target?: Target
): Row {
  const better = target !== undefined && 'atMost' in target ? 'less' : 'more'
  return { ...described, better, target, verdict }
}
