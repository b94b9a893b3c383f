// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  EndpointKind,
  defaultTimeoutsMs,
  schedule,
  tryParseEndpointRef,
  type ClientUuid,
  type EndpointRefData,
  type TickManager
} from '@hcengineering/network-core'
import type { RemoteAgent } from './remote-agent'
import type { probePort } from './transport/port-probe'

/** Between the loss of a connection and the port's closing a dying process needs a moment: how often and how far apart to knock. */
const probes = { count: 4, intervalMs: 50 } as const

interface Owner {
  readonly agents: Set<RemoteAgent>
  /** Agents whose endpoint was seen listening from here: only of those a refusal proves anything. */
  readonly reachable: Set<RemoteAgent>
  /** Changes with every loss and return of the connection, so that an old probe speaks of nothing. */
  connection: object
  lost: boolean
}

/**
 * Confirms deaths: when the connection of a client that owns agents is lost, and nobody listens at its agents' endpoints
 * any more, its process is gone, and what it hosted need not wait for its alive timeout.
 */
export class OwnerWatch {
  private readonly owners = new Map<ClientUuid, Owner>()
  private closed = false

  constructor(
    private readonly tickManager: TickManager,
    private readonly probeAt: typeof probePort,
    private readonly dead: (client: ClientUuid) => void
  ) {}

  add(agent: RemoteAgent): void {
    const owner = this.owners.get(agent.client) ?? {
      agents: new Set(),
      reachable: new Set(),
      connection: {},
      lost: false
    }
    this.owners.set(agent.client, owner)
    for (const earlier of owner.agents) {
      if (earlier.uuid !== agent.uuid) continue
      owner.agents.delete(earlier)
      owner.reachable.delete(earlier)
    }
    owner.agents.add(agent)
    void this.knock(agent).then((found) => {
      if (found === 'listening') owner.reachable.add(agent)
    })
  }

  remove(agent: RemoteAgent): void {
    const owner = this.owners.get(agent.client)
    if (owner === undefined) return
    owner.agents.delete(agent)
    owner.reachable.delete(agent)
    if (owner.agents.size === 0) this.owners.delete(agent.client)
  }

  agentsOf(client: ClientUuid): RemoteAgent[] {
    return [...(this.owners.get(client)?.agents ?? [])]
  }

  /** The connection is lost. */
  lost(client: ClientUuid): void {
    const owner = this.owners.get(client)
    if (owner === undefined) return
    owner.lost = true
    owner.connection = {}
    this.probe(client)
  }

  /** The connection is back. */
  back(client: ClientUuid): void {
    const owner = this.owners.get(client)
    if (owner === undefined) return
    owner.lost = false
    owner.connection = {}
  }

  /** Looks whether that client's process is gone; nothing happens while its connection stands. */
  probe(client: ClientUuid): void {
    const owner = this.owners.get(client)
    if (owner?.lost === true) this.attempt(client, owner, owner.connection, probes.count)
  }

  close(): void {
    this.closed = true
    this.owners.clear()
  }

  private attempt(client: ClientUuid, owner: Owner, connection: object, left: number): void {
    const candidates = [...owner.reachable]
    if (candidates.length === 0) return
    void Promise.all(candidates.map(async (agent) => await this.knock(agent))).then((found) => {
      if (this.closed || !owner.lost || owner.connection !== connection) return
      if (found.every((one) => one === 'refused')) this.dead(client)
      else if (left > 1)
        schedule(this.tickManager, probes.intervalMs, () => this.attempt(client, owner, connection, left - 1))
    })
  }

  private async knock(agent: RemoteAgent): Promise<'listening' | 'refused' | 'unknown'> {
    const at: EndpointRefData | undefined =
      agent.endpoint === undefined ? undefined : tryParseEndpointRef(agent.endpoint)
    if (at?.kind !== EndpointKind.direct) return 'unknown'
    return await this.probeAt(at.host, at.port, defaultTimeoutsMs.hello)
  }
}
