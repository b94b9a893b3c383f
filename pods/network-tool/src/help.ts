// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Argument, Command, Option } from './command'
import { exitCodes } from './exit-codes'
import { globalOptions } from './global-options'
import type { Style } from './output/style'

const textWidth = 100

const exitCodeRows: [string, string][] = [
  [String(exitCodes.ok), 'done'],
  [String(exitCodes.failed), 'failed'],
  [String(exitCodes.usage), 'a command line that cannot be meant'],
  [String(exitCodes.notFound), 'no such agent, container or kind'],
  [String(exitCodes.unreachable), 'the coordinator cannot be reached'],
  [String(exitCodes.timedOut), 'no answer in time'],
  [String(exitCodes.unsupported), 'the coordinator, or the agent, is of a release that cannot do this'],
  [String(exitCodes.interrupted), 'interrupted before it was done']
]

/** Help on the tool as a whole. */
export function generalHelp(commands: readonly Command[], style: Style): string {
  const shown = commands.filter(({ hidden }) => hidden !== true)
  return [
    `${style.bold('network')} shows and operates a virtual network of containers.`,
    '',
    section(style, 'Usage', ['network <command> [arguments] [options]', 'network help <command>']),
    section(style, 'Commands', columns(shown.map((command) => [signature(command), command.summary]))),
    section(style, 'Options', columns(globalOptions.map(optionRow))),
    section(style, 'Exit codes', columns(exitCodeRows))
  ].join('\n')
}

/** Help on one command. */
export function commandHelp(command: Command, style: Style): string {
  const { summary, description, arguments: args = [], options = [], examples = [] } = command
  const parts = [wrap(`${summary}.`), '']
  if (description !== undefined) parts.push(...description.split('\n\n').flatMap((text) => [wrap(text), '']))
  parts.push(section(style, 'Usage', [`network ${signature(command)} [options]`]))
  if (args.length > 0)
    parts.push(section(style, 'Arguments', columns(args.map((one) => [bracketed(one), one.summary]))))
  if (options.length > 0) parts.push(section(style, 'Options', columns(options.map(optionRow))))
  parts.push(section(style, 'Options of every command', columns(globalOptions.map(optionRow))))
  if (examples.length > 0) parts.push(section(style, 'Examples', examples))
  return parts.join('\n')
}

/** `request <uuid> <operation> [data]`. */
export function signature({ name, arguments: args = [] }: Command): string {
  return [name, ...args.map(bracketed)].join(' ')
}

function bracketed({ name, optional }: Argument): string {
  return optional === true ? `[${name}]` : `<${name}>`
}

function optionRow({ name, short, value, summary, multiple }: Option): [string, string] {
  const names = `${short === undefined ? '    ' : `-${short}, `}--${name}`
  const shown = value === undefined ? names : `${names} <${value}>`
  return [shown, multiple === true ? `${summary}; can be given several times` : summary]
}

function section(style: Style, title: string, lines: readonly string[]): string {
  return [style.bold(title), ...lines.map((line) => `  ${line}`), ''].join('\n')
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`)
}

function wrap(text: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > textWidth) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line].join('\n')
}
