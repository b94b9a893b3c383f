// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readFileSync } from 'node:fs'
import { drawPlan } from './draw-plan'
import { loadSimulation } from './mutants/load'
import type { Mutant } from './mutants/mutant'
import { mutants } from './mutants/mutants'
import { readOptions, usage, type CliOptions } from './options'
import type { Plan } from './plan'
import type { RunResult, runSeed as RunSeed } from './run-seed'
import { runInWorkers } from './seed-workers'
import { shrink } from './shrink'

const exitCodes = { held: 0, broken: 1, usage: 2, vacuous: 3 } as const

type Run = typeof RunSeed

/** Runs the seeds that the arguments name; the answer is the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (typeof options === 'string') return refuse(options)
  const mutant = mutants.find(({ name }) => name === options.mutant)
  if (options.mutant !== undefined && mutant === undefined) return refuse(`There is no mutant '${options.mutant}'`)
  const started = performance.now()
  const results: RunResult[] = []
  if (options.count > 1) await runInWorkers(options, (result) => results.push(result))
  else results.push(await runOne(options, mutant))
  results.sort((a, b) => a.seed - b.seed)
  if (options.each) for (const result of results) console.log(outcome(result))
  const failed = results.filter(({ violations }) => violations.length > 0)
  const vacuous = results.filter(({ violations, vacuous: why }) => violations.length === 0 && why !== undefined)
  for (const { seed, vacuous: why } of vacuous) console.error(`seed ${seed}: ${why}`)
  for (const { seed } of failed) await report(planOf(options, seed), options, simulationOf(mutant))
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

function refuse(why: string): number {
  console.error(`${why}\n${usage}`)
  return exitCodes.usage
}

async function runOne(options: CliOptions, mutant: Mutant | undefined): Promise<RunResult> {
  const plan = planOf(options, options.from)
  return await simulationOf(mutant)(plan.seed, { plan, traceLines: options.trace })
}

function outcome({ seed, steps, executed, faults, virtualMs, hash }: RunResult): string {
  return `seed ${seed}: ${steps} steps, ${executed} requests executed, ${faults} faults, ${virtualMs} virtual ms, trace ${hash}`
}

function planOf({ plan }: CliOptions, seed: number): Plan {
  return plan === undefined ? drawPlan(seed) : (JSON.parse(readFileSync(plan, 'utf8')) as Plan)
}

let loaded: Run | undefined

/** Loaded when it is known of what: once. */
function simulationOf(mutant: Mutant | undefined): Run {
  return (loaded ??= loadSimulation(mutant).runSeed)
}

/** Runs a failing plan again with its trace, as small as asked. */
async function report(drawn: Plan, options: CliOptions, run: Run): Promise<void> {
  const { seed } = drawn
  const plan = options.shrink ? await smallest(drawn, run) : drawn
  const { violations, tail } = await run(seed, { traceLines: options.trace, plan })
  const lines = options.count === 1 ? tail : []
  if (options.shrink) console.error(showPlan(plan))
  for (const line of lines) console.error(line)
  for (const { checker, at, message } of violations)
    console.error(`seed ${seed}: [${checker}] at ${at.toFixed(3)}: ${message}`)
  if (options.count > 1) console.error(`seed ${seed}: again with  npm run simulate -- --seed ${seed}`)
}

async function smallest(plan: Plan, run: Run): Promise<Plan> {
  const first = (await run(plan.seed, { plan })).violations[0]?.checker
  return await shrink(plan, async (smaller) => {
    const { violations } = await run(plan.seed, { plan: smaller })
    return violations.some(({ checker }) => checker === first)
  })
}

/** JSON, for a file in `src/__tests__/plans`; each operation and fault in a line of its own, for whoever reads it. */
function showPlan({ operations, faults, ...rest }: Plan): string {
  const list = (items: readonly unknown[]): string => items.map((item) => `\n    ${JSON.stringify(item)}`).join(',')
  const head = JSON.stringify(rest).slice(0, -1)
  return `${head},\n  "operations": [${list(operations)}],\n  "faults": [${list(faults)}]}`
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code
})
