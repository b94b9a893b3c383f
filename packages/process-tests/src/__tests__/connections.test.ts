// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentStart } from '../fixtures/agent'
import type { SampleKind } from '../fixtures/factories'
import type { Agent, Client, Coordinator } from '../harness/roles'
import { worlds } from '../harness/world'

interface Route {
  title: string
  /** Of the container, whose uuid is the same. */
  kind: SampleKind
  /** Works without the coordinator, once it is there. */
  direct: boolean
}

const routes: Record<string, Route[]> = {
  'an agent that listens': [
    { title: 'to an endpoint on it', kind: 'sample', direct: true },
    { title: 'to an opaque endpoint', kind: 'opaque', direct: true },
    { title: 'to a container that is its own server', kind: 'own-server', direct: true }
  ],
  'an agent without endpoint': [
    { title: 'to it', kind: 'sample', direct: false },
    { title: 'to an opaque endpoint', kind: 'opaque', direct: false },
    { title: 'to a container that is its own server', kind: 'own-server', direct: true }
  ]
}

describe.each(Object.keys(routes))('a connection, of %s,', (where) => {
  const world = worlds({ shared: true })
  let coordinator: Coordinator
  let client: Client
  let agent: Agent
  beforeAll(async () => {
    const options: Partial<AgentStart> = { kinds: routes[where].map(({ kind }) => kind) }
    if (where === 'an agent without endpoint') options.port = undefined
    const network = await world.current.network(['a'], {}, options)
    ;({ coordinator, client } = network)
    ;[agent] = network.agents
  })

  it.each(routes[where])('$title carries requests and events, directly: $direct', async ({ kind, direct }) => {
    const uuid = kind
    const reference = await client.get(kind, { uuid })

    const connection = await reference.connect({ listen: false })

    const me = ((await reference.request('whoami')) as { clientId: string }).clientId
    await expect(connection.request('whoami')).resolves.toMatchObject({ uuid, clientId: me })
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
    expect(world.current.journal.entries({ what: 'connected', uuid })).toHaveLength(1)

    if (direct) {
      await coordinator.pause()
      await expect(connection.request('whoami')).resolves.toMatchObject({ uuid })
      coordinator.resume()
    }

    await second.close()
    await expect(connection.request('clients')).resolves.toEqual([me])
    await connection.close()
    await agent.has({ what: 'disconnected', uuid, clientId: me })
    expect(world.current.journal.entries({ what: 'disconnected', uuid })).toHaveLength(1)
  })
})

const world = worlds()

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
