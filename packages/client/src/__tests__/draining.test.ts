// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  AgentImpl,
  type AgentUuid,
  type ContainerUuid,
  type Logger,
  type NetworkAgent,
  type StartContext
} from '@hcengineering/network-core'
import { EchoFactory, type EchoBehaviour } from '@hcengineering/network-core/testing'
import { drainOnSignal } from '../drain-on-signal'
import type { DrainableClient } from '../create'
import type { NetworkClientImpl } from '../network-client'
import { chat, room } from './connecting'
import { World } from './world'

interface Serving {
  readonly world: World
  readonly client: NetworkClientImpl
  readonly agent: AgentImpl
  readonly factory: EchoFactory
  /** The coordinator asks the agent. */
  ask(method: string, args: unknown[]): Promise<unknown>
}

/** A registered agent with one container. */
async function serving(behaviour: EchoBehaviour = {}, start?: StartContext): Promise<Serving> {
  const world = new World()
  const client = await world.connected()
  const factory = new EchoFactory(behaviour)
  const agent = new AgentImpl('agent-a' as AgentUuid, { chat: factory.create }, { tickManager: world.ticks })
  await client.register(agent)
  await agent.get(chat, room, start)
  const ask = async (method: string, args: unknown[]): Promise<unknown> => {
    const answer = world.coordinator.request(client.clientId, method, [agent.uuid, args])
    await world.pass(10)
    return await answer
  }
  return { world, client, agent, factory, ask }
}

describe('client - an agent is asked to end a container', () => {
  test('its container may say that it cannot yet, is restored, and says when it is done', async () => {
    let finish = (): void => {}
    const { world, factory, ask } = await serving({
      terminate: async (_, context) => {
        if (context?.final !== false) return
        context.notYet({ reason: 'it writes', withinMs: 900 })
        finish = context.finished
      }
    })
    const orphan = { reason: 'nobody holds it', final: false }
    expect(await ask('ct', ['room', orphan])).toEqual({ notYet: { reason: 'it writes', withinMs: 900 } })
    expect(await ask('ca', ['room'])).toBe('ok')
    expect(factory.last.calls).toEqual(['terminate', 'restore'])
    expect(await ask('ct', ['room', orphan])).toMatchObject({ notYet: {} })
    finish()
    await world.pass(10)
    expect(world.coordinator.asked('cu')).toMatchObject([
      { containers: [{ container: { uuid: 'room', preTermination: { reason: 'it writes', finished: true } } }] }
    ])
    expect(await ask('ct', ['room', { reason: 'it is done', final: true }])).toBe('ok')
  })

  test('as by 0.7, it ends whatever it says; and so does one of an agent that knows no more', async () => {
    const { ask, factory } = await serving({
      terminate: async (_, context) => context?.notYet({ reason: 'never' })
    })
    expect(await ask('ct', ['room'])).toBe('ok')
    expect(factory.last.calls).toEqual(['terminate', 'onTerminated'])
  })

  test('it answers with what a container that moves leaves, and starts one with that', async () => {
    const states: unknown[] = []
    const page = new Uint8Array([7])
    const { ask } = await serving({
      dehydrate: async () => ({ page }),
      // It may use that as it likes until it has ended
      terminate: async () => {
        page.fill(0)
      },
      rehydrate: async (_, state) => {
        states.push(state)
      }
    })
    const left = await ask('ct', ['room', { reason: 'it moves', final: true, move: true }])
    expect(left).toEqual({ state: { page: new Uint8Array([7]) } })
    const start = { token: { epoch: 1, counter: 2 }, ...(left as object) }
    await ask('gg', ['chat', { uuid: 'room' }, start])
    expect(states).toEqual([{ page: new Uint8Array([7]) }])
  })
})

describe('an agent that ends a container', () => {
  test('tells a coordinator that starts anew meanwhile, for requests of it may still run', async () => {
    const token = { epoch: 1, counter: 1 }
    const { world, agent } = await serving({ terminate: async () => await new Promise(() => {}) }, { token })
    void agent.terminate(room.uuid)
    world.coordinator.restart()
    await world.pass(2_000)
    expect(world.coordinator.asked('ar').at(-1)).toMatchObject({ containers: [{ uuid: 'room', ends: true }] })
  })
})

