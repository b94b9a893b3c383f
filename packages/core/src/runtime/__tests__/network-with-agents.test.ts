// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid } from '../../api/identifiers'
import type { TerminateContext } from '../../api/termination'
import { NetworkError } from '../../errors'
import { EchoContainer, EchoFactory, FakeTickManager, type EchoBehaviour } from '../../testing'
import { silentLogger } from '../../api/logger'
import { AgentImpl } from '../agent'
import { NetworkImpl } from '../network'
import type { NetworkOptions } from '../network-options'
import { client, echo, failure, ref, uuid } from './agent-fixture'

const a = uuid('a')
const c1 = client('c1')
const leader = uuid('leader')
const leaderKind = 'leader' as typeof echo

interface Host {
  readonly agent: AgentImpl
  readonly factory: EchoFactory
}

/** A coordinator and agents in one process and one virtual time. */
class World {
  readonly time = new FakeTickManager()
  readonly network: NetworkImpl

  constructor(options: NetworkOptions = {}) {
    this.network = new NetworkImpl(this.time, options)
    this.network.addClient(c1)
  }

  async host(name: string, behaviour: EchoBehaviour = {}): Promise<Host> {
    const factory = new EchoFactory(behaviour)
    const agent = new AgentImpl(name as AgentUuid, { [echo]: factory.create }, { tickManager: this.time })
    await agent.register(this.network)
    return { agent, factory }
  }

  async leader(name: string): Promise<{ agent: AgentImpl; container: EchoContainer }> {
    const agent = new AgentImpl(name as AgentUuid, {}, { tickManager: this.time })
    const container = new EchoContainer()
    agent.addStatelessContainer(leader, leaderKind, ref(`svc://${name}`), container)
    await agent.register(this.network)
    await this.time.advance(0)
    return { agent, container }
  }
}

