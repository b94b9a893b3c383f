// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, messageOf } from '@hcengineering/network-core'
import type { History, Id, RequestFacts, SimulatedProcess } from '@hcengineering/network-testing/kernel'

/** After its deadline a call gets this much more time before it counts as stuck. */
const graceMs = 2_000

/** One call to be made and watched. */
export interface CallOptions {
  /** For messages. */
  readonly what: string
  readonly timeoutMs: number
  readonly request?: RequestFacts
}

/** Makes the calls of the workload and tells the history what becomes of them. */
export class Calls {
  private nextId = 1

  constructor(private readonly history: History) {}

  /** Makes one; never rejects. */
  async make<T>(
    process: SimulatedProcess,
    options: CallOptions,
    run: (id: Id) => Promise<T>
  ): Promise<{ readonly value: T } | undefined> {
    const { history } = this
    const call = this.nextId++
    const { what, timeoutMs, request } = options
    history.record({ type: 'called', call, process: process.name, what, ...(request === undefined ? {} : { request }) })
    const cancel = this.watch(process, timeoutMs, () => history.record({ type: 'overdue', call }))
    try {
      const value = await run(call)
      history.record({ type: 'answered', call, value: typeof value === 'object' ? undefined : value })
      return { value }
    } catch (error) {
      const code = error instanceof NetworkError ? error.code : 'NOT_OURS'
      history.record({ type: 'failed', call, code, message: messageOf(error) })
      return undefined
    } finally {
      cancel()
    }
  }

  /** A process that slept through its deadlines has its grace when it wakes up. */
  private watch(process: SimulatedProcess, timeoutMs: number, overdue: () => void): () => void {
    const due = process.ticks.now() + timeoutMs + graceMs
    let cancel = process.after(timeoutMs + graceMs, () => {
      if (process.ticks.now() > due) cancel = process.after(graceMs, overdue)
      else overdue()
    })
    return () => cancel()
  }
}
