// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkAgentServer, type NetworkClientImpl } from '@hcengineering/network-client'
import {
  AgentImpl,
  type AgentUuid,
  type ContainerFactory,
  type ContainerKind,
  type ContainerUuid,
  type DrainResult
} from '@hcengineering/network-core'
import type { SimulatedProcess } from '@hcengineering/network-testing/kernel'
import { endpointOf, simulatedFactory, SimulatedContainer, type RequestData } from './containers'
import { serialKind, statelessKind } from './names'
import { networkClient } from './network-client'
import type { AgentShape } from './plan'
import { settings } from './settings'
import { Teller } from './teller'
import type { World } from './world'

/** A process that hosts containers, from its start to its end. */
export class AgentProcess {
  readonly client: NetworkClientImpl
  readonly agent: AgentImpl
  private readonly server: NetworkAgentServer | undefined
  private closing = false

  constructor(
    readonly node: string,
    readonly process: SimulatedProcess,
    private readonly shape: AgentShape,
    private readonly world: World
  ) {
    const { limits } = settings
    const socketOptions = { transport: world.links.transport(node, process), protocol: world.protocolOf(node), limits }
    this.client = networkClient(process, socketOptions)
    const factories = shape.kinds.map((kind) => [kind, this.factory(kind)])
    this.agent = new AgentImpl(node as AgentUuid, Object.fromEntries(factories), {
      capacity: world.plan.placement?.capacities[Number(node.split('-')[1])],
      tickManager: process.ticks,
      ownershipByKind: Object.fromEntries((world.plan.available ?? []).map((kind) => [kind, 'available'])),
      timeouts: { startMs: settings.startMs, terminateMs: world.terminateMs, pingMs: 1_000, pingIntervalMs: 1_000 }
    })
    this.noteTokens()
    this.noteReplies()
    this.noteLaterActivations()
    this.server = shape.direct
      ? new NetworkAgentServer(process.ticks, node, '*', settings.agentPort, { socketOptions })
      : undefined
  }

  private factory(kind: string): ContainerFactory {
    const { process, shape, world } = this
    if (kind !== serialKind) return simulatedFactory(kind, process, shape.opaque, world)
    return simulatedFactory(kind, process, shape.opaque, world, (...parts) => new Teller(world, ...parts))
  }

  /** Serves and registers, for ever trying. */
  async start(): Promise<void> {
    await this.server?.start(this.agent)
    for (const uuid of this.shape.stateless) {
      const container = new SimulatedContainer(this.world.nextInstance(), uuid, statelessKind, this.process, this.world)
      const endpoint = endpointOf(uuid, this.agent.endpoint, this.shape.opaque)
      this.agent.addStatelessContainer(uuid as ContainerUuid, statelessKind as ContainerKind, endpoint, container)
    }
    while (!this.closing) {
      const done = await this.world.calls.make(
        this.process,
        { what: `register ${this.node}`, timeoutMs: 60_000 },
        async () => await this.client.register(this.agent)
      )
      if (done !== undefined) return
      await this.process.ticks.waitTick(10)
    }
  }

  /** Tells the history which activation the coordinator means by each start. */
  private noteTokens(): void {
    const { agent, process, world } = this
    const get = agent.get.bind(agent)
    agent.get = async (kind, options, start) => {
      const token = start?.token
      if (token === undefined) return await get(kind, options, start)
      if (options.uuid !== undefined) world.tokens.set(`${process.name} ${options.uuid}`, token)
      const got = await get(kind, options, start)
      const living = [...world.living.values()].find((one) => one.uuid === got[0] && one.process === process)
      if (living !== undefined) world.history.record({ type: 'activated', instance: living.id, token })
      return got
    }
  }

  async drain(): Promise<DrainResult> {
    const result = await this.client.drain({ timeoutMs: settings.drainMs })
    if (result.left === 0) await this.server?.unused(1_000)
    return result
  }

  /** Tells the history whose answers leave. */
  private noteReplies(): void {
    const { agent, world } = this
    const request = agent.request.bind(agent)
    agent.request = (uuid, operation, data: RequestData | undefined, clientId, options) => {
      const answer = request(uuid, operation, data, clientId, options)
      const id = data?.id
      const left = (): void => {
        if (id !== undefined) world.history.record({ type: 'replied', request: id })
      }
      answer.then(left, () => {}) // beside it, so that the answer itself is not later for it
      return answer
    }
  }

  /** Tells the history what the agent is told of activations elsewhere. */
  private noteLaterActivations(): void {
    const { agent, process, world } = this
    const superseded = agent.superseded.bind(agent)
    agent.superseded = (uuid, token) => {
      world.history.record({ type: 'superseded', process: process.name, uuid, token })
      superseded(uuid, token)
    }
  }

  async close(): Promise<void> {
    this.closing = true
    await this.client.close()
    await this.server?.close()
  }
}
