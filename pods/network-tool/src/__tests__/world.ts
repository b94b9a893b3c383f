// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createNetworkClient, type OperatorClient } from '@hcengineering/network-client'
import {
  containerOnAgentEndpointRef,
  containerUuid,
  NetworkError,
  NetworkImpl,
  TickManagerImpl,
  type AgentEndpointRef,
  type Container,
  type ContainerFactory,
  type StreamContext,
  type TerminateContext
} from '@hcengineering/network-core'
import { NetworkServer, type StoredReminder } from '@hcengineering/network-server'

/** The built tool, as it is installed. */
export const bin = join(__dirname, '../../bin/network.js')

/** What a run of the tool came to. */
export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly error: string
}

/** A sample that answers, streams, and ends when it may. */
class Sample implements Container {
  private busy = false

  async request(operation: string, data: unknown): Promise<unknown> {
    if (operation === 'echo') return data
    if (operation === 'bytes') return { data: new Uint8Array([1, 2, 3]), big: 10n }
    if (operation === 'busy') return (this.busy = true)
    if (operation === 'unknown') throw new NetworkError('UNKNOWN_OPERATION', 'not one of mine')
    if (operation === 'never') return await new Promise(() => {})
    throw Object.assign(new Error(`no operation '${operation}'`), { code: 'NO_SUCH' })
  }

  async *stream(operation: string, data: unknown, { input }: StreamContext): AsyncGenerator<unknown> {
    if (operation === 'count') for (let i = 0; i < Number(data); i++) yield { i }
    if (operation === 'forever') for (let i = 0; ; i++) yield i
    if (operation === 'double') for await (const item of input) yield Number(item) * 2
  }

  async ping(): Promise<void> {}

  async terminate(context?: TerminateContext): Promise<void> {
    if (this.busy && context?.final === false) context.notYet({ reason: 'it is busy' })
  }

  connect(): void {}

  disconnect(): void {}
}

const makeSample: ContainerFactory = async ({ uuid = containerUuid() }, agentEndpoint) => ({
  uuid,
  container: new Sample(),
  endpoint: containerOnAgentEndpointRef(agentEndpoint as AgentEndpointRef, uuid)
})

/** The built tool as a process. */
export class Running {
  readonly ended: Promise<Ran>
  readonly child: ChildProcess
  out = ''
  error = ''
  private watchers: (() => void)[] = []

  constructor(args: readonly string[], input?: string, environment: Record<string, string> = {}) {
    const child = spawn(process.execPath, [bin, ...args], { env: { ...process.env, NO_COLOR: '', ...environment } })
    this.child = child
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.heard((this.out += text)))
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.heard((this.error += text)))
    child.stdin.end(input)
    this.ended = new Promise((resolve) => {
      child.on('close', (code) => resolve({ code, out: this.out, error: this.error }))
    })
  }

  /** Resolves when it has written that. */
  async says(text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (this.out.includes(text) || this.error.includes(text)) resolve()
      }
      this.watchers.push(look)
      look()
      void this.ended.then(({ out, error }) => reject(new Error(`It ended without '${text}':\n${out}${error}`)))
    })
  }

  private heard(_text: string): void {
    for (const look of this.watchers) look()
  }
}

/** A coordinator on loopback, with agents and clients of this process, and the tool as one of its own. */
export class World {
  readonly ticks = new TickManagerImpl(20)
  readonly network: NetworkImpl
  private readonly server: NetworkServer
  private readonly clients: OperatorClient[] = []
  private port = 0

  /** @param kept by the coordinator before it starts */
  constructor(kept: readonly StoredReminder[]) {
    this.ticks.start()
    this.network = new NetworkImpl(this.ticks)
    const reminders = { reminders: kept, write: async () => {} }
    this.server = new NetworkServer(this.network, this.ticks, '127.0.0.1', 0, { reminders })
  }

  static async start(kept: readonly StoredReminder[] = []): Promise<World> {
    const world = new World(kept)
    world.port = await world.server.ready()
    return world
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  client(): OperatorClient {
    const client = createNetworkClient(this.address)
    this.clients.push(client)
    return client
  }

  /** A process's worth of agent, for samples under that name: its client. */
  async agent(kind: string = 'sample'): Promise<OperatorClient> {
    const host = this.client()
    await host.serveAgent('127.0.0.1:0', { [kind]: makeSample })
    return host
  }

  async run(...args: string[]): Promise<Ran> {
    return await this.begin(args).ended
  }

  /** The tool, while it runs. */
  begin(args: readonly string[], input?: string): Running {
    return new Running(['--coordinator', this.address, ...args], input)
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map(async (client) => await client.close()))
    await this.server.close()
    this.ticks.stop()
  }
}
