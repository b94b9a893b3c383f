// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkAgentServer, NetworkClientImpl } from '@hcengineering/network-client'
import {
  AgentImpl,
  checkFactories,
  NetworkImpl,
  type AgentUuid,
  type ClientUuid,
  type ContainerFactories,
  type DrainResult,
  type TickManager
} from '@hcengineering/network-core'
import { NetworkServer, type LeaseLedger, type ReminderStore } from '@hcengineering/network-server'
import type { Links } from '../kernel/links'
import type { SimulatedProcess } from '../kernel/process'
import { unwrapped } from './envelope'
import { coordinatorName, type AgentName, type NodeName } from './names'
import type { ResolvedOptions, TestHost, TestNetworkOptions } from './options'
import { TestClient } from './test-client'
import { watched, watchedFactory, type Watch } from './watched-container'
import type { CallerParts } from './test-caller'

const coordinatorPort = 3737
const agentPort = 3738
/** Time for those who have not heard yet where a container went, as in production. */
const farewellMs = 1_000
/** Between two attempts to register. */
const registerAgainTicks = 10

/** What runs on a machine of the test network. */
export interface Program {
  readonly process: SimulatedProcess
  close(): Promise<void>
}

/** What programs are started with. */
export interface ProgramParts {
  readonly process: SimulatedProcess
  readonly links: Links
  readonly options: ResolvedOptions
}

/** What an agent is started with. */
export interface AgentParts<S> extends ProgramParts {
  readonly node: AgentName
  readonly given: TestNetworkOptions<S>
  readonly state: S
  readonly caller: CallerParts
  readonly watch: Watch
}

/** The coordinator, from its start to its end. */
export class CoordinatorProgram implements Program {
  readonly process: SimulatedProcess
  private readonly network: NetworkImpl
  private readonly server: NetworkServer

  constructor(
    { process, links, options }: ProgramParts,
    { ledger, reminders }: { ledger: LeaseLedger; reminders: ReminderStore },
    probe: (host: string, port: number) => Promise<'listening' | 'refused' | 'unknown'>
  ) {
    this.process = process
    const { epoch, leases, voided } = ledger
    const timeouts = options.networkTimeouts
    this.network = new NetworkImpl(process.ticks, { epoch, leases, voided, timeouts })
    this.server = new NetworkServer(this.network, process.ticks, '*', coordinatorPort, {
      ledger,
      reminders,
      transport: links.transport(coordinatorName, process),
      probePort: probe
    })
  }

  async close(): Promise<void> {
    await this.server.close()
    await this.network.close()
  }
}

/** A client, from its start to its end. */
export class ClientProgram implements Program {
  readonly process: SimulatedProcess
  readonly inner: NetworkClientImpl

  constructor(node: NodeName, { process, links, options }: ProgramParts) {
    this.process = process
    this.inner = new NetworkClientImpl(coordinatorName, coordinatorPort, process.ticks, options.aliveTimeoutSeconds, {
      clientId: process.name as ClientUuid,
      socketOptions: { transport: links.transport(node, process) }
    })
  }

  async close(): Promise<void> {
    await this.inner.close()
  }
}

/** An agent with its server and its client, from its start to its end. */
export class AgentProgram<S> implements Program {
  readonly process: SimulatedProcess
  /** Resolves when it is registered; rejects when a stateless container could not be made. */
  readonly started: Promise<void>
  private readonly client: ClientProgram
  readonly agent: AgentImpl
  private readonly server: NetworkAgentServer
  private readonly host: TestHost<S>
  private closing = false

  constructor(private readonly parts: AgentParts<S>) {
    const { node, process, links, options, state, caller } = parts
    this.process = process
    this.client = new ClientProgram(node, parts)
    const client = new TestClient(() => ({ inner: this.client.inner, parts: caller }))
    this.host = { agent: node, client, ticks: process.ticks, state }
    this.agent = new AgentImpl(node as string as AgentUuid, this.factories(), {
      tickManager: process.ticks,
      aliveTimeoutSeconds: options.aliveTimeoutSeconds,
      timeouts: options.agentTimeouts
    })
    this.noteReplies()
    this.server = new NetworkAgentServer(process.ticks, node, '*', agentPort, {
      socketOptions: { transport: links.transport(node, process) }
    })
    this.started = this.start()
  }

  /** Serves and registers, for ever trying. */
  private async start(): Promise<void> {
    await this.server.start(this.agent)
    const { agent, host } = this
    const { process, given, watch } = this.parts
    const { endpoint } = agent
    if (endpoint === undefined) throw new Error('The server gave its agent no endpoint')
    for (const { uuid, kind, endpoint: own, container } of given.stateless?.(host, endpoint) ?? []) {
      agent.addStatelessContainer(uuid, kind, own, watched(container, { uuid, kind, stateless: true }, process, watch))
    }
    while (!this.closing) {
      try {
        await this.client.inner.register(agent)
        return
      } catch {
        await (process.ticks as Required<TickManager>).waitTick(registerAgainTicks)
      }
    }
  }

  async drain(): Promise<DrainResult> {
    const result = await this.client.inner.drain()
    if (result.left === 0) await this.server.unused(farewellMs)
    return result
  }

  async close(): Promise<void> {
    this.closing = true
    await this.client.close()
    await this.server.close()
  }

  private factories(): ContainerFactories {
    const { given, process, watch } = this.parts
    const { factories } = given
    const made = typeof factories === 'function' ? checkFactories(factories(this.host)) : factories
    return Object.fromEntries(
      Object.entries(made).map(([kind, factory]) => [kind, watchedFactory(kind, factory, process, watch)])
    )
  }

  /** Tells the history whose answers leave. */
  private noteReplies(): void {
    const { agent } = this
    const { history } = this.parts.watch
    const request = agent.request.bind(agent)
    agent.request = (uuid, operation, data: unknown, clientId, options) => {
      const answer = request(uuid, operation, data, clientId, options)
      const left = (): void => {
        const { id } = unwrapped(data)
        if (id !== undefined) history.record({ type: 'replied', request: id })
      }
      answer.then(left, () => {}) // beside it, so that the answer itself is not later for it
      return answer
    }
  }
}
