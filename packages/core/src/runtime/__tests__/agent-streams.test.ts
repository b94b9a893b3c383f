// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Container } from '../../api/container'
import type { StreamPeer } from '../../api/stream'
import { NetworkError } from '../../errors'
import { limits } from '../../limits'
import { AgentImpl } from '../agent'
import { NetworkImpl } from '../network'
import { createProxy, handleProxyStream } from '../proxy'
import { agentId, client, echo, failure, newFixture, uuid, type Fixture } from './agent-fixture'

const opening = { items: 4, bytes: 1000, input: false }

/** What an asker was told. */
class Asker implements StreamPeer {
  readonly items: unknown[] = []
  readonly ends: (string | undefined)[] = []
  readonly grants: number[] = []
  stops = 0

  item(value: unknown): number {
    this.items.push(value)
    return 10
  }

  end(error?: NetworkError): void {
    this.ends.push(error?.code)
  }

  grant(items: number): void {
    this.grants.push(items)
  }

  stop(): void {
    this.stops++
  }
}

async function* count(to: number): AsyncIterable<number> {
  for (let number = 0; number < to; number++) yield number
}

async function serving(stream: Container['stream']): Promise<Fixture> {
  const fixture = newFixture()
  await fixture.agent.get(echo, { uuid: uuid('c') })
  const container = (await fixture.agent.getContainer(uuid('c'))) as Container
  container.stream = stream
  return fixture
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
}

