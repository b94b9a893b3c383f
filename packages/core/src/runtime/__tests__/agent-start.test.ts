// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerFactoryResult } from '../../api/container'
import type { AgentEndpointRef } from '../../api/identifiers'
import { silentLogger } from '../../api/logger'
import { NetworkError } from '../../errors'
import { EchoContainer, deferred } from '../../testing'
import { agentId, echo, failure, newFixture, ref, uuid } from './agent-fixture'

const result = (name: string, container = new EchoContainer()): ContainerFactoryResult => ({
  uuid: uuid(name),
  container,
  endpoint: ref(`echo://${name}`)
})

describe('AgentImpl - start', () => {
  it('logs why a container did not start, unless there is no room for it', async () => {
    const warn = jest.fn()
    const causes = [new Error('no such database'), new NetworkError('CAPACITY', 'full')]
    const factory = async (): Promise<never> => await Promise.reject(causes.shift() as Error)
    const { agent } = newFixture({}, { logger: { ...silentLogger, warn } }, { [echo]: factory })
    await failure(agent.get(echo, { uuid: uuid('a') }))
    await failure(agent.get(echo, { uuid: uuid('a') }))
    const error = expect.stringContaining('no such database') as string
    const stack = expect.stringContaining('agent-start.test') as string
    expect(warn.mock.calls).toEqual([['A container did not start', { kind: echo, uuid: 'a', error, stack }]])
  })

  it('starts a container once for concurrent gets of one uuid', async () => {
    const { agent, factory } = newFixture()
    const gets = await Promise.all(Array.from({ length: 20 }, async () => await agent.get(echo, { uuid: uuid('a') })))
    expect(new Set(gets.map(String))).toEqual(new Set(['a,echo://a']))
    expect(factory.made).toHaveLength(1)
  })

  it('hands uuid, labels, extra and its own endpoint to the factory, and lists them', async () => {
    const seen: unknown[] = []
    const { agent } = newFixture(
      {},
      {},
      {
        echo: async (options, endpoint) => {
          seen.push(options, endpoint)
          return result('a')
        }
      }
    )
    agent.endpoint = 'here' as AgentEndpointRef
    const options = { uuid: uuid('a'), labels: ['x', 'y'], extra: { n: 1 } }
    await agent.get(echo, options, { token: { epoch: 1, counter: 2 } })
    expect(seen).toEqual([options, 'here'])
    expect(await agent.list()).toEqual([
      {
        agentId,
        uuid: 'a',
        kind: 'echo',
        endpoint: 'echo://a',
        lastVisit: expect.any(Number) as number,
        labels: ['x', 'y'],
        extra: { n: 1 },
        token: { epoch: 1, counter: 2 }
      }
    ])
  })

  it('starts another one for each get without uuid that the coordinator decided', async () => {
    const { agent, factory } = newFixture()
    const start = { token: { epoch: 1, counter: 1 } }
    const [a] = await agent.get(echo, {}, start)
    const [b] = await agent.get(echo, {}, start)
    expect(a).not.toBe(b)
    expect(factory.asked).toEqual([{}, {}])
  })

  it('chooses by labels when the choice is left to it', async () => {
    const { agent, factory } = newFixture()
    const [a] = await agent.get(echo, { labels: ['x', 'y'] })
    expect(await agent.get(echo, { labels: ['y'] })).toEqual([a, `echo://${a}`])
    expect(await agent.get(echo, {})).toEqual([a, `echo://${a}`])
    const [b] = await agent.get(echo, { labels: ['z'] })
    expect(b).not.toBe(a)
    expect(factory.made).toHaveLength(2)
  })

  it('lets a subclass or an assignment choose', async () => {
    const { agent, factory } = newFixture()
    await agent.get(echo, { uuid: uuid('a') })
    await agent.get(echo, { uuid: uuid('b') })
    agent.selectContainer = () => uuid('b')
    expect((await agent.get(echo, {}))[0]).toBe('b')
    agent.selectContainer = async () => undefined
    await agent.get(echo, {})
    expect(factory.made).toHaveLength(3)
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no disk')
      }
    ],
    ['rejects', async () => await Promise.reject(new Error('no disk'))]
  ])('reports a factory that %s with stage and cause, and tries anew next time', async (_how, fail) => {
    let failing = true
    const { agent } = newFixture({}, {}, { echo: async () => (failing ? await fail() : result('a')) })
    const error = await failure(agent.get(echo, { uuid: uuid('a') }))
    expect(error).toMatchObject({
      code: 'START_FAILED',
      stage: 'starting on agent agent-1',
      kind: 'echo',
      uuid: 'a',
      agentId,
      cause: new Error('no disk')
    })
    expect((error as Error).message).toContain('no disk')
    expect(await agent.list()).toEqual([])
    failing = false
    expect((await agent.get(echo, { uuid: uuid('a') }))[0]).toBe('a')
  })

  it('rejects everybody who waits for a start that fails', async () => {
    const { agent } = newFixture({}, {}, { echo: async () => await Promise.reject(new Error('no')) })
    const gets = await Promise.allSettled([1, 2, 3].map(async () => await agent.get(echo, { uuid: uuid('a') })))
    expect(gets.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  })

  it('gives a factory its time, and terminates what comes later', async () => {
    const late = deferred<ContainerFactoryResult>()
    const { agent, time } = newFixture({}, { timeouts: { startMsByKind: { echo: 300 } } }, { echo: () => late.promise })
    const get = failure(agent.get(echo, { uuid: uuid('a') }))
    await time.advance(299)
    expect(await agent.list()).toEqual([])
    await time.advance(1)
    expect(await get).toMatchObject({ code: 'START_TIMEOUT', retryable: true, stage: 'starting on agent agent-1' })
    const container = new EchoContainer()
    late.resolve(result('a', container))
    await time.advance(0)
    expect(container.calls).toEqual(['terminate', 'onTerminated'])
    expect(await agent.list()).toEqual([])
  })

  it('starts anew for a coordinator that has given an earlier start up, and terminates what that makes later', async () => {
    const hanging = deferred<ContainerFactoryResult>()
    const fresh = new EchoContainer()
    const answers = [hanging.promise, Promise.resolve(result('a', fresh))]
    const { agent, time } = newFixture({}, {}, { echo: () => answers.shift() as Promise<ContainerFactoryResult> })
    const start = (counter: number): { token: { epoch: number; counter: number } } => ({ token: { epoch: 7, counter } })
    const first = failure(agent.get(echo, { uuid: uuid('a') }, start(1)))
    await time.advance(500)
    expect((await agent.get(echo, { uuid: uuid('a') }, start(2)))[0]).toBe('a')
    expect(await first).toMatchObject({ code: 'START_TIMEOUT' })
    const late = new EchoContainer()
    hanging.resolve(result('a', late))
    await time.advance(0)
    expect(late.calls).toEqual(['terminate', 'onTerminated'])
    expect(fresh.calls).toEqual([])
    expect((await agent.list()).map((record) => record.token)).toEqual([start(2).token])
  })

  it('ends what a start makes that the coordinator has given up, and nothing that was started since', async () => {
    const late = deferred<ContainerFactoryResult>()
    const made = [new EchoContainer(), new EchoContainer()]
    const answers = [late.promise, Promise.resolve(result('a', made[1]))]
    const { agent, time } = newFixture({}, {}, { echo: () => answers.shift() as Promise<ContainerFactoryResult> })
    const first = failure(agent.get(echo, { uuid: uuid('a') }, { token: { epoch: 1, counter: 1 } }))
    await time.advance(0)
    const told = agent.retire(uuid('a'), { reason: 'its start was given up', final: true })
    await agent.get(echo, { uuid: uuid('a') }, { token: { epoch: 1, counter: 2 } })
    expect(await told).toEqual({})
    late.resolve(result('a', made[0]))
    await time.advance(0)
    expect(await first).toMatchObject({ code: 'START_TIMEOUT' })
    expect(made.map(({ calls }) => calls)).toEqual([['terminate', 'onTerminated'], []])
  })

  it('gives no state to what a start makes that the coordinator has given up since', async () => {
    const gate = deferred()
    const states: unknown[] = []
    let made = 0
    const { agent, time } = newFixture(
      {},
      {},
      {
        echo: async () => {
          if (made++ === 0) await gate.promise
          return result(
            'a',
            new EchoContainer({
              rehydrate: async (_, state) => {
                states.push(state)
              }
            })
          )
        }
      }
    )
    const first = agent.get(echo, { uuid: uuid('a') }, { token: { epoch: 1, counter: 1 }, state: 'old' })
    first.catch(() => {})
    await time.advance(0)
    await agent.get(echo, { uuid: uuid('a') }, { token: { epoch: 1, counter: 2 }, state: 'new' })
    gate.resolve()
    await time.advance(0)
    expect(states).toEqual(['new'])
  })

  it('ends what came of a start that the coordinator has given up since, and starts anew as it is asked now', async () => {
    const { agent, factory } = newFixture()
    const start = (counter: number): { token: { epoch: number; counter: number } } => ({ token: { epoch: 7, counter } })
    await agent.get(echo, { uuid: uuid('a') }, start(1))
    await agent.get(echo, { uuid: uuid('a'), labels: ['red'] }, start(2))
    expect(factory.made.map(({ calls }) => calls)).toEqual([['terminate', 'onTerminated'], []])
    expect(await agent.list()).toMatchObject([{ uuid: 'a', labels: ['red'], token: start(2).token }])
  })

  it('keeps what serves for a coordinator that has just started, and for a start that is asked for twice', async () => {
    const { agent, factory } = newFixture()
    const start = (epoch: number): { token: { epoch: number; counter: number } } => ({ token: { epoch, counter: 1 } })
    for (const epoch of [7, 7, 8]) await agent.get(echo, { uuid: uuid('a') }, start(epoch))
    expect(factory.made.map(({ calls }) => calls)).toEqual([[]])
    expect(await agent.list()).toMatchObject([{ token: start(8).token }])
  })

  it('joins a start under way for a coordinator that has just started', async () => {
    const slow = deferred<ContainerFactoryResult>()
    const { agent } = newFixture({}, {}, { echo: () => slow.promise })
    const gets = [7, 8].map((epoch) => agent.get(echo, { uuid: uuid('a') }, { token: { epoch, counter: 1 } }))
    slow.resolve(result('a'))
    expect((await Promise.all(gets)).map(([started]) => started)).toEqual(['a', 'a'])
  })

  it('waits for a factory as long as its alive timeout by default', async () => {
    const late = deferred<ContainerFactoryResult>()
    const { agent, time } = newFixture({}, { aliveTimeoutSeconds: 3600 }, { echo: () => late.promise })
    const get = agent.get(echo, { uuid: uuid('a') })
    await time.advance(3_599_000)
    late.resolve(result('a'))
    expect((await get)[0]).toBe('a')
  })

  it('refuses another uuid than the one asked for, and terminates what was made', async () => {
    const container = new EchoContainer()
    const { agent } = newFixture({}, {}, { echo: async () => result('b', container) })
    const error = await failure(agent.get(echo, { uuid: uuid('a') }))
    expect(error).toMatchObject({ code: 'START_FAILED', uuid: 'a' })
    expect((error as Error).message).toContain('another uuid, b')
    expect(container.calls).toEqual(['terminate', 'onTerminated'])
    expect(await agent.list()).toEqual([])
  })

  it('does not terminate a container that serves when a factory answers with it under the wrong uuid', async () => {
    const container = new EchoContainer()
    const { agent } = newFixture({}, {}, { echo: async () => result('b', container) })
    await agent.get(echo, { uuid: uuid('b') })
    expect(await failure(agent.get(echo, { uuid: uuid('a') }))).toMatchObject({ code: 'START_FAILED' })
    expect(container.calls).toEqual([])
    expect(await agent.list()).toHaveLength(1)
  })

  it('keeps the container it has when a factory makes another of the same uuid', async () => {
    const made: EchoContainer[] = []
    const { agent } = newFixture(
      {},
      {},
      {
        echo: async () => {
          made.push(new EchoContainer())
          return result('a', made.at(-1))
        }
      }
    )
    const start = { token: { epoch: 1, counter: 1 } }
    await agent.get(echo, {}, start)
    expect(await agent.get(echo, {}, start)).toEqual(['a', 'echo://a'])
    expect(await agent.getContainer(uuid('a'))).toBe(made[0])
    expect(made.map(({ calls }) => calls)).toEqual([[], ['terminate', 'onTerminated']])
  })

  it('refuses what a factory makes under a uuid that lives here under another kind', async () => {
    const { agent } = newFixture({}, {}, { echo: async () => result('a'), other: async () => result('a') })
    await agent.get(echo, {})
    expect(await failure(agent.get('other' as typeof echo, {}))).toMatchObject({ code: 'UUID_CONFLICT' })
    expect(await agent.list()).toMatchObject([{ uuid: 'a', kind: 'echo' }])
  })

  it.each([
    ['nothing', undefined, 'undefined'],
    ['no container', { uuid: 'a', endpoint: 'e' }, 'without a container'],
    ['a container without ping', { uuid: 'a', endpoint: 'e', container: { request: () => {} } }, "no method 'ping'"],
    ['no endpoint', { uuid: 'a', container: new EchoContainer() }, 'endpoint undefined'],
    ['no uuid', { container: new EchoContainer(), endpoint: 'e' }, 'uuid']
  ])('refuses a factory that answers with %s', async (_what, made, text) => {
    const { agent } = newFixture({}, {}, { echo: async () => made as ContainerFactoryResult })
    const error = await failure(agent.get(echo, { uuid: uuid('a') }))
    expect(error).toMatchObject({ code: 'START_FAILED' })
    expect((error as Error).message).toContain(text)
  })

  it('names the kinds it has when asked for another', async () => {
    const { agent } = newFixture()
    const error = await failure(agent.get('zebra' as typeof echo, {}))
    expect(error).toMatchObject({ code: 'NOT_FOUND', agentId })
    expect((error as Error).message).toBe("Agent agent-1 has no factory for kind 'zebra'; it has: echo")
  })

  it('refuses a uuid that lives or starts under another kind', async () => {
    const slow = deferred<ContainerFactoryResult>()
    const { agent } = newFixture({}, {}, { echo: () => slow.promise, other: async () => result('a') })
    const get = agent.get(echo, { uuid: uuid('a') })
    expect(await failure(agent.get('other' as typeof echo, { uuid: uuid('a') }))).toMatchObject({
      code: 'KIND_MISMATCH'
    })
    slow.resolve(result('a'))
    await get
    expect(await failure(agent.get('other' as typeof echo, { uuid: uuid('a') }))).toMatchObject({
      code: 'KIND_MISMATCH'
    })
  })

  it('refuses hostile names and labels with value and bound', async () => {
    const { agent } = newFixture()
    expect(await failure(agent.get(echo, { uuid: uuid('x'.repeat(257)) }))).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(await failure(agent.get('' as typeof echo, {}))).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(await failure(agent.get(echo, { labels: Array.from({ length: 65 }, String) }))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: 'labels must be at most 64, got 65'
    })
    expect(await failure(agent.get('__proto__' as typeof echo, {}))).toMatchObject({ code: 'NOT_FOUND' })
  })

  it('starts and ends ten thousand containers', async () => {
    const { agent, factory, reports } = newFixture()
    const names = Array.from({ length: 10_000 }, (_, i) => uuid(`c${i}`))
    await Promise.all(names.map(async (name) => await agent.get(echo, { uuid: name })))
    expect(await agent.list(echo)).toHaveLength(10_000)
    await Promise.all(names.map(async (name) => await agent.terminate(name)))
    expect(await agent.list()).toEqual([])
    expect(reports).toHaveLength(10_000)
    expect(factory.made.every(({ calls }) => calls.join() === 'terminate,onTerminated')).toBe(true)
  })
})
