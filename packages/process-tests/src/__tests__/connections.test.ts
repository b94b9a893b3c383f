// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { SampleKind } from '../fixtures/factories'
import { worlds } from '../harness/world'

const world = worlds()

interface Route {
  title: string
  kind: SampleKind
  /** The agent listens itself. */
  endpoint: boolean
  /** Works without the coordinator, once it is there. */
  direct: boolean
}

const routes: Route[] = [
  { title: 'to an endpoint on the agent', kind: 'sample', endpoint: true, direct: true },
  { title: 'to an opaque endpoint', kind: 'opaque', endpoint: true, direct: true },
  { title: 'to a container that is its own server', kind: 'own-server', endpoint: true, direct: true },
  { title: 'to an agent without endpoint', kind: 'sample', endpoint: false, direct: false },
  { title: 'to an opaque endpoint on an agent without one', kind: 'opaque', endpoint: false, direct: false },
  { title: 'to its own server on an agent without endpoint', kind: 'own-server', endpoint: false, direct: true }
]

describe.each(routes)('a connection $title', ({ kind, endpoint, direct }) => {
  it(`carries requests and events, ${direct ? 'directly' : 'through the coordinator'}`, async () => {
    const { coordinator, client, agents } = await world.current.network(
      ['a'],
      {},
      { kinds: [kind], ...(endpoint ? {} : { port: undefined }) }
    )
    const [agent] = agents
    const reference = await client.get(kind, { uuid: 'c' })

    const connection = await reference.connect({ listen: false })

    const me = ((await reference.request('whoami')) as { clientId: string }).clientId
    await expect(connection.request('whoami')).resolves.toMatchObject({ uuid: 'c', clientId: me })
    // Before anybody listens: kept, and delivered in order
    await connection.request('broadcast', { from: 1, count: 3 })
    await client.call('listen', { connection: connection.number })
    await connection.request('broadcast', { from: 4, count: 100 })
    await connection.received(103)
    expect(connection.numbers()).toEqual(Array.from({ length: 103 }, (_, i) => i + 1))

    // A second connection of the same client: each gets every event, the container sees one client
    const second = await reference.connect()
    await second.request('broadcast', { from: 104 })
    await Promise.all([connection.received(104), second.received(104)])
    expect(await connection.request('clients')).toEqual([me])
    expect(world.current.journal.entries({ what: 'connected' })).toHaveLength(1)

    if (direct) {
      await coordinator.pause()
      await expect(connection.request('whoami')).resolves.toMatchObject({ uuid: 'c' })
      coordinator.resume()
    }

    await second.close()
    await expect(connection.request('clients')).resolves.toEqual([me])
    await connection.close()
    await agent.has({ what: 'disconnected', clientId: me })
    expect(world.current.journal.entries({ what: 'disconnected' })).toHaveLength(1)
  })
})

it('several clients of one container get its events, and each is told apart', async () => {
  const { client, agents } = await world.current.network(['a'])
  const others = await Promise.all(['x', 'y'].map(async (id) => await world.current.client(id, { clientId: id })))
  const connections = await Promise.all(
    [client, ...others].map(async (who) => await (await who.get('sample', { uuid: 'c' })).connect())
  )

  await agents[0].call('request', { uuid: 'c', operation: 'broadcast', data: { from: 1, count: 10 } })

  for (const connection of connections) {
    await connection.received(10)
    expect(connection.numbers()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  }
  await expect(connections[1].request('whoami')).resolves.toMatchObject({ clientId: 'x' })
  await others[1].kill()
  await agents[0].has({ what: 'disconnected', clientId: 'y' })
})

it('what a container broadcasts while it terminates arrives before its connections end', async () => {
  const { client, agents } = await world.current.network(['a'])
  const connection = await (await client.get('sample', { uuid: 'c' })).connect()
  await connection.request('whoami')

  await agents[0].call('close', {})

  await client.told(
    (events) => events.some((told) => told.what === 'event' && told.event === 'terminating'),
    'the last event'
  )
})