describe('client - close', () => {
  test('no container hands on its state, also where the coordinator is quick to move it', async () => {
    const dehydrate = jest.fn(async () => ({ page: 7 }))
    const { world, client, factory, ask } = await serving({ dehydrate })
    const closing = client.close()
    expect(await ask('ct', ['room', { reason: 'it moves', final: true, move: true }])).toBe('ok')
    await world.pass(100)
    await closing
    expect(dehydrate).not.toHaveBeenCalled()
    expect(factory.last.calls).toEqual(['terminate', 'onTerminated'])
  })

  test('a container that nobody holds is asked once, and told that it is final', async () => {
    const asked: unknown[] = []
    const { world, client, ask } = await serving({
      terminate: async (_, context) => {
        asked.push(context?.final)
        if (context?.final === false) context.notYet({ reason: 'it writes' })
      }
    })
    const closing = client.close()
    expect(await ask('ct', ['room', { reason: 'nobody holds it, and its agent is to leave', final: false }])).toBe('ok')
    await world.pass(100)
    await closing
    expect(asked).toEqual([true])
  })

  test('a move that a drain has begun is finished with its state', async () => {
    let give = (_state: unknown): void => {}
    const dehydrate = async (): Promise<unknown> => await new Promise((resolve) => (give = resolve))
    const { world, client, agent } = await serving({ dehydrate })
    void client.drain()
    await world.pass(10)
    const how = { reason: 'it moves', final: true, move: true }
    const left = world.watch(world.coordinator.request(client.clientId, 'ct', [agent.uuid, ['room', how]]))
    await world.pass(10)
    const closing = client.close()
    await world.pass(10)
    give({ page: 7 })
    await world.pass(100)
    await closing
    expect(left.outcome).toEqual({ state: { page: 7 } })
  })
})

describe('client - drain', () => {
  test('says so, and resolves when the coordinator has had everything ended; closing comes after', async () => {
    const { world, client, ask } = await serving()
    const drained = world.watch(client.drain())
    await world.pass(100)
    expect(world.coordinator.asked('ar')).toMatchObject([{}, { draining: true, containers: [{ uuid: 'room' }] }])
    expect(drained.outcome).toBe('pending')
    await ask('ct', ['room', { reason: 'it moves', final: true, move: true }])
    await world.pass()
    expect(drained.outcome).toEqual({ moved: 1, ended: 0, left: 0 })
    const closing = client.close()
    await world.pass(100)
    await closing
    expect(world.coordinator.methods.at(-1)).toBe('au')
  })

  test('ends at its time, with what is left; that serves on', async () => {
    const { world, client, agent } = await serving()
    const drained = world.watch(client.drain({ timeoutMs: 2_000 }))
    await world.pass(1_999)
    expect(drained.outcome).toBe('pending')
    await world.pass(1)
    expect(drained.outcome).toEqual({ moved: 0, ended: 0, left: 1 })
    expect(await agent.request(room.uuid, 'say')).toMatchObject({ operation: 'say' })
  })

  test('is said again in a session that begins meanwhile', async () => {
    const { world, client } = await serving()
    const drained = world.watch(client.drain())
    await world.pass(10)
    world.coordinator.restart()
    await world.pass(5_000)
    expect(world.coordinator.asked('ar').at(-1)).toMatchObject({ draining: true })
    expect(drained.outcome).toBe('pending')
  })

  test('awaits what is starting, and counts what nobody needed', async () => {
    const { world, client, agent, ask } = await serving()
    await ask('ct', ['room', { reason: 'nobody holds it', final: false }])
    const starting = agent.get(chat, { uuid: 'later' as never })
    const drained = world.watch(client.drain())
    await starting
    await world.pass(10)
    expect(drained.outcome).toBe('pending')
    await ask('ct', ['later', { reason: 'nobody holds it', final: false }])
    await world.pass()
    expect(drained.outcome).toEqual({ moved: 0, ended: 1, left: 0 })
  })

  test('tells of agents that know no drain what they have', async () => {
    const world = new World()
    const client = await world.connected()
    const plain = {
      uuid: 'plain' as AgentUuid,
      kinds: [],
      list: async () => [{ uuid: 'x', kind: 'k', agentId: 'plain', endpoint: '', lastVisit: 0 }]
    }
    await client.register(plain as unknown as NetworkAgent)
    expect(await client.drain()).toEqual({ moved: 0, ended: 0, left: 1 })
  })
})

