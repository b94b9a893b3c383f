// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plan } from '../plan'
import type * as RunSeed from '../run-seed'
import { loadSimulation } from './load'
import type { Mutant } from './mutant'

/** How a mutant was caught. */
export interface Catch {
  /** The seed or the plan. */
  readonly where: string
  /** Rules that were broken, or what was thrown. */
  readonly by: string
}

/** From the place where this is built. */
const plansFolder = join(__dirname, '../../src/__tests__/plans')

/** Runs over a mutant what is recorded to catch it. */
export async function check(mutant: Mutant): Promise<Catch | undefined> {
  const { caughtBy } = mutant
  if (typeof caughtBy === 'number') return await hunt(mutant, caughtBy, 1)
  const plan = JSON.parse(readFileSync(join(plansFolder, `${caughtBy.plan}.json`), 'utf8')) as Plan
  const by = await wrongIn(loadSimulation(mutant), plan.seed, { plan })
  return by === undefined ? undefined : { where: `plan ${caughtBy.plan}`, by }
}

/** Runs seeds over a mutant until one catches it. */
export async function hunt(mutant: Mutant, from: number, count: number): Promise<Catch | undefined> {
  const simulation = loadSimulation(mutant)
  for (let seed = from; seed < from + count; seed++) {
    const by = await wrongIn(simulation, seed)
    if (by !== undefined) return { where: `seed ${seed}`, by }
  }
  return undefined
}

async function wrongIn(
  { runSeed }: typeof RunSeed,
  seed: number,
  options: RunSeed.RunOptions = {}
): Promise<string | undefined> {
  try {
    const { violations, vacuous } = await runSeed(seed, options)
    if (violations.length === 0) return vacuous
    return [...new Set(violations.map(({ checker }) => checker))].join(', ')
  } catch (error) {
    return String(error)
  }
}
