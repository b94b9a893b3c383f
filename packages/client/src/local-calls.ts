// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { cloneValue } from '@hcengineering/network-backrpc'
import {
  Deadlines,
  NetworkError,
  requestName,
  type ClientUuid,
  type ContainerUuid,
  type NetworkAgent,
  type TickManager
} from '@hcengineering/network-core'
import type { LineRequestOptions } from './line'
import { cancelled } from './waits'

/** Requests to containers of agents in this process: no socket, no bytes; values are copied as if they had travelled. */
export class LocalCalls {
  private readonly deadlines: Deadlines
  private readonly pending = new Set<(error: NetworkError) => void>()
  private closed = false

  constructor(
    private readonly clientId: ClientUuid,
    tickManager: TickManager
  ) {
    this.deadlines = new Deadlines(tickManager)
  }

  request(
    agent: NetworkAgent,
    uuid: ContainerUuid,
    operation: string,
    data: unknown,
    { timeoutMs, signal }: LineRequestOptions
  ): Promise<unknown> {
    if (this.closed) return Promise.reject(closedError(uuid))
    // While it waited for the connection
    if (signal?.aborted === true) return Promise.reject(cancelled(signal))
    return new Promise((resolve, reject) => {
      const copy = cloneValue(data)
      let cancel = (): void => {}
      const fail = (error: NetworkError): void => {
        cancel()
        this.pending.delete(fail)
        reject(error)
      }
      cancel = this.deadlines.after(timeoutMs, () => fail(lateError(uuid, operation, timeoutMs)))
      const answered = (result: unknown): void => {
        try {
          resolve(cloneValue(result))
          cancel()
          this.pending.delete(fail)
        } catch (error) {
          fail(NetworkError.from(error))
        }
      }
      this.pending.add(fail)
      const options = { timeoutMs, signal }
      agent.request(uuid, operation, copy, this.clientId, options).then(answered, (error) => fail(travelled(error)))
    })
  }

  /** Fails what is pending. */
  close(): void {
    this.closed = true
    this.deadlines.close()
    for (const fail of [...this.pending]) fail(closedError())
  }
}

/** An error as a peer would have told it: another object, without what stays at home. */
function travelled(error: unknown): NetworkError {
  const known = error instanceof NetworkError ? error : NetworkError.remote(error)
  return NetworkError.fromPayload(known.toPayload())
}

function closedError(uuid?: ContainerUuid): NetworkError {
  return new NetworkError('CLOSED', 'The network client is closed', { uuid })
}

function lateError(uuid: ContainerUuid, operation: string, timeoutMs: number): NetworkError {
  const stage = 'given to the agent in this process and not answered'
  const text = `No answer to ${requestName(uuid, operation)} within ${timeoutMs} ms: ${stage}`
  return new NetworkError('DEADLINE_EXCEEDED', text, { uuid, stage })
}
