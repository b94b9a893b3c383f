// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkAgent } from '../api/agent'
import type { AgentUuid, ClientUuid, ContainerUuid } from '../api/identifiers'
import type { TickManager } from '../api/time'
import { compareTokens, type ActivationToken } from '../api/token'
import { NetworkError, messageOf } from '../errors'
import { readValue } from '../unread'
import type { Broadcast } from './client-link'
import type { ContainerCalls } from './container-calls'
import type { NetworkHooks } from './network-hooks'
import type { NetworkKernel } from './network-kernel'
import type { ResolvedNetworkOptions } from './network-options'
import { RelayRetries } from './relay-retries'
import { Relays, type Relay } from './relays'

/** What a connection listens to: a container's activation where that serves. */
interface Listened {
  readonly agent: NetworkAgent
  readonly token: ActivationToken | undefined
}

/** Connections with containers that run through the coordinator: each follows its container, and is made again after a move. */
export class RelayedConnections {
  private readonly relays = new Relays()
  private readonly retries: RelayRetries
  private readonly kernel: NetworkKernel

  constructor(
    private readonly calls: ContainerCalls,
    tickManager: TickManager,
    private readonly options: ResolvedNetworkOptions,
    private readonly hooks: NetworkHooks
  ) {
    this.kernel = calls.kernel
    this.retries = new RelayRetries(tickManager)
  }

  /**
   * Opens one; `CONNECT_UNSUPPORTED` when the agent cannot. It is wanted from now on: it follows a container that moves
   * meanwhile, and a `close` that comes meanwhile ends it.
   *
   * @param options its `unread`: `broadcast` passes events on as they came, see `readValue`
   */
  async open(
    client: ClientUuid,
    uuid: ContainerUuid,
    broadcast: Broadcast,
    options: { readonly unread?: boolean } = {}
  ): Promise<void> {
    this.checkClient(client, uuid)
    const known = this.relays.find(client, uuid)
    const read: Broadcast = async (data) => await broadcast(readValue(data))
    const relay = known ?? this.relays.add(client, uuid, options.unread === true ? broadcast : read)
    const wanted = (): boolean => this.relays.find(client, uuid) === relay
    try {
      for (;;) {
        const serving = await this.calls.serving(uuid, this.options.requestMs)
        this.checkClient(client, uuid)
        if (!wanted()) throw new NetworkError('CANCELLED', `Disconnected from container ${uuid} meanwhile`, { uuid })
        try {
          await this.connect(client, uuid, relay, serving)
          return this.retries.stop(relay)
        } catch (error) {
          if (!wanted() || !this.calls.hasMoved(uuid, serving)) throw error
        }
      }
    } catch (error) {
      if (known === undefined && wanted()) this.relays.remove(client, uuid)
      throw NetworkError.from(error)
    }
  }

  /** Closes what `open` opened. */
  async close(client: ClientUuid, uuid: ContainerUuid): Promise<void> {
    const relay = this.relays.remove(client, uuid)
    if (relay?.agent === undefined) return
    // It may have registered anew since.
    await this.kernel.agent(relay.agent.uuid)?.disconnect?.(uuid, client, relay.broadcast)
  }

  /** Passes an event of a container on to a client that listens through here, if `owned` says that it comes from its agent. */
  async pass(client: string, uuid: string, data: unknown, owned: (agentId: AgentUuid) => boolean): Promise<void> {
    const agentId = this.kernel.state.lookup(uuid as ContainerUuid)?.agentId
    if (agentId === undefined || !owned(agentId)) return
    await this.relays.find(client as ClientUuid, uuid as ContainerUuid)?.broadcast(data)
  }

  /** By client, the containers that it listens to through here, on the agents that are `owned`. */
  listeners(owned: (agentId: AgentUuid) => boolean): Map<ClientUuid, ContainerUuid[]> {
    const byClient = new Map<ClientUuid, ContainerUuid[]>()
    for (const [uuid, clients] of this.relays.all()) {
      const agentId = this.kernel.state.lookup(uuid)?.agentId
      if (agentId === undefined || !owned(agentId)) continue
      for (const client of clients) byClient.set(client, [...(byClient.get(client) ?? []), uuid])
    }
    return byClient
  }

  /** The container serves on that agent now: resolves when each has been tried there once; `undefined` when there is none. */
  follow(uuid: ContainerUuid, agent: NetworkAgent | undefined): Promise<unknown> | undefined {
    const relays = agent?.connect === undefined ? [] : this.relays.of(uuid)
    if (agent === undefined || relays.length === 0) return undefined
    const token = this.kernel.state.lookup(uuid)?.token
    return Promise.all(
      relays.map(async ([client, relay]) => await this.connectAgain(client, uuid, relay, { agent, token }))
    )
  }

  /** The container is no more. */
  gone(uuid: ContainerUuid): void {
    for (const [client] of this.relays.of(uuid)) this.relays.remove(client, uuid)
  }

  /** The client is gone. */
  clientRemoved(client: ClientUuid): void {
    for (const uuid of this.relays.uuidsOf(client)) {
      this.close(client, uuid).catch((error: unknown) => {
        const text = 'Failed to close a connection of a client that is gone'
        this.options.logger.warn(text, { error: messageOf(error) })
      })
    }
  }

  /** Nothing more is tried. */
  stop(): void {
    this.retries.close()
  }

  /** Its container has come to that agent. Whom the first attempt fails is told, since nobody else tries. */
  private async connectAgain(
    client: ClientUuid,
    uuid: ContainerUuid,
    relay: Relay,
    { agent, token }: Listened
  ): Promise<void> {
    // Of a later activation its client knows that by itself
    if (relay.agent !== undefined && compareTokens(relay.token, token) === 0)
      this.hooks.onRelayGap?.(client, { uuid, reason: `agent ${agent.uuid} was out of reach of the coordinator` })
    await this.retries.begin(relay, {
      // It may have registered anew since
      open: async () =>
        await this.connect(client, uuid, relay, { agent: this.kernel.agent(agent.uuid) ?? agent, token }),
      isWanted: () => this.relays.find(client, uuid) === relay,
      failed: (error) => {
        const cause = messageOf(error)
        this.options.logger.warn('A relayed connection could not be made again yet', { client, uuid, cause })
        this.hooks.onRelayGap?.(client, { uuid, reason: `the connection could not be made again yet: ${cause}` })
      }
    })
  }

  /** Asks the agent for it; once more changes nothing. */
  private async connect(
    client: ClientUuid,
    uuid: ContainerUuid,
    relay: Relay,
    { agent, token }: Listened
  ): Promise<void> {
    if (agent.connect === undefined) {
      throw new NetworkError(
        'CONNECT_UNSUPPORTED',
        `Agent ${agent.uuid} has no endpoint and cannot carry connections through the coordinator; give it an endpoint or upgrade it to 0.8`,
        { uuid, agentId: agent.uuid }
      )
    }
    relay.agent = agent
    relay.token = token
    await agent.connect(uuid, client, relay.broadcast)
  }

  private checkClient(client: ClientUuid, uuid: ContainerUuid): void {
    if (!this.kernel.state.hasClient(client))
      throw new NetworkError('CLOSED', `Client ${client} has gone meanwhile`, { uuid })
  }
}
