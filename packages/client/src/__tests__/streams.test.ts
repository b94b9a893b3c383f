// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import { BackRPCServer } from '@hcengineering/network-backrpc'
import {
  containerDirectRef,
  limits,
  NetworkError,
  ServedStream,
  type AgentUuid,
  type ClientUuid,
  type Container,
  type ContainerConnection,
  type ContainerUuid,
  type StreamContext
} from '@hcengineering/network-core'
import type { EchoContainer } from '@hcengineering/network-core/testing'
import { chat, connect, room } from './connecting'
import { host, type Hosting } from './hosting'
import { LocalAgents } from '../local-agents'
import type { NetworkClientImpl } from '../network-client'
import { World } from './world'

interface Stage {
  readonly world: World
  readonly client: NetworkClientImpl
  readonly hosting: Hosting
  readonly container: EchoContainer & Pick<Container, 'stream'>
  readonly connection: ContainerConnection
}

async function stage(way: string): Promise<Stage> {
  const world = new World()
  world.coordinator.start()
  const localAgents = way === 'local' ? new LocalAgents() : undefined
  const client = world.client('client', { localAgents })
  const hosting = await host(world, 'agent-a')
  localAgents?.add(hosting.agent)
  await world.pass()
  const container: EchoContainer & Pick<Container, 'stream'> = hosting.place('room')
  const connection = await connect(world, client)
  return { world, client, hosting, container, connection }
}

/** Reads to the end while time passes: the items, and the code of the error if it ended with one. */
async function read(
  world: World,
  items: AsyncIterable<unknown> | undefined
): Promise<{ items: unknown[]; code?: string }> {
  const read: unknown[] = []
  const reading = (async () => {
    for await (const item of items as AsyncIterable<unknown>) read.push(item)
  })()
  const watched = world.watch(reading)
  for (let round = 0; round < 200 && watched.outcome === 'pending'; round++) await world.pass()
  if (watched.outcome === 'pending') throw new Error(`Still pending after ${read.length} items`)
  return watched.outcome === undefined ? { items: read } : { items: read, code: String(watched.outcome) }
}

async function* count(to: number): AsyncIterable<number> {
  for (let number = 0; number < to; number++) yield number
}

const upTo = (to: number): number[] => Array.from({ length: to }, (_, index) => index)

