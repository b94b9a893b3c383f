// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { currentProcess } from './place'

/** The real ones: taken before anybody replaces them. */
const realSetImmediate = setImmediate
const realClearImmediate = clearImmediate

/** How often what a step has caused may call `setImmediate` anew before it counts as going round in circles. */
const maxTurns = 10_000

/** Counts the immediates of code in the network, so that a step of virtual time is over only when they are. */
export class Immediates {
  private pending = 0
  private readonly cancels = new WeakMap<NodeJS.Immediate, () => void>()

  /** Stands in for `setImmediate`. */
  readonly set = (handler: (...args: unknown[]) => void, ...args: unknown[]): NodeJS.Immediate => {
    const process = currentProcess()
    if (process === undefined) return realSetImmediate(handler, ...args)
    this.pending++
    let waits = true
    const once = (): void => {
      if (waits) this.pending--
      waits = false
    }
    const immediate = realSetImmediate(() => {
      once()
      process.deliver(() => handler(...args))
    })
    this.cancels.set(immediate, once)
    return immediate
  }

  /** Stands in for `clearImmediate`. */
  readonly clear = (immediate: NodeJS.Immediate | undefined): void => {
    realClearImmediate(immediate)
    if (immediate !== undefined) this.cancels.get(immediate)?.()
  }

  /** Resolves when everything that was made ready has run: microtasks, `process.nextTick`, immediates; with false where that has no end. */
  async settle(): Promise<boolean> {
    await turn()
    for (let turns = 0; this.pending > 0; turns++) {
      if (turns > maxTurns) return false
      await turn()
    }
    return true
  }
}

async function turn(): Promise<void> {
  await new Promise<void>((resolve) => realSetImmediate(resolve))
}
