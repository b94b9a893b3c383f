// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits } from '@hcengineering/network-core'
import type { Target } from '../fixtures/client'
import type { Agent, Client, Coordinator } from '../harness/roles'
import { worlds, type World } from '../harness/world'

const CHUNK_BYTES = 64 * 1024
/** Far more than may be on its way. */
const CHUNKS = 500
const MAX_CHUNKS_ON_THE_WAY = limits.maxStreamBytes / CHUNK_BYTES + 2
/** What is on its way, and as much again for who has just read or written it. */
const MAX_GROWTH_BYTES = 3 * limits.maxStreamBytes

const old = process.env.NETWORK_TEST_PROTOCOL === '1'
const upTo = (to: number): number[] => Array.from({ length: to }, (_, number) => number)

interface Network {
  readonly coordinator: Coordinator
  readonly agents: Agent[]
  readonly client: Client
}

/** Three ways to one container: by its agent's server, by the coordinator, and by a connection that that relays. */
const ways = ['direct', 'reference', 'relayed']

async function networkIn(world: World, way: string): Promise<Network> {
  return await world.network(['a'], {}, way === 'relayed' ? { port: undefined } : {})
}

async function targetOf(client: Client, way: string, uuid: string): Promise<Target> {
  const reference = await client.get('sample', { uuid })
  return way === 'reference' ? reference.target : (await reference.connect()).target
}

;(old ? describe.skip : describe).each(ways)('streams between processes (%s)', (way) => {
  const world = worlds({ shared: true })
  let network: Network
  beforeAll(async () => {
    network = await networkIn(world.current, way)
  })
  const streamed = async (uuid: string): Promise<void> => await network.agents[0].has({ what: 'streamed', uuid })

  it('a reader that stops stops the writer, and no process on the way keeps much', async () => {
    const { coordinator, agents, client } = network
    const target = await targetOf(client, way, 'stops')
    const data = { count: CHUNKS, bytes: CHUNK_BYTES }
    const processes = [coordinator, ...agents, client]
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
    await streamed('stops')
  })

  it('items go both ways, in order', async () => {
    const { client } = network
    const target = await targetOf(client, way, 'both')
    const stream = await client.call('openStream', { target, operation: 'back', data: {}, input: 5000 })
    expect(await client.call('readStream', { stream })).toEqual({ numbers: upTo(5000) })
    await streamed('both')
  })

  it('a reader that leaves ends the generator', async () => {
    const { client } = network
    const target = await targetOf(client, way, 'leaves')
    const data = { count: 1e9, bytes: 4 }
    const stream = await client.call('openStream', { target, operation: 'chunks', data })
    expect(await client.call('readStream', { stream, most: 2000 })).toEqual({ numbers: upTo(2000) })
    await client.call('leaveStream', { stream })
    await streamed('leaves')
  })

  it('a client that is killed ends the generator', async () => {
    const client = await world.current.client('another client')
    const target = await targetOf(client, way, 'killed')
    const stream = await client.call('openStream', { target, operation: 'hang', data: {} })
    void client.call('readStream', { stream }).catch(() => {})
    await network.agents[0].has({ what: 'streaming', uuid: 'killed' })
    await client.kill()
    await streamed('killed')
  })
})

describe('streams of an agent that is killed', () => {
  const world = worlds()

  ;(old ? it.skip : it).each(ways)('end as of unknown outcome (%s)', async (way) => {
    const { agents, client } = await networkIn(world.current, way)
    const target = await targetOf(client, way, 'c')
    const data = { count: 1e9, bytes: 4 }
    const stream = await client.call('openStream', { target, operation: 'chunks', data })
    await client.call('readStream', { stream, most: 1000 })
    await agents[0].kill()
    const { numbers, code } = await client.call('readStream', { stream })
    expect(code).toBe('OUTCOME_UNKNOWN')
    expect(numbers).toEqual(upTo(1000 + numbers.length).slice(1000))
  })
})

;(old ? describe : describe.skip)('streams in protocol 1', () => {
  const world = worlds()

  it.each(ways)('are refused (%s)', async (way) => {
    const { client } = await networkIn(world.current, way)
    const target = await targetOf(client, way, 'c')
    const stream = await client.call('openStream', { target, operation: 'chunks', data: {} })
    expect(await client.call('readStream', { stream })).toEqual({ numbers: [], code: 'CONNECT_UNSUPPORTED' })
  })
})
