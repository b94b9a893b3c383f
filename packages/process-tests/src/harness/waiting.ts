// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** How long any wait of a test may take: far beyond what a working product needs on a busy machine, yet bounded. */
export const PATIENCE_MS = 40_000

const POLL_MS = 20

/** Awaits `promise`, at most `withinMs`; the error says what was waited for and what `describe` knows then. */
export async function within<T>(
  promise: Promise<T>,
  what: string,
  { withinMs = PATIENCE_MS, describe = () => '' }: { withinMs?: number; describe?: () => string } = {}
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<never>((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${withinMs} ms for: ${what}\n${describe()}`)), withinMs)
  })
  try {
    return await Promise.race([promise, expired])
  } finally {
    clearTimeout(timer)
  }
}

/** Asks again and again until `condition` answers something other than false or undefined, and answers with that. */
export async function until<T>(
  condition: () => T | Promise<T>,
  what: string,
  { withinMs = PATIENCE_MS, describe = () => '' }: { withinMs?: number; describe?: () => string } = {}
): Promise<Exclude<T, false | undefined>> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const value = await condition()
    if (value !== false && value !== undefined) return value as Exclude<T, false | undefined>
    if (performance.now() > deadline) throw new Error(`Waited ${withinMs} ms for: ${what}\n${describe()}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
