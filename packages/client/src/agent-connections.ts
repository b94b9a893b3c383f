// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  NetworkError,
  type ActivationToken,
  type Broadcast,
  type ClientUuid,
  type Container,
  type ContainerUuid,
  type NetworkAgent
} from '@hcengineering/network-core'

interface Connection {
  readonly broadcast: Broadcast
  /** Who was told, where the agent itself knows nothing of connections. */
  container?: Container
}

/** The connections that clients opened to an agent's containers over one way, found by client: they end together. */
export class AgentConnections {
  private readonly clients = new Map<ClientUuid, Map<ContainerUuid, Connection>>()

  private whenEmpty: (() => void) | undefined

  /** @param broadcastTo makes what carries the events of a container to a client */
  constructor(
    private readonly agent: NetworkAgent,
    private readonly broadcastTo: (client: ClientUuid, uuid: ContainerUuid) => Broadcast
  ) {}

  /**
   * Opens one. Called again it changes nothing, unless the container was started anew in between: then that is told.
   * Answers with the activation, where the agent says it.
   */
  async connect(client: ClientUuid, uuid: ContainerUuid): Promise<ActivationToken | undefined> {
    const connections = this.of(client)
    const before = connections.get(uuid)
    const connection = before ?? { broadcast: this.broadcastTo(client, uuid) }
    connections.set(uuid, connection)
    let token: ActivationToken | undefined
    try {
      token = await this.begin(client, uuid, connection)
    } catch (error) {
      if (before === undefined && connections.get(uuid) === connection) connections.delete(uuid)
      this.tidy(client)
      throw error
    }
    if (connections.get(uuid) === connection) return token
    // Ended while it was being opened: the agent may not have known it yet.
    await this.end(client, uuid, connection)
    throw new NetworkError('CLOSED', `Client ${client} disconnected while it was being connected`, { uuid })
  }

  async disconnect(client: ClientUuid, uuid: ContainerUuid): Promise<void> {
    const connections = this.clients.get(client)
    const connection = connections?.get(uuid)
    if (connections === undefined || connection === undefined) return
    connections.delete(uuid)
    this.tidy(client)
    await this.end(client, uuid, connection)
  }

  /** The client is gone. */
  async disconnectClient(client: ClientUuid): Promise<void> {
    const connections = this.clients.get(client)
    if (connections === undefined) return
    this.clients.delete(client)
    this.tidy(client)
    const ended = [...connections]
    connections.clear()
    await Promise.allSettled(ended.map(async ([uuid, connection]) => await this.end(client, uuid, connection)))
  }

  /** Resolves when there are none. */
  async empty(): Promise<void> {
    if (this.clients.size > 0) await new Promise<void>((resolve) => (this.whenEmpty = resolve))
  }

  /** The way itself is gone. */
  async disconnectAll(): Promise<void> {
    await Promise.allSettled([...this.clients.keys()].map(async (client) => await this.disconnectClient(client)))
  }

  /** An agent that knows nothing of connections still has containers that do. */
  private async begin(
    client: ClientUuid,
    uuid: ContainerUuid,
    connection: Connection
  ): Promise<ActivationToken | undefined> {
    const { agent } = this
    if (agent.connect !== undefined) return await agent.connect(uuid, client, connection.broadcast)
    const container = await agent.getContainer(uuid)
    if (container === undefined) {
      const text = `Container ${uuid} is not on agent ${agent.uuid}`
      throw new NetworkError('NOT_FOUND', text, { uuid, agentId: agent.uuid })
    }
    if (connection.container !== container) {
      connection.container = container
      container.connect(client, connection.broadcast)
    }
    return undefined
  }

  private of(client: ClientUuid): Map<ContainerUuid, Connection> {
    let connections = this.clients.get(client)
    if (connections === undefined) this.clients.set(client, (connections = new Map<ContainerUuid, Connection>()))
    return connections
  }

  private async end(client: ClientUuid, uuid: ContainerUuid, { broadcast, container }: Connection): Promise<void> {
    if (this.agent.disconnect !== undefined) await this.agent.disconnect(uuid, client, broadcast)
    else container?.disconnect(client)
  }

  private tidy(client: ClientUuid): void {
    if (this.clients.get(client)?.size === 0) this.clients.delete(client)
    if (this.clients.size === 0) this.whenEmpty?.()
  }
}
