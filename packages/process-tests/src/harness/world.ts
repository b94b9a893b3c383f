// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AgentStart } from '../fixtures/agent'
import type { ClientStart } from '../fixtures/client'
import type { CoordinatorStart } from '../fixtures/coordinator'
import type { Child } from './child'
import { Journal } from './journal'
import { freePort } from './ports'
import { Agent, Client, Coordinator } from './roles'
import { TcpProxy } from './tcp-proxy'
import { until } from './waiting'

/** The processes of one test, on 127.0.0.1 and random ports. */
export class World {
  readonly journal: Journal
  private readonly folder = mkdtempSync(join(tmpdir(), 'process-tests-'))
  private readonly children: Child<object, unknown>[] = []
  private readonly proxies: TcpProxy[] = []
  private portOfCoordinator = 0

  constructor() {
    this.journal = new Journal(join(this.folder, 'journal'))
  }

  /** Port of the coordinator, the same through its restarts. */
  get port(): number {
    return this.portOfCoordinator
  }

  get url(): string {
    return `127.0.0.1:${this.port}`
  }

  /** Path of the ledger of coordinators that keep one. */
  get ledger(): string {
    return join(this.folder, 'ledger.json')
  }

  /** Starts the coordinator, again on the same port when there was one. */
  async coordinator(options: Omit<CoordinatorStart, 'port'> = {}): Promise<Coordinator> {
    if (this.portOfCoordinator === 0) this.portOfCoordinator = await freePort()
    const coordinator = this.child(new Coordinator('coordinator', 'coordinator'))
    await coordinator.call('start', { ...options, port: this.portOfCoordinator })
    return coordinator
  }

  /** Starts an agent process; `port: undefined` given explicitly means an agent without endpoint. */
  async agent(agentId: string, options: Partial<AgentStart> = {}): Promise<Agent> {
    const port = 'port' in options ? options.port : await freePort()
    const defaults = { url: this.url, agentId, journal: this.journal.file, kinds: ['sample' as const] }
    const agent = this.child(new Agent({ ...defaults, ...options, port }))
    await agent.call('start', agent.options)
    return agent
  }

  /** Starts a killed agent's process again: same id, same port. */
  async restart(agent: Agent): Promise<Agent> {
    return await this.agent(agent.options.agentId, agent.options)
  }

  /** Starts a client process; it connects in the background. */
  async client(name = 'client', options: Partial<ClientStart> = {}): Promise<Client> {
    const client = this.child(new Client(name, 'client'))
    await client.call('start', { url: this.url, ...options })
    return client
  }

  /** A coordinator, agents of these names and a client. */
  async network(
    agents: string[],
    coordinator: Omit<CoordinatorStart, 'port'> = {},
    agentOptions: Partial<AgentStart> = {}
  ): Promise<{ coordinator: Coordinator; agents: Agent[]; client: Client }> {
    this.portOfCoordinator = await freePort()
    // All at once: they find each other in any order
    const [first, client, ...others] = await Promise.all([
      this.coordinator(coordinator),
      this.client(),
      ...agents.map(async (agentId) => await this.agent(agentId, agentOptions))
    ])
    return { coordinator: first, agents: others, client }
  }

  /** A process of a fixture that is not started yet. */
  child<T>(child: T & Child<object, unknown>): T {
    this.children.push(child)
    return child
  }

  /** A proxy in front of that port. */
  async proxy(targetPort: number): Promise<TcpProxy> {
    const proxy = await TcpProxy.start(await freePort(), targetPort)
    this.proxies.push(proxy)
    return proxy
  }

  /** Resolves when every process has said in its log or events what `condition` asks for. */
  async until<T>(condition: () => T | Promise<T>, what: string): Promise<Exclude<T, false | undefined>> {
    return await until(condition, what, { describe: () => this.children.map((child) => child.log()).join('\n') })
  }

  /** Ends every process and fails when one of them had crashed. */
  async end(): Promise<void> {
    const crashed = this.children.filter(({ killed, exit }) => !killed && exit !== undefined && exit.code !== 0)
    await Promise.all(this.children.map(async (child) => await child.kill()))
    await Promise.all(this.proxies.map(async (proxy) => await proxy.close()))
    rmSync(this.folder, { recursive: true, force: true })
    if (crashed.length > 0) throw new Error(`Crashed: ${crashed.map((child) => child.log()).join('\n')}`)
  }
}

/**
 * One world for each test of the block it is called in, ended after it. `shared`: one for all of them together, since most of
 * the processor time of a test is that of the processes which it starts; each then needs containers of its own.
 */
export function worlds({ shared = false } = {}): { readonly current: World } {
  const [before, after] = shared ? [beforeAll, afterAll] : [beforeEach, afterEach]
  let world: World | undefined
  before(() => {
    world = new World()
  })
  after(async () => {
    const ending = world
    world = undefined
    await ending?.end()
  })
  return {
    get current() {
      if (world === undefined) throw new Error('Worlds exist within tests only')
      return world
    }
  }
}
