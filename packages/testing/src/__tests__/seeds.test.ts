// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerKind, ContainerUuid, NetworkClient } from '@hcengineering/network-core'
import { attempt, forSeeds, TestNetworkError, type SeedsOptions } from '../index'
import { Random } from '../kernel/random'
import { drawFaults, faultKinds } from '../seeds/faults'
import { runSeed } from '../seeds/run-seed'
import { Counter, counterKind, counters, counterUuid } from './counter'

/** For what hangs, not for what is slow. */
const hangingMs = 5 * 60_000

afterEach(() => {
  delete process.env.NETWORK_SEED
})

/** A bank whose accounts are containers. */
interface Bank {
  /** What the database has. */
  readonly stored: Map<string, number>
}

type AccountClass = new (uuid: string, bank: Bank) => Counter

/** As it should be: what is acknowledged is stored, and two deposits do not overwrite each other. */
class Account extends Counter {
  constructor(
    private readonly uuid: string,
    private readonly bank: Bank
  ) {
    super()
  }

  override async request(_operation: string, amount: number): Promise<number> {
    return await this.store(amount)
  }

  protected async store(amount: number): Promise<number> {
    const balance = (this.bank.stored.get(this.uuid) ?? 0) + amount
    this.bank.stored.set(this.uuid, balance)
    return balance
  }
}

/** Answers before it has stored. */
class Hasty extends Account {
  override async request(_operation: string, amount: number): Promise<number> {
    setTimeout(() => {
      void this.store(amount)
    }, 400)
    return amount
  }
}

/** Reads, waits and writes: what comes meanwhile is overwritten. */
class Racing extends Account {
  override async request(_operation: string, amount: number): Promise<number> {
    const balance = await this.store(0)
    await new Promise((resolve) => setTimeout(resolve, 20))
    return await this.store(balance + amount - (await this.store(0)))
  }
}

type Deposit = (client: NetworkClient, amount: number) => Promise<{ readonly sure: number; readonly unsure: number }>

const once: Deposit = async (client, amount) => {
  const got = await attempt(client.get('account' as ContainerKind, { uuid: 'a' as ContainerUuid }))
  if (!got.ok) return { sure: 0, unsure: 0 }
  const done = await attempt(got.value.request('deposit', amount))
  await attempt(got.value.close())
  if (done.ok) return { sure: amount, unsure: 0 }
  return { sure: 0, unsure: done.mayHaveRun ? amount : 0 }
}

/** Asks again when it does not know, as if nothing could have happened. */
const untilSure: Deposit = async (client, amount) => {
  for (;;) {
    const { sure } = await once(client, amount)
    if (sure > 0) return { sure, unsure: 0 }
  }
}

function bank(
  Kind: AccountClass,
  deposit: Deposit
): SeedsOptions<Bank, { readonly sure: number; readonly unsure: number }> {
  return {
    state: () => ({ stored: new Map<string, number>() }),
    factories: ({ state }) => ({
      account: async (options, endpoint) =>
        await Counter.factory(() => new Kind(options.uuid ?? '', state))(options, endpoint)
    }),
    clients: 2,
    workload: async (net, random) => {
      const total = { sure: 0, unsure: 0 }
      const work = async (client: NetworkClient): Promise<void> => {
        for (let i = 0; i < 10; i++) {
          const { sure, unsure } = await deposit(client, random.int(1, 100))
          total.sure += sure
          total.unsure += unsure
          await net.advance(random.int(0, 1500))
        }
      }
      await Promise.all(net.clients.map(work))
      return total
    },
    invariants: (net, { sure, unsure }) => {
      const stored = net.state.stored.get('a') ?? 0
      if (stored < sure) throw new Error(`${sure} were acknowledged, ${stored} are stored`)
      if (stored > sure + unsure) throw new Error(`${stored} are stored, at most ${sure + unsure} were asked for`)
    }
  }
}

const failureOf = async (run: Promise<unknown>): Promise<TestNetworkError> => {
  const failure = await run.then(
    () => undefined,
    (error: unknown) => error
  )
  if (failure instanceof TestNetworkError) return failure
  throw new Error(`No seed failed: ${String(failure)}`)
}

