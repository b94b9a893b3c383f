// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Deadlines } from './deadlines'
import { promised } from './promised'

/**
 * The outcome of `work`, or a rejection with what `expired` makes when `delayMs` have passed before; 0 waits without end.
 *
 * @param deadlines where that time is counted
 */
export function bounded<T>(
  deadlines: Pick<Deadlines, 'after'>,
  delayMs: number,
  work: () => Promise<T>,
  expired: () => Error
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
