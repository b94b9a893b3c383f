// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { chat, connect, room } from './connecting'
import { World } from './world'

/** Of what a call of a user's function ends with, while time passes. */
async function stackOf(world: World, call: Promise<unknown>, ms: number = 100): Promise<string> {
  const failed = call.then(
    () => 'it did not fail',
    (error: Error) => error.stack ?? ''
  )
  await world.pass(ms)
  return await failed
}

/** Where it awaits; Jest leaves out `async`. */
const caller = /\n +at (async )?aUsersFunction .*caller-stack\.test\.ts:\d+/

describe('the stack of an error from the network has the caller', () => {
  test('of a get', async () => {
    const world = new World()
    const client = await world.connected()
    world.coordinator.answers.set('gg', () => {
      throw new NetworkError('CAPACITY', 'all are full')
    })
    async function aUsersFunction(): Promise<void> {
      await client.get(chat, room)
    }
    expect(await stackOf(world, aUsersFunction())).toMatch(caller)
  })

  test.each(['a client', 'a reference', 'a reference, with a signal'])('of a request by %s', async (by) => {
    const world = new World()
    const client = await world.connected()
    const asked = client.get(chat, room)
    await world.pass(100)
    const reference = await asked
    world.coordinator.answers.set('cs', () => {
      throw new NetworkError('REMOTE_ERROR', 'no such page')
    })
    const { signal } = new AbortController()
    async function aUsersFunction(): Promise<void> {
      if (by === 'a client') await client.request(room.uuid, 'turn')
      else await reference.request('turn', 1, by === 'a reference' ? {} : { signal })
    }
    const stack = await stackOf(world, aUsersFunction())
    expect(stack).toMatch(/^NetworkError: .*no such page/)
    expect(stack).toMatch(caller)
  })

  test('of a request by a proxy, through a function in between', async () => {
    const world = new World()
    const client = await world.connected()
    const asked = client.get(chat, room)
    await world.pass(100)
    const book = (await asked).cast<{ turn(): Promise<void> }>()
    world.coordinator.answers.set('cs', () => {
      throw new NetworkError('REMOTE_ERROR', 'no such page')
    })
    async function aUsersFunction(): Promise<void> {
      await (async () => await book.turn())()
    }
    expect(await stackOf(world, aUsersFunction())).toMatch(caller)
  })

  test('of a request by a connection, and of the reader of a stream', async () => {
    const world = new World()
    const client = await world.connected()
    const connection = await connect(world, client)
    async function aUsersFunction(how: 'request' | 'stream'): Promise<void> {
      if (how === 'request') await connection.request('turn', 1, { timeoutMs: 1_000 })
      else for await (const item of connection.stream?.('turn', 1, { timeoutMs: 1_000 }) ?? []) void item
    }
    world.coordinator.answers.set('cs', async () => await new Promise(() => {}))
    expect(await stackOf(world, aUsersFunction('request'), 2_000)).toMatch(caller)
    expect(await stackOf(world, aUsersFunction('stream'), 5_000)).toMatch(caller)
  })
})
