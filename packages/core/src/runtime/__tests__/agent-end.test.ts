// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerFactoryResult } from '../../api/container'
import type { Network } from '../../api/network'
import { EchoContainer, deferred } from '../../testing'
import { client, echo, failure, newFixture, ref, uuid } from './agent-fixture'

const a = uuid('a')

describe('AgentImpl - end', () => {
  it('terminates once, tells once, and reports the removal once', async () => {
    const { agent, factory, reports } = newFixture()
    await agent.get(echo, { uuid: a })
    await Promise.all([agent.terminate(a), agent.terminate(a)])
    await agent.terminate(a)
    await agent.terminate(uuid('unknown'))
    expect(factory.last.calls).toEqual(['terminate', 'onTerminated'])
    expect(reports).toMatchObject([[{ event: 'removed', container: { uuid: 'a' } }]])
    expect(await agent.getContainer(a)).toBeUndefined()
    expect(await failure(agent.request(a, 'say'))).toMatchObject({ code: 'NOT_FOUND', uuid: 'a' })
  })

  it('answers TERMINATING meanwhile, and lists it no more', async () => {
    const gate = deferred()
    const { agent } = newFixture({ terminate: async () => await gate.promise })
    await agent.get(echo, { uuid: a })
    const end = agent.terminate(a)
    expect(await failure(agent.request(a, 'say'))).toMatchObject({ code: 'TERMINATING', retryable: true })
    expect(await failure(agent.connect(a, client('c'), async () => {}))).toMatchObject({ code: 'TERMINATING' })
    expect(await agent.list()).toEqual([])
    expect(await agent.getContainer(a)).toBeUndefined()
    gate.resolve()
    await end
  })

  it('tells what it is ending apart from what it has, until that has ended', async () => {
    const gate = deferred()
    const { agent } = newFixture({ terminate: async () => await gate.promise })
    const token = { epoch: 1, counter: 1 }
    await agent.get(echo, { uuid: a }, { token })
    expect(agent.ending()).toEqual([])
    const end = agent.terminate(a)
    expect(agent.ending()).toMatchObject([{ uuid: a, token, ends: true }])
    gate.resolve()
    await end
    expect(agent.ending()).toEqual([])
  })

  it('starts anew after the end when asked for meanwhile', async () => {
    const gate = deferred()
    const { agent, factory, time } = newFixture({ terminate: async () => await gate.promise })
    await agent.get(echo, { uuid: a })
    const end = agent.terminate(a)
    const get = agent.get(echo, { uuid: a })
    await time.advance(0)
    expect(factory.made).toHaveLength(1)
    gate.resolve()
    await Promise.all([end, get])
    expect(factory.made).toHaveLength(2)
    expect(await agent.getContainer(a)).toBe(factory.last)
  })

  it('takes a container for ended that hangs or throws in terminate', async () => {
    const { agent, factory, time } = newFixture(
      { terminate: async () => await new Promise(() => {}) },
      { timeouts: { terminateMs: 200 } }
    )
    await agent.get(echo, { uuid: a })
    const end = agent.terminate(a)
    await time.advance(200)
    await end
    expect(factory.last.calls).toEqual(['terminate', 'onTerminated'])

    const throwing = newFixture({
      terminate: () => {
        throw new Error('no')
      }
    })
    await throwing.agent.get(echo, { uuid: a })
    await throwing.agent.terminate(a)
    expect(throwing.reports).toMatchObject([[{ event: 'removed' }]])
  })

  it('survives a container that asks for its own end in terminate', async () => {
    const { agent, factory, time } = newFixture({
      terminate: async () => {
        void agent.terminate(a)
        await Promise.resolve()
      }
    })
    await agent.get(echo, { uuid: a })
    await agent.terminate(a)
    await time.advance(0)
    expect(factory.last.calls).toEqual(['terminate', 'onTerminated'])
  })

  it('ends what starts once it has started, and rejects who waited for it', async () => {
    const slow = deferred<ContainerFactoryResult>()
    const container = new EchoContainer()
    const { agent, time, reports } = newFixture({}, {}, { echo: () => slow.promise })
    const get = failure(agent.get(echo, { uuid: a }))
    const end = agent.terminate(a)
    await time.advance(100)
    slow.resolve({ uuid: a, container, endpoint: ref('e') })
    await end
    expect(await get).toMatchObject({ code: 'TERMINATING' })
    expect(container.calls).toEqual(['terminate', 'onTerminated'])
    expect(reports).toEqual([])
  })

  it('starts anew for a get that comes while a terminated start still runs', async () => {
    const first = deferred<ContainerFactoryResult>()
    let calls = 0
    const made = (): ContainerFactoryResult => ({ uuid: a, container: new EchoContainer(), endpoint: ref('e') })
    const { agent, time } = newFixture({}, {}, { echo: async () => (calls++ === 0 ? await first.promise : made()) })
    const doomed = failure(agent.get(echo, { uuid: a }))
    void agent.terminate(a)
    const get = agent.get(echo, { uuid: a })
    await time.advance(0)
    expect(calls).toBe(1)
    first.resolve(made())
    expect(await doomed).toMatchObject({ code: 'TERMINATING' })
    expect((await get)[0]).toBe('a')
    expect(calls).toBe(2)
  })

  it('delivers what a container broadcasts in terminate before it disconnects its clients', async () => {
    const { agent, factory } = newFixture({
      terminate: async (container) => {
        await container.broadcast('bye 1')
        await Promise.resolve()
        await container.broadcast('bye 2')
      }
    })
    await agent.get(echo, { uuid: a })
    const events: unknown[] = []
    await agent.connect(a, client('c1'), async (data) => {
      events.push(data)
    })
    await agent.terminate(a)
    expect(events).toEqual(['bye 1', 'bye 2'])
    expect(factory.last.calls).toEqual(['connect c1', 'terminate', 'disconnect c1', 'onTerminated'])
  })

  it('closes in parallel, bounded in time, and only once', async () => {
    const { agent, factory, time } = newFixture(
      { terminate: async () => await new Promise(() => {}) },
      { timeouts: { terminateMs: 200 } }
    )
    for (const name of ['a', 'b', 'c']) await agent.get(echo, { uuid: uuid(name) })
    let closed = false
    const close = Promise.all([agent.close(), agent.close()]).then(() => (closed = true))
    await time.advance(199)
    expect(closed).toBe(false)
    await time.advance(1)
    await close
    expect(factory.made.map(({ calls }) => calls)).toEqual(Array(3).fill(['terminate', 'onTerminated']))
    await agent.close()
    expect(await failure(agent.get(echo, { uuid: a }))).toMatchObject({ code: 'CLOSED' })
    expect(await failure(agent.get(echo, {}))).toMatchObject({ code: 'CLOSED' })
  })

  it('does not wait for a hanging factory when it closes, and terminates its late result', async () => {
    const slow = deferred<ContainerFactoryResult>()
    const container = new EchoContainer()
    const { agent, time } = newFixture({}, { timeouts: { terminateMs: 50 } }, { echo: () => slow.promise })
    const get = failure(agent.get(echo, { uuid: a }))
    const close = agent.close()
    await time.advance(50)
    await close
    expect(await get).toMatchObject({ code: 'CLOSED' })
    slow.resolve({ uuid: a, container, endpoint: ref('e') })
    await time.advance(0)
    expect(container.calls).toEqual(['terminate', 'onTerminated'])
    expect(await agent.list()).toEqual([])
  })

  it('tells the networks that it is to leave, ends its containers, and leaves: what starts elsewhere has ended here', async () => {
    const calls: string[] = []
    const { agent, time } = newFixture({
      terminate: async () => {
        calls.push('terminate')
        await Promise.resolve()
      }
    })
    const network = (name: string, fail: boolean): Network =>
      ({
        register: async () => [],
        unregister: async (id: string) => {
          calls.push(`${name} unregister ${id}`)
          if (fail) throw new Error('no')
        }
      }) as unknown as Network
    await agent.register(network('n1', true))
    await agent.register(network('n2', false))
    agent.addStatelessContainer(uuid('s'), echo, ref('x'), new EchoContainer())
    agent.onAgentUpdate = async () => {
      calls.push('agent update')
    }
    await agent.get(echo, { uuid: a })
    await agent.close()
    await time.advance(0)
    expect(calls).toEqual(['agent update', 'terminate', 'n1 unregister agent-1', 'n2 unregister agent-1'])
    expect(await failure(agent.register(network('n3', false)))).toMatchObject({ code: 'CLOSED' })
  })

  it('survives callbacks that were written as async functions and fail', async () => {
    const { agent, factory, time } = newFixture()
    await agent.get(echo, { uuid: a })
    const fail = async (): Promise<never> => await Promise.reject(new Error('no'))
    Object.assign(factory.last, { connect: fail, disconnect: fail, onTerminated: fail })
    await agent.connect(a, client('c'), async () => {})
    await agent.disconnect(a, client('c'))
    await agent.terminate(a)
    await time.advance(0)
    expect(await agent.list()).toEqual([])
  })

  it('tells of no visit any more once it has begun', async () => {
    const gate = deferred()
    const { agent, time, reports } = newFixture({ terminate: async () => await gate.promise })
    await agent.get(echo, { uuid: a })
    await agent.request(a, 'say')
    const end = agent.terminate(a)
    await time.advance(6_000)
    expect(reports).toEqual([])
    gate.resolve()
    await end
    expect(reports).toMatchObject([[{ event: 'removed' }]])
  })

  it('leaves nothing scheduled behind', async () => {
    const { agent, time } = newFixture()
    await agent.get(echo, { uuid: a })
    await agent.request(a, 'say')
    await agent.close()
    const { pending } = time
    await time.advance(60_000)
    expect(time.pending).toBe(0)
    expect(pending).toBeLessThanOrEqual(1)
  })
})
