// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Command, Context } from '../command'
import { candidates, type Candidate } from '../completion'
import { exitCodes } from '../exit-codes'

/** Beyond that a shell is no help. */
const maxCandidates = 1_000

export const complete: Command = {
  name: 'complete',
  summary: 'Answers what a shell asks to complete a line',
  arguments: [{ name: 'words', summary: 'Of the line', variadic: true }],
  hidden: true,
  run: async (context) => {
    const words = context.values.variadic()
    const current = words.at(-1) ?? ''
    const found = (await ask(context, words)).filter(({ word }) => word.startsWith(current))
    for (const { word, summary = '' } of found.slice(0, maxCandidates)) {
      // What a line of a shell cannot hold is not offered
      if (/^[\w@%+=:,./-]+$/.test(word)) await context.output.line(`${word}\t${summary}`)
    }
    return exitCodes.ok
  }
}

async function ask(context: Context, words: readonly string[]): Promise<readonly Candidate[]> {
  const found = candidates(words, context.commands)
  if ('words' in found) return found.words
  const client = await context.connect({ coordinator: coordinatorOn(words), withinMs: 1_000 })
  switch (found.ask) {
    case 'agents':
      return (await client.agents()).map(({ agentId, kinds }) => ({ word: agentId, summary: kinds.join(', ') }))
    case 'kinds':
      return (await client.kinds()).map((word) => ({ word }))
    case 'containers':
      return (await client.list()).map(({ uuid, kind }) => ({ word: uuid, summary: kind }))
  }
}

function coordinatorOn(words: readonly string[]): string | undefined {
  const index = words.findIndex((word) => word === '--coordinator' || word === '-c')
  return index < 0 ? undefined : words[index + 1]
}