describe('NetworkImpl with AgentImpl', () => {
  it('starts a container once for all clients, and ends it when nobody needs it any more', async () => {
    const world = new World()
    const { network, time } = world
    const { factory } = await world.host('agent-1')
    const clients = Array.from({ length: 10 }, (_, i) => client(`client-${i}`))
    await Promise.all(clients.map(async (id) => await network.get(id, echo, { uuid: a })))
    expect(factory.made).toHaveLength(1)
    expect(await network.request(a, 'say', 1, c1)).toMatchObject({ data: 1, clientId: 'c1' })
    await Promise.all(clients.map(async (id) => await network.release(id, a)))
    await time.advance(6_000)
    expect(factory.last.calls).toContain('onTerminated')
    expect(await network.list()).toEqual([])
  })

  it('asks a container once when its agent closes, and tells it that it is final', async () => {
    const world = new World()
    const finals: unknown[] = []
    const terminate = async (_: EchoContainer, context: TerminateContext | undefined): Promise<void> => {
      finals.push(context?.final)
      if (context?.final === false) context.notYet({ reason: 'it writes' })
    }
    const { agent } = await world.host('agent-1', { terminate })
    await world.network.get(c1, echo, { uuid: a })
    await world.network.release(c1, a)
    await agent.close()
    expect(finals).toEqual([true])
  })

  it('restarts what is referenced elsewhere when an agent closes', async () => {
    const world = new World()
    const first = await world.host('agent-1')
    await world.network.get(c1, echo, { uuid: a, labels: ['x'], extra: 5 })
    const second = await world.host('agent-2')
    await first.agent.close()
    await world.time.advance(100)
    expect(first.factory.last.calls).toEqual(['terminate', 'onTerminated'])
    expect(second.factory.asked).toEqual([{ uuid: 'a', labels: ['x'], extra: 5 }])
    expect(await world.network.request(a, 'say', 1, c1)).toMatchObject({ data: 1 })
    expect(await world.network.list()).toMatchObject([{ agentId: 'agent-2', uuid: 'a' }])
  })

  it('logs which client could not be connected to a container that moved, and lets its requests go on', async () => {
    const warnings: unknown[] = []
    const warn = (message: string, fields?: object): void => {
      warnings.push([message, fields])
    }
    const world = new World({ logger: { ...silentLogger, warn } })
    const first = await world.host('agent-1')
    await world.network.get(c1, echo, { uuid: a })
    await world.network.connections.open(c1, a, async () => {})
    const second = await world.host('agent-2')
    second.agent.connect = async () => {
      throw new Error('no more connections')
    }
    await first.agent.close()
    await world.time.advance(100)
    const failed = 'A relayed connection could not be made again yet'
    expect(warnings).toEqual([[failed, { client: c1, uuid: a, cause: 'no more connections' }]])
    expect(await world.network.request(a, 'say', 1, c1)).toMatchObject({ data: 1 })
  })

  it('starts anew what fails its health checks', async () => {
    let ill = true
    const world = new World()
    const { factory } = await world.host('agent-1', {
      ping: async () => {
        if (ill) throw new Error('ill')
      }
    })
    await world.network.get(c1, echo, { uuid: a })
    await world.time.advance(16_000)
    ill = false
    await world.time.advance(10_000)
    expect(factory.made).toHaveLength(2)
    expect(factory.made[0].calls).toContain('onTerminated')
    expect(await world.network.request(a, 'say', 1)).toMatchObject({ data: 1 })
  })

  it('passes the reason of a failed start on, and starts afresh', async () => {
    const world = new World()
    let broken = true
    const factory = new EchoFactory()
    const agent = new AgentImpl('agent-1' as AgentUuid, {
      echo: async (options) => {
        if (broken) throw new Error('no disk')
        return await factory.create(options)
      }
    })
    await agent.register(world.network)
    const error = await failure(world.network.get(c1, echo, { uuid: a }))
    expect(error).toMatchObject({ code: 'START_FAILED', agentId: 'agent-1', uuid: 'a', kind: 'echo' })
    expect((error as Error).message).toContain('no disk')
    broken = false
    expect((await world.network.get(c1, echo, { uuid: a }))[0]).toBe('a')
  })

  it('has one stateless container active, the next when that ends, and the returning one as standby', async () => {
    const world = new World()
    const first = await world.leader('agent-1')
    const second = await world.leader('agent-2')
    await world.network.get(c1, leaderKind, {})
    const ask = async (): Promise<unknown> => await world.network.request(leader, 'say', 1)
    await ask()
    expect([first.container.calls, second.container.calls]).toEqual([['request say'], []])
    await first.agent.terminate(leader)
    await world.time.advance(100)
    await ask()
    expect(second.container.calls).toEqual(['request say'])
    const third = await world.leader('agent-1b')
    await world.time.advance(10_000)
    await ask()
    expect(third.container.calls).not.toContain('request say')
    await second.agent.close()
    await world.time.advance(100)
    await ask()
    expect(third.container.calls).toContain('request say')
    expect(third.container.calls).not.toContain('terminate')
  })

  it('takes back a stateless container that a registered agent adds and removes later', async () => {
    const world = new World()
    const { agent } = await world.host('agent-1')
    const container = new EchoContainer()
    agent.addStatelessContainer(leader, leaderKind, ref('svc://x'), container)
    await world.time.advance(100)
    expect(await world.network.request(leader, 'say', 1)).toMatchObject({ data: 1 })
    agent.removeStatelessContainer(leader)
    await world.time.advance(100)
    expect(await world.network.list(leaderKind)).toEqual([])
    expect(container.calls).toEqual(['request say'])
  })

  it('keeps the labels of what agents report, and finds by them', async () => {
    const world = new World()
    const { agent } = await world.host('agent-1')
    const [id] = await agent.get(echo, { labels: ['x', 'y'] }, { token: { epoch: 1, counter: 1 } })
    await agent.register(world.network)
    expect((await world.network.get(c1, echo, { labels: ['y'] }))[0]).toBe(id)
  })

  it('has one copy serve when the other could not end, was lost and is back', async () => {
    const world = new World()
    const make = async (name: string, behaviour: EchoBehaviour): Promise<AgentImpl> => {
      const agent = new AgentImpl(name as AgentUuid, {}, { tickManager: world.time })
      agent.addStatelessContainer(leader, leaderKind, ref(`svc://${name}`), new EchoContainer(behaviour))
      await agent.register(world.network)
      await world.time.advance(0)
      return agent
    }
    const one = await make('a1', { terminate: async (_, context) => context?.notYet({ reason: 'busy' }) })
    const two = await make('a2', {})
    expect(await world.network.operator.terminate(leader)).toMatchObject({ notYet: {} })
    await world.network.unregister('a1' as AgentUuid)
    await world.time.advance(10)
    await one.register(world.network)
    await world.time.advance(0)
    expect(await failure(one.request(leader, 'say'))).toMatchObject({ code: 'NOT_ACTIVE' })
    expect(await two.request(leader, 'say')).toMatchObject({ operation: 'say' })
  })

  it('goes on when a listener throws', async () => {
    const world = new World()
    const seen: unknown[] = []
    world.network.addClient(client('bad'), () => {
      throw new Error('no')
    })
    world.network.addClient(client('good'), async (event) => {
      seen.push(event)
    })
    await world.host('agent-1')
    await world.time.advance(100)
    expect(seen).toHaveLength(1)
  })

  it('forgets a start that was given up with the agent that never heard of it', async () => {
    const world = new World()
    const agent = { uuid: 'ag' as AgentUuid, kinds: [echo], terminate: async () => {}, list: async () => [] }
    const never = async (): Promise<never> => await new Promise(() => {})
    let told = 0
    const deaf = {
      ...agent,
      get: never,
      request: never,
      getContainer: async () => undefined,
      retire: async () => {
        told++
        throw new NetworkError('OUTCOME_UNKNOWN', 'not heard')
      }
    }
    await world.network.register({ agentId: agent.uuid, kinds: [echo], containers: [] }, deaf)
    const get = failure(world.network.get(c1, echo, { uuid: a }))
    await world.time.advance(10_000)
    expect(await get).toMatchObject({ code: 'START_TIMEOUT' })
    await world.time.advance(1_500)
    expect(told).toBe(2)
    await world.network.unregister(agent.uuid)
    await world.time.advance(60_000)
    expect(told).toBe(2)
    const { agent: other } = await world.host('agent-2')
    expect((await world.network.get(c1, echo, { uuid: a }))[0]).toBe(a)
    expect(await other.list()).toHaveLength(1)
  })
})
