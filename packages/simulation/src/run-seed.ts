// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { type Checker, installEnvironment, type Violation, VirtualTime } from '@hcengineering/network-testing/kernel'
import { drawPlan } from './draw-plan'
import type { Plan } from './plan'
import { Run } from './run'
import type { World } from './world'

/** How a run is made. */
export interface RunOptions {
  /** Instead of the plan that the seed draws. */
  readonly plan?: Plan
  /** Instead of all of them. */
  readonly checkers?: readonly Checker[]
  /** Lines of the trace that are kept. Default 0. */
  readonly traceLines?: number
  /** Called with the world before it starts: tests break it here. */
  readonly sabotage?: (world: World) => void
}

/** What became of a run. */
export interface RunResult {
  readonly seed: number
  readonly violations: readonly Violation[]
  /** Two runs of one plan have the same. */
  readonly hash: string
  readonly tail: readonly string[]
  readonly steps: number
  readonly virtualMs: number
  readonly executed: number
  readonly faults: number
  /** Why the run proves nothing, if so. */
  readonly vacuous?: string
}

/** Runs a seed from the start of the first process to the end of the last. */
export async function runSeed(seed: number, options: RunOptions = {}): Promise<RunResult> {
  const time = new VirtualTime()
  const restore = installEnvironment(seed, () => time.now)
  const run = new Run(options.plan ?? drawPlan(seed), time, options)
  const unhandled = (error: unknown): void => run.crashed('somewhere', error)
  process.on('unhandledRejection', unhandled)
  try {
    await run.play()
    return run.result()
  } finally {
    process.off('unhandledRejection', unhandled)
    restore()
  }
}
