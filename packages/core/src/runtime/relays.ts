// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkAgent } from '../api/agent'
import type { ClientUuid, ContainerUuid } from '../api/identifiers'
import type { ActivationToken } from '../api/token'
import type { Broadcast } from './client-link'

/** One connection that runs through the coordinator, as long as it is wanted: it follows its container. */
export interface Relay {
  readonly broadcast: Broadcast
  /** Where it was asked for last. */
  agent?: NetworkAgent
  /** The activation that it was asked of. */
  token?: ActivationToken
}

/** Connections that run through the coordinator: who listens to which container. */
export class Relays {
  private readonly byContainer = new Map<ContainerUuid, Map<ClientUuid, Relay>>()
  private readonly byClient = new Map<ClientUuid, Set<ContainerUuid>>()

  /** Adds one where that client has none yet. */
  add(client: ClientUuid, uuid: ContainerUuid, broadcast: Broadcast): Relay {
    const relay: Relay = { broadcast }
    const clients = this.byContainer.get(uuid) ?? new Map<ClientUuid, Relay>()
    this.byContainer.set(uuid, clients.set(client, relay))
    this.byClient.set(client, (this.byClient.get(client) ?? new Set()).add(uuid))
    return relay
  }

  remove(client: ClientUuid, uuid: ContainerUuid): Relay | undefined {
    const clients = this.byContainer.get(uuid)
    const relay = clients?.get(client)
    if (clients === undefined || relay === undefined) return undefined
    clients.delete(client)
    if (clients.size === 0) this.byContainer.delete(uuid)
    const uuids = this.byClient.get(client)
    uuids?.delete(uuid)
    if (uuids?.size === 0) this.byClient.delete(client)
    return relay
  }

  find(client: ClientUuid, uuid: ContainerUuid): Relay | undefined {
    return this.byContainer.get(uuid)?.get(client)
  }

  /** Who listens to a container. */
  of(uuid: ContainerUuid): [ClientUuid, Relay][] {
    return [...(this.byContainer.get(uuid) ?? [])]
  }

  /** Every container that somebody listens to, with who does. */
  all(): [ContainerUuid, ClientUuid[]][] {
    return [...this.byContainer].map(([uuid, clients]) => [uuid, [...clients.keys()]])
  }

  /** What a client listens to. */
  uuidsOf(client: ClientUuid): ContainerUuid[] {
    return [...(this.byClient.get(client) ?? [])]
  }
}
