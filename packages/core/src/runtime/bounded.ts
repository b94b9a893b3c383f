// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkError } from '../errors'
import type { Deadlines } from './deadlines'
import { promised } from './promised'

/** The outcome of `work`, or a rejection with what `expired` makes when `delayMs` have passed before. */
export function bounded<T>(
  deadlines: Deadlines,
  delayMs: number,
  work: () => Promise<T>,
  expired: () => NetworkError
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = deadlines.after(delayMs, () => reject(expired()))
    promised(work).then(
      (value) => {
        cancel()
        resolve(value)
      },
      (error: unknown) => {
        cancel()
        reject(error as Error)
      }
    )
  })
}
