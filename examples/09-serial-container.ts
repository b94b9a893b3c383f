// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// Accounts that take one call at a time, though each call awaits another container in
// the middle; the bank, which they ask, may ask them back.
// Run it: npx tsx 09-serial-container.ts
import assert from 'node:assert/strict'
import { containerOnAgentEndpointRef, createNetworkClient } from '@hcengineering/network-client'
import {
  NetworkError,
  NetworkImpl,
  TickManagerImpl,
  containerUuid,
  type AgentEndpointRef,
  type Container,
  type ContainerFactory,
  type ContainerKind,
  type ContainerUuid,
  type GetOptions,
  type NetworkClient,
  type Turns
} from '@hcengineering/network-core'
import { NetworkServer } from '@hcengineering/network-server'

const kind = (name: string): ContainerKind => name as ContainerKind
const uuid = (name: string): ContainerUuid => name as ContainerUuid

/** What all containers here have. */
abstract class Base implements Container {
  protected readonly own: ContainerUuid
  protected readonly network: NetworkClient

  constructor(own: ContainerUuid, network: NetworkClient) {
    this.own = own
    this.network = network
  }

  abstract request(operation: string, data: number | ContainerUuid): Promise<unknown>

  async ping(): Promise<void> {}

  async terminate(): Promise<void> {}

  connect(): void {}

  disconnect(): void {}
}

/** One turn at a time; who only looks does not wait for others who only look. */
class Account extends Base {
  readonly turns: Turns<'balance'> = { concurrency: 'serial', readOnly: ['balance'], mailbox: 50 }
  private amount = 0

  async request(operation: string, data: number | ContainerUuid): Promise<unknown> {
    switch (operation) {
      case 'balance':
        return this.amount
      case 'deposit': {
        const before = this.amount
        // Whoever else deposits waits until this one has written what it has read
        await this.network.request(uuid('bank'), 'allow', this.own)
        this.amount = before + Number(data)
        return this.amount
      }
      case 'give': {
        // Two accounts that give to each other at the same time wait for each other
        await this.network.request(uuid('bank'), 'allow', this.own)
        await this.network.request(data as ContainerUuid, 'deposit', 1)
        this.amount -= 1
        return this.amount
      }
      default:
        throw new NetworkError('UNKNOWN_OPERATION', `An account has no '${operation}'`)
    }
  }
}

/** Takes no turns; looks at the account that asks it, in the middle of that one's turn. */
class Bank extends Base {
  seen = 0

  async request(_operation: string, account: number | ContainerUuid): Promise<unknown> {
    await this.network.request(account as ContainerUuid, 'balance')
    return ++this.seen
  }
}

const factoryOf =
  (make: new (own: ContainerUuid, network: NetworkClient) => Container, network: NetworkClient): ContainerFactory =>
  async (options: GetOptions, agentEndpoint?: AgentEndpointRef) => {
    assert(agentEndpoint !== undefined)
    const own = options.uuid ?? containerUuid()
    return { uuid: own, container: new make(own, network), endpoint: containerOnAgentEndpointRef(agentEndpoint, own) }
  }

const ticks = new TickManagerImpl(10)
ticks.start()
const server = new NetworkServer(new NetworkImpl(ticks), ticks, '127.0.0.1', 0)
const address = `127.0.0.1:${await server.ready()}`

// Two agents: an account and the bank are on different ones.
const first = createNetworkClient(address)
await first.serveAgent('127.0.0.1:0', { account: factoryOf(Account, first) })
const second = createNetworkClient(address)
await second.serveAgent('127.0.0.1:0', { bank: factoryOf(Bank, second) })

const client = createNetworkClient(address)
await client.get(kind('bank'), { uuid: uuid('bank') })
const anna = await client.get(kind('account'), { uuid: uuid('anna') })
const bert = await client.get(kind('account'), { uuid: uuid('bert') })
const connection = await anna.connect()

console.log('Twenty deposits at a time, by two ways')
const deposits = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? anna : connection).request('deposit', 1))
await Promise.all(deposits)
assert.equal(await anna.request('balance'), 20)
console.log('  none was lost, and the bank saw the balance in the middle of each')

console.log('A hundred at a time, where fifty may wait')
const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => anna.request('deposit', 1)))
const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as NetworkError] : []))
assert(refused.length > 0 && refused.every(({ code, retryAfterMs }) => code === 'OVERLOADED' && retryAfterMs === 100))
assert.equal(await anna.request('balance'), 20 + 100 - refused.length)
console.log('  the others are told when to try again')

console.log('Two give to each other at the same time')
const given = await Promise.allSettled([anna.request('give', bert.uuid), bert.request('give', anna.uuid)])
const [failed] = given.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as NetworkError] : []))
assert(failed !== undefined && given.some(({ status }) => status === 'fulfilled'))
assert.equal(failed.remoteCode, 'DEADLINE_EXCEEDED')
const cycle = /deadline: (.*?); waiting/.exec(failed.message)?.[1] ?? ''
for (const line of cycle.split('; ')) console.log(`  ${line}`)
assert.match(cycle, /anna in 'give' waits for bert \('deposit'\)/)
console.log('  one of them was refused, and the other went on')

await client.close()
await first.close()
await second.close()
await server.close()
ticks.stop()
