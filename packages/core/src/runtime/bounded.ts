// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkError } from '../errors'
import type { Deadlines } from './deadlines'

/** The outcome of `work`, or a rejection with what `expired` makes when `delayMs` have passed before. */
export async function bounded<T>(
  deadlines: Deadlines,
  delayMs: number,
  work: () => Promise<T>,
  expired: () => NetworkError
): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    const cancel = deadlines.after(delayMs, () => reject(expired()))
    // The work of users' code may throw before it has a promise.
    const run = async (): Promise<T> => await work()
    run().then(resolve, reject).finally(cancel)
  })
}
