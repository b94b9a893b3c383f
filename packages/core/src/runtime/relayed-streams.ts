// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRequestOptions } from '../api/call'
import type { ClientUuid, ContainerUuid } from '../api/identifiers'
import type { StreamOpening, StreamPeer } from '../api/stream'
import type { TickManager } from '../api/time'
import { NetworkError } from '../errors'
import { checkName } from '../labels'
import { readValue } from '../unread'
import type { ContainerCalls } from './container-calls'
import { isUnexecuted } from './relayed-call'

/**
 * Streams that go to containers through the coordinator. Once it is open, each side is told by the other: nothing of it is
 * kept here, and what the reader grants goes all the way to who sends.
 */
export class RelayedStreams {
  constructor(
    private readonly calls: ContainerCalls,
    private readonly tickManager: TickManager,
    private readonly requestMs: number
  ) {}

  /**
   * Opens one: resolves with the side of the container when it has taken it, which may be waited for like an answer; `asker`
   * may be told items before.
   */
  async open(
    uuid: ContainerUuid,
    operation: string,
    data: unknown,
    clientId: ClientUuid | undefined,
    opening: StreamOpening,
    asker: StreamPeer,
    { timeoutMs = this.requestMs, signal, chain }: AgentRequestOptions = {}
  ): Promise<StreamPeer> {
    checkName(operation, 'operation')
    const startedAt = this.tickManager.now()
    const leftMs = (): number =>
      timeoutMs === 0 ? 0 : Math.max(1, Math.ceil(timeoutMs - (this.tickManager.now() - startedAt)))
    for (;;) {
      const serving = await this.calls.serving(uuid, leftMs(), signal)
      const { agent } = serving
      if (agent.stream === undefined) {
        const text = `Agent ${agent.uuid} has no streams; upgrade it`
        throw new NetworkError('CONNECT_UNSUPPORTED', text, { uuid, agentId: agent.uuid })
      }
      const content = agent.passesOn === true ? data : readValue(data)
      try {
        return await agent.stream(uuid, operation, content, clientId, opening, asker, {
          timeoutMs: leftMs(),
          signal,
          chain
        })
      } catch (error) {
        if (!isUnexecuted(error) || !this.calls.hasMoved(uuid, serving)) throw error
      }
    }
  }
}
