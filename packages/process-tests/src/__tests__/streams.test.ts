// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits } from '@hcengineering/network-core'
import type { Target } from '../fixtures/client'
import type { Agent, Client, Coordinator } from '../harness/roles'
import { worlds } from '../harness/world'

const world = worlds()
const CHUNK_BYTES = 64 * 1024
/** Far more than may be on its way. */
const CHUNKS = 500
const MAX_CHUNKS_ON_THE_WAY = limits.maxStreamBytes / CHUNK_BYTES + 2
/** What is on its way, and as much again for who has just read or written it. */
const MAX_GROWTH_BYTES = 3 * limits.maxStreamBytes

const old = process.env.NETWORK_TEST_PROTOCOL === '1'
const upTo = (to: number): number[] => Array.from({ length: to }, (_, number) => number)

interface Stage {
  readonly coordinator: Coordinator
  readonly agent: Agent
  readonly client: Client
  readonly target: Target
}

/** Three ways to one container: by its agent's server, by the coordinator, and by a connection that that relays. */
async function stage(way: string): Promise<Stage> {
  const options = way === 'relayed' ? { port: undefined } : {}
  const { coordinator, client, agents } = await world.current.network(['a'], {}, options)
  const reference = await client.get('sample', { uuid: 'c' })
  const target = way === 'reference' ? reference.target : (await reference.connect()).target
  return { coordinator, agent: agents[0], client, target }
}

const ways = ['direct', 'reference', 'relayed']

;(old ? describe.skip : describe)('streams between processes', () => {
  it.each(ways)('a reader that stops stops the writer, and no process on the way keeps much (%s)', async (way) => {
    const { coordinator, agent, client, target } = await stage(way)
    const data = { count: CHUNKS, bytes: CHUNK_BYTES }
    const processes = [coordinator, agent, client]
    await client.call('request', { target, operation: 'made' })
    const before = await Promise.all(processes.map(async (each) => await each.memory()))
    const stream = await client.call('openStream', { target, operation: 'chunks', data })
    expect(await client.call('readStream', { stream, most: 1 })).toEqual({ numbers: [0] })
    // Each goes the way of the items, and back: there is all the time in the world to make more
    for (let round = 0; round < 50; round++) {
      const made = await client.call('request', { target, operation: 'made' })
      expect(made).toBeLessThanOrEqual(1 + MAX_CHUNKS_ON_THE_WAY)
    }
    for (const [index, each] of processes.entries()) {
      expect((await each.memory()) - before[index]).toBeLessThan(MAX_GROWTH_BYTES)
    }
    expect(await client.call('readStream', { stream })).toEqual({ numbers: upTo(CHUNKS).slice(1) })
    await agent.has({ what: 'streamed' })
  })

  it.each(ways)('items go both ways, in order (%s)', async (way) => {
    const { agent, client, target } = await stage(way)
    const stream = await client.call('openStream', { target, operation: 'back', data: {}, input: 5000 })
    expect(await client.call('readStream', { stream })).toEqual({ numbers: upTo(5000) })
    await agent.has({ what: 'streamed' })
  })

  it.each(ways)('a reader that leaves ends the generator (%s)', async (way) => {
    const { agent, client, target } = await stage(way)
    const data = { count: 1e9, bytes: 4 }
    const stream = await client.call('openStream', { target, operation: 'chunks', data })
    expect(await client.call('readStream', { stream, most: 2000 })).toEqual({ numbers: upTo(2000) })
    await client.call('leaveStream', { stream })
    await agent.has({ what: 'streamed' })
  })

  it.each(ways)('a client that is killed ends the generator (%s)', async (way) => {
    const { agent, client, target } = await stage(way)
    const stream = await client.call('openStream', { target, operation: 'hang', data: {} })
    void client.call('readStream', { stream }).catch(() => {})
    await agent.has({ what: 'streaming' })
    await client.kill()
    await agent.has({ what: 'streamed' })
  })

  it.each(ways)('an agent that is killed ends the stream as of unknown outcome (%s)', async (way) => {
    const { agent, client, target } = await stage(way)
    const data = { count: 1e9, bytes: 4 }
    const stream = await client.call('openStream', { target, operation: 'chunks', data })
    await client.call('readStream', { stream, most: 1000 })
    await agent.kill()
    const { numbers, code } = await client.call('readStream', { stream })
    expect(code).toBe('OUTCOME_UNKNOWN')
    expect(numbers).toEqual(upTo(1000 + numbers.length).slice(1000))
  })
})

;(old ? describe : describe.skip)('streams in protocol 1', () => {
  it.each(ways)('are refused (%s)', async (way) => {
    const { client, target } = await stage(way)
    const stream = await client.call('openStream', { target, operation: 'chunks', data: {} })
    expect(await client.call('readStream', { stream })).toEqual({ numbers: [], code: 'CONNECT_UNSUPPORTED' })
  })
})
