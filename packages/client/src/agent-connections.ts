// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ClientUuid, Container, ContainerUuid, NetworkAgent } from '@hcengineering/network-core'
import { NetworkError } from '@hcengineering/network-core'

/** Sends one event to a client. */
export type Broadcast = (data: unknown) => Promise<void>

interface Connection {
  readonly broadcast: Broadcast
  /** The activation it was opened with: a later one under the same uuid knows nothing of it. */
  readonly container: Container | undefined
}

/** The connections that clients opened to an agent's containers over one way, found by client: they end together. */
export class AgentConnections {
  private readonly clients = new Map<ClientUuid, Map<ContainerUuid, Connection>>()

  /** @param send carries one event of a container to a client */
  constructor(
    private readonly agent: NetworkAgent,
    private readonly send: (client: ClientUuid, uuid: ContainerUuid, data: unknown) => Promise<void>
  ) {}

  /** Opens one; a repeated call is answered and changes nothing, unless the container was started anew in between. */
  async connect(client: ClientUuid, uuid: ContainerUuid): Promise<void> {
    const container = await this.agent.getContainer(uuid)
    const connections = this.of(client)
    const before = connections.get(uuid)
    if (before?.container !== undefined && before.container === container) return
    const broadcast: Broadcast = async (data) => await this.send(client, uuid, data)
    connections.set(uuid, { broadcast, container })
    try {
      await this.open(client, uuid, { broadcast, container })
    } catch (error) {
      if (connections.get(uuid)?.broadcast === broadcast) this.forget(client, uuid)
      throw error
    }
  }

  async disconnect(client: ClientUuid, uuid: ContainerUuid): Promise<void> {
    const connection = this.clients.get(client)?.get(uuid)
    if (connection === undefined) return
    this.forget(client, uuid)
    if (this.agent.disconnect !== undefined) await this.agent.disconnect(uuid, client, connection.broadcast)
    else connection.container?.disconnect(client)
  }

  /** The client is gone. */
  async disconnectClient(client: ClientUuid): Promise<void> {
    const connections = this.clients.get(client)
    if (connections === undefined) return
    await Promise.allSettled([...connections.keys()].map(async (uuid) => await this.disconnect(client, uuid)))
  }

  /** The way itself is gone. */
  async disconnectAll(): Promise<void> {
    await Promise.allSettled([...this.clients.keys()].map(async (client) => await this.disconnectClient(client)))
  }

  /** An agent that knows nothing of connections still has containers that do. */
  private async open(client: ClientUuid, uuid: ContainerUuid, { broadcast, container }: Connection): Promise<void> {
    const { agent } = this
    if (agent.connect !== undefined) {
      await agent.connect(uuid, client, broadcast)
    } else if (container !== undefined) {
      container.connect(client, broadcast)
    } else {
      throw new NetworkError('NOT_FOUND', `Container ${uuid} is not on agent ${agent.uuid}`, {
        uuid,
        agentId: agent.uuid
      })
    }
  }

  private of(client: ClientUuid): Map<ContainerUuid, Connection> {
    let connections = this.clients.get(client)
    if (connections === undefined) this.clients.set(client, (connections = new Map<ContainerUuid, Connection>()))
    return connections
  }

  private forget(client: ClientUuid, uuid: ContainerUuid): void {
    const connections = this.clients.get(client)
    connections?.delete(uuid)
    if (connections?.size === 0) this.clients.delete(client)
  }
}
