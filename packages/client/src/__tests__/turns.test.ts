// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerConnection, ContainerReference, Turns } from '@hcengineering/network-core'
import type { EchoContainer } from '@hcengineering/network-core/testing'
import { LocalAgents } from '../local-agents'
import { chat, connect, room } from './connecting'
import { host } from './hosting'
import { World } from './world'

const serial: Turns = { concurrency: 'serial' }

interface Stage {
  readonly world: World
  readonly container: EchoContainer
  readonly connection: ContainerConnection
  readonly reference: ContainerReference
  /** What the container was asked, in the order in which it began. */
  readonly begun: string[]
}

/** A container that takes turns, and a client that it uses itself: in its process, or directly from another. */
async function stage(local: boolean): Promise<Stage> {
  const world = new World()
  world.coordinator.start()
  const localAgents = new LocalAgents()
  const client = world.client('client', local ? { localAgents } : {})
  const hosting = await host(world, 'agent-a')
  localAgents.add(hosting.agent)
  await world.pass()
  const container = hosting.place('room', { turns: serial })
  const connection = await connect(world, client)
  const reference = await client.get(chat, room)
  const begun: string[] = []
  return { world, container, connection, reference, begun }
}

describe.each([
  ['in the own process', true],
  ['in another process', false]
])('a container that takes turns, %s', (_name, local) => {
  test('is let in again by a connection that it uses in its turn, and by a stream', async () => {
    const { world, container, connection, begun } = await stage(local)
    container.request = async (operation) => {
      begun.push(operation)
      if (operation !== 'outer') return operation
      const items: unknown[] = [await connection.request('inner')]
      for await (const item of connection.stream?.('list') ?? []) items.push(item)
      return items
    }
    Object.assign(container, {
      stream: async function* (_operation: string, _data: unknown, { turn }: { turn<T>(work: () => T): Promise<T> }) {
        yield await turn(() => 'item')
      }
    })
    const outer = world.watch(connection.request('outer'))
    const behind = world.watch(connection.request('behind'))
    await world.pass()
    expect([outer.outcome, behind.outcome]).toEqual([['inner', 'item'], 'behind'])
    expect(begun).toEqual(['outer', 'inner', 'behind'])
  })

  test('is told something for later by a message, which is in nobody’s turn', async () => {
    const { world, container, connection, begun } = await stage(local)
    container.request = async (operation) => {
      begun.push(operation)
      if (operation === 'outer') await connection.send?.('later')
      await world.ticks.advance(0)
      begun.push(`end of ${operation}`)
    }
    await Promise.all([connection.request('outer'), world.pass()])
    await world.pass()
    expect(begun).toEqual(['outer', 'end of outer', 'later', 'end of later'])
  })
})

test('a reference that a container uses in its turn lets it in again', async () => {
  const { world, container, reference, begun } = await stage(true)
  container.request = async (operation) => {
    begun.push(operation)
    return operation === 'outer' ? ((await reference.request('inner')) as unknown) : operation
  }
  const outer = world.watch(reference.request('outer'))
  await world.pass()
  expect([outer.outcome, begun]).toEqual(['inner', ['outer', 'inner']])
})
