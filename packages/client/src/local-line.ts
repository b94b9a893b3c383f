// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { cloneValue } from '@hcengineering/network-backrpc'
import {
  NetworkError,
  type ActivationToken,
  type ClientUuid,
  type ContainerUuid,
  type StreamOpening,
  type StreamPeer,
  type TickManager
} from '@hcengineering/network-core'
import { AgentConnections } from './agent-connections'
import { Farewells } from './farewells'
import type { Line, LineCall, LineListener, LineStream } from './line'
import { LineListeners } from './line-listeners'
import type { LocalAgent } from './local-agents'
import type { LocalCalls } from './local-calls'
import { openLocally } from './local-stream'

/** To the containers of an agent in this process. */
export class LocalLine implements Line {
  readonly name = 'the agent in this process'
  readonly own = false
  private readonly listeners = new LineListeners()
  private readonly connections: AgentConnections
  private readonly farewells: Farewells
  private up = true

  constructor(
    readonly key: string,
    private readonly local: LocalAgent,
    private readonly clientId: ClientUuid,
    private readonly calls: LocalCalls,
    tickManager: TickManager
  ) {
    this.connections = new AgentConnections(local.agent, (_client, uuid) => async (data) => {
      if (!this.up) throw new NetworkError('CLOSED', 'Nobody listens any more', { uuid })
      this.listeners.deliver(uuid, cloneValue(data))
    })
    this.farewells = new Farewells(
      tickManager,
      () => this.up,
      async (uuid) => await this.connections.disconnect(this.clientId, uuid)
    )
    local.onGone.add(this.onGone)
  }

  get isUp(): boolean {
    return this.up
  }

  async ready(): Promise<void> {
    if (!this.up) throw goneError()
  }

  /** It shares this process. */
  doubt(): void {}

  listen(uuid: ContainerUuid, listener: LineListener): () => void {
    return this.listeners.add(uuid, listener)
  }

  async connect(uuid: ContainerUuid, leg: number, timeoutMs: number): Promise<ActivationToken | undefined> {
    const before = this.farewells.connects(uuid, leg, timeoutMs)
    if (before !== undefined) await before
    return await this.connections.connect(this.clientId, uuid)
  }

  async disconnect(uuid: ContainerUuid, leg: number): Promise<void> {
    await this.farewells.bid(uuid, leg)
  }

  request(uuid: ContainerUuid, operation: string, data: unknown, call: LineCall): void {
    this.calls.request(this.local.agent, uuid, operation, data, call)
  }

  async openStream(stream: LineStream, opening: StreamOpening, asker: StreamPeer): Promise<StreamPeer> {
    if (!this.up) throw goneError()
    return await openLocally(this.local.agent, this.clientId, stream, opening, asker)
  }

  async close(): Promise<void> {
    this.local.onGone.delete(this.onGone)
    this.up = false
    await this.connections.disconnectAll()
  }

  private readonly onGone = (): void => {
    this.up = false
    const cause = goneError()
    for (const listener of this.listeners.all()) listener.down(cause)
  }
}

function goneError(): NetworkError {
  return new NetworkError('UNAVAILABLE', 'The agent in this process is served no more')
}
