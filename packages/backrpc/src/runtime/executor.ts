// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type TickManager } from '@hcengineering/network-core'
import type { Execution, Sink } from '../session/conversation'
import type { BackRPCResponseSend } from '../rpc-types'
import { isPromise } from './call'
import { CallContext } from './call-context'

const DONE = Promise.resolve()

/**
 * Lets a handler execute a request of the peer.
 *
 * @param answered called after each answer, so that it leaves
 */
export function execute<Tag>(
  execution: Execution<Tag>,
  handler: (send: BackRPCResponseSend, context: CallContext) => unknown,
  { sink, answered, tickManager }: { sink: Sink<Tag>; answered: () => void; tickManager: TickManager }
): void {
  // Cancelled while it waited for its turn
  if (execution.request.cancelled) return
  const send: BackRPCResponseSend = (result) => {
    execution.conversation.answer(execution, result, sink)
    answered()
    return DONE
  }
  const refuse = (error: unknown): void => {
    const told = error instanceof NetworkError ? error : NetworkError.remote(error)
    execution.conversation.refuse(execution, told, sink)
    answered()
  }
  try {
    const result = handler(send, new CallContext(execution as Execution<unknown>, tickManager))
    if (isPromise(result)) result.then(undefined, refuse)
  } catch (error) {
    refuse(error)
  }
}
