// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** What the command line asks for. */
export interface CliOptions {
  readonly from: number
  readonly count: number
  /** Says of every seed what it came to, as of one alone. */
  readonly each: boolean
  /** Lines of the trace that a failure shows. */
  readonly trace: number
  /** A failing plan is made smaller before it is shown. */
  readonly shrink: boolean
  /** A file with a plan, run instead of what seeds draw. */
  readonly plan?: string
  /** The broken variant of our own code that is run. */
  readonly mutant?: string
}

export const usage = `Usage: npm run simulate -- [options]
  --seed N       runs that seed and shows the end of its trace if it fails
  --seeds COUNT  runs that many seeds (default 1000)
  --from N       the first of them (default 1)
  --each         says of every seed what it came to, with the hash of its trace
  --trace LINES  how much of the trace a failure shows (default 60)
  --shrink       leaves out of a failing plan what the failure does not need
  --plan FILE    runs the plan in that file, as a failure that was shrunk shows it
  --mutant NAME  over a broken variant of our own code: see src/mutants
Exit codes: 0 every rule held, 1 a rule was broken, 2 wrong usage, 3 a run in which nothing happened`

/** Reads the arguments; the answer is a sentence when they are wrong. */
export function readOptions(args: readonly string[]): CliOptions | string {
  const numbers = new Map<string, number>()
  const texts: { plan?: string; mutant?: string } = {}
  let shrink = false
  let each = false
  for (let i = 0; i < args.length; i++) {
    const name = args[i]
    if (name === '--shrink') {
      shrink = true
      continue
    }
    if (name === '--each') {
      each = true
      continue
    }
    if (name === '--plan' || name === '--mutant') {
      const text = args[++i]
      if (text === undefined) return `${name} takes a ${name === '--plan' ? 'file' : 'name'}`
      texts[name === '--plan' ? 'plan' : 'mutant'] = text
      continue
    }
    if (!['--seed', '--seeds', '--from', '--trace'].includes(name)) return `Unknown option '${name}'`
    const text = args[++i] ?? ''
    if (!/^\d{1,15}$/.test(text)) return `${name} takes a whole number of 0 or more, got '${text}'`
    numbers.set(name, Number(text))
  }
  const seed = numbers.get('--seed')
  if (seed !== undefined && (numbers.has('--seeds') || numbers.has('--from'))) return '--seed stands alone'
  const trace = numbers.get('--trace') ?? 60
  const count = numbers.get('--seeds') ?? (seed === undefined ? 1000 : 1)
  if (count === 0) return '--seeds takes at least 1'
  if (texts.plan !== undefined && numbers.size > (numbers.has('--trace') ? 1 : 0)) return '--plan has its own seed'
  if (texts.plan !== undefined) return { from: 0, count: 1, each: true, trace, shrink, ...texts }
  return { from: seed ?? numbers.get('--from') ?? 1, count, each: each || count === 1, trace, shrink, ...texts }
}
