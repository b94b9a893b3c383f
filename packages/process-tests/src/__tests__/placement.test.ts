// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Agent, Client, Reference } from '../harness/roles'
import { worlds } from '../harness/world'

const world = worlds()

/** Pings of protocol 1 say nothing of how busy an agent is. */
const old = process.env.NETWORK_TEST_PROTOCOL === '1'

const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `c${n}`)

async function getAll(client: Client, uuids: readonly string[]): Promise<Reference[]> {
  return await Promise.all(uuids.map(async (uuid) => await client.get('sample', { uuid })))
}

async function countOn(agent: Agent): Promise<number> {
  return (await agent.call('containers', {})).length
}

describe('capacity', () => {
  it('a burst of gets by several clients starts no more than there is room for, and the rest is told which agent is full', async () => {
    const { client, agents } = await world.current.network(['a', 'b'], {}, { capacity: { containers: 5 } })
    const other = await world.current.client('other')
    const burst = [client, other].flatMap((each, n) =>
      names(20).map(async (uuid) => await each.get('sample', { uuid: `${n}-${uuid}` }))
    )
    const ended = await Promise.allSettled(burst)

    const refused = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason as Error] : []))
    expect(refused).toHaveLength(30)
    for (const error of refused) {
      expect(error).toMatchObject({ code: 'CAPACITY', retryable: true })
      for (const name of ['a', 'b']) expect(error.message).toContain(`${name} has 5 of 5 containers`)
    }
    expect(await Promise.all(agents.map(countOn))).toEqual([5, 5])
    expect(world.current.journal.entries({ what: 'factory' })).toHaveLength(10)
  })

  it('what was refused starts when a place is free again', async () => {
    const { client } = await world.current.network(
      ['a'],
      { timeouts: { unusedContainerSeconds: 0.1 } },
      { capacity: { containers: 9, byKind: { sample: 1 } } }
    )
    const [first] = await getAll(client, ['first'])
    await expect(client.get('sample', { uuid: 'second' })).rejects.toMatchObject({ code: 'CAPACITY' })
    await first.close()
    const second = await world.current.until(
      async () => await client.get('sample', { uuid: 'second' }).catch(() => undefined),
      'room for the second'
    )
    await expect(second.request('whoami')).resolves.toMatchObject({ uuid: 'second' })
  })
})

describe('rebalancing', () => {
  it('an agent that joins is given its part of what is held, under load no call fails, and every container keeps its state', async () => {
    const placementByKind = { sample: { rebalance: true } }
    const rebalancing = { atOnce: 2, perMinute: 6_000 }
    const { client, agents } = await world.current.network(['a'], { placementByKind, rebalancing })
    const references = await getAll(client, names(12))
    const connections = await Promise.all(references.slice(6).map(async (reference) => await reference.connect()))
    const targets = [...references.slice(0, 6), ...connections].map(({ target }) => target)
    await client.call('startLoad', { targets })

    const joined = await world.current.agent('b')
    await world.current.until(async () => (await countOn(joined)) === 6, 'half of the containers on the new agent')

    const { answered, failures } = await client.call('stopLoad', {})
    expect(failures).toEqual([])
    const next = await Promise.all(references.map(async (reference) => await reference.request('add')))
    expect(next).toEqual(answered.map((number) => number + 1))
    expect(await countOn(agents[0])).toBe(6)
  })
})

describe('policies', () => {
  const itNow = old ? it.skip : it
  itNow(
    'least loaded: agents say with their pings how busy they are, and who has much to do is given nothing',
    async () => {
      const placementByKind = { other: { policy: 'least-loaded' as const } }
      const { client } = await world.current.network(['a', 'b'], { placementByKind }, { kinds: ['sample', 'other'] })
      const reference = await client.get('sample', { uuid: 'busy' })
      const { agentId } = (await reference.request('whoami')) as { agentId: string }
      const busy = Array.from({ length: 40 }, async () => await reference.request('hold'))
      await world.current.until(
        async () => (await client.call('agents', {})).some(({ load }) => load?.inFlight === 40),
        'a report of 40 requests in flight'
      )

      const others = await Promise.all(names(8).map(async (uuid) => await client.get('other', { uuid })))
      const places = await Promise.all(others.map(async (other) => await other.request('whoami')))
      expect(places.map((place) => (place as { agentId: string }).agentId)).not.toContain(agentId)
      await client.call('request', { target: { uuid: 'busy' }, operation: 'release' })
      await Promise.all(busy)
    }
  )

  it('a get that is pinned starts on that agent', async () => {
    const { client } = await world.current.network(['a', 'b', 'c'])
    const gets = names(4).map(async (uuid) => await client.get('sample', { uuid, placement: { agent: 'b' } }))
    const places = await Promise.all(gets.map(async (get) => await (await get).request('whoami')))
    expect(places.map((place) => (place as { agentId: string }).agentId)).toEqual(['b', 'b', 'b', 'b'])
  })
})
