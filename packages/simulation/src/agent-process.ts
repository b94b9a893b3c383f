// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkAgentServer, type NetworkClientImpl } from '@hcengineering/network-client'
import {
  AgentImpl,
  type AgentUuid,
  type ContainerKind,
  type ContainerUuid,
  type DrainResult
} from '@hcengineering/network-core'
import type { SimulatedProcess } from '@hcengineering/network-testing/kernel'
import { endpointOf, simulatedFactory, SimulatedContainer, type RequestData } from './containers'
import { statelessKind } from './names'
import { networkClient } from './network-client'
import type { AgentShape } from './plan'
import { settings } from './settings'
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
    const socketOptions = { transport: world.links.transport(node, process), protocol: world.protocolOf(node) }
    this.client = networkClient(process, socketOptions)
    const factories = shape.kinds.map((kind) => [kind, simulatedFactory(kind, process, shape.opaque, world)])
    this.agent = new AgentImpl(node as AgentUuid, Object.fromEntries(factories), {
      tickManager: process.ticks,
      timeouts: { startMs: settings.startMs, terminateMs: settings.terminateMs, pingMs: 1_000, pingIntervalMs: 1_000 }
    })
    this.noteTokens()
    this.noteReplies()
    this.server = shape.direct
      ? new NetworkAgentServer(process.ticks, node, '*', settings.agentPort, { socketOptions })
      : undefined
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
      const { uuid } = options
      if (token === undefined || uuid === undefined) return await get(kind, options, start)
      world.tokens.set(`${process.name} ${uuid}`, token)
      const living = [...world.living.values()].find((one) => one.uuid === uuid && one.process === process)
      if (living !== undefined) world.history.record({ type: 'activated', instance: living.id, token })
      return await get(kind, options, start)
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

  async close(): Promise<void> {
    this.closing = true
    await this.client.close()
    await this.server?.close()
  }
}
