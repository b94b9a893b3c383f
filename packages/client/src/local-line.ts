// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { cloneValue } from '@hcengineering/network-backrpc'
import {
  Deadlines,
  NetworkError,
  requestName,
  type ClientUuid,
  type ContainerUuid,
  type TickManager
} from '@hcengineering/network-core'
import { AgentConnections } from './agent-connections'
import type { Line, LineListener, LineRequestOptions } from './line'
import { LineListeners } from './line-listeners'
import type { LocalAgent } from './local-agents'

/** To the containers of an agent in this process: no socket, no bytes; values are copied as if they had travelled. */
export class LocalLine implements Line {
  readonly name = 'the agent in this process'
  readonly own = false
  private readonly listeners = new LineListeners()
  private readonly connections: AgentConnections
  private readonly deadlines: Deadlines
  private readonly pending = new Set<(error: Error) => void>()
  private up = true

  constructor(
    readonly key: string,
    private readonly local: LocalAgent,
    private readonly clientId: ClientUuid,
    tickManager: TickManager
  ) {
    this.deadlines = new Deadlines(tickManager)
    this.connections = new AgentConnections(local.agent, async (_client, uuid, data) => {
      if (!this.up) throw new NetworkError('CLOSED', 'The client that listened is closed', { uuid })
      this.listeners.deliver(uuid, cloneValue(data))
    })
    local.onGone.add(this.onGone)
  }

  get isUp(): boolean {
    return this.up
  }

  async ready(): Promise<void> {
    if (!this.up) throw this.goneError()
  }

  listen(uuid: ContainerUuid, listener: LineListener): () => void {
    return this.listeners.add(uuid, listener)
  }

  async connect(uuid: ContainerUuid): Promise<void> {
    await this.connections.connect(this.clientId, uuid)
  }

  async disconnect(uuid: ContainerUuid): Promise<void> {
    await this.connections.disconnect(this.clientId, uuid)
  }

  request(
    uuid: ContainerUuid,
    operation: string,
    data: unknown,
    { timeoutMs, signal }: LineRequestOptions
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const copy = cloneValue(data)
      const cancel = this.deadlines.after(timeoutMs, () => fail(this.lateError(uuid, operation, timeoutMs)))
      const fail = (error: unknown): void => {
        cancel()
        this.pending.delete(fail)
        reject(error)
      }
      this.pending.add(fail)
      this.local.agent.request(uuid, operation, copy, this.clientId, { timeoutMs, signal }).then(
        (result: unknown) => {
          try {
            const answer = cloneValue(result)
            cancel()
            this.pending.delete(fail)
            resolve(answer)
          } catch (error) {
            fail(error)
          }
        },
        (error: unknown) => fail(travelled(error))
      )
    })
  }

  async close(): Promise<void> {
    this.local.onGone.delete(this.onGone)
    this.up = false
    this.deadlines.close()
    for (const fail of [...this.pending]) fail(new NetworkError('CLOSED', 'The client is closed'))
    await this.connections.disconnectAll()
  }

  private readonly onGone = (): void => {
    this.up = false
    const cause = this.goneError()
    for (const listener of this.listeners.all()) listener.down(cause)
  }

  private goneError(): NetworkError {
    return new NetworkError('UNAVAILABLE', 'The agent in this process is served no more')
  }

  private lateError(uuid: ContainerUuid, operation: string, timeoutMs: number): NetworkError {
    const stage = 'given to the agent in this process and not answered'
    const text = `No answer to ${requestName(uuid, operation)} within ${timeoutMs} ms: ${stage}`
    return new NetworkError('DEADLINE_EXCEEDED', text, { uuid, stage })
  }
}

/** An error as a peer would have told it: another object, without what stays at home. */
function travelled(error: unknown): NetworkError {
  const known = error instanceof NetworkError ? error : NetworkError.remote(error)
  return NetworkError.fromPayload(known.toPayload())
}
