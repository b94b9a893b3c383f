// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type TickManager } from '@hcengineering/network-core'
import type { Execution, Sink } from '../session/conversation'
import type { BackRPCResponseSend } from '../rpc-types'
import { isPromise } from './call'
import { CallContext } from './call-context'

const DONE = Promise.resolve()

/** Whose requests are executed. */
export interface Executor<Tag> {
  readonly sink: Sink<Tag>
  readonly tickManager: TickManager
  /** Calls the user's handler. */
  invoke(execution: Execution<Tag>, send: BackRPCResponseSend, context: CallContext): unknown
  /** An answer was given: it can leave. */
  onAnswered(execution: Execution<Tag>): void
}

/** Lets a handler execute a request of the peer. */
export function execute<Tag>(execution: Execution<Tag>, executor: Executor<Tag>): void {
  // Cancelled while it waited for its turn
  if (execution.request.cancelled) return execution.request.abandonedBy?.ended(execution.request)
  const send: BackRPCResponseSend = (result) => {
    execution.conversation.answer(execution, result, executor.sink)
    executor.onAnswered(execution)
    return DONE
  }
  const refuse = (error: unknown): void => {
    const told = error instanceof NetworkError ? error : NetworkError.remote(error)
    execution.conversation.refuse(execution, told, executor.sink)
    executor.onAnswered(execution)
  }
  try {
    const result = executor.invoke(
      execution,
      send,
      new CallContext(execution as Execution<unknown>, executor.tickManager)
    )
    if (isPromise(result)) result.then(undefined, refuse)
  } catch (error) {
    refuse(error)
  }
}
