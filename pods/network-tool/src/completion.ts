// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Argument, Command, Completion, Option } from './command'
import { globalOptions } from './global-options'

/** One word that may stand there, and what it means. */
export interface Candidate {
  readonly word: string
  readonly summary?: string
}

/** What may stand there: words, or what the coordinator has of that sort. */
export type Candidates = { readonly words: readonly Candidate[] } | { readonly ask: 'agents' | 'containers' | 'kinds' }

const nothing: Candidates = { words: [] }

/** @param words of the line, without the tool's name; the last is the one that is being written, and may be empty */
export function candidates(words: readonly string[], commands: readonly Command[]): Candidates {
  const shown = commands.filter(({ hidden }) => hidden !== true)
  const before = words.slice(0, -1)
  const current = words.at(-1) ?? ''
  const command = commandOf(before, shown)
  const options = [...globalOptions, ...(command?.options ?? [])]
  const valued = optionOf(before.at(-1), options)
  if (valued?.value !== undefined) return valueOf(valued, shown)
  if (current.startsWith('-')) return { words: options.map(({ name, summary }) => ({ word: `--${name}`, summary })) }
  if (command === undefined) return { words: shown.map(({ name, summary }) => ({ word: name, summary })) }
  const given = positionalsOf(before, options).length - 1
  const argument = command.arguments?.[given]
  return argument === undefined ? nothing : valueOf(argument, shown)
}

function valueOf({ completion }: Pick<Argument | Option, 'completion'>, commands: readonly Command[]): Candidates {
  const fixed: Partial<Record<Completion, readonly Candidate[]>> = {
    commands: commands.map(({ name, summary }) => ({ word: name, summary })),
    shells: ['bash', 'zsh', 'fish'].map((word) => ({ word }))
  }
  if (completion === undefined) return nothing
  const words = fixed[completion]
  return words === undefined ? { ask: completion as 'agents' | 'containers' | 'kinds' } : { words }
}

function commandOf(words: readonly string[], commands: readonly Command[]): Command | undefined {
  const [name] = positionalsOf(words, globalOptions)
  return commands.find((command) => command.name === name)
}

/** The words that are neither options nor their values. */
function positionalsOf(words: readonly string[], options: readonly Option[]): string[] {
  return words.filter(
    (word, index) => !(word.startsWith('-') && word !== '-') && optionOf(words[index - 1], options)?.value === undefined
  )
}

function optionOf(word: string | undefined, options: readonly Option[]): Option | undefined {
  return options.find(({ name, short }) => word === `--${name}` || (short !== undefined && word === `-${short}`))
}
