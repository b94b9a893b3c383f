// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { loadSimulation } from './load'
import type { Mutant } from './mutants'

/** How a mutant was caught. */
export interface Catch {
  readonly seed: number
  /** Rules that were broken, or what was thrown. */
  readonly by: string
}

/** Runs seeds over a mutant until one catches it. */
export async function hunt(mutant: Mutant, from: number, count: number): Promise<Catch | undefined> {
  const { runSeed } = loadSimulation(mutant)
  for (let seed = from; seed < from + count; seed++) {
    try {
      const { violations, vacuous } = await runSeed(seed)
      if (violations.length > 0) return { seed, by: [...new Set(violations.map(({ checker }) => checker))].join(', ') }
      if (vacuous !== undefined) return { seed, by: vacuous }
    } catch (error) {
      return { seed, by: String(error) }
    }
  }
  return undefined
}
