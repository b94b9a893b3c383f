// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Agent } from '../harness/roles'
import { worlds } from '../harness/world'

const world = worlds()
const uuid = 's'
/** Asked at the moment of a death, it may have been on its way to the dead: nobody can tell whether it was executed. */
const again = { idempotent: true }

const endings: Record<string, (owner: Agent) => Promise<unknown>> = {
  'is terminated': async (owner) => await owner.call('terminate', { uuid }),
  'is removed from its agent': async (owner) => await owner.call('removeStateless', { uuid }),
  'goes with its agent’s close': async (owner) => await owner.call('close', {}),
  'dies with its agent’s process': async (owner) => await owner.kill()
}

describe('a stateless container offered by two agents: the standby takes over as soon as the active one', () => {
  it.each(Object.keys(endings))('%s', async (ending) => {
    await world.current.coordinator()
    const first = await world.current.agent('first', { stateless: [uuid] })
    const second = await world.current.agent('second', { stateless: [uuid] })
    const client = await world.current.client()
    const reference = await client.get('stateless', { uuid })
    const connection = await reference.connect()
    await expect(reference.request('whoami')).resolves.toMatchObject({ agentId: 'first' })
    await expect(connection.request('whoami')).resolves.toMatchObject({ agentId: 'first' })
    expect(world.current.journal.entries({ what: 'terminated' })).toEqual([])

    await endings[ending](first)

    const there = { agentId: 'second', pid: second.pid }
    await expect(reference.request('whoami', undefined, again)).resolves.toMatchObject(there)
    await expect(connection.request('whoami', undefined, again)).resolves.toMatchObject(there)
    await connection.request('broadcast', { from: 1 })
    await connection.received(1)
    expect(await client.call('list', { kind: 'stateless' })).toMatchObject([{ uuid, agentId: 'second' }])
  })
})

it('the old owner that comes back is standby, and takes over in its turn', async () => {
  await world.current.coordinator()
  const first = await world.current.agent('first', { stateless: [uuid] })
  const second = await world.current.agent('second', { stateless: [uuid] })
  const client = await world.current.client()
  const reference = await client.get('stateless', { uuid })
  await first.kill()
  await expect(reference.request('whoami', undefined, again)).resolves.toMatchObject({ agentId: 'second' })

  const back = await world.current.restart(first)
  await expect(reference.request('whoami')).resolves.toMatchObject({ agentId: 'second' })
  expect(await back.call('containers', {})).toEqual([uuid])
  await second.kill()

  await expect(reference.request('whoami', undefined, again)).resolves.toMatchObject({
    agentId: 'first',
    pid: back.pid
  })
})

it('it lives without references, and is found by uuid or kind though no factory exists', async () => {
  await world.current.coordinator({ timeouts: { unusedContainerSeconds: 0.5 } })
  const agent = await world.current.agent('a', { stateless: [uuid] })
  const client = await world.current.client()
  const held = await client.get('stateless', { uuid })
  const control = await client.get('sample', { uuid: 'control' })
  await held.close()
  await control.close()
  await agent.has({ what: 'terminated', uuid: 'control' })

  expect((await client.get('stateless')).uuid).toBe(uuid)
  await expect(client.call('request', { target: { uuid }, operation: 'whoami' })).resolves.toMatchObject({ uuid })
  expect(world.current.journal.entries({ what: 'terminated', uuid })).toEqual([])
})

it('both agents offer it again to a coordinator that was killed, and the active one stays active', async () => {
  const coordinator = await world.current.coordinator()
  await world.current.agent('z-first', { stateless: [uuid] })
  await world.current.agent('a-second', { stateless: [uuid] })
  const client = await world.current.client()
  const reference = await client.get('stateless', { uuid })

  await coordinator.kill()
  await world.current.coordinator()
  await world.current.until(async () => (await client.call('agents', {})).length === 2, 'both are registered again')

  await expect(reference.request('whoami')).resolves.toMatchObject({ agentId: 'z-first' })
  expect(world.current.journal.entries({ what: 'terminated' })).toEqual([])
})
