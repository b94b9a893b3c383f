// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  opNames,
  type ActivationToken,
  type AgentEndpointRef,
  type AgentUuid,
  type ContainerUuid,
  type TickManager
} from '@hcengineering/network-core'
import { Channel } from './channel'
import { ContainerConnectionImpl } from './container-connection'
import type { CallOptions, Coordinator } from './coordinator'
import type { Holds } from './holds'
import type { ChannelHost } from './leg-opener'
import { LineTable } from './line-table'
import type { LocalCalls } from './local-calls'
import type { ResolvedClientOptions } from './options'
import type { RelayLine } from './relay-line'
import { agentRoute, hintOf, type Route } from './routes'
import type { HeldContainer } from './state/reference-book'
import { Deadline } from './waits'

/** What connections are made with. */
export interface ConnectionsParts {
  readonly coordinator: Coordinator
  readonly holds: Holds
  readonly relay: RelayLine
  readonly localCalls: LocalCalls
  readonly tickManager: TickManager
  readonly options: ResolvedClientOptions
}

/** Every connection of this client: one channel per container, lines shared between channels. */
export class Connections implements ChannelHost {
  readonly tickManager: TickManager
  readonly options: ResolvedClientOptions
  readonly relay: RelayLine
  readonly lines: LineTable
  private readonly channels = new Map<ContainerUuid, Channel>()
  private readonly open = new Set<ContainerConnectionImpl>()

  constructor(private readonly parts: ConnectionsParts) {
    this.tickManager = parts.tickManager
    this.options = parts.options
    this.relay = parts.relay
    this.lines = new LineTable(parts.tickManager, parts.options, parts.localCalls)
  }

  /** Opens one; rejects when none can be had within the request timeout. @param release lets its hold go */
  async connect(uuid: ContainerUuid, release: () => Promise<void>): Promise<ContainerConnectionImpl> {
    let channel = this.channels.get(uuid)
    if (channel === undefined) this.channels.set(uuid, (channel = new Channel(uuid, this)))
    const shared = channel
    const connection = new ContainerConnectionImpl(shared, this.options.logger, async (closed) => {
      this.open.delete(closed)
      shared.detach(closed)
      try {
        if (shared.unused) await this.drop(shared)
      } finally {
        await release()
      }
    })
    this.open.add(connection)
    shared.attach(connection)
    try {
      await shared.ready(new Deadline(this.tickManager, this.options.requestTimeoutMs))
    } catch (error) {
      await connection.close()
      throw error
    }
    return connection
  }

  /** The coordinator said that a container is elsewhere, or started anew. */
  moved(uuid: ContainerUuid): void {
    this.channels.get(uuid)?.moved('the container moved')
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.open].map(async (connection) => await connection.close()))
    await this.lines.close()
  }

  async route(uuid: ContainerUuid): Promise<Route> {
    const location = this.parts.holds.book.get(uuid)?.location
    if (location === undefined) return { via: 'relay' }
    const hint = hintOf(location.endpoint)
    // A container with a server of its own is asked there, as it wants
    if (hint.via === 'own') return hint
    const { agentId } = location
    if (agentId !== undefined && this.options.localAgents?.find(agentId) !== undefined) return { via: 'local', agentId }
    if (hint.via !== 'ask-agent') return hint
    const known = location.agentEndpoint
    return agentRoute(known === undefined ? await this.agentEndpoint(uuid) : (known ?? undefined))
  }

  async held(uuid: ContainerUuid, timeoutMs: number): Promise<void> {
    await this.parts.holds.held(uuid, timeoutMs)
  }

  latest(uuid: ContainerUuid): ActivationToken | undefined {
    return this.parts.holds.book.get(uuid)?.location.token
  }

  async locate(uuid: ContainerUuid): Promise<void> {
    await this.parts.holds.locate(uuid)
  }

  /** Looks the agent up, where neither the answer to the get nor an event gave its endpoint. */
  private async agentEndpoint(uuid: ContainerUuid): Promise<AgentEndpointRef | undefined> {
    const { coordinator, holds } = this.parts
    const row = holds.book.get(uuid)
    if (row === undefined) return undefined
    const call = { timeoutMs: this.options.requestTimeoutMs, resend: true }
    const agentId = row.location.agentId ?? (await this.agentOf(row, call))
    const agents = await coordinator.call(opNames.listAgents, {}, call)
    return agents.find((agent) => agent.agentId === agentId)?.endpoint
  }

  private async agentOf({ uuid, kind }: HeldContainer, call: CallOptions): Promise<AgentUuid | undefined> {
    const records = await this.parts.coordinator.list(kind, call)
    return records.find((record) => record.uuid === uuid)?.agentId
  }

  private async drop(channel: Channel): Promise<void> {
    if (this.channels.get(channel.uuid) === channel) this.channels.delete(channel.uuid)
    await channel.close()
  }
}
