// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Container } from '../../api/container'
import { silentLogger } from '../../api/logger'
import type { ActivationToken } from '../../api/token'
import { deferred, type Deferred } from '../../testing/deferred'
import type { AgentOptions } from '../agent-options'
import { echo, failure, newFixture, ref, uuid, type Fixture } from './agent-fixture'

const token = (counter: number): ActivationToken => ({ epoch: 1, counter })
const room = uuid('room')

/** An agent with one container of the first activation, and a lease of a second from now. */
async function leased(options: AgentOptions = {}): Promise<Fixture> {
  const fixture = newFixture({}, options)
  await fixture.agent.get(echo, { uuid: room }, { token: token(1) })
  fixture.agent.leaseGranted(1_000)
  return fixture
}

/** A container that does only what is given. */
const doing = (methods: Partial<Container>): Container => ({
  request: async () => 1,
  ping: async () => {},
  terminate: async () => {},
  connect: () => {},
  disconnect: () => {},
  ...methods
})

/** What has become of it by now. */
async function now(promise: Promise<unknown>): Promise<unknown> {
  const pending = Symbol('pending')
  const soon = new Promise((resolve) => setImmediate(() => resolve(pending)))
  const outcome = await Promise.race([promise.catch((error: unknown) => error), soon])
  return outcome === pending ? 'pending' : outcome
}

describe('an agent beyond its lease', () => {
  test('holds requests back until it is granted again', async () => {
    const { agent, time } = await leased()
    expect(await agent.request(room, 'echo', 1)).toMatchObject({ data: 1 })
    time.setTime(1_000)
    const request = agent.request(room, 'echo', 2)
    expect(await now(request)).toBe('pending')
    agent.leaseGranted(1_000)
    expect(await request).toMatchObject({ data: 2 })
  })

  test('refuses them when it learns that the container is elsewhere', async () => {
    const { agent, time } = await leased()
    time.setTime(1_000)
    const request = failure(agent.request(room, 'echo', 2))
    agent.superseded(room, token(2))
    expect(await request).toMatchObject({ code: 'TERMINATING', uuid: room })
    expect(await agent.list()).toEqual([])
  })

  test('refuses them when the network takes the container back', async () => {
    const { agent, time } = await leased()
    time.setTime(1_000)
    const request = failure(agent.request(room, 'echo', 2))
    await agent.terminate(room)
    expect(await request).toMatchObject({ code: 'TERMINATING' })
  })

  test('ends them at their deadline and when they are cancelled, and says what they waited for', async () => {
    const { agent, time } = await leased()
    time.setTime(1_000)
    const late = failure(agent.request(room, 'echo', 2, undefined, { timeoutMs: 500 }))
    const controller = new AbortController()
    const cancelled = failure(agent.request(room, 'echo', 3, undefined, { timeoutMs: 0, signal: controller.signal }))
    time.setTime(1_450) // a little before the caller's own deadline: that could not say why
    controller.abort()
    const stage = expect.stringContaining('coordinator does not answer') as string
    expect(await late).toMatchObject({ code: 'DEADLINE_EXCEEDED', uuid: room, stage })
    expect(await cancelled).toMatchObject({ code: 'CANCELLED', uuid: room, stage })
  })

  test('says so to its log, once until it is granted again', async () => {
    const warn = jest.fn()
    const { agent, time } = await leased({ logger: { ...silentLogger, warn } })
    for (const at of [1_000, 3_000]) {
      time.setTime(at)
      const held = [agent.request(room, 'echo', 1), agent.request(room, 'echo', 2)]
      await now(held[0])
      agent.leaseGranted(1_000)
      await Promise.all(held)
    }
    expect(warn.mock.calls).toEqual(
      Array(2).fill(['The coordinator does not answer for too long: the agent holds requests back until it does'])
    )
  })

  test('serves kinds that are to be available', async () => {
    const { agent, time } = await leased({ ownershipByKind: { [echo]: 'available' } })
    time.setTime(1_000)
    expect(await agent.request(room, 'echo', 2)).toMatchObject({ data: 2 })
  })

  test('serves while it was never granted one, and again when nobody grants any more', async () => {
    const { agent, time } = newFixture()
    await agent.get(echo, { uuid: room })
    time.setTime(4_000)
    expect(await agent.request(room, 'echo', 1)).toMatchObject({ data: 1 })
    agent.leaseGranted(0)
    const request = agent.request(room, 'echo', 2)
    expect(await now(request)).toBe('pending')
    agent.leaseGranted(Infinity)
    expect(await request).toMatchObject({ data: 2 })
  })
})

