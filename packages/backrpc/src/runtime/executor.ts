// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type StreamPeer, type TickManager } from '@hcengineering/network-core'
import type { Execution, Sink } from '../session/conversation'
import type { BackRPCResponseSend } from '../rpc-types'
import { isPromise } from './call'
import { CallContext } from './call-context'
import { serveStream } from './streams'

const DONE = Promise.resolve()

/** Whose requests are executed. */
export interface Executor<Tag> {
  readonly sink: Sink<Tag>
  readonly tickManager: TickManager
  /** Calls the user's handler. */
  invoke(execution: Execution<Tag>, send: BackRPCResponseSend, context: CallContext): unknown
  /** Lets the user's handler serve a stream. */
  openStream(execution: Execution<Tag>, asker: StreamPeer, context: CallContext): Promise<StreamPeer>
  /** A stream that it opened has something to send. */
  note(execution: Execution<Tag>): void
  /** An answer was given: it can leave. */
  onAnswered(execution: Execution<Tag>, bytes: number): void
}

/** Lets a handler execute a request of the peer, which is answered once; `false` when nobody waits for it any more. */
export function execute<Tag>(execution: Execution<Tag>, executor: Executor<Tag>): boolean {
  // Cancelled while it waited for its turn
  if (execution.request.cancelled) {
    execution.stream?.drop()
    execution.request.abandonedBy?.ended(execution.request)
    return false
  }
  const { conversation } = execution
  let over = false
  const send: BackRPCResponseSend = (result) => {
    if (over) return DONE
    over = true
    executor.onAnswered(execution, conversation.answer(execution, result, executor.sink))
    return DONE
  }
  const refuse = (error: unknown): void => {
    if (over) return
    over = true
    const told = NetworkError.is(error) ? error : NetworkError.remote(error)
    conversation.refuse(execution, told, executor.sink)
    executor.onAnswered(execution, 0)
  }
  const context = new CallContext(execution as Execution<unknown>, executor.tickManager, send, refuse)
  if (execution.stream !== undefined) {
    const answer = {
      send: () => {
        void send(undefined)
      },
      refuse,
      note: () => executor.note(execution)
    }
    serveStream(execution as Execution<unknown>, (asker) => executor.openStream(execution, asker, context), answer)
    return true
  }
  try {
    const result = executor.invoke(execution, send, context)
    if (isPromise(result)) result.then(undefined, refuse)
  } catch (error) {
    refuse(error)
  }
  return true
}
