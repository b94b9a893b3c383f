// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { worlds } from '../harness/world'

const world = worlds()
const timeouts = { unusedContainerSeconds: 0.5 }

it('a uuid that lives under another kind is refused, and goes on living', async () => {
  const { client } = await world.current.network(['a'], {}, { kinds: ['sample', 'other'] })
  const reference = await client.get('sample', { uuid: 'c' })

  await expect(client.get('other', { uuid: 'c' })).rejects.toMatchObject({ code: 'KIND_MISMATCH' })

  await expect(reference.request('whoami')).resolves.toMatchObject({ uuid: 'c' })
  expect(world.current.journal.entries({ what: 'factory' })).toHaveLength(1)
})

it('two gets and one close leave one hold through a reconnect; the second close ends the container', async () => {
  await world.current.coordinator({ timeouts })
  const proxy = await world.current.proxy(world.current.port)
  const [agent, client] = await Promise.all([
    world.current.agent('a'),
    world.current.client('client', { url: `127.0.0.1:${proxy.port}` })
  ])
  const first = await client.get('sample', { uuid: 'c' })
  const second = await client.get('sample', { uuid: 'c' })
  const control = await client.get('sample', { uuid: 'control' })

  proxy.reset()
  // Closed while the connection is being made again: neither lost nor counted twice
  await first.close()
  await control.close()

  // Both were released together: by the end of the one, the other would have ended too
  await agent.has({ what: 'terminated', uuid: 'control' })
  proxy.reset()
  await expect(second.request('whoami')).resolves.toMatchObject({ uuid: 'c' })
  expect(world.current.journal.entries({ what: 'terminated', uuid: 'c' })).toEqual([])
  await second.close()
  await agent.has({ what: 'terminated', uuid: 'c' })
  await agent.has({ what: 'onTerminated', uuid: 'c' })
})

it('a container lives while any of two clients holds it', async () => {
  const { client, agents } = await world.current.network(['a'], { timeouts })
  const [agent] = agents
  const other = await world.current.client('other')
  const mine = await client.get('sample', { uuid: 'c' })
  const theirs = await other.get('sample', { uuid: 'c' })
  const control = await client.get('sample', { uuid: 'control' })

  await mine.close()
  await control.close()
  await agent.has({ what: 'terminated', uuid: 'control' })

  await expect(theirs.request('whoami')).resolves.toMatchObject({ uuid: 'c' })
  await theirs.close()
  await agent.has({ what: 'terminated', uuid: 'c' })
})

it('concurrent gets of one uuid from two clients start it once, and labels find it', async () => {
  const { client, agents } = await world.current.network(['a', 'b'])
  const other = await world.current.client('other')
  const gets = [client, other].flatMap((who) =>
    Array.from({ length: 20 }, async () => await who.get('sample', { uuid: 'c', labels: ['red', 'big'] }))
  )

  const references = await Promise.all(gets)

  expect(new Set(references.map(({ uuid }) => uuid))).toEqual(new Set(['c']))
  expect(world.current.journal.entries({ what: 'factory' })).toHaveLength(1)
  expect((await other.get('sample', { labels: ['big'] })).uuid).toBe('c')
  expect((await other.get('sample', { labels: ['small'] })).uuid).not.toBe('c')
  expect(agents).toHaveLength(2)
})
