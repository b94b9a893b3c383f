// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks'

/** What a process has used since it was started. */
export interface ProcessUsage {
  readonly cpuSeconds: number
  readonly memoryBytes: number
  readonly peakMemoryBytes: number
  /** Memory in use by JavaScript and its buffers; after a collection where the process was started with one. */
  readonly usedBytes: number
  /** Since the last reading. */
  readonly longestStallMs?: number
}

const RESOLUTION_MS = 10
const NANOSECONDS_PER_MS = 1e6
const MICROSECONDS_PER_SECOND = 1e6
const KIB = 1024

/**
 * Linux hands the largest size of a parent down to its children in what `resourceUsage` says, so it is asked itself where
 * it can be.
 */
function peakMemoryBytes(): number {
  try {
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))
    if (peak !== null) return Number(peak[1]) * KIB
  } catch {
    // Another system
  }
  return process.resourceUsage().maxRSS * KIB
}

/** Reads what this process uses. */
export class UsageMeter {
  private readonly delay: IntervalHistogram

  constructor() {
    this.delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
    this.delay.enable()
  }

  read(collect: boolean = false): ProcessUsage {
    if (collect) (globalThis as { gc?: () => void }).gc?.()
    const { user, system } = process.cpuUsage()
    const { rss, heapUsed, external } = process.memoryUsage()
    // The histogram counts its own timer's interval as delay
    const longestStallMs = Math.max(0, this.delay.max / NANOSECONDS_PER_MS - RESOLUTION_MS)
    this.delay.reset()
    return {
      cpuSeconds: (user + system) / MICROSECONDS_PER_SECOND,
      memoryBytes: rss,
      peakMemoryBytes: peakMemoryBytes(),
      usedBytes: heapUsed + external,
      longestStallMs
    }
  }
}