describe('AgentImpl - streams', () => {
  test('sends as many items as are granted, and more bytes by one item at most', async () => {
    const { agent } = await serving(() => count(100))
    const asker = new Asker()
    const stream = await agent.stream(uuid('c'), 'some', null, client('c1'), { ...opening, bytes: 35 }, asker)
    await turns()
    expect(asker.items).toEqual([0, 1, 2, 3])
    stream.grant(100, 55)
    await turns()
    expect(asker.items).toHaveLength(6)
    stream.grant(100, 10_000)
    await turns()
    expect([asker.items.length, asker.ends]).toEqual([100, [undefined]])
  })

  test('grants its caller what it has read, and only when it reads', async () => {
    let read = (): void => {}
    const { agent } = await serving(async function* (_operation, _data, { input }) {
      await new Promise<void>((resolve) => (read = resolve))
      for await (const item of input) yield item
    })
    const asker = new Asker()
    const stream = await agent.stream(uuid('c'), 'some', null, client('c1'), { ...opening, input: true }, asker)
    await turns()
    expect(asker.grants).toEqual([])
    read()
    await turns()
    expect(asker.grants).toEqual([limits.maxStreamItems])
    stream.item('a', 1)
    stream.end()
    await turns()
    expect([asker.items, asker.ends, asker.stops]).toEqual([['a'], [undefined], 0])
  })

  test.each(['leaves', 'is gone'])(
    'who reads slowly what its caller sends hears that it was cut off: it %s',
    async (how) => {
      let goOn = (): void => {}
      const heard: unknown[] = []
      const { agent } = await serving(async function* (_operation, _data, { input }) {
        try {
          for await (const item of input) {
            heard.push(item)
            await new Promise<void>((resolve) => (goOn = resolve))
          }
          heard.push('all of it')
        } catch (error) {
          heard.push((error as NetworkError).code)
        }
        yield 'stored'
      })
      const asker = new Asker()
      const stream = await agent.stream(uuid('c'), 'some', null, client('c1'), { ...opening, input: true }, asker)
      stream.item('a', 1)
      stream.item('b', 1)
      await turns()
      if (how === 'is gone') stream.end(new NetworkError('CANCELLED', 'gone'))
      stream.stop()
      await turns()
      goOn()
      await turns()
      expect(heard).toEqual(['a', 'CANCELLED'])
    }
  )

  test('lets the event loop go round, however much is granted', async () => {
    const { agent } = await serving(() => count(2_000))
    const askers = Array.from({ length: 10 }, () => new Asker())
    const granted = { items: 1e9, bytes: 1e12, input: false }
    for (const asker of askers) await agent.stream(uuid('c'), 'some', null, client('c1'), granted, asker)
    const taken = (): number => askers.reduce((sum, { items }) => sum + items.length, 0)
    const before = taken()
    await new Promise(setImmediate)
    expect(taken() - before).toBeLessThan(10_000)
    while (taken() < 20_000) await new Promise(setImmediate)
    expect(askers.map(({ items, ends }) => [items.length, ends])).toEqual(askers.map(() => [2_000, [undefined]]))
  })

  test('a generator that never yields ends when its asker has gone', async () => {
    const ended: string[] = []
    const { agent } = await serving(async function* (_operation, _data, { signal }) {
      try {
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
      } finally {
        ended.push((signal.reason as NetworkError).code)
      }
      yield 1
    })
    const asker = new Asker()
    const stream = await agent.stream(uuid('c'), 'some', null, client('c1'), opening, asker)
    await turns()
    stream.stop()
    stream.stop()
    await turns()
    expect([ended, asker.items, asker.ends]).toEqual([['CANCELLED'], [], []])
  })

  test.each([undefined, null, 5, 'text'])(
    'ends with an error when an iterator answers %s in place of a result',
    async (answer) => {
      const next = async (): Promise<never> => answer as never
      const { agent } = await serving(() => ({ [Symbol.asyncIterator]: () => ({ next }) }))
      const asker = new Asker()
      await agent.stream(uuid('c'), 'some', null, client('c1'), opening, asker)
      await turns()
      expect([asker.items, asker.ends]).toEqual([[], ['REMOTE_ERROR']])
    }
  )

  test('what a generator throws in its end that nobody reads goes to nobody', async () => {
    const { agent } = await serving(async function* () {
      try {
        yield* count(1e9)
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- what a careless user may write
        throw new Error('late')
      }
    })
    const asker = new Asker()
    const stream = await agent.stream(uuid('c'), 'some', null, client('c1'), opening, asker)
    await turns()
    stream.stop()
    await turns()
    expect(asker.ends).toEqual([])
  })

  test.each(['terminate', 'deactivate', 'close'])('ends as of unknown outcome with its container: %s', async (how) => {
    const { agent, time } = newFixture()
    let aborted = 0
    const container = {
      request: async () => {},
      ping: async () => {},
      terminate: async () => {},
      connect: () => {},
      disconnect: () => {},
      stream: async function* (_operation: string, _data: unknown, { signal }: { signal: AbortSignal }) {
        signal.addEventListener('abort', () => aborted++)
        yield* count(1e9)
      }
    }
    agent.addStatelessContainer(uuid('s'), echo, '' as never, container)
    agent.activate(uuid('s'))
    const asker = new Asker()
    await agent.stream(uuid('s'), 'some', null, client('c1'), { ...opening, input: true }, asker)
    if (how === 'terminate') await agent.terminate(uuid('s'))
    else if (how === 'deactivate') await agent.deactivate(uuid('s'))
    else await agent.close()
    await time.advance(0)
    await turns()
    expect([asker.ends, asker.stops, aborted]).toEqual([['OUTCOME_UNKNOWN'], 1, 1])
  })

  test('a standby, an unknown container and one without streams refuse', async () => {
    const { agent } = await serving(undefined)
    const open = (name: string): Promise<unknown> =>
      failure(agent.stream(uuid(name), 'some', null, undefined, opening, new Asker()))
    expect(await open('c')).toMatchObject({ code: 'UNKNOWN_OPERATION' })
    expect(await open('nobody')).toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('NetworkImpl - streams', () => {
  test('go to where the container serves; an agent without them is said to be too old', async () => {
    const { agent, time } = await serving(() => count(2))
    const network = new NetworkImpl(time)
    await agent.register(network)
    const asker = new Asker()
    await network.streams.open(uuid('c'), 'some', null, client('c1'), opening, asker)
    await turns()
    expect([asker.items, asker.ends]).toEqual([[0, 1], [undefined]])
    Object.assign(agent, { stream: undefined })
    const refused = failure(network.streams.open(uuid('c'), 'some', null, client('c1'), opening, asker))
    expect(await refused).toMatchObject({ code: 'CONNECT_UNSUPPORTED', agentId })
    const unknown = failure(network.streams.open(uuid('d'), 'some', null, client('c1'), opening, asker))
    expect(await unknown).toMatchObject({ code: 'NOT_FOUND' })
    expect(AgentImpl.prototype.stream).toBeDefined()
    await network.close()
  })
})

describe('proxies - streams', () => {
  interface Counter {
    up(to: number): AsyncIterable<number>
    name(): Promise<string>
  }

  test('a method that was named is a stream, and every other a request', async () => {
    const impl = { up: count, name: async () => 'counter', size: 1 }
    const handler = {
      request: async (method: string) => method,
      stream: (method: string, params: unknown[]) => handleProxyStream(impl, method, params, 'counter')
    }
    const proxy = createProxy<Counter>(handler, 'counter', { streams: ['up'] })
    const items: number[] = []
    for await (const item of proxy.up(3)) items.push(item)
    expect(items).toEqual([0, 1, 2])
    expect(await proxy.name()).toBe('counter.name')
    expect(() => handleProxyStream(impl, 'counter.name', [], 'counter')).toThrow(/is no stream/)
    expect(() => handleProxyStream(impl, 'counter.size', [], 'counter')).toThrow(/not found/)
    const mute = createProxy<Counter>({ request: handler.request }, undefined, { streams: ['up'] })
    expect(() => mute.up(1)).toThrow(expect.objectContaining({ code: 'UNKNOWN_OPERATION' }))
  })
})
