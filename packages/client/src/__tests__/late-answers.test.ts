// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerKind, ContainerUuid } from '@hcengineering/network-core'
import { deferred } from '../waits'
import { World } from './world'

const chat = 'chat' as ContainerKind
const room = { uuid: 'room' as ContainerUuid }

describe('a get that its caller has given up', () => {
  test('gives its hold back, however late the coordinator answers', async () => {
    const world = new World()
    const client = await world.connected()
    const mayAnswer = deferred<void>()
    world.coordinator.answers.set('gg', async () => {
      await mayAnswer.promise
      world.coordinator.holds.set('room', 1)
      return ['room', 'x://room']
    })
    const get = client.get(chat, room, { timeoutMs: 1000 })
    const refused = expect(get).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' })
    await world.pass(120_000)
    await refused
    mayAnswer.resolve()
    await world.pass(1000)
    expect(world.coordinator.holds.has('room')).toBe(false)
    expect(client.references.size).toBe(0)
  })
})

describe('a release that cannot be said for longer than a request may take', () => {
  test('is heard when the connection is back', async () => {
    const world = new World()
    world.coordinator.start()
    const client = world.client('client', { requestTimeoutMs: 200 })
    await world.pass()
    const reference = await client.get(chat, room)
    world.network.block('client', 'coordinator')
    world.network.breakConnections('client')
    const closing = reference.close()
    await world.pass(1500)
    await closing
    expect(world.coordinator.holds.get('room')).toBe(1)
    world.network.unblock('client', 'coordinator')
    await world.pass(1000)
    expect(world.coordinator.holds.has('room')).toBe(false)
    expect(world.coordinator.methods).toEqual(['gg', 'cr'])
  })
})
