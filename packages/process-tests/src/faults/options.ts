// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { defaultPerSecond } from './rolling-restart'
import { faultNames, isFaultName, type FaultName } from './index'

/** What the command line asks for. */
export interface FaultOptions {
  readonly faults: readonly FaultName[]
  readonly rounds: number
  /** Calls a second under which everything is restarted. */
  readonly perSecond: number
  /** Where each report is appended as a line of JSON, with every single time. */
  readonly out?: string
}

export const usage = `Usage: npm run faults -- --fault NAME [--rounds N] [--rate N] [--out FILE]
  --fault NAME  ${faultNames.join(', ')}, or all
  --rounds N    how often it happens (default 10)
  --rate N      calls a second, of rolling-restart (default ${defaultPerSecond})
  --out FILE    appends each report as a line of JSON, with every single time
Exit codes: 0 every rule held, 1 a rule was broken, 2 wrong usage, 3 a round that proves nothing`

/** Reads the arguments; the answer is a sentence when they are wrong. */
export function readOptions(args: readonly string[]): FaultOptions | string {
  let chosen: readonly FaultName[] | undefined
  let rounds = 10
  let perSecond = defaultPerSecond
  let out: string | undefined
  for (let i = 0; i < args.length; i += 2) {
    const [name, value = ''] = args.slice(i, i + 2)
    if (name === '--fault') {
      if (value !== 'all' && !isFaultName(value)) return `There is no fault '${value}'`
      chosen = value === 'all' ? faultNames : [value]
    } else if (name === '--rounds' || name === '--rate') {
      if (!/^[1-9]\d{0,5}$/.test(value)) return `${name} takes a whole number from 1 to 999999, got '${value}'`
      if (name === '--rounds') rounds = Number(value)
      else perSecond = Number(value)
    } else if (name === '--out') {
      if (value === '') return '--out takes a path'
      out = value
    } else return `Unknown option '${name}'`
  }
  if (chosen === undefined) return 'Which fault?'
  return { faults: chosen, rounds, perSecond, out }
}
