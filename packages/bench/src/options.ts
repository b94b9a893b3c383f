// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { parseArgs } from 'node:util'
import type { Scale } from './model/report'
import { transportNames, type TransportName } from './systems/transport-name'

/** What the command line asks for. */
export interface BenchOptions {
  /** Names of scenarios; empty means all. */
  readonly only: readonly string[]
  readonly scale: Scale
  readonly transport: TransportName
  /** JSON of an earlier run. */
  readonly compare?: string
  /** Folder for the report; absent in a smoke run unless given. */
  readonly out?: string
  readonly help: boolean
}

/** A command line that cannot be meant; the message says what would have been. */
export class UsageError extends Error {}

export const usage = `Usage: rushx bench [options]

  --only NAME[,NAME]   these scenarios only
  --full               longer and more rounds
  --smoke              every scenario, tiny: does it work, does it lose nothing
  --compare FILE       beside the JSON of an earlier run
  --out DIR            where report.json, report.md and the plots go (default: docs/benchmarks/latest)
  --transport NAME     of our own systems: ${transportNames.join(', ')}
  --help`

// eslint-disable-next-line @typescript-eslint/explicit-function-return-type -- the type is what parseArgs makes of the literal
const parseRaw = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      full: { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      compare: { type: 'string' },
      out: { type: 'string' },
      transport: { type: 'string', default: 'default' },
      help: { type: 'boolean', default: false }
    }
  }).values

function parse(args: readonly string[]): ReturnType<typeof parseRaw> {
  try {
    return parseRaw(args)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function oneOf<T extends string>(what: string, value: string, known: readonly T[]): T {
  if (known.includes(value as T)) return value as T
  throw new UsageError(`There is no ${what} '${value}'; there are: ${known.join(', ')}`)
}

/**
 * @param args without node and script
 * @param scenarios the names that `--only` may have
 * @throws UsageError
 */
export function parseOptions(args: readonly string[], scenarios: readonly string[]): BenchOptions {
  // `rushx bench -- --only x` hands the `--` on
  const values = parse(args[0] === '--' ? args.slice(1) : args)
  if (values.full && values.smoke) throw new UsageError('--full and --smoke exclude each other')
  const only = values.only.flatMap((list) => list.split(',')).filter((name) => name !== '')
  return {
    only: only.map((name) => oneOf('scenario', name, scenarios)),
    scale: values.smoke ? 'smoke' : values.full ? 'full' : 'default',
    transport: oneOf('transport', values.transport, transportNames),
    compare: values.compare,
    out: values.out,
    help: values.help
  }
}
