// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ProcessCost } from '../model/measurement'
import type { EchoClientCommands, EchoLoad } from '../programs/echo-client'
import type { EchoServerCommands } from '../programs/echo-server'
import { entryOf, type SystemName } from '../systems/catalogue'
import type { Place } from '../systems/echo-system'
import type { Child } from './child'
import type { RoundResult } from './closed-loop'
import type { NatsServer } from './nats-server'
import { freePort } from './ports'
import type { Processes } from './processes'
import type { ProcessUsage } from './process-usage'
import type { TcpProxy } from './tcp-proxy'

/** What stands between the two processes, besides what the system itself brings. */
export interface EchoOptions {
  /** A proxy on the way of the requests that delays each way by that much; 0 only counts bytes. */
  readonly proxyDelayMs?: number
  /** Flags of Node for the answering process. */
  readonly serverFlags?: readonly string[]
}

/** How long a round may take beyond its load before it counts as hung. */
const BEYOND_LOAD_MS = 30_000

interface Watched {
  readonly role: string
  readonly usage: () => Promise<ProcessUsage>
}

/** One system that echoes: its processes, connected. */
export class EchoRun {
  private proxy?: TcpProxy

  private constructor(
    readonly system: SystemName,
    private readonly client: Child<EchoClientCommands>,
    private readonly watched: readonly Watched[]
  ) {}

  /** Starts the system's processes and connects them. */
  static async start(processes: Processes, system: SystemName, options: EchoOptions = {}): Promise<EchoRun> {
    const { broker, alone } = entryOf(system)
    const [port, brokerPort, near] = [await freePort(), await freePort(), await freePort()]
    const proxied = options.proxyDelayMs !== undefined
    // NATS and references go to what stands between; the others straight to the answering side
    const overBroker = system === 'nats' || system === 'coordinator'
    const place: Place = {
      port,
      brokerPort,
      transport: processes.transport,
      clientPort: proxied && !overBroker ? near : port,
      clientBrokerPort: proxied && overBroker ? near : brokerPort
    }
    const watched: Watched[] = []
    const watch = (child: Child<object>): void => {
      watched.push({ role: child.role, usage: async () => await child.call('usage', {}) })
    }
    const client = processes.child<EchoClientCommands>('client', 'echo-client')
    watch(client)
    if (broker === 'coordinator') watch((await processes.coordinator({ port: brokerPort })).coordinator)
    if (broker === 'nats-server') {
      const server: NatsServer = await processes.natsServer(brokerPort)
      watched.push({ role: server.role, usage: async () => server.usage() })
    }
    const run = new EchoRun(system, client, watched)
    if (proxied) run.proxy = await processes.proxy(near, overBroker ? brokerPort : port, options.proxyDelayMs)
    if (alone !== true) {
      const server = processes.child<EchoServerCommands>('server', 'echo-server', options.serverFlags)
      watch(server)
      await server.call('start', { system, place })
    }
    await client.call('connect', { system, place })
    return run
  }

  get title(): string {
    return entryOf(this.system).title
  }

  /** One round, and what its processes used for it. */
  async round(load: EchoLoad): Promise<{ result: RoundResult; costs: ProcessCost[] }> {
    const before = await this.usages()
    const result = await this.client.call('load', load, load.durationMs + BEYOND_LOAD_MS)
    const after = await this.usages()
    const costs = after.map(({ role, usage }, i) => ({
      role,
      cpuSeconds: usage.cpuSeconds - before[i].usage.cpuSeconds,
      peakMemoryBytes: usage.peakMemoryBytes,
      longestStallMs: usage.longestStallMs
    }))
    return { result, costs }
  }

  /** Both ways, as its proxy counts them; `undefined` without one. */
  async bytesPerRequest(requests: number): Promise<number | undefined> {
    if (this.proxy === undefined) return undefined
    const before = this.proxy.bytes
    const load = { inFlight: Math.min(16, requests), durationMs: BEYOND_LOAD_MS, requests }
    const { answered } = await this.client.call('load', load)
    return (this.proxy.bytes - before) / answered
  }

  async cloneMicroseconds(times: number): Promise<number> {
    return await this.client.call('cloneMicroseconds', { times })
  }

  private async usages(): Promise<{ role: string; usage: ProcessUsage }[]> {
    return await Promise.all(this.watched.map(async ({ role, usage }) => ({ role, usage: await usage() })))
  }
}
