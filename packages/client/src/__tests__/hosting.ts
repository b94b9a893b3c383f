// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  AgentImpl,
  containerOnAgentEndpointRef,
  type ActivationToken,
  type AgentEndpointRef,
  type AgentUuid,
  type ContainerEndpointRef,
  type ContainerUuid,
  type Turns
} from '@hcengineering/network-core'
import { EchoContainer } from '@hcengineering/network-core/testing'
import { NetworkAgentServer } from '../agent-server'
import type { World } from './world'

/** An agent with its server on a node of its own, and containers that nobody had to start. */
export interface Hosting {
  readonly agent: AgentImpl
  readonly server: NetworkAgentServer
  readonly endpoint: AgentEndpointRef
  /** Puts one there and tells the coordinator's table; `opaque` under an endpoint that says nothing. */
  place(uuid: string, options?: { opaque?: boolean; token?: ActivationToken; turns?: Turns }): EchoContainer
}

/** Starts an agent called as its node, its server at port 5001. */
export async function host(world: World, node: string): Promise<Hosting> {
  const agent = new AgentImpl(node as AgentUuid, {}, { tickManager: world.ticks, logger: world.logger })
  const socketOptions = { transport: world.node(node) }
  const server = new NetworkAgentServer(world.ticks, node, '*', 5001, { socketOptions, logger: world.logger })
  await server.start(agent)
  const endpoint = agent.endpoint as AgentEndpointRef
  return {
    agent,
    server,
    endpoint,
    place: (uuid, { opaque = false, token, turns } = {}) => {
      const container = Object.assign(new EchoContainer(), { turns })
      const id = uuid as ContainerUuid
      const own = opaque ? (`my-service://${uuid}` as ContainerEndpointRef) : containerOnAgentEndpointRef(endpoint, id)
      agent.addStatelessContainer(id, 'chat' as never, own, container)
      agent.activate(id, token)
      world.coordinator.placements.set(uuid, { endpoint: own, agentEndpoint: endpoint, agentId: agent.uuid, token })
      return container
    }
  }
}

/** What the coordinator sends when a container is elsewhere. */
export function movedEvent(world: World, uuid: string, counter: number): unknown {
  const { endpoint, agentId } = world.coordinator.placements.get(uuid) ?? {}
  const token = { epoch: 1, counter }
  const container = { uuid, agentId, kind: 'chat', endpoint, lastVisit: 0, token }
  return { agents: [], containers: [{ container, event: 1 }] }
}