describe.each(['direct', 'local'])('a stream (%s)', (way) => {
  test('carries many items in order, more than fit at once', async () => {
    const { world, container, connection } = await stage(way)
    const asked: unknown[] = []
    container.stream = (operation, data, { caller }) => {
      asked.push(operation, data, caller)
      return count(data as number)
    }
    const many = 5 * limits.maxStreamItems
    expect(await read(world, connection.stream?.('count', many))).toEqual({ items: upTo(many) })
    expect(asked).toEqual(['count', many, 'client'])
  })

  test('carries items both ways, and ends what its caller sends when it ends', async () => {
    const { world, container, connection } = await stage(way)
    let finished = false
    async function* forever(): AsyncIterable<number> {
      try {
        for (let number = 0; ; number++) yield number
      } finally {
        finished = true
      }
    }
    container.stream = async function* (_operation, _data, { input }) {
      for await (const item of input as AsyncIterable<number>) {
        yield item * 2
        if (item === 999) return
      }
    }
    const { items } = await read(world, connection.stream?.('double', null, { input: forever() }))
    expect(items).toEqual(upTo(1000).map((item) => item * 2))
    await world.pass()
    expect(finished).toBe(true)
  })

  test('takes an iterable, a stream of Node or one of the web for its input', async () => {
    const { world, container, connection } = await stage(way)
    container.stream = (_operation, _data, { input }) => input
    for (const input of [upTo(3), Readable.from(upTo(3)), ReadableStream.from(upTo(3)), count(3)]) {
      expect(await read(world, connection.stream?.('back', null, { input }))).toEqual({ items: upTo(3) })
    }
  })

  test('is read as a stream of Node and as one of the web', async () => {
    const { world, container, connection } = await stage(way)
    container.stream = (_operation, data) => count(data as number)
    const items = (): AsyncIterable<number> => connection.stream?.('count', 3) as AsyncIterable<number>
    expect(await read(world, Readable.from(items()))).toEqual({ items: upTo(3) })
    expect(await read(world, ReadableStream.from(items()))).toEqual({ items: upTo(3) })
  })

  test('asks the container for no more than its reader has room for', async () => {
    const { world, container, connection } = await stage(way)
    let made = 0
    container.stream = async function* () {
      for (;;) {
        made++
        yield Buffer.alloc(64 * 1024)
      }
    }
    const reading = connection.stream?.('chunks') as AsyncIterableIterator<unknown>
    const first = world.watch(reading.next())
    for (let round = 0; round < 20; round++) await world.pass(10)
    expect(first.outcome).not.toBe('pending')
    expect(made).toBeLessThanOrEqual(2 + limits.maxStreamBytes / (64 * 1024))
    await reading.return?.()
  })

  test('runs the finally of its generator when the reader leaves, even where it waits for something else', async () => {
    const { world, container, connection } = await stage(way)
    const ended: string[] = []
    container.stream = async function* (_operation, data, { signal }) {
      try {
        yield 1
        if (data === 'waits') await new Promise((resolve) => signal.addEventListener('abort', resolve))
        yield 2
      } finally {
        ended.push(String(data))
      }
    }
    for (const how of ['yields', 'waits']) {
      const reading = connection.stream?.('some', how) as AsyncIterableIterator<unknown>
      const first = world.watch(reading.next())
      await world.pass()
      expect(first.outcome).toEqual({ value: 1, done: false })
      await reading.return?.()
      await world.pass()
    }
    expect(ended).toEqual(['yields', 'waits'])
  })

  test('ends with CANCELLED when its signal aborts, on both sides', async () => {
    const { world, container, connection } = await stage(way)
    let reason: unknown
    container.stream = async function* (_operation, _data, { signal }) {
      yield 1
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      reason = signal.reason
    }
    const controller = new AbortController()
    const outcome = read(world, connection.stream?.('some', null, { signal: controller.signal }))
    await world.pass()
    controller.abort()
    expect(await outcome).toEqual({ items: [1], code: 'CANCELLED' })
    await world.pass()
    expect(reason).toMatchObject({ code: 'CANCELLED' })
    const late = connection.stream?.('some', null, { signal: controller.signal })
    expect(await read(world, late)).toEqual({ items: [], code: 'CANCELLED' })
  })

  test('carries what the container throws, behind what came before', async () => {
    const { world, container, connection } = await stage(way)
    container.stream = async function* () {
      yield 1
      throw Object.assign(new Error('broken'), { code: 'EDISK' })
    }
    const reading = connection.stream?.('some') as AsyncIterableIterator<unknown>
    const results = world.watch(Promise.allSettled([reading.next(), reading.next(), reading.next()]))
    await world.pass()
    const error: unknown = expect.objectContaining({ code: 'REMOTE_ERROR', message: 'broken', remoteCode: 'EDISK' })
    expect(results.outcome).toEqual([
      { status: 'fulfilled', value: { value: 1, done: false } },
      { status: 'rejected', reason: error },
      { status: 'fulfilled', value: { value: undefined, done: true } }
    ])
  })

  test('carries what its input throws to the container', async () => {
    const { world, container, connection } = await stage(way)
    const seen: unknown[] = []
    container.stream = async function* (_operation, _data, { input }) {
      try {
        for await (const item of input) seen.push(item)
      } catch (error) {
        yield (error as NetworkError).message
      }
    }
    async function* broken(): AsyncIterable<number> {
      yield 1
      throw new Error('no more')
    }
    expect(await read(world, connection.stream?.('some', null, { input: broken() }))).toEqual({ items: ['no more'] })
    expect(seen).toEqual([1])
  })

  test('ends with an item that cannot travel, on either side', async () => {
    const { world, container, connection } = await stage(way)
    let finished = 0
    container.stream = async function* (_operation, _data, { input }) {
      try {
        for await (const item of input) yield item === 1 ? () => {} : item
        yield () => {}
      } finally {
        finished++
      }
    }
    expect(await read(world, connection.stream?.('some'))).toEqual({ items: [], code: 'UNSUPPORTED_VALUE' })
    const bad = connection.stream?.('some', null, { input: [0, Symbol('none')] })
    expect(await read(world, bad)).toEqual({ items: [0], code: 'REMOTE_ERROR' })
    await world.pass()
    expect(finished).toBe(2)
  })

  test('is refused by a container without streams, or one that answers with none, or throws', async () => {
    const { world, container, connection } = await stage(way)
    expect(await read(world, connection.stream?.('some'))).toMatchObject({ code: 'UNKNOWN_OPERATION' })
    container.stream = (() => 5) as unknown as Container['stream']
    expect(await read(world, connection.stream?.('some'))).toMatchObject({ code: 'REMOTE_ERROR' })
    container.stream = () => {
      throw new Error('not today')
    }
    expect(await read(world, connection.stream?.('some'))).toMatchObject({ code: 'REMOTE_ERROR' })
  })

  test('ends as of unknown outcome when the container ends', async () => {
    const { world, hosting, container, connection } = await stage(way)
    let finished = false
    container.stream = async function* (_operation, _data, { signal }) {
      try {
        yield 1
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
      } finally {
        finished = true
      }
    }
    const outcome = read(world, connection.stream?.('some'))
    await world.pass()
    void hosting.agent.terminate('room' as ContainerUuid)
    expect(await outcome).toEqual({ items: [1], code: 'OUTCOME_UNKNOWN' })
    await world.pass()
    expect(finished).toBe(true)
  })

  test('ends with CLOSED when its connection, its reference or the client is closed', async () => {
    const { world, client, container, connection } = await stage(way)
    let signals = 0
    container.stream = async function* (_operation, _data, { signal }) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      signals++
      yield 1
    }
    const outcome = read(world, connection.stream?.('some'))
    await world.pass()
    const closing = connection.close()
    expect(await outcome).toMatchObject({ code: 'CLOSED' })
    await world.pass(1000)
    await closing
    expect(signals).toBe(1)
    expect(() => connection.stream?.('some')).toThrow(NetworkError)
    const reference = await client.get(chat, room)
    if (way === 'direct') return
    const other = read(world, reference.stream?.('some'))
    await world.pass()
    await reference.close()
    expect(await other).toMatchObject({ code: 'CLOSED' })
    const last = read(world, (await client.get(chat, room)).stream?.('some'))
    await world.pass()
    const closed = client.close()
    expect(await last).toMatchObject({ code: 'CLOSED' })
    await world.pass(1000)
    await closed
    expect(signals).toBe(3)
  })

  test('is asked when it is read, with what was given when it was made', async () => {
    const { world, container, connection } = await stage(way)
    let calls = 0
    container.stream = (_operation, data) => {
      calls++
      return count((data as { to: number }).to)
    }
    const data = { to: 2 }
    const items = connection.stream?.('some', data)
    data.to = 5
    await world.pass()
    expect(calls).toBe(0)
    expect(await read(world, items)).toEqual({ items: [0, 1] })
    const never = connection.stream?.('some', data)
    await never?.return?.()
    expect(await read(world, never)).toEqual({ items: [] })
    expect(calls).toBe(1)
  })

  test('is a method of a proxy, where its name was given', async () => {
    interface Room {
      ticks(to: number): AsyncIterable<number>
      say(text: string): Promise<unknown>
    }
    const { world, container, connection } = await stage(way)
    const asked: unknown[] = []
    container.stream = (operation, params) => {
      asked.push(operation, params)
      return count((params as number[])[0])
    }
    const proxy = connection.cast<Room>('room', { streams: ['ticks'] })
    expect(await read(world, proxy.ticks(2))).toEqual({ items: [0, 1] })
    expect(asked).toEqual(['room.ticks', [2]])
    const said = world.watch(proxy.say('hi'))
    await world.pass()
    expect(said.outcome).toMatchObject({ operation: 'room.say' })
  })

  test('gives its readers copies', async () => {
    const { world, container, connection } = await stage(way)
    const kept = { list: [1] }
    const seen: unknown[] = []
    container.stream = async function* (_operation, _data, { input }: StreamContext) {
      for await (const item of input) seen.push(item)
      yield kept
    }
    const sent = { list: [2] }
    const { items } = await read(world, connection.stream?.('some', null, { input: [sent] }))
    expect([items, seen]).toEqual([[kept], [sent]])
    expect(items[0]).not.toBe(kept)
    expect(seen[0]).not.toBe(sent)
  })
})

