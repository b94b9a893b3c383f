// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ClientUuid } from '../api/identifiers'
import type { Logger } from '../api/logger'
import { NetworkError, messageOf } from '../errors'
import { ClientLink, type Broadcast } from './client-link'
import { contain, watch } from './contain'
import type { HostedContainer } from './hosted-container'

/** Who is connected to which container of an agent. */
export class AgentConnections {
  private readonly byClient = new Map<ClientUuid, Set<HostedContainer>>()

  constructor(private readonly logger: Logger) {}

  /** Adds a connection; the client's first is told to the container, whose refusal becomes `REMOTE_ERROR`. */
  open(hosted: HostedContainer, client: ClientUuid, broadcast: Broadcast): void {
    hosted.checkServing()
    const existing = hosted.links.get(client)
    if (existing !== undefined) return existing.add(broadcast)
    const link = new ClientLink()
    link.add(broadcast)
    hosted.links.set(client, link)
    const containers = this.byClient.get(client) ?? new Set()
    this.byClient.set(client, containers.add(hosted))
    try {
      watch(hosted.container.connect(client, link.send), this.failed(hosted, client))
    } catch (error) {
      this.forget(hosted, client, link)
      throw NetworkError.remote(error, { ...hosted.details, stage: 'connecting' })
    }
  }

  /** Removes one connection, or all of that client without `broadcast`; the last is told to the container. */
  close(hosted: HostedContainer, client: ClientUuid, broadcast?: Broadcast): void {
    const link = hosted.links.get(client)
    if (link === undefined) return
    if (broadcast !== undefined && !link.remove(broadcast)) return
    this.forget(hosted, client, link)
    contain(() => hosted.container.disconnect(client), this.failed(hosted, client))
  }

  /** That client is gone. */
  closeClient(client: ClientUuid): void {
    for (const hosted of [...(this.byClient.get(client) ?? [])]) this.close(hosted, client)
  }

  /** That container serves no more. */
  closeContainer(hosted: HostedContainer): void {
    for (const client of [...hosted.links.keys()]) this.close(hosted, client)
  }

  private failed({ uuid }: HostedContainer, client: ClientUuid): (error: unknown) => void {
    return (error) => {
      this.logger.warn('A container failed as a client came or went', { uuid, client, error: messageOf(error) })
    }
  }

  private forget(hosted: HostedContainer, client: ClientUuid, link: ClientLink): void {
    link.close()
    hosted.links.delete(client)
    const containers = this.byClient.get(client)
    containers?.delete(hosted)
    if (containers?.size === 0) this.byClient.delete(client)
  }
}
