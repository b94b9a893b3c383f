// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { chat, connect, room } from './connecting'
import { LocalAgents } from '../local-agents'
import { host, movedEvent } from './hosting'
import { World } from './world'

describe('a request that is asked again says what it said, though its caller has written into its data since', () => {
  test('over a connection, where the container was not there any more', async () => {
    const world = new World()
    const client = await world.connected()
    const { agent, place } = await host(world, 'agent-a')
    place('room')
    const connection = await connect(world, client)
    agent.removeStatelessContainer(room.uuid)
    ;(await host(world, 'agent-b')).place('room')
    const data = { amount: 1, bytes: Buffer.from('first') }
    const asked = connection.request('pay', data)
    data.amount = 1000
    data.bytes.write('other')
    await world.pass(1000)
    expect(await asked).toMatchObject({ data: { amount: 1, bytes: new Uint8Array(Buffer.from('first')) } })
  })

  test('over a connection, where its outcome was lost and it may be executed again', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    hosting.place('room')
    hosting.agent.request = async () => await new Promise(() => {})
    const connection = await connect(world, client)
    const data = { amount: 1 }
    const asked = world.watch(connection.request('read', data, { idempotent: true }))
    await world.pass()
    data.amount = 1000
    world.network.kill('agent-a')
    ;(await host(world, 'agent-b')).place('room')
    await world.coordinator.send(client.clientId, movedEvent(world, 'room', 2))
    await world.pass(100)
    expect(asked.outcome).toMatchObject({ data: { amount: 1 } })
  })

  test('through the coordinator, also when that starts anew meanwhile', async () => {
    const world = new World()
    const client = await world.connected()
    const reference = await client.get(chat, room)
    world.coordinator.answers.set('cs', () => {
      throw new NetworkError('TERMINATING', 'it ends')
    })
    const data = { amount: 1 }
    const asked = world.watch(reference.request('pay', data))
    data.amount = 1000
    await world.pass(100)
    world.coordinator.answers.clear()
    world.coordinator.restart()
    await world.pass(5000)
    expect(asked.outcome).toMatchObject({ data: { amount: 1 } })
  })

  test.each(['reference', 'connection'] as const)(
    'to an agent of this process that did not have the container any more, over a %s',
    async (way) => {
      const world = new World()
      world.coordinator.start()
      const localAgents = new LocalAgents()
      const client = world.client('client', { localAgents })
      const { agent, place } = await host(world, 'agent-a')
      localAgents.add(agent)
      await world.pass()
      place('room')
      const connection = await connect(world, client)
      const reference = await client.get(chat, room)
      agent.removeStatelessContainer(room.uuid)
      ;(await host(world, 'agent-b')).place('room')
      const data = { amount: 1 }
      const asked = world.watch((way === 'reference' ? reference : connection).request('pay', data))
      data.amount = 1000
      await world.pass(1000)
      expect(asked.outcome).toMatchObject({ data: { amount: 1 } })
    }
  )
})
