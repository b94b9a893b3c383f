// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Spread } from './spread'

/** What one process of a system cost over all measured rounds of a load. */
export interface ProcessCost {
  /** `client`, `server`, `coordinator`, … */
  readonly role: string
  readonly cpuSeconds: number
  /** Largest resident memory so far. */
  readonly peakMemoryBytes: number
  /** Longest time the event loop did not turn; absent where the process is not Node. */
  readonly longestStallMs?: number
}

/** One system under one load, over all rounds. */
export interface Measurement {
  readonly system: string
  /** Like `64 in flight`. */
  readonly load: string
  readonly perSecond: Spread
  readonly p50Ms: Spread
  readonly p95Ms: Spread
  readonly p99Ms: Spread
  readonly answered: number
  readonly failed: number
  /** Sent, and never settled. */
  readonly lost: number
  /** Answered with something else than what was sent. */
  readonly wrong: number
  /** Both ways, TCP payload. */
  readonly bytesPerRequest?: number
  readonly processes: readonly ProcessCost[]
}
