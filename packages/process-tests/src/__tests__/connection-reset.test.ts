// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Agent, Client, Reference } from '../harness/roles'
import type { Target } from '../fixtures/client'
import { broken, numbered, tally } from '../harness/outcomes'
import { freePort } from '../harness/ports'
import type { TcpProxy } from '../harness/tcp-proxy'
import { worlds, type World } from '../harness/world'

interface Line {
  client: Client
  agent: Agent
  proxy: TcpProxy
}

/** Everything direct, but for one line that a proxy can break. */
async function lineThroughProxy(world: World, line: string, { relayed = false } = {}): Promise<Line> {
  await world.coordinator()
  const agentPort = await freePort()
  const proxy = await world.proxy(line === 'client – agent' ? agentPort : world.port)
  const through = { url: `127.0.0.1:${proxy.port}` }
  const [client, agent] = await Promise.all([
    world.client('client', line === 'client – coordinator' ? through : {}),
    world.agent('a', {
      port: relayed ? undefined : agentPort,
      ...(line === 'agent – coordinator' ? through : {}),
      ...(line === 'client – agent' ? { announcedPort: proxy.port } : {})
    })
  ])
  return { client, agent, proxy }
}

describe.each(['client – coordinator', 'agent – coordinator', 'client – agent'])('connection reset: %s', (line) => {
  const world = worlds({ shared: true })
  let client: Client
  let agent: Agent
  let proxy: TcpProxy
  beforeAll(async () => {
    ;({ client, agent, proxy } = await lineThroughProxy(world.current, line))
  })

  /** A container, and a target of it to which requests go through the proxy. */
  async function container(uuid: string): Promise<{ reference: Reference; target: Target }> {
    const reference = await client.get('sample', { uuid })
    const target = line === 'client – agent' ? (await reference.connect()).target : reference.target
    return { reference, target }
  }

  it('requests that wait for their answers get them, each executed once', async () => {
    const { target } = await container('held')
    const calls = numbered(target, 'hold', 100, 'held')
    const ended = client.requestMany(calls)
    await agent.has({ what: 'executed', operation: 'hold' }, 100)

    const before = proxy.accepted
    proxy.reset()
    await world.current.until(() => proxy.accepted > before, 'the connection is made again')
    await agent.call('request', { uuid: 'held', operation: 'release' })

    expect(tally(await ended)).toEqual({ answered: 100 })
    expect(broken(calls, await ended, world.current.journal)).toEqual([])
  })

  const streams = process.env.NETWORK_TEST_PROTOCOL === '1' ? it.skip : it
  streams('a stream goes on: nothing lost, nothing twice', async () => {
    const { target } = await container('chunks')
    const count = 3000
    const stream = await client.call('openStream', { target, operation: 'chunks', data: { count, bytes: 4096 } })
    const numbers: number[] = []
    for (const most of [10, 1000, 1000, count]) {
      const { numbers: more, code } = await client.call('readStream', { stream, most })
      expect(code).toBeUndefined()
      numbers.push(...more)
      proxy.reset()
    }
    expect(numbers).toEqual(Array.from({ length: count }, (_, number) => number))
  })

  it('a stream of requests through resets: nothing lost, nothing twice', async () => {
    const { target } = await container('streamed')
    const calls = numbered(target, 'echo', 1000, 'streamed')
    const ended = client.requestMany(calls)
    for (const executed of [50, 300, 700]) {
      await agent.has({ what: 'executed', uuid: 'streamed' }, executed)
      proxy.reset()
    }

    expect(tally(await ended)).toEqual({ answered: 1000 })
    expect(broken(calls, await ended, world.current.journal)).toEqual([])
  })

  it('requests made while the line is cut are answered when it is mended, and the container never moved', async () => {
    const { reference, target } = await container('meanwhile')
    proxy.cut()
    const calls = numbered(target, 'echo', 50, 'meanwhile')
    const ended = client.requestMany(calls)
    await world.current.until(() => proxy.refused > 0, 'somebody tries to reconnect')
    proxy.heal()

    expect(tally(await ended)).toEqual({ answered: 50 })
    expect(broken(calls, await ended, world.current.journal)).toEqual([])
    await expect(reference.request('whoami')).resolves.toMatchObject({ uuid: 'meanwhile' })
    expect(world.current.journal.entries({ what: 'started', uuid: 'meanwhile' })).toHaveLength(1)
  })
})

describe.each([
  { line: 'client – agent', relayed: false },
  { line: 'client – coordinator', relayed: true },
  { line: 'agent – coordinator', relayed: true }
])('events through resets of the line $line', ({ line, relayed }) => {
  const world = worlds()

  it('arrive in order, and those that do not arrive are told', async () => {
    const { client, agent, proxy } = await lineThroughProxy(world.current, line, { relayed })
    const reference = await client.get('sample', { uuid: 'c' })
    const connection = await reference.connect()
    const count = 2000
    const sent = agent.call('request', { uuid: 'c', operation: 'broadcast', data: { from: 1, count, bytes: 1000 } })
    await connection.received(100)
    proxy.reset()
    await sent
    // Asked through the same line, so that it comes after everything sent before
    await connection.request('broadcast', { from: count + 1 })
    await connection.received(count + 1)

    const numbers = connection.numbers()
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
    if (numbers.length < count + 1) await connection.gap()
  })
})
