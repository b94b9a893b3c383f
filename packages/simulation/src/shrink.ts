// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Plan } from './plan'

type Test = (plan: Plan) => Promise<boolean>

/** The smallest plan found that still fails: first without faults, then without operations that it does not need. */
export async function shrink(plan: Plan, fails: Test): Promise<Plan> {
  const starts = { ...plan, starts: {} }
  let smallest = (await fails(starts)) ? starts : plan
  const faults = await minimize(plan.faults, async (some) => await fails({ ...smallest, faults: some }))
  smallest = { ...smallest, faults }
  const operations = await minimize(plan.operations, async (some) => await fails({ ...smallest, operations: some }))
  return { ...smallest, operations }
}

/** Delta debugging: leaves out ever smaller pieces as long as the rest fails. */
async function minimize<T>(all: readonly T[], fails: (some: T[]) => Promise<boolean>): Promise<T[]> {
  let items = [...all]
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < items.length;) {
      const some = [...items.slice(0, at), ...items.slice(at + size)]
      if (await fails(some)) items = some
      else at += size
    }
  }
  return items
}
