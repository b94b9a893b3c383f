// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type ContainerKind, type ContainerUuid } from '@hcengineering/network-core'
import { World } from './world'

const chat = 'chat' as ContainerKind
const room = { uuid: 'room' as ContainerUuid }

describe('requests of a held container that is not there any more', () => {
  /** A container that answers with that error once, and then says what it was asked. */
  const away = (world: World, error: NetworkError): void => {
    let asked = 0
    world.coordinator.answers.set('cs', ({ params }) => {
      if (++asked === 1) throw error
      return params
    })
  }

  test.each(['NOT_FOUND', 'TERMINATING', 'NOT_ACTIVE', 'UNAVAILABLE'] as const)(
    'what is not there any more (%s) is asked where it is next, since nothing was executed; not what nobody holds',
    async (code) => {
      const world = new World()
      const client = await world.connected()
      const reference = await client.get(chat, room)
      away(world, new NetworkError(code, 'not here'))
      const held = world.watch(reference.request('say', 1))
      await world.pass(19)
      expect(held.outcome).toBe('pending')
      await world.pass(1)
      expect(held.outcome).toEqual(['room', 'say', 1])
      away(world, new NetworkError(code, 'not here'))
      const unheld = world.watch(client.request('other' as ContainerUuid, 'say', 1))
      await world.pass(100)
      expect(unheld.outcome).toBe(code)
    }
  )

  test('who waits for the next activation asks again as soon as it is said to be elsewhere', async () => {
    const world = new World()
    const client = await world.connected()
    const reference = await client.get(chat, room)
    let ready = false
    world.coordinator.answers.set('cs', () => {
      if (ready) return 'done'
      throw new NetworkError('TERMINATING', 'it ends')
    })
    const call = world.watch(reference.request('say', 1))
    await world.pass(10_000)
    ready = true
    const container = { uuid: 'room', agentId: 'agent-b', kind: 'chat', endpoint: 'x://room', lastVisit: 0 }
    await world.coordinator.send(client.clientId, { agents: [], containers: [{ container, event: 1 }] })
    await world.pass()
    expect(call.outcome).toBe('done')
  })

  test('who waits for the next activation hears at its deadline what it waited for', async () => {
    const world = new World()
    const client = await world.connected()
    const reference = await client.get(chat, room)
    world.coordinator.answers.set('cs', () => {
      throw new NetworkError('TERMINATING', 'it ends')
    })
    const call = reference.request('say', 1, { timeoutMs: 500 })
    call.catch(() => {})
    for (let ms = 0; ms < 500; ms += 20) await world.pass(20)
    await expect(call).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: "The request 'say' to container room was not executed within 500 ms: it ends",
      stage: 'waiting for the next activation'
    })
  })

  test('who waits to ask again is told at once that the client closes', async () => {
    const world = new World()
    const client = await world.connected()
    const reference = await client.get(chat, room)
    world.coordinator.answers.set('cs', () => {
      throw new NetworkError('UNAVAILABLE', 'not yet', { retryAfterMs: 50 })
    })
    const call = world.watch(reference.request('say', 1))
    await world.pass(3_000)
    const { length } = world.coordinator.asked('cs')
    void client.close()
    await world.pass()
    expect(call.outcome).toBe('CLOSED')
    expect(world.coordinator.asked('cs')).toHaveLength(length)
  })

  test('a request of what was let go meanwhile waits no longer', async () => {
    const world = new World()
    const client = await world.connected()
    const reference = await client.get(chat, room)
    world.coordinator.answers.set('cs', () => {
      throw new NetworkError('NOT_FOUND', 'gone')
    })
    const call = world.watch(reference.request('say', 1))
    await world.pass(100)
    await reference.close()
    await world.pass(1_000)
    expect(call.outcome).toBe('NOT_FOUND')
  })

  test.each([
    ['is not answered', async () => await new Promise(() => {})],
    [
      'fails',
      () => {
        throw new NetworkError('UNAVAILABLE', 'no agent')
      }
    ]
  ])(
    'a request of what is let go before its hold is re-established is made without, where the get for that %s',
    async (_how, get) => {
      const world = new World()
      const client = await world.connected()
      const reference = await client.get(chat, room)
      world.coordinator.answers.set('gg', get)
      world.coordinator.restart()
      await world.pass(1_000)
      const call = world.watch(reference.request('say', 1))
      await world.pass(1_000)
      expect(call.outcome).toBe('pending')
      world.coordinator.answers.set('cs', () => 'said')
      await reference.close()
      await world.pass()
      expect(call.outcome).toBe('said')
    }
  )
})