test('a stream of a container that is its own server is asked there', async () => {
  const world = new World()
  const client = await world.connected()
  const over: unknown[] = []
  new BackRPCServer<ClientUuid>(
    {
      requestHandler: async (_client, _method, _params, send) => await send(null),
      streamHandler: async (caller, method, params, { opening, asker }) =>
        new ServedStream({
          caller,
          opening,
          asker,
          open: ({ input }) => (method === 'back' ? input : count(params as number)),
          failure: (error) => NetworkError.remote(error),
          onOver: () => over.push(method),
          onLeft: () => {}
        })
    },
    world.ticks,
    'own',
    6000,
    { transport: world.node('own') }
  )
  const endpoint = containerDirectRef('own', 6000, room.uuid, 'agent-a' as AgentUuid)
  world.coordinator.placements.set('room', { endpoint })
  const connection = await connect(world, client)
  expect(await read(world, connection.stream?.('count', 5))).toEqual({ items: upTo(5) })
  expect(await read(world, connection.stream?.('back', null, { input: [1, 2] }))).toEqual({ items: [1, 2] })
  expect(over).toEqual(['count', 'back'])
})

describe('a stream over a connection that is lost', () => {
  test('goes on when it comes back, with nothing lost', async () => {
    const { world, container, connection } = await stage('direct')
    let more = (): void => {}
    container.stream = async function* () {
      yield* count(300)
      await new Promise<void>((resolve) => (more = resolve))
      yield* count(300)
    }
    const outcome = read(world, connection.stream?.('some'))
    await world.pass()
    world.network.breakConnections('agent-a')
    more()
    await world.pass(1000)
    expect(await outcome).toEqual({ items: [...upTo(300), ...upTo(300)] })
  })

  test('ends when it does not come back within the alive timeout', async () => {
    const { world, hosting, container, connection } = await stage('direct')
    container.stream = async function* (_operation, _data, { signal }) {
      yield 1
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    }
    const reading = world.watch(read(world, connection.stream?.('some')).then(({ code }) => code))
    await world.pass()
    await hosting.server.close()
    await world.pass(4000)
    expect(reading.outcome).toBe('OUTCOME_UNKNOWN')
  })
})
