// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { outcomeOf, type ChildMessage, type CommandMessage } from './messages'

let untold: unknown[] = []

/** Tells the test that something happened in this child: in one message with what else happens before the loop goes round. */
export function tell(event: unknown): void {
  if (untold.push(event) === 1) setImmediate(() => tellAll())
}

/** Tells at once what has happened, if anything has. @param done it is told */
export function tellAll(done: () => void = () => {}): void {
  const events = untold
  untold = []
  if (events.length > 0 && process.connected) process.send?.({ type: 'events', events } satisfies ChildMessage, done)
}

/** Bytes that this process keeps: resident, but for pages that the heap leaves empty after a collection. */
function memory(): number {
  // Node offers its collector to those who ask for it by a flag
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  const { total_physical_size: heap, used_heap_size: used } = getHeapStatistics()
  return process.memoryUsage.rss() - (heap - used)
}

/**
 * Runs the test's commands in this child. The command `leave` closes the channel to the test: from then on nothing of
 * the harness holds the process, so it exits when the product lets it.
 */
export function serveCommands(commands: object): void {
  const known = commands as Record<string, (params: unknown) => unknown>
  let leaving = false

  const run = async ({ name, params }: CommandMessage): Promise<unknown> => {
    if (name === 'leave') return undefined
    if (name === 'memory') return memory()
    return await known[name](params)
  }

  process.on('message', (message: CommandMessage) => {
    const { id, name } = message
    void outcomeOf(run(message)).then((outcome) => {
      if (!process.connected) return
      // What happened before an answer is known when the answer is there
      tellAll()
      process.send?.({ type: 'answer', id, outcome } satisfies ChildMessage, () => {
        if (name !== 'leave') return
        leaving = true
        process.disconnect()
      })
    })
  })

  // Nobody is left to end this child when the test's process is gone
  process.on('disconnect', () => {
    if (!leaving) process.exit(1)
  })
}
