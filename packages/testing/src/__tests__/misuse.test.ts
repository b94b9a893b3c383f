// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readFile } from 'node:fs/promises'
import { scheduler, setTimeout as sleep } from 'node:timers/promises'
import { testNetwork, TestNetworkError, type TestNetwork } from '../index'
import { Counter, counterKind, counters, counterUuid } from './counter'

const realSetTimeout = setTimeout
let net: TestNetwork | undefined

afterEach(async () => {
  delete process.env.NETWORK_SEED
  await net?.close().catch(() => {})
})

/** Opens a network whose counters answer by `run`, and asks one. */
async function ask(run: () => Promise<unknown>): Promise<unknown> {
  class Misused extends Counter {
    override async request(): Promise<unknown> {
      return await run()
    }
  }
  net = await testNetwork({ factories: { counter: Counter.factory(() => new Misused()) } })
  const counter = await net.client.get(counterKind, { uuid: counterUuid })
  return (await counter.request('do')) as unknown
}

describe('test network - misuse', () => {
  it('says which real work a container does, and where', async () => {
    const file = await ask(async () => await readFile(__filename)).catch((error: unknown) => error)
    expect(file).toBeInstanceOf(TestNetworkError)
    expect(String(file)).toMatch(
      /agent-[01]#1: Error: It uses the file system \(FSREQPROMISE\); nothing in a test network/
    )
    expect(String(file)).toContain('misuse.test')
  })

  it('says so of a real timer, by a reference that is older than the network', async () => {
    const timer = ask(async () => await new Promise((resolve) => realSetTimeout(resolve, 1)))
    await expect(timer).rejects.toThrow('It starts a real timer, by a reference to it that is older than the network')
  })

  it('says so of timers that have no virtual twin', async () => {
    await expect(ask(async () => await scheduler.wait(10))).rejects.toThrow('It starts a real timer')
  })

  it('takes timers of node:timers/promises and AbortSignal.timeout along', async () => {
    const passed = await ask(async () => {
      const before = Date.now()
      await sleep(1000)
      const signal = AbortSignal.timeout(1000)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return Date.now() - before
    })
    expect(passed).toBe(2000)
  })

  it('ends a call that is never answered at its deadline, and one without in ten minutes of virtual time', async () => {
    const never = async (): Promise<unknown> => await new Promise(() => {})
    await expect(ask(never)).rejects.toThrow(expect.objectContaining({ code: 'DEADLINE_EXCEEDED' }) as Error)
    const counter = await net?.client.get(counterKind, { uuid: counterUuid })
    net?.pause('client-0')
    const call = counter?.request('do', 1, { timeoutMs: 0 })
    await expect(call).rejects.toThrow(
      'request do to counter-1 has not come to an end in 600 s of virtual time. client-0 is paused.'
    )
  })

  it('says that a container goes round in circles', async () => {
    const circle = ask(async () => {
      for (;;) await new Promise((resolve) => setImmediate(resolve))
    })
    await expect(circle).rejects.toThrow('setImmediate goes round in circles, and no time passes')
  })

  it('tells of what a container did not catch, at the latest at the end', async () => {
    await ask(async () => {
      setTimeout(() => {
        throw new Error('thrown in a timer')
      }, 100)
    })
    await expect(net?.advance(200)).rejects.toThrow(
      /^Seed 1: no crash, at .* s: agent-[01]#1: Error: thrown in a timer/
    )
    await net?.close()
    await ask(async () => {
      setTimeout(() => {
        throw new Error('thrown later')
      }, 5)
    })
    await expect(net?.close()).rejects.toThrow('thrown later')
  })

  it('refuses a second network, and everything after the end', async () => {
    net = await testNetwork({ factories: counters, seed: 7 })
    await expect(testNetwork({ factories: counters })).rejects.toThrow('A test network is open already (seed 7)')
    const { client } = net
    await net.close()
    await expect(net.advance(1)).rejects.toThrow('The test network is closed')
    await expect(client.kinds()).rejects.toThrow('The test network is closed')
    expect(() => net?.kill('agent-0')).toThrow('The test network is closed')
  })

  it('refuses options that cannot be meant', async () => {
    const open = async (options: object): Promise<unknown> =>
      await testNetwork({ factories: counters, ...options }).catch((error: unknown) => String(error))
    expect(await open({ factories: undefined })).toBe(
      'NetworkError: factories must be an object of factories by kind, or a function that makes one, got undefined'
    )
    expect(await open({ agents: 1.5 })).toBe('NetworkError: agents must be a whole number from 0 to 100, got 1.5')
    expect(await open({ clients: 0 })).toBe('NetworkError: clients must be a whole number from 1 to 100, got 0')
    expect(await open({ latencyMs: [5, 1] })).toBe('NetworkError: latencyMs must be a number from 5 to 60000, got 1')
    process.env.NETWORK_SEED = 'x'
    expect(await open({})).toBe("NetworkError: NETWORK_SEED must be a whole number, got 'x'")
    process.env.NETWORK_SEED = '12'
    net = await testNetwork({ factories: counters })
    expect(net.seed).toBe(12)
    expect(() => net?.kill('agent-2')).toThrow(
      "There is no machine 'agent-2' in this network, only coordinator, agent-0, agent-1, client-0"
    )
    await expect(net.advance(-1)).rejects.toThrow('the time to advance must be a number from 0')
  })

  it('says why it cannot start', async () => {
    const open = testNetwork({
      factories: () => {
        throw new Error('no database')
      }
    })
    await expect(open).rejects.toThrow('agent-0#1: Error: no database')
    net = await testNetwork({ factories: counters })
  })
})
