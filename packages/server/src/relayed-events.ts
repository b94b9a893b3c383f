// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  messageOf,
  NetworkError,
  type AgentUuid,
  type ClientUuid,
  type ContainerUuid,
  type Logger,
  type NetworkImpl,
  type NetworkEvent,
  type RelayGap
} from '@hcengineering/network-core'

/** What relayed events need of the server around them. */
export interface RelayedEventsHost {
  readonly network: NetworkImpl
  readonly logger: Logger | undefined
  /** Whose agent that is, by what is registered here. */
  ownerOf(agentId: AgentUuid): ClientUuid | undefined
  send(client: ClientUuid, event: NetworkEvent & { gaps: RelayGap[] }): Promise<void>
}

/** Events of containers for clients whose connections run through here, and what is told of those that are lost on the way. */
export class RelayedEvents {
  constructor(private readonly host: RelayedEventsHost) {}

  /** `[clientId, uuid, data]`: a container's event for a client whose connection runs through here. */
  pass(client: ClientUuid, body: unknown): void {
    if (!Array.isArray(body) || typeof body[0] !== 'string' || typeof body[1] !== 'string') return
    const [listener, uuid, data] = body as [string, string, unknown]
    const { network, logger } = this.host
    network.connections.pass(listener, uuid, data, this.ownedBy(client)).catch((error: unknown) => {
      const reason = messageOf(error)
      logger?.debug('A relayed event was not delivered', { error: reason })
      // Beyond what it may have waiting its own line tells it; what it cannot be told in its protocol is told here
      if (error instanceof NetworkError && error.code === 'OVERLOADED') return
      this.tell(listener as ClientUuid, [{ uuid: uuid as ContainerUuid, reason }])
    })
  }

  /** Events of a client's agents were lost on their way here: nobody knows whose, so all who listen to them are told. */
  lost(client: ClientUuid, reason: string): void {
    for (const [listener, uuids] of this.host.network.connections.listeners(this.ownedBy(client))) {
      this.tell(
        listener,
        uuids.map((uuid) => ({ uuid, reason }))
      )
    }
  }

  /** That client may have missed events. One that is cut off is told of a gap anyway. */
  tell(listener: ClientUuid, gaps: RelayGap[]): void {
    this.host.send(listener, { agents: [], containers: [], gaps }).catch(() => {})
  }

  private ownedBy(client: ClientUuid): (agentId: AgentUuid) => boolean {
    return (agentId) => this.host.ownerOf(agentId) === client
  }
}
