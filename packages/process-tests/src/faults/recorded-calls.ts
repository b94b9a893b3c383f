// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { RequestOptions } from '@hcengineering/network-core'
import type { Id } from '@hcengineering/network-simulation'
import { errorInfo } from '../harness/messages'
import type { FactWriter } from './fact-file'

const LOOK_MS = 100
/** Beyond its deadline a call may take so long, for timers and a busy machine; then it hangs. */
const GRACE_MS = 3_000

/** What is asked, and of whom. */
export interface Ask {
  readonly uuid: string
  readonly operation: string
  readonly idempotent: boolean
  readonly timeoutMs: number
  readonly send: (id: Id, options: RequestOptions) => Promise<unknown>
}

/** The process that answered. */
function who(answer: unknown): string | undefined {
  return (answer as { process?: string } | undefined)?.process
}

/** Makes requests and writes down how they end, and which do not. */
export class RecordedCalls {
  private readonly pending = new Map<Id, number>()
  private readonly clock: NodeJS.Timeout
  /** Counted by this process, so that one that stands still is not late. */
  private passedMs = 0

  constructor(
    private readonly client: string,
    private readonly facts: FactWriter,
    private nextId: Id
  ) {
    this.clock = setInterval(() => this.look(), LOOK_MS)
  }

  /** The answer; `undefined` when it failed, which is written down. */
  async make({ uuid, operation, idempotent, timeoutMs, send }: Ask): Promise<unknown> {
    const { client, facts } = this
    const call = this.nextId++
    const request = { uuid, client, idempotent }
    facts.record({ type: 'called', call, process: client, what: `${operation} ${uuid}`, request })
    this.pending.set(call, this.passedMs + timeoutMs + GRACE_MS)
    try {
      const value = await send(call, { timeoutMs, idempotent })
      facts.record({ type: 'answered', call, value: who(value) })
      return value
    } catch (error) {
      const { code = 'without code', message } = errorInfo(error)
      facts.record({ type: 'failed', call, code, message })
      return undefined
    } finally {
      this.pending.delete(call)
    }
  }

  /** No call is made any more. */
  close(): void {
    clearInterval(this.clock)
  }

  private look(): void {
    this.passedMs += LOOK_MS
    for (const [call, until] of this.pending) {
      if (this.passedMs < until) continue
      this.pending.delete(call)
      this.facts.record({ type: 'overdue', call })
    }
  }
}
