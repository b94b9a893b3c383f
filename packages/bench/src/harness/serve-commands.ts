// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AnswerMessage, CommandMessage } from './messages'
import { UsageMeter } from './process-usage'

type Command = (params: never) => unknown

/** Commands that every program has. */
export interface CommonCommands {
  usage: (params: { collect?: boolean }) => ReturnType<UsageMeter['read']>
}

async function outcomeOf(run: () => unknown): Promise<AnswerMessage['outcome']> {
  try {
    return { value: await run() }
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }
  }
}

/** Runs the parent's commands in this process, and ends with the parent. The channel carries control only, no load. */
export function serveCommands(commands: Readonly<Record<string, Command>>): void {
  const meter = new UsageMeter()
  const common: CommonCommands = { usage: ({ collect }) => meter.read(collect) }
  const known = { ...common, ...commands } as Readonly<Record<string, (params: unknown) => unknown>>
  process.on('message', ({ id, name, params }: CommandMessage) => {
    void outcomeOf(() => known[name](params)).then((outcome) => {
      if (process.connected) process.send?.({ id, outcome } satisfies AnswerMessage)
    })
  })
  process.on('disconnect', () => process.exit(0))
}
