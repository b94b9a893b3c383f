// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { drawPlan } from './draw-plan'
import { readOptions, usage, type CliOptions } from './options'
import type { Plan } from './plan'
import { runSeed, type RunResult } from './run-seed'
import { shrink } from './shrink'

const exitCodes = { held: 0, broken: 1, usage: 2, vacuous: 3 } as const

/** Runs the seeds that the arguments name; the answer is the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (typeof options === 'string') {
    console.error(`${options}\n${usage}`)
    return exitCodes.usage
  }
  const started = performance.now()
  const failed: RunResult[] = []
  const vacuous: RunResult[] = []
  for (let seed = options.from; seed < options.from + options.count; seed++) {
    const result = await runSeed(seed, { traceLines: options.count === 1 ? options.trace : 0 })
    if (result.violations.length > 0) {
      failed.push(result)
      await report(seed, options)
    } else if (result.vacuous !== undefined) {
      vacuous.push(result)
      console.error(`seed ${seed}: ${result.vacuous}`)
    }
    if (options.count === 1) {
      const { steps, executed, faults, virtualMs, hash } = result
      console.log(
        `seed ${seed}: ${steps} steps, ${executed} requests executed, ${faults} faults, ${virtualMs} virtual ms, trace ${hash}`
      )
    }
  }
  const seconds = (performance.now() - started) / 1000
  console.log(
    `${options.count} seeds, ${failed.length} failed, ${vacuous.length} vacuous, ${(options.count / seconds).toFixed(1)} seeds/s`
  )
  if (failed.length > 0) {
    console.log(`failed: ${failed.map(({ seed }) => seed).join(' ')}`)
    return exitCodes.broken
  }
  return vacuous.length > 0 ? exitCodes.vacuous : exitCodes.held
}

/** Runs a failing seed again with its trace, as small as asked. */
async function report(seed: number, options: CliOptions): Promise<void> {
  const plan = options.shrink ? await smallest(seed) : drawPlan(seed)
  const { violations, tail } = await runSeed(seed, { traceLines: options.trace, plan })
  const lines = options.count === 1 ? tail : []
  if (options.shrink) console.error(showPlan(plan))
  for (const line of lines) console.error(line)
  for (const { checker, at, message } of violations)
    console.error(`seed ${seed}: [${checker}] at ${at.toFixed(3)}: ${message}`)
  if (options.count > 1) console.error(`seed ${seed}: again with  npm run simulate -- --seed ${seed}`)
}

async function smallest(seed: number): Promise<Plan> {
  const first = (await runSeed(seed)).violations[0]?.checker
  return await shrink(drawPlan(seed), async (plan) => {
    const { violations } = await runSeed(seed, { plan })
    return violations.some(({ checker }) => checker === first)
  })
}

function showPlan(plan: Plan): string {
  const { operations, faults, ...rest } = plan
  return [
    JSON.stringify(rest),
    ...[...operations, ...faults].sort((a, b) => a.at - b.at).map((one) => JSON.stringify(one))
  ].join('\n')
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code
})
