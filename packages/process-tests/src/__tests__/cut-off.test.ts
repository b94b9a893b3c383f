// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { broken, numbered, tally } from '../harness/outcomes'
import type { Agent, Client, Coordinator, Reference } from '../harness/roles'
import type { TcpProxy } from '../harness/tcp-proxy'
import { worlds } from '../harness/world'

const world = worlds()

interface CutOff {
  readonly coordinator: Coordinator
  readonly client: Client
  /** Between `far` and the coordinator. */
  readonly proxy: TcpProxy
  readonly far: Agent
  readonly reference: Reference
}

/** A container on an agent that clients reach directly, and the coordinator through a proxy. */
async function cutOff(): Promise<CutOff> {
  const { current } = world
  const { coordinator, client } = await current.network([], { ledger: current.ledger })
  const proxy = await current.proxy(current.port)
  const far = await current.agent('far', { url: `127.0.0.1:${proxy.port}`, aliveTimeoutSeconds: 1 })
  const reference = await client.get('sample', { uuid: 'c' })
  return { coordinator, client, proxy, far, reference }
}

it('an agent that only the coordinator cannot reach serves nobody any more when its container has started elsewhere', async () => {
  const { client, proxy, far, reference } = await cutOff()
  const near = await world.current.agent('near', { aliveTimeoutSeconds: 1 })
  const connection = await reference.connect()
  await connection.request('add')

  proxy.cut()
  const calls = numbered(connection.target, 'add', 50, 'direct', { timeoutMs: 20_000 })
  const ended = client.requestMany(calls)
  await near.has({ what: 'started', uuid: 'c' })
  await connection.gap()
  // What the client sends there from now on, and what a second one sends that was connected to the old place all the time
  await expect(connection.request('whoami')).resolves.toMatchObject({ agentId: 'near' })
  expect(broken(calls, await ended, world.current.journal)).toEqual([])

  proxy.heal()
  await far.has({ what: 'terminated', uuid: 'c' })
  await world.current.until(async () => (await client.call('agents', {})).length === 2, 'it is registered again')
  expect(await far.call('containers', {})).toEqual([])
  await expect(connection.request('whoami')).resolves.toMatchObject({ agentId: 'near' })
  expect(world.current.journal.overlaps()).toEqual([])
  expect(world.current.journal.entries({ what: 'executed' }).length).toBeGreaterThan(2)
})

it('a coordinator that is killed and starts again leaves a container to an agent that is cut off until its time is over', async () => {
  const { coordinator, client, proxy, far, reference } = await cutOff()
  const connection = await reference.connect()
  await connection.request('add')
  await coordinator.kill()
  proxy.cut()
  const served = client.requestMany(numbered(connection.target, 'add', 20, 'direct', { timeoutMs: 20_000 }))
  await world.current.coordinator({ ledger: world.current.ledger })
  const near = await world.current.agent('near', { aliveTimeoutSeconds: 1 })
  await near.has({ what: 'started', uuid: 'c' })
  await expect(reference.request('whoami', undefined, { idempotent: true })).resolves.toMatchObject({
    agentId: 'near'
  })
  proxy.heal()
  await far.has({ what: 'terminated', uuid: 'c' })
  expect(Object.keys(tally(await served)).sort()).not.toContain('DEADLINE_EXCEEDED')
  expect(world.current.journal.overlaps()).toEqual([])
})

it('a coordinator that is killed and starts again has every container where it was, without a pause of who serves', async () => {
  const { coordinator, client, far, reference } = await cutOff()
  const connection = await reference.connect()
  await coordinator.kill()
  const calls = numbered(connection.target, 'add', 100, 'direct')
  const ended = client.requestMany(calls)
  await world.current.coordinator({ ledger: world.current.ledger })
  expect(tally(await ended)).toEqual({ answered: 100 })
  await expect(reference.request('whoami', undefined, { idempotent: true })).resolves.toMatchObject({ agentId: 'far' })
  // It knows that all are back: nothing has to wait for the time that others might still have
  await expect(client.get('sample', { uuid: 'new' })).resolves.toMatchObject({ uuid: 'new' })
  expect(await far.call('containers', {})).toHaveLength(2)
})
