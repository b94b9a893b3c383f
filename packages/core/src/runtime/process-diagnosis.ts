// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { getHeapStatistics } from 'node:v8'
import type { LoopLag, ProcessDiagnosis } from '../api/diagnosis'
import type { TickManager } from '../api/time'
import { version } from '../version'
import { schedule } from './schedule'

/** The longest that the event loop is watched for who asks, in milliseconds: a timer every 10 ms costs a little. */
export const maxSampleMs = 10_000
const sampleEveryMs = 10

/** Facts about this process. @param sampleMs for how long to watch the event loop first; 0 for not at all */
export async function diagnoseProcess(tickManager: TickManager, sampleMs: number = 0): Promise<ProcessDiagnosis> {
  const loop = sampleMs > 0 ? { loop: await loopLag(tickManager, Math.min(sampleMs, maxSampleMs)) } : {}
  const { rss, heapUsed } = process.memoryUsage()
  return {
    version,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    pid: process.pid,
    at: Date.now(),
    uptimeMs: Math.round(process.uptime() * 1000),
    memory: { rssBytes: rss, heapUsedBytes: heapUsed, heapLimitBytes: getHeapStatistics().heap_size_limit },
    ...loop
  }
}

/** How late timers are, over that time. */
export async function loopLag(tickManager: TickManager, sampleMs: number): Promise<LoopLag> {
  const start = tickManager.now()
  let samples = 0
  let sumMs = 0
  let maxMs = 0
  return await new Promise((resolve) => {
    const next = (): void => {
      const due = tickManager.now() + sampleEveryMs
      schedule(tickManager, sampleEveryMs, () => {
        const lateMs = Math.max(0, tickManager.now() - due)
        samples++
        sumMs += lateMs
        maxMs = Math.max(maxMs, lateMs)
        const sampledMs = tickManager.now() - start
        if (sampledMs < sampleMs) next()
        else resolve({ sampledMs: Math.round(sampledMs), meanMs: rounded(sumMs / samples), maxMs: rounded(maxMs) })
      })
    }
    next()
  })
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100
}
