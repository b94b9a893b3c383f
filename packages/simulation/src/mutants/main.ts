// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { parseArgs } from 'node:util'
import { check, hunt } from './hunt'
import { NoSuchLine } from './load'
import { mutants } from './mutants'

const usage = `Usage: npm run mutants -- [options]
  --search       looks for the first seed that catches each which is not recorded with a plan;
                 without it the recorded seed or plan is run
  --seeds COUNT  how many are searched at most (default 10000)
  --only NAME    that mutant, or those whose names begin so
Exit codes: 0 all were caught, 1 one was not, 2 wrong usage, or a mutant does not fit the code any more`

const exitCodes = { caught: 0, missed: 1, usage: 2 } as const

/** Shows that the simulation finds what is broken on purpose. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      search: { type: 'boolean', default: false },
      seeds: { type: 'string', default: '10000' },
      only: { type: 'string', default: '' }
    }
  })
  if (!/^[1-9]\d{0,8}$/.test(values.seeds))
    throw new Error(`--seeds takes a number of 1 or more, got '${values.seeds}'`)
  const { search } = values
  const chosen = mutants.filter(({ name }) => name.startsWith(values.only))
  if (chosen.length === 0) throw new Error(`There is no mutant '${values.only}'`)
  let missed = 0
  for (const mutant of chosen) {
    const { name, caughtBy } = mutant
    const caught =
      search && typeof caughtBy === 'number' ? await hunt(mutant, 1, Number(values.seeds)) : await check(mutant)
    if (caught === undefined) missed++
    console.log(`${name}: ${caught === undefined ? 'MISSED' : `caught by ${caught.where}: ${caught.by}`}`)
  }
  console.log(`${chosen.length} mutants, ${chosen.length - missed} caught, ${missed} missed`)
  return missed === 0 ? exitCodes.caught : exitCodes.missed
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    console.error(error instanceof NoSuchLine ? error.message : `${String(error)}\n${usage}`)
    process.exitCode = exitCodes.usage
  }
)
