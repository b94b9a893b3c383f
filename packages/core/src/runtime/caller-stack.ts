// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Stacks of errors as they were, before a caller was added. */
const originals = new WeakMap<Error, string>()

/**
 * Rejects with the error, to whose stack the lines are added that wait for it: it was made where its answer arrived, or its time
 * was over, and knows nothing of them. Only who waits in an async function is known. Costs nothing until something fails:
 *
 * `new Promise((resolve) => … resolve(toCaller(error)))`
 */
export async function toCaller(error: unknown): Promise<never> {
  // By then the promise that was resolved with this one is linked to it, and the search finds who awaits that
  await undefined
  await undefined
  if (error instanceof Error) addCaller(error)
  throw error
}

function addCaller(error: Error): void {
  const { stack } = error
  const original = originals.get(error)
  if (original !== undefined) {
    // Several wait for the same: it is of none of them
    error.stack = original
    return
  }
  const caller: { stack?: string } = {}
  Error.captureStackTrace(caller, toCaller)
  const lines = caller.stack?.split('\n').filter((line) => /^ +at /.test(line) && !line.includes('node:internal')) ?? []
  if (lines.length === 0 || stack === undefined) return
  originals.set(error, stack)
  error.stack = `${stack}\n${lines.join('\n')}`
}
