// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Child } from '../harness/child'
import { freePort } from '../harness/ports'
import type { Coordinator } from '../harness/roles'
import type { TcpProxy } from '../harness/tcp-proxy'
import { until } from '../harness/waiting'
import type { World } from '../harness/world'
import type { LoadAgentCommands, LoadAgentStart } from '../fixtures/load-agent'
import type { LoadClientCommands } from '../fixtures/load-client'
import type { RecordedHistory } from './recorded-history'

/** What a fault asks of the network that it befalls. */
export interface Settings {
  /** Of agents and clients. */
  readonly aliveSeconds: number
  /** Of every request of the load. */
  readonly deadlineMs: number
  /** One of the clients, all agents, and whoever reaches those, go through proxies. */
  readonly proxied?: boolean
  /** A third client, which holds all containers and asks only what it is told to. */
  readonly idleClient?: boolean
}

/** Between the end of a request and the next at the same place; 80 places ask: two clients, each container two ways. */
export const defaultPauseMs = 50

/** The lines of an agent that can be broken. */
export interface AgentLines {
  readonly toCoordinator: TcpProxy
  readonly fromClients: TcpProxy
}

/** The lines that can be broken. */
export interface Lines {
  /** Of client-1. */
  readonly client: TcpProxy
  readonly agents: ReadonlyMap<string, AgentLines>
}

const agentIds = ['a1', 'a2', 'a3']
const uuids = Array.from({ length: 20 }, (_, i) => `c${i}`)
/** For the start of a process while all others are under load, on a busy machine. */
const START_MS = 60_000
const IDS_PER_PROCESS = 1e9
/** Who stands still for a round must not be forgotten meanwhile. */
const IDLE_ALIVE_SECONDS = 3600

/** An agent process whose containers write down what they live through. */
export class LoadAgent extends Child<LoadAgentCommands, never> {
  constructor(readonly options: LoadAgentStart) {
    super(options.process, 'load-agent')
  }
}

/** A client process under load. */
export class LoadClient extends Child<LoadClientCommands, never> {}

/** A coordinator with a ledger, three agents, two clients under steady load. */
export class FaultNetwork {
  readonly agents = new Map<string, LoadAgent>()
  readonly clients: LoadClient[] = []
  idle?: LoadClient
  lines?: Lines
  private coordinator?: Coordinator
  private processes = 0

  private constructor(
    readonly world: World,
    readonly history: RecordedHistory,
    private readonly settings: Settings,
    private readonly pauseMs: number
  ) {}

  static async start(
    world: World,
    history: RecordedHistory,
    settings: Settings,
    pauseMs: number
  ): Promise<FaultNetwork> {
    const network = new FaultNetwork(world, history, settings, pauseMs)
    await network.begin()
    return network
  }

  /** Again on the same port, with the same ledger, when there was one. */
  async startCoordinator(): Promise<void> {
    this.history.record({ type: 'started', process: 'coordinator' })
    this.coordinator = await this.world.coordinator({ ledger: this.world.ledger })
  }

  async killCoordinator(): Promise<void> {
    this.history.record({ type: 'died', process: 'coordinator' })
    await this.coordinator?.kill()
  }

  /** Starts an agent, on the port of its predecessor if there was one of that id. */
  async startAgent(agentId: string, port?: number): Promise<void> {
    const before = this.agents.get(agentId)
    const agent = this.addAgent(agentId, before?.options.port ?? port)
    this.agents.set(agentId, agent)
    await agent.call('start', agent.options, START_MS)
  }

  /** A new process of an agent that is not told to start yet. */
  addAgent(agentId: string, port = 0): LoadAgent {
    const lines = this.lines?.agents.get(agentId)
    const { name, facts, firstId } = this.identity(agentId)
    const agent = new LoadAgent({
      agentId,
      process: name,
      facts,
      firstId,
      url: this.urlThrough(lines?.toCoordinator),
      port,
      announcedPort: lines?.fromClients.port,
      aliveTimeoutSeconds: this.settings.aliveSeconds
    })
    this.history.record({ type: 'started', process: name })
    return this.world.child(agent)
  }

  async killAgent(agent: LoadAgent): Promise<void> {
    this.history.record({ type: 'died', process: agent.name })
    await agent.kill()
  }

  /** The agent with the most containers, and which these are. */
  async busiest(): Promise<{ agent: LoadAgent; uuids: ReadonlySet<string> }> {
    const owners = await this.clients[0].call('owners', undefined)
    const having = (id: string): string[] => owners.filter(({ agentId }) => agentId === id).map(({ uuid }) => uuid)
    const [busiest] = [...agentIds].sort((a, b) => having(b).length - having(a).length)
    return { agent: this.agents.get(busiest) as LoadAgent, uuids: new Set(having(busiest)) }
  }

  /** Resolves when the coordinator knows all agents. */
  async whole(): Promise<void> {
    const known = async (): Promise<string[]> => await this.clients[0].call('agents', undefined)
    await until(async () => {
      const ids = await known()
      return agentIds.every((id) => ids.includes(id))
    }, 'every agent is registered')
  }

  private async begin(): Promise<void> {
    await this.startCoordinator()
    const ports = new Map<string, number>()
    for (const id of agentIds) ports.set(id, await freePort())
    if (this.settings.proxied === true) this.lines = await linesOf(this.world, ports)
    await Promise.all(agentIds.map(async (id) => await this.startAgent(id, ports.get(id))))
    await Promise.all([this.startClient('client-1'), this.startClient('client-2')])
    if (this.settings.idleClient === true) this.idle = await this.startClient('idle')
  }

  private async startClient(name: string): Promise<LoadClient> {
    const idle = name === 'idle'
    const { facts, firstId } = this.identity(name)
    const client = this.world.child(new LoadClient(name, 'load-client'))
    this.history.record({ type: 'started', process: name })
    if (!idle) this.clients.push(client)
    const start = {
      client: name,
      facts,
      firstId,
      uuids,
      url: this.urlThrough(name === 'client-1' ? this.lines?.client : undefined),
      aliveTimeoutSeconds: idle ? IDLE_ALIVE_SECONDS : this.settings.aliveSeconds,
      deadlineMs: this.settings.deadlineMs,
      pauseMs: idle ? undefined : this.pauseMs
    }
    await client.call('start', start, START_MS)
    return client
  }

  private urlThrough(proxy: TcpProxy | undefined): string {
    return proxy === undefined ? this.world.url : `127.0.0.1:${proxy.port}`
  }

  private identity(name: string): { name: string; facts: string; firstId: number } {
    const number = ++this.processes
    const unique = `${name}#${number}`
    return { name: unique, facts: this.history.file(unique), firstId: number * IDS_PER_PROCESS }
  }
}

async function linesOf(world: World, ports: ReadonlyMap<string, number>): Promise<Lines> {
  const agents = new Map<string, AgentLines>()
  for (const [id, port] of ports) {
    agents.set(id, { toCoordinator: await world.proxy(world.port), fromClients: await world.proxy(port) })
  }
  return { client: await world.proxy(world.port), agents }
}
