// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// Streams: a container answers with an async generator, reads what its caller sends, or both. The reader sets the pace.
// Run it: npx tsx 06-streaming.ts
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { containerOnAgentEndpointRef, createNetworkClient } from '@hcengineering/network-client'
import {
  NetworkImpl,
  TickManagerImpl,
  containerUuid,
  handleProxyStream,
  type Container,
  type ContainerConnection,
  type ContainerFactory,
  type ContainerKind,
  type StreamContext,
  type StreamOptions
} from '@hcengineering/network-core'
import { NetworkServer } from '@hcengineering/network-server'

/** What happened in the container, for the checks below. */
const seen: string[] = []

/** What its clients know of it by type. */
interface Counter {
  down(from: number): AsyncIterable<number>
}

const counter: Counter = {
  async *down(from) {
    for (let number = from; number > 0; number--) yield number
  }
}

/** Counts, hashes what is sent to it, and shouts line by line. */
class Workshop implements Container {
  async *stream(operation: string, data: unknown, context: StreamContext): AsyncIterable<unknown> {
    try {
      if (operation === 'count') yield* this.count(data as number)
      else if (operation === 'hash') yield await this.hash(context.input as AsyncIterable<Uint8Array>)
      else if (operation === 'shout') for await (const line of context.input) yield String(line).toUpperCase()
      else if (operation.startsWith('counter.')) {
        yield* handleProxyStream(counter, operation, data as unknown[], 'counter')
      } else throw new Error(`A workshop cannot '${operation}'`)
    } finally {
      // Also when the reader leaves, is cancelled, or dies
      seen.push(`${operation} is over`)
    }
  }

  async request(): Promise<unknown> {
    throw new Error('A workshop has streams only')
  }

  async ping(): Promise<void> {}

  async terminate(): Promise<void> {}

  connect(): void {}

  disconnect(): void {}

  private async *count(to: number): AsyncIterable<number> {
    for (let number = 1; number <= to; number++) {
      seen[0] = `made ${number}`
      yield number
    }
  }

  private async hash(chunks: AsyncIterable<Uint8Array>): Promise<string> {
    const hash = createHash('sha256')
    for await (const chunk of chunks) hash.update(chunk)
    return hash.digest('hex')
  }
}

const makeWorkshop: ContainerFactory = async (options, agentEndpoint) => {
  assert(agentEndpoint !== undefined)
  const uuid = options.uuid ?? containerUuid()
  return { uuid, container: new Workshop(), endpoint: containerOnAgentEndpointRef(agentEndpoint, uuid) }
}

/** `stream` is always there on what a client gives; only what others implement may lack it. */
function open(connection: ContainerConnection, operation: string, data?: unknown, options?: StreamOptions): Readable {
  const items = connection.stream?.(operation, data, options)
  assert(items !== undefined)
  // A stream is an AsyncIterableIterator: it can be read in a loop as it is, or be made a stream of Node or the web
  return Readable.from(items)
}

const ticks = new TickManagerImpl(10)
ticks.start()
const server = new NetworkServer(new NetworkImpl(ticks), ticks, '127.0.0.1', 0)
const address = `127.0.0.1:${await server.ready()}`
const host = createNetworkClient(address)
await host.serveAgent('127.0.0.1:0', { workshop: makeWorkshop })
const client = createNetworkClient(address)
const workshop = await client.get('workshop' as ContainerKind, {})
const connection = await workshop.connect()

console.log('Down: a thousand numbers')
let sum = 0
for await (const number of open(connection, 'count', 1000)) sum += number as number
assert.equal(sum, 500_500)

console.log('The reader leaves after three of a million, and the generator ends')
for await (const number of connection.stream?.('count', 1_000_000) ?? []) if (number === 3) break
while (!seen.includes('count is over')) await new Promise(setImmediate)
console.log(`  the container had ${seen[0]}`)

console.log('Up: a megabyte from a stream of Node, and its hash comes back')
const megabyte = Buffer.alloc(1024 * 1024, 'network')
const chunks = Array.from({ length: 16 }, (_, index) => megabyte.subarray(index * 65_536, (index + 1) * 65_536))
const [hash] = (await open(connection, 'hash', undefined, { input: Readable.from(chunks) }).toArray()) as string[]
assert.equal(hash, createHash('sha256').update(megabyte).digest('hex'))

console.log('Both ways at once')
async function* lines(): AsyncIterable<string> {
  for (const line of ['one', 'two', 'three']) {
    console.log(`  > ${line}`)
    yield line
  }
}
const answers: unknown[] = []
for await (const answer of connection.stream?.('shout', undefined, { input: lines() }) ?? []) {
  console.log(`  < ${answer}`)
  answers.push(answer)
}
assert.deepEqual(answers, ['ONE', 'TWO', 'THREE'])

console.log('Typed: a method of a proxy, which is told that it is a stream')
const proxy = connection.cast<Counter>('counter', { streams: ['down'] })
assert.deepEqual(await Readable.from(proxy.down(3)).toArray(), [3, 2, 1])

console.log('Errors come behind what came before, once')
await assert.rejects(async () => await open(connection, 'sing').toArray(), /cannot 'sing'/)

await connection.close()
await workshop.close()
await client.close()
await host.close()
await server.close()
ticks.stop()
