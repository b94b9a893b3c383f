// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerFactoryResult } from '../../api/container'
import { EchoContainer, deferred } from '../../testing'
import { client, echo, failure, newFixture, ref, uuid } from './agent-fixture'

const a = uuid('a')
const c1 = client('c1')
const c2 = client('c2')
type Listener = (data: unknown) => Promise<void>
const into =
  (events: unknown[]): Listener =>
  async (data) => {
    events.push(data)
  }

describe('AgentImpl - connect', () => {
  it('tells the container of a client once, and of its leaving when the last connection closes', async () => {
    const { agent, factory } = newFixture()
    await agent.get(echo, { uuid: a })
    const first = into([])
    const second = into([])
    await agent.connect(a, c1, first)
    await agent.connect(a, c1, second)
    await agent.connect(a, c2, into([]))
    await agent.disconnect(a, c1, first)
    expect(factory.last.calls).toEqual(['connect c1', 'connect c2'])
    await agent.disconnect(a, c1, second)
    await agent.disconnect(a, c1, second)
    expect(factory.last.calls).toEqual(['connect c1', 'connect c2', 'disconnect c1'])
  })

  it('sends each event to every connection of the client, in order', async () => {
    const { agent, factory } = newFixture()
    await agent.get(echo, { uuid: a })
    const events: [unknown[], unknown[]] = [[], []]
    await agent.connect(a, c1, into(events[0]))
    await agent.connect(a, c1, into(events[1]))
    const sends = [1, 2, 3].map(async (n) => await factory.last.broadcast(n))
    await Promise.all(sends)
    expect(events).toEqual([
      [1, 2, 3],
      [1, 2, 3]
    ])
  })

  it('takes the same function twice for one connection', async () => {
    const { agent, factory } = newFixture()
    await agent.get(echo, { uuid: a })
    const events: unknown[] = []
    const listener = into(events)
    await agent.connect(a, c1, listener)
    await agent.connect(a, c1, listener)
    await factory.last.broadcast('x')
    expect(events).toEqual(['x'])
    await agent.disconnect(a, c1, listener)
    expect(factory.last.calls).toEqual(['connect c1', 'disconnect c1'])
  })

  it('resolves a broadcast that one connection accepts, and rejects it when none does', async () => {
    const { agent, factory } = newFixture()
    await agent.get(echo, { uuid: a })
    const refusing: Listener = () => {
      throw new Error('full')
    }
    const accepting = into([])
    await agent.connect(a, c1, refusing)
    await agent.connect(a, c1, accepting)
    await factory.last.broadcast('x')
    await agent.disconnect(a, c1, accepting)
    expect(await failure(factory.last.broadcast('x'))).toMatchObject({ message: 'full' })
  })

  it('rejects a broadcast to a client that has gone, and also when nobody looks', async () => {
    const { agent, factory, time } = newFixture()
    await agent.get(echo, { uuid: a })
    await agent.connect(a, c1, into([]))
    const send = factory.last.clients.get(c1) as Listener
    agent.disconnectClient(c1)
    void send('unseen')
    await time.advance(0)
    expect(await failure(send('x'))).toMatchObject({ code: 'CLOSED' })
  })

  it('delivers what a container broadcasts while it connects', async () => {
    const { agent } = newFixture({
      connect: (container) => {
        void container.broadcast('welcome')
      }
    })
    await agent.get(echo, { uuid: a })
    const events: unknown[] = []
    await agent.connect(a, c1, into(events))
    expect(events).toEqual(['welcome'])
  })

  it('ends all connections of a client that has died, and no others', async () => {
    const { agent, factory } = newFixture()
    for (const name of ['a', 'b']) await agent.get(echo, { uuid: uuid(name) })
    await agent.connect(uuid('a'), c1, into([]))
    await agent.connect(uuid('b'), c1, into([]))
    await agent.connect(uuid('b'), c1, into([]))
    await agent.connect(uuid('b'), c2, into([]))
    agent.disconnectClient(c1)
    agent.disconnectClient(c1)
    expect(factory.made.map(({ calls }) => calls)).toEqual([
      ['connect c1', 'disconnect c1'],
      ['connect c1', 'connect c2', 'disconnect c1']
    ])
    await agent.disconnect(uuid('b'), c2)
    expect(factory.last.clients.size).toBe(0)
  })

  it('lets a container refuse a client, which may try again', async () => {
    let full = true
    const { agent } = newFixture({
      connect: () => {
        if (full) throw Object.assign(new Error('full house'), { code: 'E_FULL' })
      }
    })
    await agent.get(echo, { uuid: a })
    expect(await failure(agent.connect(a, c1, into([])))).toMatchObject({
      code: 'REMOTE_ERROR',
      message: 'full house',
      remoteCode: 'E_FULL',
      stage: 'connecting'
    })
    full = false
    await agent.connect(a, c1, into([]))
  })

  it('goes on when a container throws as a client leaves', async () => {
    const { agent, factory } = newFixture()
    await agent.get(echo, { uuid: a })
    factory.last.disconnect = () => {
      throw new Error('no')
    }
    await agent.connect(a, c1, into([]))
    await agent.disconnect(a, c1)
    await agent.terminate(a)
    expect(await agent.list()).toEqual([])
  })

  it('waits for a start under way, and keeps the order of connect and disconnect', async () => {
    const slow = deferred<ContainerFactoryResult>()
    const container = new EchoContainer()
    const { agent } = newFixture({}, {}, { echo: () => slow.promise })
    const get = agent.get(echo, { uuid: a })
    const listener = into([])
    const both = [agent.connect(a, c1, listener), agent.disconnect(a, c1, listener)]
    slow.resolve({ uuid: a, container, endpoint: ref('e') })
    await Promise.all([get, ...both])
    expect(container.calls).toEqual(['connect c1', 'disconnect c1'])
  })

  it('refuses a container that is not here', async () => {
    const { agent } = newFixture()
    expect(await failure(agent.connect(a, c1, into([])))).toMatchObject({ code: 'NOT_FOUND' })
    await agent.disconnect(a, c1)
  })
})
