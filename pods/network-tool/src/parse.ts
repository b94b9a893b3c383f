// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { parseArgs } from 'node:util'
import type { Argument, Command, Option } from './command'
import { UsageError } from './exit-codes'
import { globalOptions } from './global-options'
import { Values } from './values'

/** A command and what it was given; no command when none was named. */
export interface Parsed {
  readonly command?: Command
  readonly values: Values
}

/** Reads a command line: `command` may stand anywhere among the options of all. Throws `UsageError`. */
export function parse(args: readonly string[], commands: readonly Command[]): Parsed {
  const command = findCommand(args, commands)
  const options = [...globalOptions, ...(command?.options ?? [])]
  const { values, positionals } = read(args, options)
  if (command === undefined) {
    if (positionals.length > 0) throw new UsageError(unknownCommand(positionals[0], commands))
    return { values: new Values(values, {}) }
  }
  const given = positionals.slice(1)
  const wanted = command.arguments ?? []
  if (values.help === true || wanted.at(-1)?.variadic === true)
    return { command, values: new Values(values, {}, given) }
  return { command, values: new Values(values, nameArguments(command, wanted, given)) }
}

/** The first word that is neither an option nor the value of one. */
function findCommand(args: readonly string[], commands: readonly Command[]): Command | undefined {
  const { positionals } = parseArgs({
    args: [...args],
    options: config(globalOptions),
    allowPositionals: true,
    strict: false
  })
  return commands.find(({ name }) => name === positionals[0])
}

function read(
  args: readonly string[],
  options: readonly Option[]
): { values: ConstructorParameters<typeof Values>[0]; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options: config(options), allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function config(
  options: readonly Option[]
): Record<string, { type: 'string' | 'boolean'; short?: string; multiple?: boolean }> {
  return Object.fromEntries(
    options.map(({ name, short, value, multiple = false }) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', multiple, ...(short === undefined ? {} : { short }) }
    ])
  )
}

function nameArguments(
  { name }: Command,
  wanted: readonly Argument[],
  given: readonly string[]
): Record<string, string> {
  if (given.length > wanted.length)
    throw new UsageError(`'${name}' takes ${wanted.length} arguments at most: '${given[wanted.length]}' is too many`)
  const missing = wanted.slice(given.length).find(({ optional }) => optional !== true)
  if (missing !== undefined) throw new UsageError(`'${name}' needs <${missing.name}>: ${missing.summary}`)
  return Object.fromEntries(given.map((value, index) => [wanted[index].name, value]))
}

function unknownCommand(word: string, commands: readonly Command[]): string {
  const names = commands.filter(({ hidden }) => hidden !== true).map(({ name }) => name)
  return `There is no command '${word}'; there are ${names.join(', ')}`
}
