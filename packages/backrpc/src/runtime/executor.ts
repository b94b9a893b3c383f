// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { StreamPeer, TickManager } from '@hcengineering/network-core'
import type { BackRPCResponseSend } from '../rpc-types'
import type { Execution, Sink } from '../session/conversation-effects'
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
  const context = new CallContext(execution as Execution<unknown>, executor as Executor<unknown>)
  const send: BackRPCResponseSend = (result) => {
    context.resolve(result)
    return DONE
  }
  if (execution.stream !== undefined) {
    const answer = {
      send: () => context.resolve(undefined),
      refuse: (error: unknown) => context.reject(error),
      note: () => executor.note(execution)
    }
    serveStream(execution as Execution<unknown>, (asker) => executor.openStream(execution, asker, context), answer)
    return true
  }
  try {
    const result = executor.invoke(execution, send, context)
    if (isPromise(result)) result.then(undefined, (error) => context.reject(error))
  } catch (error) {
    context.reject(error)
  }
  return true
}
