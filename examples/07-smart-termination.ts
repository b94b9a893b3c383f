// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// A document that several people edit is in memory while somebody holds it, and must be written before it ends. Where nobody
// holds it, it asks for the time that this takes, and whoever comes back meanwhile finds it as it was. Where the end is final,
// as when it moves or its agent closes, it writes what is left before it ends.
// Run it: npx tsx 07-smart-termination.ts
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { containerOnAgentEndpointRef, createNetworkClient } from '@hcengineering/network-client'
import {
  NetworkImpl,
  TickManagerImpl,
  containerUuid,
  type AgentEndpointRef,
  type Container,
  type ContainerFactoryResult,
  type ContainerKind,
  type ContainerUuid,
  type GetOptions,
  type TerminateContext
} from '@hcengineering/network-core'
import { NetworkServer } from '@hcengineering/network-server'

const writingMs = 1500

/** What outlives every process. */
const store = new Map<ContainerUuid, string>()

class Document implements Container {
  private text: string
  private written = true
  /** What is being written, or was written last. */
  private writing: Promise<void> = Promise.resolve()
  private readonly uuid: ContainerUuid

  constructor(uuid: ContainerUuid) {
    this.uuid = uuid
    this.text = store.get(uuid) ?? ''
    console.log(`  the document is loaded: '${this.text}'`)
  }

  async request(operation: string, data?: unknown): Promise<unknown> {
    if (operation === 'append') {
      this.text += String(data)
      this.written = false
    }
    return this.text
  }

  async ping(): Promise<void> {}

  /** Called when nobody holds it, and then once more with `final`. When it moves or its agent closes: only with `final`. */
  async terminate(context?: TerminateContext): Promise<void> {
    if (context === undefined || context.final || this.written) {
      await this.save()
      console.log(`  the document ends: ${context?.reason}`)
      return
    }
    console.log(`  the document may not end yet: ${context.reason}`)
    context.notYet({ reason: 'it is being written', withinMs: 10 * writingMs })
    // Where this fails, the final call tries again
    const done = (): void => context.finished()
    void this.save().then(done, done)
  }

  /** Somebody wants it again; what it writes meanwhile does no harm. */
  restore(): void {
    console.log('  the document goes on: somebody came back')
  }

  connect(): void {}

  disconnect(): void {}

  /** Resolves when everything is written. One write after the other: an older one that ends last would win. */
  private async save(): Promise<void> {
    const writeRest = async (): Promise<void> => {
      if (!this.written) await this.write(this.text)
    }
    this.writing = this.writing.then(writeRest, writeRest)
    await this.writing
  }

  private async write(text: string): Promise<void> {
    await sleep(writingMs)
    store.set(this.uuid, text)
    this.written = text === this.text
    console.log(`  written: '${text}'`)
  }
}

async function openDocument(options: GetOptions, agentEndpoint?: AgentEndpointRef): Promise<ContainerFactoryResult> {
  assert(agentEndpoint !== undefined)
  const uuid = options.uuid ?? containerUuid()
  return { uuid, container: new Document(uuid), endpoint: containerOnAgentEndpointRef(agentEndpoint, uuid) }
}

const kind = 'document' as ContainerKind
const uuid = 'minutes' as ContainerUuid

const ticks = new TickManagerImpl(10)
ticks.start()
// What nobody holds ends after 200 ms; what asks for time has 30 s at most, here for every kind.
const timeouts = { unusedContainerSeconds: 0.2, preTerminationMs: 30_000 }
const server = new NetworkServer(new NetworkImpl(ticks, { timeouts }), ticks, '127.0.0.1', 0)
const address = `127.0.0.1:${await server.ready()}`
const host = createNetworkClient(address)
await host.serveAgent('127.0.0.1:0', { document: openDocument })
const client = createNetworkClient(address)

/** Waits until the list says so of the document; `undefined` when it has none. */
async function listed(expected: string | undefined): Promise<void> {
  for (;;) {
    const [document] = await client.list(kind)
    const state = document === undefined ? undefined : (document.preTermination?.reason ?? 'open')
    if (state === expected) return
    await sleep(20)
  }
}

console.log('Alice writes, and leaves:')
const alice = await client.get(kind, { uuid })
await alice.request('append', 'Alice was here. ')
await alice.close()
await listed('it is being written')
console.log('  the list says why it is still there')

console.log('Bob comes in the middle:')
const bob = await client.get(kind, { uuid })
assert.equal(await bob.request('read'), 'Alice was here. ')
await listed('open')
await bob.request('append', 'Bob too.')
await bob.close()

console.log('Nobody comes while it is written again:')
await listed('it is being written')
await listed(undefined)
assert.equal(store.get(uuid), 'Alice was here. Bob too.')

console.log('The agent drains while Carol writes:')
const other = createNetworkClient(address)
await other.serveAgent('127.0.0.1:0', { document: openDocument })
const carol = await client.get(kind, { uuid })
await carol.request('append', ' Carol as well.')
await host.drain()
await host.close()
assert.equal(await carol.request('read'), 'Alice was here. Bob too. Carol as well.')

console.log('She writes on, and the other agent just closes:')
await carol.request('append', ' Bye.')
await other.close()
assert.equal(store.get(uuid), 'Alice was here. Bob too. Carol as well. Bye.')

console.log('Dave writes and leaves, and the agent closes in the middle of a write:')
const third = createNetworkClient(address)
await third.serveAgent('127.0.0.1:0', { document: openDocument })
const dave = await client.get(kind, { uuid })
await dave.request('append', ' And Dave.')
await dave.close()
await carol.close()
await listed('it is being written')
await third.close()
assert.equal(store.get(uuid), 'Alice was here. Bob too. Carol as well. Bye. And Dave.')

await client.close()
await server.close()
ticks.stop()
