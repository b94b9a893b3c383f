// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Agent } from '../harness/roles'
import { broken, numbered, tally } from '../harness/outcomes'
import { worlds } from '../harness/world'

const world = worlds()

it('a paused agent loses its containers after its alive timeout, and on its return ends its copies and serves again', async () => {
  const { client, agents } = await world.current.network(['a', 'b'], {}, { aliveTimeoutSeconds: 1 })
  const reference = await client.get('sample', { uuid: 'c' })
  const connection = await reference.connect()
  const { agentId } = (await reference.request('whoami')) as { agentId: string }
  const owner = agents.find(({ name }) => name === agentId) as Agent
  const other = agents.find(({ name }) => name !== agentId) as Agent

  await owner.pause()
  const calls = [
    ...numbered(reference.target, 'add', 10, 'relayed'),
    ...numbered(connection.target, 'add', 10, 'direct')
  ]
  const ended = client.requestMany(calls)
  await other.has({ what: 'started', uuid: 'c' })
  await expect(reference.request('whoami')).resolves.toMatchObject({ agentId: other.name })
  // Once it knows of the move; what it sent before may have reached the paused one
  await connection.gap()
  await expect(connection.request('whoami')).resolves.toMatchObject({ agentId: other.name })
  expect(Object.keys(tally(await ended))).not.toContain('DEADLINE_EXCEEDED')

  owner.resume()

  await owner.has({ what: 'terminated', uuid: 'c' })
  await world.current.until(async () => (await client.call('agents', {})).length === 2, 'it is registered again')
  expect(await owner.call('containers', {})).toEqual([])
  await expect(connection.request('whoami')).resolves.toMatchObject({ agentId: other.name })
  expect(broken(calls, await ended, world.current.journal)).toEqual([])
  expect(await client.call('list', {})).toMatchObject([{ uuid: 'c', agentId: other.name }])

  // It is a full member again: it takes over when the other goes
  await other.kill()
  // Idempotent: it may have been on its way to the dead
  await expect(reference.request('whoami', undefined, { idempotent: true })).resolves.toMatchObject({
    agentId: owner.name
  })
})
