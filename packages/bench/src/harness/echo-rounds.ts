// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Measurement, ProcessCost } from '../model/measurement'
import { spreadOf } from '../model/spread'
import { sumOf } from '../model/sum'
import type { EchoLoad } from '../programs/echo-client'
import type { RoundResult } from './closed-loop'
import type { EchoRun } from './echo-run'

/** A load for several systems in turns. */
export interface RoundsOptions {
  readonly load: EchoLoad
  readonly rounds: number
  /** What of the load is different while it warms up. */
  readonly warmUp: Pick<EchoLoad, 'durationMs' | 'requests'>
  readonly progress: (text: string) => void
}

/** What all rounds of one system gave, and the values of each for ratios. */
export interface SystemRounds {
  readonly measurement: Measurement
  /** In the order of the rounds. */
  readonly perSecond: readonly number[]
  readonly p50Ms: readonly number[]
}

interface Collected {
  readonly results: RoundResult[]
  readonly costs: ProcessCost[][]
}

function totalCost(role: string, costs: readonly ProcessCost[]): ProcessCost {
  const stalls = costs.flatMap(({ longestStallMs }) => longestStallMs ?? [])
  return {
    role,
    cpuSeconds: sumOf(costs.map(({ cpuSeconds }) => cpuSeconds)),
    peakMemoryBytes: Math.max(...costs.map(({ peakMemoryBytes }) => peakMemoryBytes)),
    longestStallMs: stalls.length > 0 ? Math.max(...stalls) : undefined
  }
}

function summarize(system: string, load: string, { results, costs }: Collected): SystemRounds {
  const perSecond = results.map((result) => result.perSecond)
  const p50Ms = results.map((result) => result.p50Ms)
  const total = (field: 'answered' | 'failed' | 'lost' | 'wrong'): number => sumOf(results.map((r) => r[field]))
  return {
    perSecond,
    p50Ms,
    measurement: {
      system,
      load,
      perSecond: spreadOf(perSecond),
      p50Ms: spreadOf(p50Ms),
      p95Ms: spreadOf(results.map(({ p95Ms }) => p95Ms)),
      p99Ms: spreadOf(results.map(({ p99Ms }) => p99Ms)),
      answered: total('answered'),
      failed: total('failed'),
      lost: total('lost'),
      wrong: total('wrong'),
      processes: costs[0].map(({ role }, i) =>
        totalCost(
          role,
          costs.map((ofRound) => ofRound[i])
        )
      )
    }
  }
}

/** The same load for each of them, round by round in turns (A B A B …), after a warm-up of each. */
export async function inTurns(runs: readonly EchoRun[], options: RoundsOptions): Promise<SystemRounds[]> {
  const { load, rounds, warmUp, progress } = options
  const collected = runs.map((): Collected => ({ results: [], costs: [] }))
  const described = `${load.inFlight} in flight`
  for (const run of runs) {
    progress(`${described}: warming up ${run.title}`)
    await run.round({ ...load, ...warmUp })
  }
  for (let round = 0; round < rounds; round++) {
    for (const [i, run] of runs.entries()) {
      progress(`${described}: round ${round + 1} of ${rounds}, ${run.title}`)
      const { result, costs } = await run.round(load)
      collected[i].results.push(result)
      collected[i].costs.push(costs)
    }
  }
  return runs.map((run, i) => summarize(run.title, described, collected[i]))
}
