// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { CancelSignal, TickManager } from '@hcengineering/network-core'
import type { BackRPCResponseSend } from '../rpc-types'
import type { Execution } from '../session/conversation'

/** What a handler is told of a request beyond its parameters. Made for every request: it does nothing until asked. */
export class CallContext implements CancelSignal {
  private listeners: (() => void)[] | undefined = undefined

  constructor(
    private readonly execution: Execution<unknown>,
    private readonly tickManager: TickManager,
    private readonly send: BackRPCResponseSend,
    private readonly refuse: (error: unknown) => void
  ) {}

  /** Answers with what that promise settles with: a handler that says so need not return a promise. */
  answerWith(result: Promise<unknown>): void {
    Promise.resolve(result).then(this.send, this.refuse)
  }

  /** The caller has cancelled it or is gone. */
  get aborted(): boolean {
    return this.execution.request.cancelled
  }

  /** Bytes of its parameters on the wire. */
  get bytes(): number {
    return this.execution.request.bytes
  }

  /** What is left of its deadline in whole milliseconds, at least 1; 0 when the caller waits without end. */
  get timeoutMs(): number {
    const { deadline } = this.execution
    return deadline === Infinity ? 0 : Math.max(1, Math.ceil(deadline - this.tickManager.now()))
  }

  /** Aborts when the caller has cancelled the request or is gone. Deadlines are for whoever executes it to watch. */
  get signal(): CancelSignal {
    return this
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (this.execution.request.state !== 'running') return
    this.listeners ??= []
    this.listeners.push(listener)
    this.execution.request.onCancelled ??= () => this.abort()
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.listeners = this.listeners?.filter((each) => each !== listener)
  }

  private abort(): void {
    const { listeners = [] } = this
    this.listeners = undefined
    for (const listener of listeners) {
      try {
        listener()
      } catch (error) {
        // As with every event target of Node: the others are told all the same
        process.nextTick(() => {
          throw error
        })
      }
    }
  }
}
