// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { performance } from 'node:perf_hooks'

/** Values of one measurement that are kept: the slowest and the median of more than that are those of these. */
const maxKept = 1_000_000

/** What one measurement came to. */
export interface Measured {
  readonly what: string
  /** Requests at a time. */
  readonly parallel: number
  readonly count: number
  readonly failed: number
  readonly perSecond: number
  readonly medianMs: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Of the first that failed. */
  readonly error?: string
}

/** Does `work` again and again for that time, so many at a time: the next when one is done. */
export async function closedLoop(
  what: string,
  { parallel, forMs, signal }: { readonly parallel: number; readonly forMs: number; readonly signal: AbortSignal },
  work: (index: number) => Promise<unknown>
): Promise<Measured> {
  const latencies: number[] = []
  let failed = 0
  let error: string | undefined
  let index = 0
  const start = performance.now()
  const until = start + forMs
  const worker = async (): Promise<void> => {
    while (performance.now() < until && !signal.aborted) {
      const from = performance.now()
      try {
        await work(index++)
        if (latencies.length < maxKept) latencies.push(performance.now() - from)
      } catch (cause) {
        failed++
        error ??= (cause as Error).message
        // Whoever refuses at once is not to be asked in a tight loop
        if (failed >= 1_000) return
      }
    }
  }
  await Promise.all(Array.from({ length: parallel }, worker))
  const elapsed = performance.now() - start
  latencies.sort((a, b) => a - b)
  const at = (share: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? 0
  const count = latencies.length
  const times = { medianMs: at(0.5), p99Ms: at(0.99), maxMs: latencies.at(-1) ?? 0 }
  const rate = { count, failed, perSecond: count / (elapsed / 1000) }
  return { what, parallel, ...rate, ...times, ...(error === undefined ? {} : { error }) }
}
