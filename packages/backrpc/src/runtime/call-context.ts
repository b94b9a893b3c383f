// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type CallChain, type Caller, type CancelSignal } from '@hcengineering/network-core'
import type { Execution } from '../session/conversation-effects'
import type { Executor } from './executor'

type Listener = () => void

/**
 * What a handler is told of a request beyond its parameters, and whom it tells the answer, now or later, unless it sends
 * it. Made for every request: it does nothing until asked.
 */
export class CallContext implements CancelSignal, Caller {
  private over = false
  /** Mostly there is one at most. */
  private listener: Listener | undefined = undefined
  private others: Listener[] | undefined = undefined

  constructor(
    private readonly execution: Execution<unknown>,
    private readonly executor: Executor<unknown>
  ) {}

  /** Answers the request, unless it is answered. */
  resolve(result: unknown): void {
    if (this.over) return
    this.over = true
    const { execution, executor } = this
    executor.onAnswered(execution, execution.conversation.answer(execution, result, executor.sink))
  }

  /** Answers it with an error: a `NetworkError` as it is, anything else as `REMOTE_ERROR`. */
  reject(error: unknown): void {
    if (this.over) return
    this.over = true
    const { execution, executor } = this
    const told = NetworkError.is(error) ? error : NetworkError.remote(error)
    execution.conversation.refuse(execution, told, executor.sink)
    executor.onAnswered(execution, 0)
  }

  /** Answers with what that promise settles with: a handler that says so need not return a promise. */
  answerWith(result: Promise<unknown>): void {
    Promise.resolve(result).then(
      (value) => this.resolve(value),
      (error) => this.reject(error)
    )
  }

  /** The caller has cancelled it or is gone. */
  get aborted(): boolean {
    return this.execution.request.cancelled
  }

  /** Bytes of its parameters on the wire. */
  get bytes(): number {
    return this.execution.request.bytes
  }

  /** The calls for which it is made, where its caller says so. */
  get chain(): CallChain | undefined {
    return this.execution.chain
  }

  /** What is left of its deadline in whole milliseconds, at least 1; 0 when the caller waits without end. */
  get timeoutMs(): number {
    const { deadline } = this.execution
    return deadline === Infinity ? 0 : Math.max(1, Math.ceil(deadline - this.executor.tickManager.now()))
  }

  /** Aborts when the caller has cancelled the request or is gone. Deadlines are for whoever executes it to watch. */
  get signal(): CancelSignal {
    return this
  }

  addEventListener(_type: 'abort', listener: Listener): void {
    if (this.execution.request.state !== 'running') return
    if (this.listener === undefined) this.listener = listener
    else this.others = [...(this.others ?? []), listener]
    this.execution.request.onCancelled ??= () => this.abort()
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    if (this.listener === listener) this.listener = undefined
    else this.others = this.others?.filter((each) => each !== listener)
  }

  private abort(): void {
    const { listener, others = [] } = this
    this.listener = this.others = undefined
    for (const each of listener === undefined ? others : [listener, ...others]) {
      try {
        each()
      } catch (error) {
        // As with every event target of Node: the others are told all the same
        process.nextTick(() => {
          throw error
        })
      }
    }
  }
}
