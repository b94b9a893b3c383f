// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/**
 * Finding out and writing down takes 0.1 ms, and a connection that is lost fails a thousand requests at once: then the first
 * few have to do.
 */
export const tellsPerWindow = 50
const windowMs = 100

let windowEnd = -Infinity
let tellsLeft = 0

function mayTell(): boolean {
  const now = performance.now()
  if (now >= windowEnd) {
    windowEnd = now + windowMs
    tellsLeft = tellsPerWindow
  }
  return tellsLeft-- > 0
}

/** Stacks of errors as they were, before a caller was added. */
const originals = new WeakMap<Error, string>()

/**
 * Rejects with the error, to whose stack the lines are added that wait for it: it was made where its answer arrived, or its time
 * was over, and knows nothing of them. Only who waits in an async function is known, and of errors that come in crowds only the
 * first are told. Costs nothing until something fails:
 *
 * `new Promise((resolve) => … resolve(toCaller(error)))`
 */
export async function toCaller(error: unknown): Promise<never> {
  // By then the promise that was resolved with this one is linked to it, and the search finds who awaits that
  await undefined
  await undefined
  // Only now, so that it takes the same number of turns in any case
  if (error instanceof Error && mayTell()) addCaller(error)
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
