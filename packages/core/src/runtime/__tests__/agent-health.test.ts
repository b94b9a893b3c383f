// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { silentLogger } from '../../api/logger'
import { deferred } from '../../testing'
import { client, echo, failure, newFixture, uuid } from './agent-fixture'

const a = uuid('a')
const second = 1_000

describe('AgentImpl - health', () => {
  it('pings each container at its interval, by kind', async () => {
    const { agent, factory, time } = newFixture({}, { timeouts: { pingIntervalMsByKind: { echo: 2 * second } } })
    await agent.get(echo, { uuid: a })
    await time.advance(2 * second - 1)
    expect(factory.last.calls).toEqual([])
    await time.advance(1)
    expect(factory.last.calls).toEqual(['ping'])
    await time.advance(20 * second)
    expect(factory.last.calls).toHaveLength(11)
  })

  it('reports the first failure and the recovery, and nothing in between', async () => {
    let ill = true
    const { agent, factory, time, reports } = newFixture({
      ping: async () => {
        if (ill) throw new Error('ill')
      }
    })
    await agent.get(echo, { uuid: a })
    await time.advance(10 * second)
    expect(reports).toMatchObject([
      [{ event: 'updated', container: { uuid: 'a', healthy: false, healthError: 'ill' } }]
    ])
    expect(await agent.list()).toMatchObject([{ healthy: false }])
    ill = false
    await time.advance(5 * second)
    expect(reports).toHaveLength(2)
    expect(reports[1][0].container).not.toHaveProperty('healthy')
    expect(reports[1][0].container).not.toHaveProperty('healthError')
    ill = true
    await time.advance(10 * second)
    expect(factory.last.calls).not.toContain('terminate')
  })

  it('ends a container after three failures in a row', async () => {
    const { agent, factory, time, reports } = newFixture({
      ping: () => {
        throw new Error('ill')
      }
    })
    await agent.get(echo, { uuid: a })
    await time.advance(14 * second)
    expect(factory.last.calls).toEqual(['ping', 'ping'])
    await time.advance(second)
    expect(factory.last.calls).toEqual(['ping', 'ping', 'ping', 'terminate', 'onTerminated'])
    expect(reports.flat().map(({ event }) => event)).toEqual(['updated', 'removed'])
    expect(await agent.list()).toEqual([])
    expect(await failure(agent.request(a, 'say'))).toMatchObject({ code: 'NOT_FOUND' })
  })

  it('says why: to the log at the first failure and at the end, and to the container', async () => {
    const warnings: unknown[] = []
    const logger = {
      ...silentLogger,
      warn: (message: string, fields?: Record<string, unknown>) =>
        warnings.push([message, fields?.error ?? fields?.reason])
    }
    const reasons: unknown[] = []
    let checks = 0
    const { agent, time } = newFixture(
      {
        ping: async () => {
          if (++checks === 3) await new Promise(() => {})
          throw new Error('the database is away')
        },
        terminate: async (_, context) => {
          reasons.push(context?.reason)
        }
      },
      { logger }
    )
    await agent.get(echo, { uuid: a })
    await time.advance(20 * second)
    const reason = 'failed 3 health checks in a row: ping() took longer than 5000 ms'
    expect(reasons).toEqual([reason])
    expect(warnings).toEqual([
      ['A container has failed a health check', 'the database is away'],
      ['A container ends, since it is not healthy', reason]
    ])
  })

  it('counts a hanging ping as failed, and never has two outstanding', async () => {
    const { agent, factory, time } = newFixture({ ping: async () => await new Promise(() => {}) })
    await agent.get(echo, { uuid: a })
    await time.advance(10 * second)
    expect(await agent.list()).toMatchObject([{ healthy: false }])
    await time.advance(10 * second)
    expect(factory.last.calls).toEqual(['ping', 'terminate', 'onTerminated'])
  })

  it('takes a late answer for health', async () => {
    const gate = deferred()
    let pings = 0
    const { agent, time, reports } = newFixture({
      ping: async () => {
        if (pings++ === 0) await gate.promise
      }
    })
    await agent.get(echo, { uuid: a })
    await time.advance(12 * second)
    expect(await agent.list()).toMatchObject([{ healthy: false }])
    gate.resolve()
    await time.advance(60 * second)
    expect((await agent.list())[0]).not.toHaveProperty('healthy')
    expect(reports).toHaveLength(2)
    expect(pings).toBeGreaterThan(10)
  })

  it('waits for a ping as long as its alive timeout by default', async () => {
    const { agent, time, reports } = newFixture(
      { ping: async () => await new Promise(() => {}) },
      { aliveTimeoutSeconds: 3600 }
    )
    await agent.get(echo, { uuid: a })
    await time.advance(3600 * second)
    expect(reports).toEqual([])
    await time.advance(5 * second)
    expect(reports).toHaveLength(1)
  })

  it('does not choose an unhealthy container', async () => {
    let ill = true
    const { agent, factory, time } = newFixture({
      ping: async () => {
        if (ill) throw new Error('ill')
      }
    })
    await agent.get(echo, { uuid: a })
    await time.advance(5 * second)
    ill = false
    await agent.get(echo, {})
    expect(factory.made).toHaveLength(2)
    expect(await agent.request(a, 'say', 1, client('c'))).toMatchObject({ data: 1 })
  })

  it('pings nothing after the end', async () => {
    const { agent, factory, time } = newFixture()
    await agent.get(echo, { uuid: a })
    await agent.get(echo, { uuid: uuid('b') })
    await agent.terminate(a)
    await agent.close()
    await time.advance(60 * second)
    expect(factory.made.map(({ calls }) => calls)).toEqual(Array(2).fill(['terminate', 'onTerminated']))
  })
})
