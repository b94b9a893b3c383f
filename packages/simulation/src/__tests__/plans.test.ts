// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runSeed, type Plan } from '../index'

const folder = join(__dirname, 'plans')

/**
 * Each breaks a rule in code that is, or was, wrong: those named after a mutant in that. `rushx simulate --shrink --seed N`
 * shows a plan as it is stored here.
 */
describe('stored plans', () => {
  it.each(readdirSync(folder))('%s holds every rule', async (name) => {
    const plan = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Plan
    const { violations } = await runSeed(plan.seed, { plan })
    expect(violations).toEqual([])
  })
})
