// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { percentilesOf } from '../model/percentile'

/** How much of what is asked. It ends after `durationMs`, or after `requests` when that is given. */
export interface Load {
  readonly inFlight: number
  readonly durationMs: number
  readonly requests?: number
}

/** What one round gave. */
export interface RoundResult {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly answered: number
  readonly failed: number
  readonly lost: number
  readonly wrong: number
  /** Longest time between two answers. */
  readonly longestPauseMs: number
  /** The first failure, for people. */
  readonly failure?: string
}

/** Latencies kept of a round; beyond, the latest replace the oldest. */
const SAMPLES = 1 << 18

/** What has not come back this long after the end of the round is lost. */
const GRACE_MS = 15_000

/** Node takes longer timers for mistakes, and lets them fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Asks once; resolves with whether the answer was right. */
export type Ask = (number: number) => Promise<boolean>

/** As many askers as there are to be requests in flight, each asking again as soon as it was answered. */
export class ClosedLoop {
  private readonly samples: Float64Array
  private sent = 0
  private answered = 0
  private failed = 0
  private wrong = 0
  private lastAnswer = 0
  private longestPauseMs = 0
  private failure?: string

  constructor(
    private readonly ask: Ask,
    private readonly load: Load
  ) {
    this.samples = new Float64Array(Math.min(SAMPLES, load.requests ?? SAMPLES))
  }

  async run(): Promise<RoundResult> {
    const { inFlight, durationMs } = this.load
    const begun = performance.now()
    this.lastAnswer = begun
    const deadline = begun + durationMs
    const askers = Promise.all(Array.from({ length: inFlight }, async () => await this.asker(deadline)))
    let timer: NodeJS.Timeout | undefined
    const graceOver = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.min(durationMs + GRACE_MS, LONGEST_TIMER_MS))
    })
    await Promise.race([askers, graceOver])
    clearTimeout(timer)
    return this.result((performance.now() - begun) / 1000)
  }

  private async asker(deadline: number): Promise<void> {
    const { ask, samples } = this
    const most = this.load.requests ?? Infinity
    let begun = performance.now()
    while (begun < deadline && this.sent < most) {
      const number = this.sent++
      try {
        if (!(await ask(number))) this.wrong++
        const ended = performance.now()
        samples[this.answered++ % samples.length] = ended - begun
        if (ended - this.lastAnswer > this.longestPauseMs) this.longestPauseMs = ended - this.lastAnswer
        this.lastAnswer = begun = ended
      } catch (error) {
        this.failed++
        this.failure ??= String(error)
        begun = performance.now()
      }
    }
  }

  private result(seconds: number): RoundResult {
    const { answered, failed, wrong, longestPauseMs, failure } = this
    const { p50, p95, p99 } = percentilesOf(this.samples.subarray(0, Math.min(answered, this.samples.length)))
    return {
      perSecond: answered / seconds,
      p50Ms: p50,
      p95Ms: p95,
      p99Ms: p99,
      answered,
      failed,
      lost: this.sent - answered - failed,
      wrong,
      longestPauseMs,
      failure
    }
  }
}
