// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// Labels: a container per tenant, found by what it is for rather than by a uuid that somebody must remember.
// Run it: npx tsx 03-multi-tenant.ts
import assert from 'node:assert/strict'
import { containerOnAgentEndpointRef, createNetworkClient } from '@hcengineering/network-client'
import {
  NetworkImpl,
  TickManagerImpl,
  containerUuid,
  createProxyHandler,
  type Container,
  type ContainerFactories,
  type ContainerKind,
  type ContainerReference
} from '@hcengineering/network-core'
import { NetworkServer } from '@hcengineering/network-server'

/** What a workspace offers; callers get a proxy of it. */
interface Workspace {
  add(document: string): Promise<number>
  documents(): Promise<string[]>
  plan(): Promise<string>
}

class WorkspaceService implements Workspace {
  private readonly all: string[] = []
  private readonly planName: string

  constructor(planName: string) {
    this.planName = planName
  }

  async add(document: string): Promise<number> {
    return this.all.push(document)
  }

  async documents(): Promise<string[]> {
    return this.all
  }

  async plan(): Promise<string> {
    return this.planName
  }
}

/** Wraps a service object as a container: each request calls the method of that name. */
function containerOf(service: object): Container {
  return {
    request: createProxyHandler(service),
    ping: async () => {},
    terminate: async () => {},
    connect: () => {},
    disconnect: () => {}
  }
}

/** The factories of one agent. `extra` is whatever the one who asks first wants the factory to know. */
function factoriesOf(agentName: string): ContainerFactories {
  return {
    workspace: async ({ uuid = containerUuid(), labels, extra }, agentEndpoint) => {
      assert(agentEndpoint !== undefined)
      console.log(`  ${agentName} starts a workspace for ${labels?.join(', ')}`)
      const container = containerOf(new WorkspaceService(extra?.plan ?? 'free'))
      return { uuid, container, endpoint: containerOnAgentEndpointRef(agentEndpoint, uuid) }
    }
  }
}

const kind = 'workspace' as ContainerKind
const ticks = new TickManagerImpl(10)
ticks.start()
const server = new NetworkServer(new NetworkImpl(ticks), ticks, '127.0.0.1', 0)
const address = `127.0.0.1:${await server.ready()}`

const hosts = ['agent 1', 'agent 2'].map((name) => ({ name, client: createNetworkClient(address) }))
for (const { name, client } of hosts) await client.serveAgent('127.0.0.1:0', factoriesOf(name))

// Two front ends, each of which serves users of any tenant
const frontEnds = [createNetworkClient(address), createNetworkClient(address)]

async function open(frontEnd: number, tenant: string, plan?: string): Promise<ContainerReference> {
  return await frontEnds[frontEnd].get(kind, { labels: [`tenant:${tenant}`], extra: { plan } })
}

console.log('Users of three tenants arrive at two front ends, all at once')
const references = await Promise.all([
  open(0, 'acme', 'gold'),
  open(1, 'acme', 'gold'),
  open(0, 'globex'),
  open(1, 'globex'),
  open(1, 'initech')
])
const [acme1, acme2, globex1, globex2, initech] = references
assert.equal(acme1.uuid, acme2.uuid)
assert.equal(globex1.uuid, globex2.uuid)
assert.equal(new Set(references.map(({ uuid }) => uuid)).size, 3)
console.log('Five references, three workspaces: one per tenant')

await acme1.cast<Workspace>().add('plans.txt')
await acme2.cast<Workspace>().add('prices.txt')
await globex1.cast<Workspace>().add('secrets.txt')
const seenByAcme = await acme1.cast<Workspace>().documents()
const seenByGlobex = await globex2.cast<Workspace>().documents()
console.log(`Acme sees ${seenByAcme.join(' and ')}; Globex sees ${seenByGlobex.join(' and ')}`)
assert.deepEqual(seenByAcme, ['plans.txt', 'prices.txt'])
assert.deepEqual(seenByGlobex, ['secrets.txt'])

console.log(
  `Acme's plan: ${await acme1.cast<Workspace>().plan()}; Initech's: ${await initech.cast<Workspace>().plan()}`
)
assert.equal(await acme1.cast<Workspace>().plan(), 'gold')
assert.equal(await initech.cast<Workspace>().plan(), 'free')

console.log('What the network lists:')
const records = await frontEnds[0].list(kind)
for (const { labels, agentId } of records) console.log(`  ${labels?.join()} on ${agentId.slice(0, 12)}…`)
assert.deepEqual(records.flatMap(({ labels }) => labels).sort(), ['tenant:acme', 'tenant:globex', 'tenant:initech'])

for (const reference of references) await reference.close()
for (const client of [...frontEnds, ...hosts.map(({ client: host }) => host)]) await client.close()
await server.close()
ticks.stop()
