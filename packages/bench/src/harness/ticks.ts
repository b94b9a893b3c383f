// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { percentilesOf, type Percentiles } from '../model/percentile'

/** Calls `tick` again and again, each time so long after the call before; the answer ends it. */
export type Every = (everyMs: number, tick: () => void) => () => void

/** Which ticks there are to be. */
export interface TicksAsked {
  readonly everyMs: number
  /** Of each timer. */
  readonly times: number
  /** All are due in one turn of the event loop, instead of spread over the interval. */
  readonly together?: boolean
}

/** How late ticks were, in milliseconds, and what they cost. */
export interface TicksResult extends Percentiles {
  readonly latestMs: number
  readonly perSecond: number
  /** CPU time of the process. */
  readonly microsecondsPerTick: number
  /** Ticks of timers that had been ended. */
  readonly stray: number
}

const MS_PER_SECOND = 1000

/** The timers of Node, as bare as they are. */
export const everyOfNode: Every = (everyMs, tick) => {
  let ended = false
  let timer: NodeJS.Timeout
  const arm = (): void => {
    timer = setTimeout(() => {
      tick()
      if (!ended) arm()
    }, everyMs)
  }
  arm()
  return () => {
    ended = true
    clearTimeout(timer)
  }
}

/** Sets each of the timers, and resolves when each has ticked so many times. */
export async function measureTicks(
  timers: readonly Every[],
  { everyMs, times, together = false }: TicksAsked
): Promise<TicksResult> {
  const late: number[] = []
  let stray = 0
  const run = async (every: Every, offsetMs: number): Promise<void> => {
    if (!together) await new Promise((resolve) => setTimeout(resolve, offsetMs))
    await new Promise<void>((resolve) => {
      let left = times
      let dueAt = performance.now() + everyMs
      const end = every(everyMs, () => {
        if (left === 0) {
          stray++
          return
        }
        // The time by which Node arms a timer is that of the turn: it may be a little early
        late.push(Math.max(0, performance.now() - dueAt))
        if (--left === 0) {
          end()
          resolve()
        }
        dueAt = performance.now() + everyMs
      })
    })
  }
  const begun = performance.now()
  const cpu = process.cpuUsage()
  await Promise.all(timers.map(async (every, i) => await run(every, (i * everyMs) / timers.length)))
  const { user, system } = process.cpuUsage(cpu)
  const elapsedMs = performance.now() - begun
  return {
    ...percentilesOf(late),
    latestMs: late.reduce((most, ms) => Math.max(most, ms), 0),
    perSecond: (MS_PER_SECOND * late.length) / elapsedMs,
    microsecondsPerTick: (user + system) / late.length,
    stray
  }
}
