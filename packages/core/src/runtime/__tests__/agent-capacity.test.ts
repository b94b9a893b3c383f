// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerFactory } from '../../api/container'
import type { AgentCapacity } from '../../api/placement'
import { deferred, EchoContainer } from '../../testing'
import { silentLogger } from '../../api/logger'
import { AgentImpl } from '../agent'
import { agentId, echo, failure, newFixture, ref, uuid } from './agent-fixture'

const full = { code: 'CAPACITY', retryable: true, agentId, kind: 'echo' }

describe('AgentImpl - capacity', () => {
  it('refuses what is beyond its limit, those that start included', async () => {
    const { agent, factory } = newFixture({}, { capacity: { containers: 2 } })
    const gets = await Promise.allSettled(
      ['a', 'b', 'c'].map(async (name) => await agent.get(echo, { uuid: uuid(name) }))
    )
    expect(gets.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    const error = (gets[2] as PromiseRejectedResult).reason as Error
    expect(error).toMatchObject(full)
    expect(error.message).toContain('2 of at most 2 containers')
    expect(factory.made).toHaveLength(2)
    await expect(agent.get(echo, { uuid: uuid('a') })).resolves.toEqual(['a', 'echo://a'])
  })

  it('limits a kind apart, and stateless containers not at all', async () => {
    const { agent } = newFixture({}, { capacity: { byKind: { echo: 1 } } })
    for (const name of ['s', 't']) agent.addStatelessContainer(uuid(name), echo, ref(name), new EchoContainer())
    await agent.get(echo, { uuid: uuid('a') })
    expect(await failure(agent.get(echo, { uuid: uuid('b') }))).toMatchObject({
      ...full,
      message: expect.stringContaining('1 of at most 1 of that kind') as string
    })
    expect(agent.capacity).toEqual({ byKind: { echo: 1 } })
  })

  it('has the place again when the container has ended, and when a factory throws', async () => {
    const { agent } = newFixture({}, { capacity: { containers: 1 } })
    await agent.get(echo, { uuid: uuid('a') })
    await agent.terminate(uuid('a'))
    await agent.get(echo, { uuid: uuid('b') })

    let fails = true
    const factory: ContainerFactory = async ({ uuid: name = uuid('x') }) => {
      if (fails) throw new Error('no disk')
      return { uuid: name, container: new EchoContainer(), endpoint: ref(name) }
    }
    const other = newFixture({}, { capacity: { containers: 1 } }, { echo: factory }).agent
    expect(await failure(other.get(echo, { uuid: uuid('a') }))).toMatchObject({ code: 'START_FAILED' })
    fails = false
    await expect(other.get(echo, { uuid: uuid('a') })).resolves.toEqual(['a', 'a'])
  })

  it('keeps the place of a start that was given up until what it makes has ended', async () => {
    const made = deferred<void>()
    const ended = deferred<void>()
    const container = new EchoContainer()
    container.terminate = async () => await ended.promise
    const factory: ContainerFactory = async () => {
      await made.promise
      return { uuid: uuid('a'), container, endpoint: ref('a') }
    }
    const options = { capacity: { containers: 1 }, timeouts: { startMs: 100 } }
    const { agent, time } = newFixture({}, options, { echo: factory })
    const get = failure(agent.get(echo, { uuid: uuid('a') }))
    await time.setTime(100)
    expect(await get).toMatchObject({ code: 'START_TIMEOUT' })
    expect(await failure(agent.get(echo, { uuid: uuid('b') }))).toMatchObject(full)
    made.resolve()
    await new Promise(setImmediate)
    expect(await failure(agent.get(echo, { uuid: uuid('b') }))).toMatchObject(full)
    ended.resolve()
    await new Promise(setImmediate)
    await expect(agent.get(echo, {})).resolves.toEqual(['a', 'a'])
  })

  it('gives the place of a factory that never answers away after ten times its time, and ends what it makes all the same', async () => {
    const made = deferred<void>()
    const container = new EchoContainer()
    let calls = 0
    const factory: ContainerFactory = async ({ uuid: name = uuid('x') }) => {
      if (++calls > 1) return { uuid: name, container: new EchoContainer(), endpoint: ref(name) }
      await made.promise
      return { uuid: name, container, endpoint: ref(name) }
    }
    const warn = jest.fn()
    const logger = { ...silentLogger, warn }
    const options = { capacity: { containers: 1 }, timeouts: { startMs: 100 }, logger }
    const { agent, time } = newFixture({}, options, { echo: factory })
    const get = failure(agent.get(echo, { uuid: uuid('a') }))
    await time.setTime(100)
    expect(await get).toMatchObject({ code: 'START_TIMEOUT' })
    await time.setTime(1_099)
    expect(await failure(agent.get(echo, { uuid: uuid('b') }))).toMatchObject(full)
    await time.setTime(1_100)
    await expect(agent.get(echo, { uuid: uuid('b') })).resolves.toEqual(['b', 'b'])
    expect(warn.mock.calls.at(-1)).toEqual([expect.stringContaining('never answered'), { kind: 'echo', uuid: 'a' }])
    made.resolve()
    await new Promise(setImmediate)
    expect(container.calls).toEqual(['terminate', 'onTerminated'])
    expect(await failure(agent.get(echo, { uuid: uuid('c') }))).toMatchObject(full)
  })

  it.each<AgentCapacity>([{ containers: -1 }, { containers: 1.5 }, { byKind: { echo: NaN } }, { byKind: { '': 1 } }])(
    'refuses %j as a capacity',
    (capacity) => {
      expect(() => new AgentImpl(agentId, {}, { capacity })).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' })
      )
    }
  )

  it('counts the requests that its containers are at', async () => {
    const { agent } = newFixture()
    await agent.get(echo, { uuid: uuid('a') })
    const asked = agent.request(uuid('a'), 'echo', 1)
    expect(agent.inFlight).toBe(1)
    await asked
    expect(agent.inFlight).toBe(0)
  })
})
