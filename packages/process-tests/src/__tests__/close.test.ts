// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { tally } from '../harness/outcomes'
import { until } from '../harness/waiting'
import { worlds } from '../harness/world'

const world = worlds()
/** A close does not wait for a coordinator that is away: what it says to it is bounded far below this. */
const PROMISED_MS = 5_000
const clean = { code: 0, signal: null }

it('after the closes of client, agent and coordinator each process exits by itself', async () => {
  const { coordinator, client, agents } = await world.current.network(['a'])
  const [agent] = agents
  const connection = await (await client.get('sample', { uuid: 'c' })).connect()
  await connection.request('whoami')

  await client.call('close', {})
  await agent.has({ what: 'disconnected', uuid: 'c' })
  await agent.call('close', {})
  await agent.has({ what: 'terminated', uuid: 'c' })
  await coordinator.call('close', {})

  await expect(client.leave()).resolves.toEqual(clean)
  await expect(agent.leave()).resolves.toEqual(clean)
  await expect(coordinator.leave()).resolves.toEqual(clean)
})

it('a close of the client settles what is pending with CLOSED', async () => {
  const { client, agents } = await world.current.network(['a'])
  const reference = await client.get('sample', { uuid: 'c' })
  const connection = await reference.connect()
  const ended = client.requestMany([
    { target: reference.target, operation: 'hold' },
    { target: connection.target, operation: 'hold' }
  ])
  const get = client.get('nobody-has-this', {})
  const refused = get.catch((error: unknown) => error)
  await agents[0].has({ what: 'executed', operation: 'hold' }, 2)

  await client.call('close', {})
  await client.call('close', {})

  expect(tally(await ended)).toEqual({ CLOSED: 2 })
  expect(await refused).toMatchObject({ code: 'CLOSED' })
  await expect(reference.request('whoami')).rejects.toMatchObject({ code: 'CLOSED' })
})

it('what is asked by a reference while its container ends with its agent waits for the next activation', async () => {
  const kinds = ['serial' as const]
  const { client, agents } = await world.current.network(['a'], {}, { kinds })
  const [agent] = agents
  const reference = await client.get('serial', { uuid: 'c' })
  const running = reference.request('go', { id: 'last', hold: true })
  await agent.has({ what: 'executed', id: 'last' })

  const closed = agent.call('close', {})
  await until(async () => (await agent.call('containers', {})).length === 0, 'the container ends')
  const waiting = reference.request('go', { id: 'next' })
  await client.call('agents', {})
  await agent.call('releaseTurn', { uuid: 'c' })
  expect(await running).toEqual(['c'])
  await closed

  await world.current.agent('b', { kinds })
  expect(await waiting).toEqual(['c'])
  expect(world.current.journal.entries({ what: 'executed', id: 'next' })).toMatchObject([{ agentId: 'b' }])
})

describe.each(['dead', 'paused'])('with the coordinator %s', (state) => {
  it('close of client and agent returns within what the documents promise, and the processes exit', async () => {
    const { coordinator, client, agents } = await world.current.network(['a'])
    const [agent] = agents
    const connection = await (await client.get('sample', { uuid: 'c' })).connect()
    await connection.request('whoami')
    if (state === 'dead') await coordinator.kill()
    else await coordinator.pause()

    expect(await client.call('close', {})).toBeLessThan(PROMISED_MS)
    expect(await agent.call('close', {})).toBeLessThan(PROMISED_MS)

    expect(world.current.journal.entries({ what: 'terminated', uuid: 'c' })).toHaveLength(1)
    await expect(client.leave()).resolves.toEqual(clean)
    await expect(agent.leave()).resolves.toEqual(clean)
  })
})

it('the coordinator closes with everybody connected, and they find its successor', async () => {
  const { coordinator, client, agents } = await world.current.network(['a'])
  const reference = await client.get('sample', { uuid: 'c' })

  await coordinator.call('close', {})
  await expect(coordinator.leave()).resolves.toEqual(clean)
  await world.current.coordinator()

  await expect(reference.request('whoami')).resolves.toMatchObject({ uuid: 'c', pid: agents[0].pid })
  expect(world.current.journal.entries({ what: 'started', uuid: 'c' })).toHaveLength(1)
})
