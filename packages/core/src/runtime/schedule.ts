// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TickManager } from '../api/time'

/** What a timer of Node takes; a longer one would fire at once. */
const maxTimerMs = 2 ** 31 - 1

/**
 * Calls `fn` once after `delayMs`, whether the tick manager was started or not; the answer cancels it. Nothing holds the
 * process open for it. An infinite delay never ends.
 */
export function schedule(tickManager: TickManager, delayMs: number, fn: () => void): () => void {
  if (delayMs === Infinity) return () => {}
  if (tickManager.schedule !== undefined) return tickManager.schedule(Math.max(0, delayMs), fn)
  return scheduleReal(delayMs, fn)
}

/** {@link schedule} by the process's own clock. */
export function scheduleReal(delayMs: number, fn: () => void): () => void {
  let timer: NodeJS.Timeout
  const arm = (leftMs: number): void => {
    const partMs = Math.min(leftMs, maxTimerMs)
    timer = setTimeout(() => (leftMs > partMs ? arm(leftMs - partMs) : fn()), partMs).unref()
  }
  // Rounded up: a timer that fires a fraction too early would find nothing due.
  arm(Math.max(0, Math.ceil(delayMs)))
  return () => clearTimeout(timer)
}
