// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** How long a step of a scenario may take before it counts as hung. */
export const PATIENCE_MS = 60_000

const POLL_MS = 5

/** Awaits `promise`, at most `withinMs`; the error says what was waited for. */
export async function within<T>(promise: Promise<T>, what: string, withinMs: number = PATIENCE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<never>((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${withinMs} ms for ${what}`)), withinMs)
  })
  try {
    return await Promise.race([promise, expired])
  } finally {
    clearTimeout(timer)
  }
}

/** Resolves after that many milliseconds. */
export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}

/** Asks again and again until `condition` holds. What is costly to ask is asked less often. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  { withinMs = PATIENCE_MS, everyMs = POLL_MS }: { withinMs?: number; everyMs?: number } = {}
): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ${withinMs} ms until ${what}`)
    await pause(everyMs)
  }
}
