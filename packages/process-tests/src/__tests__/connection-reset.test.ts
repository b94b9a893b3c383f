// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Agent, Client, Reference } from '../harness/roles'
import type { Target } from '../fixtures/client'
import { broken, numbered, tally } from '../harness/outcomes'
import { freePort } from '../harness/ports'
import type { TcpProxy } from '../harness/tcp-proxy'
import { worlds } from '../harness/world'

const world = worlds()

interface Line {
  client: Client
  agent: Agent
  reference: Reference
  proxy: TcpProxy
  /** Requests to it go through the proxy. */
  target: Target
}

/** Everything direct, but for one line that a proxy can break. */
async function lineThroughProxy(line: string, { relayed = false } = {}): Promise<Line> {
  await world.current.coordinator()
  const agentPort = await freePort()
  const proxy = await world.current.proxy(line === 'client – agent' ? agentPort : world.current.port)
  const through = { url: `127.0.0.1:${proxy.port}` }
  const [client, agent] = await Promise.all([
    world.current.client('client', line === 'client – coordinator' ? through : {}),
    world.current.agent('a', {
      port: relayed ? undefined : agentPort,
      ...(line === 'agent – coordinator' ? through : {}),
      ...(line === 'client – agent' ? { announcedPort: proxy.port } : {})
    })
  ])
  const reference = await client.get('sample', { uuid: 'c' })
  const target = line === 'client – agent' ? (await reference.connect()).target : reference.target
  return { client, agent, reference, proxy, target }
}

describe.each(['client – coordinator', 'agent – coordinator', 'client – agent'])('connection reset: %s', (line) => {
  it('requests that wait for their answers get them, each executed once', async () => {
    const { client, agent, proxy, target } = await lineThroughProxy(line)
    const calls = numbered(target, 'hold', 100, 'held')
    const ended = client.requestMany(calls)
    await agent.has({ what: 'executed', operation: 'hold' }, 100)

    const before = proxy.accepted
    proxy.reset()
    await world.current.until(() => proxy.accepted > before, 'the connection is made again')
    await agent.call('request', { uuid: 'c', operation: 'release' })

    expect(tally(await ended)).toEqual({ answered: 100 })
    expect(broken(calls, await ended, world.current.journal)).toEqual([])
  })

  const streams = process.env.NETWORK_TEST_PROTOCOL === '1' ? it.skip : it
  streams('a stream goes on: nothing lost, nothing twice', async () => {
    const { client, proxy, target } = await lineThroughProxy(line)
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
    const { client, agent, proxy, target } = await lineThroughProxy(line)
    const calls = numbered(target, 'echo', 1000, 'streamed')
    const ended = client.requestMany(calls)
    for (const executed of [50, 300, 700]) {
      await agent.has({ what: 'executed', operation: 'echo' }, executed)
      proxy.reset()
    }

    expect(tally(await ended)).toEqual({ answered: 1000 })
    expect(broken(calls, await ended, world.current.journal)).toEqual([])
  })

  it('requests made while the line is cut are answered when it is mended, and the container never moved', async () => {
    const { client, reference, proxy, target } = await lineThroughProxy(line)
    proxy.cut()
    const calls = numbered(target, 'echo', 50, 'meanwhile')
    const ended = client.requestMany(calls)
    await world.current.until(() => proxy.refused > 0, 'somebody tries to reconnect')
    proxy.heal()

    expect(tally(await ended)).toEqual({ answered: 50 })
    expect(broken(calls, await ended, world.current.journal)).toEqual([])
    await expect(reference.request('whoami')).resolves.toMatchObject({ uuid: 'c' })
    expect(world.current.journal.entries({ what: 'started' })).toHaveLength(1)
  })
})

describe.each([
  { line: 'client – agent', relayed: false },
  { line: 'client – coordinator', relayed: true },
  { line: 'agent – coordinator', relayed: true }
])('events through resets of the line $line', ({ line, relayed }) => {
  it('arrive in order, and those that do not arrive are told', async () => {
    const { agent, reference, proxy } = await lineThroughProxy(line, { relayed })
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
