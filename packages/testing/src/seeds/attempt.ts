// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, retryableCodes, type ErrorCode } from '@hcengineering/network-core'

/** What becomes of a call while things go wrong. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  /** `mayHaveRun`: nobody knows whether it was executed; else it was not. */
  | { readonly ok: false; readonly code: ErrorCode; readonly mayHaveRun: boolean }

/** The call may have been executed. */
const unknown: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['OUTCOME_UNKNOWN', 'DEADLINE_EXCEEDED', 'CLOSED'])

/** It was not, beyond the codes that are retryable: its container had just ended with its agent. */
const refused: ReadonlySet<ErrorCode> = new Set<ErrorCode>([...retryableCodes, 'NOT_FOUND'])

/**
 * Waits for a call, and takes the failures that faults cause for an outcome. What your container threw, and misuse, is
 * thrown.
 */
export async function attempt<T>(call: Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await call }
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error
    const { code } = error
    const mayHaveRun = unknown.has(code)
    if (mayHaveRun || refused.has(code)) return { ok: false, code, mayHaveRun }
    throw error
  }
}
