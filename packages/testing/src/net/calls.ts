// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { messageOf, NetworkError } from '@hcengineering/network-core'
import type { History, Id, RequestFacts } from '../kernel/history'
import type { SimulatedProcess } from '../kernel/process'
import { nodeOf } from './names'

/** After its deadline a call gets this much more time before it counts as stuck. */
const graceMs = 2_000

/** One call to be made and watched. */
export interface CallOptions {
  /** For messages. */
  readonly what: string
  /** It settles within this and a little, in milliseconds; 0 where there is no such promise. */
  readonly timeoutMs: number
  readonly request?: RequestFacts
}

/** Makes the calls of a test and of its containers, and tells the history what becomes of them. */
export class Calls {
  private nextId = 1
  private readonly pending = new Map<Id, { readonly process: SimulatedProcess; readonly died: () => void }>()

  constructor(private readonly history: History) {}

  /** Calls that are under way. */
  get size(): number {
    return this.pending.size
  }

  /** Makes one in that process, and answers as it does; of a process that is killed, with `CLOSED`. */
  async make<T>(process: SimulatedProcess, options: CallOptions, run: (id: Id) => Promise<T>): Promise<T> {
    const { what, timeoutMs, request } = options
    const { history, pending } = this
    if (!process.alive) throw closed(process, what)
    const call = this.nextId++
    history.record({ type: 'called', call, process: process.name, what, ...(request === undefined ? {} : { request }) })
    const cancel = timeoutMs === 0 ? () => {} : this.watch(process, timeoutMs, call)
    const end = (): void => {
      cancel()
      pending.delete(call)
    }
    return await new Promise<T>((resolve, reject) => {
      pending.set(call, { process, died: () => reject(closed(process, what)) })
      const failed = (error: unknown): void => {
        if (!process.alive) return
        end()
        const code = error instanceof NetworkError ? error.code : 'NOT_OURS'
        history.record({ type: 'failed', call, code, message: messageOf(error) })
        reject(error as Error)
      }
      process.deliver(() => {
        run(call).then((value) => {
          if (!process.alive) return
          end()
          history.record({ type: 'answered', call, value: undefined })
          resolve(value)
        }, failed)
      })
    })
  }

  /** The calls of a process that is no more end. */
  died(process: SimulatedProcess): void {
    for (const [call, one] of [...this.pending]) {
      if (one.process !== process) continue
      this.pending.delete(call)
      one.died()
    }
  }

  /** A process that slept through its deadlines has its grace when it wakes up. */
  private watch(process: SimulatedProcess, timeoutMs: number, call: Id): () => void {
    const overdue = (): void => this.history.record({ type: 'overdue', call })
    const due = process.ticks.now() + timeoutMs + graceMs
    let cancel = process.after(timeoutMs + graceMs, () => {
      if (process.ticks.now() > due) cancel = process.after(graceMs, overdue)
      else overdue()
    })
    return () => cancel()
  }
}

function closed(process: SimulatedProcess, what: string): NetworkError {
  return new NetworkError('CLOSED', `${nodeOf(process.name)} was killed: ${what} comes to nobody`)
}
