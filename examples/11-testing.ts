// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// Testing a container of your own. An account answers before it has written what it was told: no test that only calls it
// notices. A whole network in virtual time, with faults drawn from a seed, does; the same seed shows it again, and that it
// is mended. In a project the two runs at the end are tests of jest or node:test.
// Run it: npx tsx 11-testing.ts
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { containerOnAgentEndpointRef } from '@hcengineering/network-client'
import {
  containerUuid,
  type Container,
  type ContainerFactory,
  type ContainerKind,
  type ContainerUuid
} from '@hcengineering/network-core'
import { TestNetworkError, attempt, forSeeds, testNetwork } from '@hcengineering/network-testing'

/** The database, as far as accounts need it: a write takes its time. */
class Store {
  readonly balances = new Map<string, number>()

  async add(account: string, amount: number): Promise<void> {
    await sleep(100)
    this.balances.set(account, (this.balances.get(account) ?? 0) + amount)
  }
}

class Account implements Container {
  protected readonly uuid: string
  protected readonly store: Store

  constructor(uuid: string, store: Store) {
    this.uuid = uuid
    this.store = store
  }

  async request(_operation: string, amount: number): Promise<string> {
    await this.store.add(this.uuid, amount)
    return 'thank you'
  }

  async ping(): Promise<void> {}

  async terminate(): Promise<void> {}

  connect(): void {}

  disconnect(): void {}
}

/** Somebody found this faster. */
class HastyAccount extends Account {
  override async request(_operation: string, amount: number): Promise<string> {
    void this.store.add(this.uuid, amount)
    return 'thank you'
  }
}

const account =
  (Kind: typeof Account, store: Store): ContainerFactory =>
  async ({ uuid = containerUuid() }, agentEndpoint) => {
    assert(agentEndpoint !== undefined)
    return { uuid, container: new Kind(uuid, store), endpoint: containerOnAgentEndpointRef(agentEndpoint, uuid) }
  }

const kind = 'account' as ContainerKind
const uuid = 'alice' as ContainerUuid

console.log('Called as usual, the hasty account does what it should:')
{
  const store = new Store()
  const net = await testNetwork({ factories: { account: account(HastyAccount, store) } })
  const alice = await net.client.get(kind, { uuid })
  await alice.request('deposit', 10)
  await net.advance(1000)
  console.log(`  10 paid in, ${store.balances.get(uuid)} in the store, after ${net.now.toFixed(0)} ms of virtual time`)
  assert.equal(store.balances.get(uuid), 10)
  await net.close()
}

/** Pays in while things go wrong; what was acknowledged must be in the store at the end. */
async function check(Kind: typeof Account, which: { seeds: number } | { seed: number }): Promise<void> {
  const { seeds, requests, faults } = await forSeeds({
    ...which,
    state: () => new Store(),
    factories: ({ state }) => ({ account: account(Kind, state) }),
    workload: async (net, random) => {
      const alice = await net.client.get(kind, { uuid })
      const paid = { acknowledged: 0, unknown: 0 }
      for (let i = 0; i < 20; i++) {
        const amount = random.int(1, 9)
        const deposit = await attempt(alice.request('deposit', amount))
        if (deposit.ok) paid.acknowledged += amount
        else if (deposit.mayHaveRun) paid.unknown += amount
        await net.advance(random.int(0, 800))
      }
      return paid
    },
    invariants: (net, { acknowledged, unknown }) => {
      const stored = net.state.balances.get(uuid) ?? 0
      assert(stored >= acknowledged, `${acknowledged} acknowledged, ${stored} in the store`)
      assert(stored <= acknowledged + unknown, `${acknowledged + unknown} asked for, ${stored} in the store`)
    }
  })
  console.log(`  every seed of ${seeds} holds: ${requests} requests, ${faults} faults`)
}

/** How it fails, and with which seed. */
async function failure(run: Promise<void>): Promise<TestNetworkError> {
  try {
    await run
  } catch (error) {
    if (error instanceof TestNetworkError) return error
    throw error
  }
  throw new Error('It does not fail')
}

const short = ({ message }: Error): string => /\d+ acknowledged, \d+ in the store/.exec(message)?.[0] ?? message

console.log('With faults it does not:')
const found = await failure(check(HastyAccount, { seeds: 100 }))
console.log(`  seed ${found.seed}: ${short(found)}`)
console.log('What led to it:')
const lines = found.story.filter((line) => /fault:|gone|is made/.test(line))
for (const line of lines.slice(-6)) console.log(`  ${line.trim()}`)

console.log('The same seed shows the same again:')
const again = await failure(check(HastyAccount, { seed: found.seed }))
assert.deepEqual(again.story, found.story)
console.log(`  seed ${again.seed}: ${short(again)}`)

console.log('Mended, it answers when it has written:')
await check(Account, { seed: found.seed })
await check(Account, { seeds: 20 })
