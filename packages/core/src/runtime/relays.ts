// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ClientUuid, ContainerUuid } from '../api/identifiers'

/** Receives one event of a container for one client. */
export type Broadcast = (data: unknown) => Promise<void>

/** Connections that run through the coordinator: who listens to which container. */
export class Relays {
  private readonly byContainer = new Map<ContainerUuid, Map<ClientUuid, Broadcast>>()
  private readonly byClient = new Map<ClientUuid, Set<ContainerUuid>>()

  /** `false` when that client already listens there. */
  add(client: ClientUuid, uuid: ContainerUuid, broadcast: Broadcast): boolean {
    const clients = this.byContainer.get(uuid) ?? new Map<ClientUuid, Broadcast>()
    if (clients.has(client)) return false
    this.byContainer.set(uuid, clients.set(client, broadcast))
    this.byClient.set(client, (this.byClient.get(client) ?? new Set()).add(uuid))
    return true
  }

  remove(client: ClientUuid, uuid: ContainerUuid): Broadcast | undefined {
    const clients = this.byContainer.get(uuid)
    const broadcast = clients?.get(client)
    if (clients === undefined || broadcast === undefined) return undefined
    clients.delete(client)
    if (clients.size === 0) this.byContainer.delete(uuid)
    const uuids = this.byClient.get(client)
    uuids?.delete(uuid)
    if (uuids?.size === 0) this.byClient.delete(client)
    return broadcast
  }

  find(client: ClientUuid, uuid: ContainerUuid): Broadcast | undefined {
    return this.byContainer.get(uuid)?.get(client)
  }

  /** Who listens to a container. */
  of(uuid: ContainerUuid): [ClientUuid, Broadcast][] {
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
