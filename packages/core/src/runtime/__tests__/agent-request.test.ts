// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerFactoryResult } from '../../api/container'
import { NetworkError } from '../../errors'
import { EchoContainer, deferred } from '../../testing'
import { agentId, client, echo, failure, newFixture, ref, uuid } from './agent-fixture'

const a = uuid('a')

describe('AgentImpl - request', () => {
  it('tells the container who asks', async () => {
    const { agent } = newFixture()
    await agent.get(echo, { uuid: a })
    expect(await agent.request(a, 'say', { n: 1 }, client('c1'))).toEqual({
      operation: 'say',
      data: { n: 1 },
      clientId: 'c1'
    })
  })

  it('waits for a start under way', async () => {
    const slow = deferred<ContainerFactoryResult>()
    const { agent } = newFixture({}, {}, { echo: () => slow.promise })
    const get = agent.get(echo, { uuid: a })
    const answer = agent.request(a, 'say', 1)
    slow.resolve({ uuid: a, container: new EchoContainer(), endpoint: ref('e') })
    expect(await answer).toMatchObject({ operation: 'say', data: 1 })
    await get
  })

  it('ends a request that is cancelled while it waits for a start, unseen by the container', async () => {
    const slow = deferred<ContainerFactoryResult>()
    const container = new EchoContainer()
    const { agent } = newFixture({}, {}, { echo: () => slow.promise })
    const get = agent.get(echo, { uuid: a })
    const caller = new AbortController()
    const asked = failure(agent.request(a, 'say', 1, client('c1'), { signal: caller.signal }))
    const kept = agent.request(a, 'keep', 1, client('c1'), { signal: new AbortController().signal })
    caller.abort()
    expect(await asked).toMatchObject({ code: 'CANCELLED', uuid: 'a' })
    slow.resolve({ uuid: a, container, endpoint: ref('e') })
    await get
    await kept
    expect(container.calls).toEqual(['request keep'])
  })

  it.each([
    [
      'throws',
      () => {
        throw Object.assign(new Error('nope'), { code: 'E_OWN' })
      }
    ],
    ['rejects', async () => await Promise.reject(Object.assign(new Error('nope'), { code: 'E_OWN' }))]
  ])('makes what a container %s a remote error with its message and code', async (_how, request) => {
    const { agent } = newFixture({ request })
    await agent.get(echo, { uuid: a })
    const error = await failure(agent.request(a, 'say'))
    expect(error).toMatchObject({
      code: 'REMOTE_ERROR',
      message: 'nope',
      remoteCode: 'E_OWN',
      kind: 'echo',
      uuid: 'a',
      agentId
    })
    expect((error as NetworkError).toPayload()).not.toHaveProperty('stack')
  })

  it('does not take an error that the container got from elsewhere for one of its own', async () => {
    const { agent } = newFixture({
      request: (operation) => {
        throw new NetworkError(operation === 'unknown' ? 'UNKNOWN_OPERATION' : 'NOT_ACTIVE', 'elsewhere')
      }
    })
    await agent.get(echo, { uuid: a })
    expect(await failure(agent.request(a, 'say'))).toMatchObject({
      code: 'REMOTE_ERROR',
      remoteCode: 'NOT_ACTIVE',
      retryable: false
    })
    expect(await failure(agent.request(a, 'unknown'))).toMatchObject({ code: 'UNKNOWN_OPERATION' })
  })

  it('runs requests beside each other', async () => {
    const gates = [deferred(), deferred()]
    const { agent } = newFixture({
      request: async (_operation, data) => {
        await gates[data as number].promise
        return data
      }
    })
    await agent.get(echo, { uuid: a })
    const answers = [agent.request(a, 'wait', 0), agent.request(a, 'wait', 1)]
    gates[1].resolve()
    expect(await answers[1]).toBe(1)
    gates[0].resolve()
    expect(await answers[0]).toBe(0)
  })

  it('reports the containers visited since the last report, together', async () => {
    const { agent, time, reports } = newFixture()
    for (const name of ['a', 'b', 'c']) await agent.get(echo, { uuid: uuid(name) })
    const before = (await agent.list())[0].lastVisit
    await agent.request(uuid('a'), 'say')
    await agent.request(uuid('b'), 'say')
    await agent.request(uuid('a'), 'say')
    await time.advance(4_999)
    expect(reports).toEqual([])
    await time.advance(1)
    expect(reports).toMatchObject([
      [
        { event: 'updated', container: { uuid: 'a' } },
        { event: 'updated', container: { uuid: 'b' } }
      ]
    ])
    expect(reports[0][0].container.lastVisit).toBeGreaterThanOrEqual(before)
    await time.advance(20_000)
    expect(reports).toHaveLength(1)
  })

  it('does not report a visit to what has ended since', async () => {
    const { agent, time, reports } = newFixture()
    await agent.get(echo, { uuid: a })
    await agent.request(a, 'say')
    await agent.terminate(a)
    await time.advance(20_000)
    expect(reports.flat().map(({ event }) => event)).toEqual(['removed'])
  })

  it('goes on when what it reports to fails', async () => {
    const { agent } = newFixture()
    agent.onUpdate = () => {
      throw new Error('no')
    }
    await agent.get(echo, { uuid: a })
    await agent.terminate(a)
    expect(await agent.list()).toEqual([])
  })

  it('does not let an answer count that comes when its container has ended: it may serve elsewhere', async () => {
    const gate = deferred<unknown>()
    const { agent } = newFixture({ request: async () => await gate.promise })
    await agent.get(echo, { uuid: a }, { token: { epoch: 7, counter: 1 } })
    agent.leaseGranted(3000)
    const asked = failure(agent.request(a, 'say'))
    await agent.retire(a, { reason: 'it failed its health checks', final: true })
    gate.resolve('late')
    const message = 'Container a ended on agent agent-1 while it executed a request: the answer does not count'
    expect(await asked).toMatchObject({ code: 'OUTCOME_UNKNOWN', message, stage: 'executed on agent agent-1' })
  })
})
