// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { minimize } from '@hcengineering/network-testing/kernel'
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
