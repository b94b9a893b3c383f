// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// High availability without election code: two processes offer the same container, the first to register is active,
// the other is its standby and takes over the moment the first is gone.
// Run it: npx tsx ha-stateless-container-example.ts
import assert from 'node:assert/strict'
import { containerOnAgentEndpointRef, createNetworkClient, type ClientWithAgents } from '@hcengineering/network-client'
import {
  NetworkImpl,
  TickManagerImpl,
  type Container,
  type ContainerKind,
  type ContainerUuid
} from '@hcengineering/network-core'
import { NetworkServer } from '@hcengineering/network-server'

/** The one uuid that all of them offer, and that callers know. */
const uuid = 'mail-gateway' as ContainerUuid
const kind = 'gateway' as ContainerKind

/** Exists before anybody asks for it, and keeps nothing that a successor would need: hence stateless. */
class MailGateway implements Container {
  private readonly site: string

  constructor(site: string) {
    this.site = site
  }

  async request(_operation: string, data?: unknown): Promise<unknown> {
    return `${this.site} sent mail to ${data}`
  }

  async ping(): Promise<void> {}

  async terminate(): Promise<void> {
    console.log(`  (the gateway in ${this.site} ends)`)
  }

  connect(): void {}

  disconnect(): void {}
}

/** One process of the service: no factories, just the container that it offers. */
async function startSite(address: string, site: string): Promise<ClientWithAgents> {
  const host = createNetworkClient(address)
  await host.serveAgent('127.0.0.1:0', {}, (agentEndpoint) => [
    { uuid, kind, endpoint: containerOnAgentEndpointRef(agentEndpoint, uuid), container: new MailGateway(site) }
  ])
  return host
}

const ticks = new TickManagerImpl(10)
ticks.start()
const server = new NetworkServer(new NetworkImpl(ticks), ticks, '127.0.0.1', 0)
const address = `127.0.0.1:${await server.ready()}`

let oslo = await startSite(address, 'Oslo')
const rome = await startSite(address, 'Rome')
console.log('Oslo is active, Rome is standby: both alive, one of them serves')

const client = createNetworkClient(address)
const gateway = await client.get(kind, { uuid })
const sendMail = async (to: string): Promise<string> => await gateway.request('send', to, { idempotent: true })

async function expectFrom(site: string, to: string): Promise<void> {
  const answer = await sendMail(to)
  console.log(`  ${answer}`)
  assert.equal(answer, `${site} sent mail to ${to}`)
}

await expectFrom('Oslo', 'ann')
assert.equal((await client.list(kind)).length, 1)

console.log('Oslo shuts down; the same reference goes on')
const started = performance.now()
await oslo.close()
await expectFrom('Rome', 'ben')
console.log(`  ${Math.round(performance.now() - started)} ms from the order to shut down to the first mail from Rome`)

console.log('Oslo comes back: it is the standby now, nothing moves')
oslo = await startSite(address, 'Oslo')
await expectFrom('Rome', 'cat')

console.log('Rome shuts down; Oslo takes over again')
await rome.close()
await expectFrom('Oslo', 'dan')

await gateway.close()
await client.close()
await oslo.close()
await server.close()
ticks.stop()
