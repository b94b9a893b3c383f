// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { cloneAnswer, cloneValue, unsentAnswer } from '@hcengineering/network-backrpc'
import {
  Bag,
  DeadlineTimer,
  LazyDeadlines,
  NetworkError,
  readValue,
  requestName,
  type Bagged,
  type ClientUuid,
  type ContainerUuid,
  type Expiring,
  type NetworkAgent,
  type TickManager
} from '@hcengineering/network-core'
import type { LineCall } from './line'
import { cancelled } from './waits'

/** One request that is not answered yet. */
class LocalCall implements Expiring, Bagged {
  place = 0
  settled = false

  constructor(
    private readonly calls: LocalCalls,
    readonly sequence: number,
    readonly deadline: number,
    readonly asked: { readonly uuid: ContainerUuid; readonly operation: string; readonly timeoutMs: number },
    private readonly caller: LineCall
  ) {}

  answer(result: unknown): void {
    if (this.settled) return
    let copy: unknown
    try {
      copy = cloneAnswer(result)
    } catch (error) {
      return this.fail(unsentAnswer(error))
    }
    this.settle()
    this.caller.resolve(copy)
  }

  fail(error: NetworkError): void {
    if (this.settled) return
    this.settle()
    this.caller.reject(error)
  }

  private settle(): void {
    this.settled = true
    this.calls.over(this)
  }
}

/** Requests to containers of agents in this process: no socket, no bytes; values are copied as if they had travelled. */
export class LocalCalls {
  private readonly deadlines = new LazyDeadlines<LocalCall>()
  private readonly timer: DeadlineTimer
  private readonly pending = new Bag<LocalCall>()
  private nextSequence = 0
  private closed = false

  constructor(
    private readonly clientId: ClientUuid,
    private readonly tickManager: TickManager
  ) {
    this.timer = new DeadlineTimer(tickManager, () => this.expire())
  }

  request(agent: NetworkAgent, uuid: ContainerUuid, operation: string, data: unknown, caller: LineCall): void {
    if (this.closed) return caller.reject(closedError(uuid))
    const { timeoutMs, deadlineAt, idempotent, signal, chain } = caller
    // While it waited for the connection
    if (signal?.aborted === true) return caller.reject(cancelled(signal))
    let copy: unknown
    try {
      copy = cloneValue(readValue(data))
      // The agent may do with its own what it likes
      caller.keep?.(idempotent ? cloneValue(copy) : copy)
    } catch (error) {
      return caller.reject(error as Error)
    }
    const call = new LocalCall(this, this.nextSequence++, deadlineAt, { uuid, operation, timeoutMs }, caller)
    this.pending.add(call)
    if (timeoutMs > 0) {
      this.deadlines.add(call)
      this.timer.rearm(this.deadlines.next())
    }
    try {
      Promise.resolve(agent.request(uuid, operation, copy, this.clientId, { timeoutMs, signal, chain })).then(
        (result) => call.answer(result),
        (error) => call.fail(travelled(error))
      )
    } catch (error) {
      // An agent of the user's own
      call.fail(travelled(error))
    }
  }

  /** That call is settled. */
  over(call: LocalCall): void {
    this.pending.delete(call)
    if (call.deadline !== Infinity) this.deadlines.noteSettled()
  }

  /** Fails what is pending. */
  close(): void {
    this.closed = true
    this.timer.stop()
    for (const call of this.pending.all()) call.fail(closedError())
  }

  private expire(): void {
    for (const call of this.deadlines.due(this.tickManager.now())) call.fail(lateError(call.asked))
    this.timer.rearm(this.deadlines.next())
  }
}

/** An error as a peer would have told it: another object, without what stays at home. */
function travelled(error: unknown): NetworkError {
  const known = NetworkError.is(error) ? error : NetworkError.remote(error)
  return NetworkError.fromPayload(known.toPayload())
}

function closedError(uuid?: ContainerUuid): NetworkError {
  return new NetworkError('CLOSED', 'The network client is closed', { uuid })
}

function lateError({ uuid, operation, timeoutMs }: LocalCall['asked']): NetworkError {
  const stage = 'given to the agent in this process and not answered'
  const text = `No answer to ${requestName(uuid, operation)} within ${timeoutMs} ms: ${stage}`
  return new NetworkError('DEADLINE_EXCEEDED', text, { uuid, stage })
}