describe('seeds', () => {
  it(
    'hold for a container that is right',
    async () => {
      const report = await forSeeds({ ...bank(Account, once), seeds: 10 })
      expect(report.seeds).toBe(10)
      expect(report.requests).toBeGreaterThan(100)
      expect(report.faults).toBeGreaterThan(25)
    },
    hangingMs
  )

  it(
    'do the same twice, and something else for another seed',
    async () => {
      const run = async (seed: number): Promise<string> => {
        const plan = drawFaults((stream) => new Random(seed, stream), faultKinds, 10_000)
        const { fingerprint } = await runSeed({ ...bank(Account, once), seed, plan, troubleMs: 10_000 })
        return fingerprint
      }
      const first: string[] = []
      for (let seed = 1; seed <= 5; seed++) first.push(await run(seed))
      for (let seed = 1; seed <= 5; seed++) expect(await run(seed)).toBe(first[seed - 1])
      expect(new Set(first).size).toBe(5)
    },
    hangingMs
  )

  it(
    'find a container that answers before it has stored',
    async () => {
      const failure = await failureOf(forSeeds({ ...bank(Hasty, once), seeds: 30 }))
      expect(failure.message).toMatch(/were acknowledged, \d+ are stored/)
    },
    hangingMs
  )

  it(
    'tell which faults suffice, when asked',
    async () => {
      const failure = await failureOf(forSeeds({ ...bank(Hasty, once), seeds: 30, shrink: true }))
      expect(failure.message).toMatch(/Of its \d+ faults these suffice: (kill|stop|drain|pause|partition)[^;]*\n/)
      expect(failure.message).toMatch(/were acknowledged, \d+ are stored/)
    },
    hangingMs
  )

  it(
    'find a container that overwrites what came meanwhile',
    async () => {
      const failure = await failureOf(forSeeds({ ...bank(Racing, once), seeds: 30 }))
      expect(failure.message).toMatch(/were acknowledged, \d+ are stored/)
    },
    hangingMs
  )

  it(
    'find a caller that executes twice, and one seed does it again',
    async () => {
      const failure = await failureOf(forSeeds({ ...bank(Account, untilSure), seeds: 40 }))
      expect(failure.message).toMatch(/are stored, at most \d+ were asked for/)
      const { seed } = failure
      expect(failure.message).toContain(`Run it again: forSeeds({ seed: ${seed}, … }), or NETWORK_SEED=${seed}`)
      const again = await failureOf(forSeeds({ ...bank(Account, untilSure), seed }))
      expect([again.story, again.seed]).toEqual([failure.story, seed])
      process.env.NETWORK_SEED = String(seed)
      expect((await failureOf(forSeeds({ ...bank(Account, untilSure), seeds: 1 }))).story).toEqual(failure.story)
    },
    hangingMs
  )

  it('run on without faults when none are wanted', async () => {
    const report = await forSeeds({ ...bank(Account, once), seeds: 3, faults: [] })
    expect(report).toEqual({ seeds: 3, requests: 60, faults: 0 })
  })

  it('check after every step what must always hold', async () => {
    const always = (): void => {
      throw new Error('never')
    }
    expect((await failureOf(forSeeds({ ...bank(Account, once), always }))).message).toMatch(/^Seed 1: always, .*never/)
  })

  it('tell what the workload threw, with the code of the test in it', async () => {
    const workload = async (): Promise<void> => {
      throw new Error('not my day')
    }
    const failure = await failureOf(forSeeds({ factories: counters, workload, from: 4 }))
    expect(failure.message).toMatch(/^Seed 4: the test, at .*: Error: not my day/)
    expect(failure.message).toContain('seeds.test')
  })

  it('refuse a workload that asks nothing, and options that cannot be meant', async () => {
    const idle = forSeeds({ factories: counters, seeds: 2, workload: async () => {} })
    await expect(idle).rejects.toThrow('No container was asked anything in any of the seeds')
    await expect(forSeeds({ factories: counters, seeds: 0, workload: async () => {} })).rejects.toThrow(
      'seeds must be a whole number from 1'
    )
    await expect(forSeeds({ factories: counters, workload: undefined as never })).rejects.toThrow(
      'workload must be a function'
    )
    await expect(
      forSeeds({ factories: counters, workload: async () => {}, faults: ['fire' as never] })
    ).rejects.toThrow('a fault must be one of kill, stop')
  })

  it('let the workload sleep in virtual time', async () => {
    const workload: SeedsOptions<undefined, number>['workload'] = async (net) => {
      const before = net.now
      await new Promise((resolve) => setTimeout(resolve, 5000))
      await attempt((await net.client.get(counterKind, { uuid: counterUuid })).request('read'))
      return net.now - before
    }
    const invariants = (_net: unknown, passed: number): void => expect(passed).toBeGreaterThanOrEqual(5000)
    await forSeeds({ factories: counters, seeds: 1, faults: [], workload, invariants })
  })
})