describe('an answer that is made when the lease has run out meanwhile', () => {
  async function answering(): Promise<Fixture & { answer: Deferred<unknown>; request: Promise<unknown> }> {
    const answer = deferred<unknown>()
    const slow = doing({ request: async () => await answer.promise })
    const fixture = newFixture()
    const { agent, time } = fixture
    agent.addStatelessContainer(room, echo, ref('here'), slow)
    agent.activate(room, token(1))
    agent.leaseGranted(1_000)
    const request = agent.request(room, 'ask')
    time.setTime(1_000)
    return { ...fixture, answer, request }
  }

  test('leaves when the lease is renewed', async () => {
    const { agent, answer, request } = await answering()
    answer.resolve('done')
    expect(await now(request)).toBe('pending')
    agent.leaseGranted(1_000)
    expect(await request).toBe('done')
  })

  test('leaves as the error that it is', async () => {
    const { agent, answer, request } = await answering()
    answer.reject(new Error('no'))
    expect(await now(request)).toBe('pending')
    agent.leaseGranted(1_000)
    expect(await failure(request)).toMatchObject({ code: 'REMOTE_ERROR', message: 'no' })
  })

  test('does not count when it is made after the lease was renewed, by a container that is taken back', async () => {
    const { agent, answer, request } = await answering()
    agent.leaseGranted(1_000)
    const ended = agent.terminate(room)
    answer.resolve('done')
    expect(await failure(request)).toMatchObject({ code: 'OUTCOME_UNKNOWN', uuid: room })
    await ended
  })

  test('counts when its container ends in good order, within the lease', async () => {
    const answer = deferred<unknown>()
    const slow = doing({ request: async () => await answer.promise })
    const { agent } = newFixture()
    agent.addStatelessContainer(room, echo, ref('here'), slow)
    agent.activate(room, token(1))
    agent.leaseGranted(1_000)
    const request = agent.request(room, 'ask')
    const ended = agent.terminate(room)
    answer.resolve('done')
    expect(await request).toBe('done')
    await ended
  })

  test('does not count when somebody else serves by then', async () => {
    const { agent, answer, request } = await answering()
    answer.resolve('done')
    await now(request)
    agent.superseded(room, token(2))
    expect(await failure(request)).toMatchObject({ code: 'OUTCOME_UNKNOWN', uuid: room })
  })
})

describe('an activation', () => {
  test('tells its container its token', async () => {
    const told: unknown[] = []
    const container = doing({
      request: async (_operation, _data, _client, context) => {
        told.push(context?.token)
      }
    })
    const { agent } = newFixture()
    agent.addStatelessContainer(room, echo, ref('here'), container)
    agent.activate(room, token(7))
    await agent.request(room, 'ask')
    expect(told).toEqual([token(7)])
  })

  test('is not superseded by one that is no later', async () => {
    const { agent } = await leased()
    agent.superseded(room, token(1))
    expect(await agent.request(room, 'echo', 1)).toMatchObject({ data: 1 })
  })

  test('of a stateless container becomes standby when superseded', async () => {
    const { agent } = newFixture()
    agent.addStatelessContainer(room, echo, ref('here'), doing({}))
    agent.activate(room, token(1))
    agent.superseded(room, token(2))
    expect(await failure(agent.request(room, 'ask'))).toMatchObject({ code: 'NOT_ACTIVE' })
  })
})

test('ownership is strict or available', () => {
  expect(() => newFixture({}, { ownership: 'lax' as never })).toThrow(/ownership must be 'strict' or 'available'/)
  expect(() => newFixture({}, { ownershipByKind: { k: 1 as never } })).toThrow(/ownershipByKind\['k'\]/)
})