describe('client - what a drain tells its logger', () => {
  /** An agent with two containers that somebody holds; what others offer. */
  async function draining(others: unknown): Promise<{ world: World; client: NetworkClientImpl; lines: string[] }> {
    const lines: string[] = []
    const note = (level: string, message: string): void => {
      if (/drain/i.test(message)) lines.push(`${level} ${message}`)
    }
    const logger: Logger = {
      debug: () => {},
      info: (message) => note('info', message),
      warn: (message) => note('warn', message),
      error: (message) => note('error', message)
    }
    const world = new World()
    world.coordinator.start()
    const client = world.client('client', { logger })
    await world.pass()
    world.coordinator.answers.set('al', (): unknown => others)
    const agent = new AgentImpl(
      'agent-a' as AgentUuid,
      { chat: new EchoFactory({}).create },
      { tickManager: world.ticks }
    )
    await client.register(agent)
    await agent.get(chat, room)
    await agent.get(chat, { uuid: 'room-2' as ContainerUuid })
    return { world, client, lines }
  }

  const stays = 'warn Draining, 2 of kind chat left: no other agent offers the kind, so that those which are held stay'

  test('that nobody else offers a kind: at once, every few seconds, and at the end no more', async () => {
    const { world, client, lines } = await draining([
      { agentId: 'agent-a', kinds: ['chat'], containers: 2 },
      { agentId: 'agent-b', kinds: ['chat'], containers: 0, draining: true },
      { agentId: 'agent-c', kinds: ['other'], containers: 0 }
    ])
    const drained = world.watch(client.drain({ timeoutMs: 12_000 }))
    await world.pass(10)
    expect(lines).toEqual([stays])
    await world.pass(5_010)
    expect(lines).toEqual([stays, stays])
    await world.pass(7_000)
    expect(drained.outcome).toMatchObject({ left: 2 })
    expect(lines).toEqual([stays, stays, stays, 'info The agents have drained'])
    await world.pass(20_000)
    expect(lines).toHaveLength(4)
  })

  test('that others are full, or take them', async () => {
    const full = { agentId: 'b', kinds: ['chat'], capacity: { byKind: { chat: 1 } }, placed: { byKind: { chat: 1 } } }
    const { world, client, lines } = await draining([full])
    void client.drain()
    await world.pass(10)
    expect(lines.at(-1)).toContain('every other agent that offers the kind is full')
    world.coordinator.answers.set('al', () => [full, { agentId: 'c', kinds: ['chat'] }])
    await world.pass(5_010)
    expect(lines.at(-1)).toBe('info Draining, 2 of kind chat left: they move to other agents, or end')
  })

  test('that the coordinator cannot be reached', async () => {
    const { world, client, lines } = await draining([])
    world.coordinator.kill()
    await world.pass(10)
    void client.drain()
    await world.pass(10)
    expect(lines.at(-1)).toContain('the coordinator cannot be reached, so that nothing moves')
  })
})

describe('drainOnSignal', () => {
  /** Notes what it is told. */
  function noting(result = { moved: 2, ended: 1, left: 0 }): { client: DrainableClient; calls: unknown[] } {
    const calls: unknown[] = []
    const client = {
      drain: async (options: unknown) => {
        calls.push(['drain', options])
        return result
      },
      close: async () => {
        calls.push('close')
      }
    }
    return { client: client as unknown as DrainableClient, calls }
  }

  test('drains and closes at the first signal, once', async () => {
    const { client, calls } = noting()
    await new Promise<void>((resolve) => {
      drainOnSignal(client, {
        signals: ['SIGUSR2'],
        timeoutMs: 100,
        onClosed: (result) => {
          calls.push(result)
          resolve()
        }
      })
      process.emit('SIGUSR2')
    })
    expect(calls).toEqual([['drain', { timeoutMs: 100 }], 'close', { moved: 2, ended: 1, left: 0 }])
    expect(process.listenerCount('SIGUSR2')).toBe(0)
  })

  test('tells also of a client that was closed before', async () => {
    const closed = jest.fn()
    const client = {
      drain: async () => await Promise.reject(new Error('it is closed')),
      close: async () => {}
    } as unknown as DrainableClient
    drainOnSignal(client, { signals: ['SIGUSR2'], onClosed: closed })
    process.emit('SIGUSR2')
    await new Promise((resolve) => setImmediate(resolve))
    expect(closed).toHaveBeenCalledWith({ moved: 0, ended: 0, left: 0 })
  })

  test('is undone', () => {
    const before = process.listenerCount('SIGTERM')
    const undo = drainOnSignal(noting().client)
    expect(process.listenerCount('SIGTERM')).toBe(before + 1)
    undo()
    expect(process.listenerCount('SIGTERM')).toBe(before)
  })
})
