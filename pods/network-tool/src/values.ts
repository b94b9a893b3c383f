// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { UsageError } from './exit-codes'

type Raw = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** What stood on the command line, by the names of arguments and options. */
export class Values {
  constructor(
    private readonly options: Raw,
    private readonly positionals: Readonly<Record<string, string>>,
    private readonly rest: readonly string[] = []
  ) {}

  /** What the last argument took, where it takes all. */
  variadic(): readonly string[] {
    return this.rest
  }

  /** A positional argument that is not optional. */
  argument(name: string): string {
    const value = this.positionals[name]
    if (value === undefined) throw new UsageError(`<${name}> is missing`)
    return value
  }

  optionalArgument(name: string): string | undefined {
    return this.positionals[name]
  }

  flag(name: string): boolean {
    return this.options[name] === true
  }

  text(name: string): string | undefined {
    const value = this.options[name]
    return typeof value === 'string' ? value : undefined
  }

  /** An option without which this cannot be done. */
  required(name: string): string {
    const value = this.text(name)
    if (value === undefined) throw new UsageError(`--${name} is missing`)
    return value
  }

  texts(name: string): string[] {
    const value = this.options[name]
    return Array.isArray(value) ? value.map(String) : []
  }

  /** `5s`, `500ms`, `2m`, `1h`; a number alone is seconds. */
  durationMs(name: string, byDefault: number): number {
    const value = this.text(name)
    return value === undefined ? byDefault : readDuration(value, `--${name}`)
  }

  count(name: string, byDefault: number, most: number): number {
    const value = this.text(name)
    if (value === undefined) return byDefault
    const number = Number(value)
    if (/^\d+$/.test(value) && number >= 1 && number <= most) return number
    throw new UsageError(`--${name} must be a whole number from 1 to ${most}, got '${value}'`)
  }

  json(name: string): unknown {
    const value = this.text(name)
    return value === undefined ? undefined : readJson(value, `--${name}`)
  }
}

export function readDuration(text: string, what: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text)
  if (match === null) throw new UsageError(`${what} must be a time like 5s, 500ms or 2m, got '${text}'`)
  return Math.round(Number(match[1]) * unitsMs[match[2] ?? 's'])
}

export function readJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    const hint = `a text needs quotes of its own, as in '"text"'`
    throw new UsageError(`${what} must be JSON: ${(error as Error).message}; ${hint}`)
  }
}
