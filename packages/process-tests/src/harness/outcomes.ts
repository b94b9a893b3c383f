// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Call, Target } from '../fixtures/client'
import type { RequestOptions } from '@hcengineering/network-core'
import type { Journal } from './journal'
import type { Outcome } from './messages'

/** `count` requests with ids `prefix-0`…, so that the journal can tell how often each was executed. */
export function numbered(
  target: Target,
  operation: string,
  count: number,
  prefix: string,
  options?: RequestOptions
): Call[] {
  return Array.from({ length: count }, (_, i) => ({ target, operation, data: { id: `${prefix}-${i}` }, options }))
}

/** How many were answered, and how many failed with each code. */
export function tally(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) {
    const end = 'error' in outcome ? (outcome.error.code ?? outcome.error.message) : 'answered'
    counts[end] = (counts[end] ?? 0) + 1
  }
  return counts
}

/** Ids of the calls that ended otherwise than executed exactly once and answered, or at most once and OUTCOME_UNKNOWN. */
export function broken(calls: readonly Call[], outcomes: readonly Outcome[], journal: Journal): string[] {
  const executions = journal.executions()
  return calls.flatMap((call, i) => {
    const { id } = call.data as { id: string }
    const times = executions.get(id) ?? 0
    const outcome = outcomes[i]
    const end = 'error' in outcome ? (outcome.error.code ?? outcome.error.message) : 'answered'
    const fine = end === 'answered' ? times === 1 : end === 'OUTCOME_UNKNOWN' && times <= 1
    return fine ? [] : [`${id}: ${end}, executed ${times} times`]
  })
}
