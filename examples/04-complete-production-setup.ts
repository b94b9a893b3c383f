// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// What a service in production needs around its containers: several agents, monitoring, health, replacing agents one by
// one under load, and an orderly end on SIGTERM. Each part stands for a process; here they share one.
// Run it: npx tsx 04-complete-production-setup.ts
import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { containerOnAgentEndpointRef, createNetworkClient, type ClientWithAgents } from '@hcengineering/network-client'
import {
  NetworkEventKind,
  NetworkImpl,
  TickManagerImpl,
  containerUuid,
  type Container,
  type ContainerFactory,
  type ContainerKind,
  type ContainerReference,
  type ContainerUuid,
  type NetworkEvent
} from '@hcengineering/network-core'
import { NetworkServer } from '@hcengineering/network-server'

/** What operations may change without touching the code. */
const settings = {
  host: process.env.HOST ?? '127.0.0.1',
  port: Number(process.env.PORT ?? 0),
  aliveTimeoutSeconds: Number(process.env.ALIVE_TIMEOUT ?? 3),
  documents: Number(process.env.DOCUMENTS ?? 6)
}

const kind = 'document' as ContainerKind

/** A document: what must survive is in the store, which all agents share; the container is its one writer. */
const store = new Map<ContainerUuid, number>()

class Document implements Container {
  private readonly uuid: ContainerUuid

  constructor(uuid: ContainerUuid) {
    this.uuid = uuid
  }

  async request(operation: string, version?: unknown): Promise<unknown> {
    // Setting a version twice does no harm: this is what makes `save` idempotent
    if (operation === 'save') store.set(this.uuid, Number(version))
    return store.get(this.uuid)
  }

  /** Health: rejects when the document cannot do its work. Three times in a row, and it is started anew. */
  async ping(): Promise<void> {
    if (store.size > 1000) throw new Error('the store is full')
  }

  async terminate(): Promise<void> {}

  connect(): void {}

  disconnect(): void {}
}

const makeDocument: ContainerFactory = async ({ uuid = containerUuid() }, agentEndpoint) => {
  assert(agentEndpoint !== undefined)
  return { uuid, container: new Document(uuid), endpoint: containerOnAgentEndpointRef(agentEndpoint, uuid) }
}

/** An agent's process: closing its client unregisters the agent and ends its containers, while they still answer. */
async function startAgent(coordinator: string): Promise<ClientWithAgents> {
  const client = createNetworkClient(coordinator, settings.aliveTimeoutSeconds)
  await client.serveAgent(`${settings.host}:0`, { document: makeDocument })
  return client
}

/** Counts what happens in the network, as a monitor would for its graphs. */
class Monitor {
  private readonly counts = new Map<string, number>()
  private changed = (): void => {}

  readonly receive = async ({ agents, containers }: NetworkEvent): Promise<void> => {
    for (const { event } of agents) this.count(`agents ${NetworkEventKind[event]}`)
    for (const { event } of containers) this.count(`containers ${NetworkEventKind[event]}`)
    this.changed()
  }

  /** Resolves once it was told that often. What comes and goes within one batch of events is not told at all. */
  async told(what: string, count: number): Promise<void> {
    while ((this.counts.get(what) ?? 0) < count) await new Promise<void>((resolve) => (this.changed = resolve))
  }

  report(): string {
    return [...this.counts].map(([what, count]) => `${count} ${what}`).join('\n              ')
  }

  private count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1)
  }
}

async function healthReport(client: ClientWithAgents): Promise<string> {
  const agents = await client.agents()
  const records = await client.list(kind)
  const unhealthy = records.filter(({ healthy }) => healthy === false).length
  const spread = agents.map(({ containers }) => containers).join(' + ')
  return `${agents.length} agents with ${spread} containers, ${unhealthy} unhealthy`
}

/** Saves version after version of all documents, at the same time, until stopped. */
class Load {
  saved = 0
  private running = true
  private readonly workers: Promise<unknown>

  constructor(documents: readonly ContainerReference[]) {
    this.workers = Promise.all(documents.map(async (document) => await this.work(document)))
  }

  async stop(): Promise<void> {
    this.running = false
    await this.workers
  }

  private async work(document: ContainerReference): Promise<void> {
    for (let version = 1; this.running; version++) {
      assert.equal(await document.request('save', version, { idempotent: true }), version)
      this.saved++
      await nextTurn()
    }
  }
}

const ticks = new TickManagerImpl(10)
ticks.start()
const network = new NetworkImpl(ticks, { timeouts: { aliveSeconds: settings.aliveTimeoutSeconds } })
const server = new NetworkServer(network, ticks, settings.host, settings.port)
const coordinator = `${settings.host}:${await server.ready()}`

const client = createNetworkClient(coordinator, settings.aliveTimeoutSeconds)
const monitor = new Monitor()
client.onUpdate(monitor.receive)
assert.deepEqual(await client.agents(), []) // the coordinator knows of this client: nothing is missed from here on

const agents = [await startAgent(coordinator), await startAgent(coordinator), await startAgent(coordinator)]
const names = Array.from({ length: settings.documents }, (_, index) => `document-${index + 1}` as ContainerUuid)
const documents = await Promise.all(names.map(async (uuid) => await client.get(kind, { uuid })))
await monitor.told('agents added', agents.length)
console.log(`Started:      ${await healthReport(client)}`)

console.log('Under load:   every agent is replaced, one by one')
const load = new Load(documents)
for (let index = 0; index < agents.length; index++) {
  const replacement = await startAgent(coordinator)
  await agents[index].close()
  agents[index] = replacement
  await monitor.told('agents removed', index + 1)
  console.log(`  agent ${index + 1}:    ${await healthReport(client)}`)
}
await load.stop()
await monitor.told('containers updated', 1)
console.log(`Load:         ${load.saved} versions saved, every one answered`)
assert(load.saved > 0)
assert.equal((await client.list(kind)).length, settings.documents)

// An orderly end: who asks first, then who answers, then who coordinates. A supervisor sends SIGTERM.
const ended = new Promise<void>((resolve, reject) => {
  process.once('SIGTERM', () => {
    const shutdown = async (): Promise<void> => {
      for (const document of documents) await document.close()
      for (const agent of agents) await agent.close()
      console.log(`Monitor:      ${monitor.report()}`)
      await client.close()
      await server.close()
      ticks.stop()
    }
    shutdown().then(resolve, reject)
  })
})
console.log('SIGTERM:      closing')
process.emit('SIGTERM')
await ended
console.log('Closed.')
