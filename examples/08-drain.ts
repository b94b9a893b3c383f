// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// An agent is told to leave, as by a supervisor that replaces it: what it has goes to another one, with its state, and who
// uses it sees nothing of that.
// Run it: npx tsx 08-drain.ts
import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { containerOnAgentEndpointRef, createNetworkClient, drainOnSignal } from '@hcengineering/network-client'
import {
  NetworkImpl,
  TickManagerImpl,
  containerUuid,
  type AgentEndpointRef,
  type Container,
  type ContainerFactory,
  type ContainerKind,
  type ContainerUuid,
  type DrainResult,
  type GetOptions,
  type Logger
} from '@hcengineering/network-core'
import { NetworkServer } from '@hcengineering/network-server'

/** Counts in memory; what it has counted goes with it when it moves. */
class Counter implements Container {
  private value = 0
  private readonly place: string

  constructor(place: string) {
    this.place = place
  }

  async request(operation: string): Promise<unknown> {
    if (operation === 'where') return this.place
    return ++this.value
  }

  async ping(): Promise<void> {}

  async terminate(): Promise<void> {}

  /** Its last request has been answered: what is needed to go on elsewhere. */
  async dehydrate(): Promise<number> {
    console.log(`  leaves ${this.place} at ${this.value}`)
    return this.value
  }

  /** Before the first request there. */
  async rehydrate(value: number): Promise<void> {
    console.log(`  goes on in ${this.place} at ${value}`)
    this.value = value
  }

  connect(): void {}

  disconnect(): void {}
}

const counters =
  (place: string): ContainerFactory =>
  async (options: GetOptions, agentEndpoint?: AgentEndpointRef) => {
    assert(agentEndpoint !== undefined)
    const uuid = options.uuid ?? containerUuid()
    return { uuid, container: new Counter(place), endpoint: containerOnAgentEndpointRef(agentEndpoint, uuid) }
  }

const ticks = new TickManagerImpl(10)
ticks.start()
const server = new NetworkServer(new NetworkImpl(ticks), ticks, '127.0.0.1', 0)
const address = `127.0.0.1:${await server.ready()}`

// Two agents; here both in one process, so that only the first is told by a signal.
// The logger of the first is told what its drain waits for.
const silent = (): void => {}
const log = (message: string): void => console.log(`  ${message}`)
const logger: Logger = { debug: silent, info: log, warn: log, error: log }
const first = createNetworkClient(address, undefined, { logger })
await first.serveAgent('127.0.0.1:0', { counter: counters('the first agent') })

const client = createNetworkClient(address)
const reference = await client.get('counter' as ContainerKind, { uuid: 'visits' as ContainerUuid })
const connection = await reference.connect()

const second = createNetworkClient(address)
await second.serveAgent('127.0.0.1:0', { counter: counters('the second agent') })

// All that an agent's process needs: at SIGTERM it drains, then closes.
const closed = new Promise<DrainResult>((resolve) => drainOnSignal(first, { timeoutMs: 20_000, onClosed: resolve }))

let asked = 0
const load = { over: false }
/** Asks without a pause, through the coordinator and directly in turn; a call that fails ends the program. */
async function ask(): Promise<void> {
  while (!load.over) {
    const by = asked % 2 === 0 ? reference : connection
    assert.equal(await by.request('add'), ++asked)
    // What is in the same process answers at once: sockets and signals want their turn
    await nextTurn()
  }
}

console.log(`It counts in ${await reference.request('where')}`)
const asking = ask()
console.log('SIGTERM')
process.kill(process.pid, 'SIGTERM')
const result = await closed
load.over = true
await asking
console.log(`The first agent has left: ${result.moved} moved, ${result.left} left`)
assert.deepEqual(result, { moved: 1, ended: 0, left: 0 })
assert.equal(await reference.request('where'), 'the second agent')
assert.equal(await connection.request('add'), asked + 1)
console.log('Every call was answered, and none was counted twice')

await client.close()
await second.close()
await server.close()
ticks.stop()
