// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { parseArgs } from 'node:util'
import { Coverage } from './coverage'
import { Fuzzer } from './fuzzer'
import { plantedTargets } from './planted'
import { targets, type Target } from './targets'

const usage = `Usage: npm run fuzz -- [options]
  --seconds N    how long, for all targets together (default 60)
  --rounds N     so many batches of inputs for each target instead
  --seed N       where the random numbers begin (default: another each time)
  --target NAME  only that: ${targets.map(({ name }) => name).join(', ')}
  --input HEX    runs that one input instead, with the target
Exit codes: 0 every rule held, 1 a rule was broken, 2 wrong usage`

const exitCodes = { held: 0, broken: 1, usage: 2 } as const

interface Options {
  readonly seconds: number
  readonly rounds: number
  readonly seed: number
  readonly targets: readonly Target[]
  readonly input: string | undefined
}

/** Throws when the arguments are wrong. */
function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      target: { type: 'string' },
      input: { type: 'string' }
    }
  })
  const number = (name: 'seconds' | 'rounds' | 'seed', absent: number): number => {
    const text = values[name] ?? String(absent)
    if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number of 0 or more, got '${text}'`)
    return Number(text)
  }
  const { target: name, input } = values
  const chosen = name === undefined ? targets : [...targets, ...plantedTargets].filter((one) => one.name === name)
  if (chosen.length === 0) throw new Error(`There is no target '${name}'`)
  if (input !== undefined && name === undefined) throw new Error('--input goes with --target')
  const rounds = values.rounds === undefined ? Infinity : number('rounds', 0)
  const seconds = rounds === Infinity ? number('seconds', 60) : Infinity
  return { seconds, rounds, seed: number('seed', 0), targets: chosen, input }
}

function main({ targets: chosen, seconds, rounds, seed, input }: Options): number {
  if (input !== undefined) {
    chosen[0].run(Buffer.from(input, 'hex'))
    return exitCodes.held
  }
  let broken = 0
  for (const target of chosen) broken += fuzz(target, rounds, (seconds * 1000) / chosen.length, seed)
  return broken === 0 ? exitCodes.held : exitCodes.broken
}

/** Answers how many rules were broken. */
function fuzz(target: Target, rounds: number, forMs: number, seed: number): number {
  const planted = plantedTargets.includes(target)
  const coverage = new Coverage(
    (url) => url.includes('/wire/') && (!url.includes('__tests__') || (planted && url.endsWith('/planted.js')))
  )
  // A bounded run is one of the tests, which share their processor
  const fuzzer = new Fuzzer(target, coverage, { seed, timed: rounds === Infinity })
  const until = performance.now() + forMs
  for (let round = 0; round < rounds && performance.now() < until; round++) {
    fuzzer.round()
    if (planted && fuzzer.findings.length > 0) break
  }
  const { count, kept, findings } = fuzzer
  console.log(
    `${target.name}: seed ${seed}, ${count} inputs, ${kept} kept, ${coverage.reached} characters of code reached`
  )
  for (const { input, error } of findings) {
    const hex = Buffer.from(input).toString('hex')
    console.error(`${error.stack}\n  again with  npm run fuzz -- --target ${target.name} --input ${hex}`)
  }
  coverage.stop()
  return findings.length
}

try {
  process.exitCode = main(readOptions())
} catch (error) {
  console.error(`${error instanceof Error ? error.stack : String(error)}\n${usage}`)
  process.exitCode = exitCodes.usage
}
