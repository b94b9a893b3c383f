// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerKind, ContainerUuid } from '@hcengineering/network-core'
import type { AgentName } from '../index'
import { testNetwork, type TestNetwork } from '../index'
import { Counter, counterKind, counters, counterUuid } from './counter'

let net: TestNetwork

afterEach(async () => {
  await net?.close()
})

const ownerOf = (uuid: string): AgentName => {
  const owner = net.ownerOf(uuid)
  if (owner === undefined) throw new Error(`Nobody hosts ${uuid}`)
  return owner
}

describe('test network - what works in it', () => {
  it('lets a client use a container', async () => {
    net = await testNetwork({ factories: counters })
    const counter = await net.client.get(counterKind, { uuid: counterUuid })
    expect(await counter.request('add', 2)).toBe(2)
    expect(await counter.cast<{ add(n: number): Promise<unknown> }>().add(1)).toBeDefined()
    expect(net.ownerOf(counterUuid)).toMatch(/^agent-[01]$/)
    expect(net.containers.map(({ uuid, kind }) => [uuid, kind])).toEqual([[counterUuid, counterKind]])
    expect(net.container(counterUuid)).toBeInstanceOf(Counter)
  })

  it('lets time pass only when the test waits', async () => {
    net = await testNetwork({ factories: counters })
    const before = net.now
    await new Promise((resolve) => setImmediate(resolve))
    expect(net.now).toBe(before)
    await net.advance(300_000)
    expect(net.now).toBe(before + 300_000)
  })

  it('gives timers, dates and immediates of containers virtual time', async () => {
    net = await testNetwork({ factories: counters })
    const counter = await net.client.get(counterKind, { uuid: counterUuid })
    const before = Date.now()
    await counter.request('slow', 20_000)
    expect(Date.now() - before).toBeGreaterThanOrEqual(20_000)
    expect(Date.now() - before).toBeLessThan(20_100)
    expect(new Date().getTime()).toBe(Date.now())
    const instant = net.now
    expect(await counter.request('immediate')).toBeGreaterThanOrEqual(before + 20_000)
    expect(net.now - instant).toBeLessThan(20)
  })

  it('gives the clock back at the end', async () => {
    const real = { setTimeout, setInterval, setImmediate, Date, random: Math.random, now: performance.now }
    net = await testNetwork({ factories: counters })
    expect(Date).not.toBe(real.Date)
    await net.close()
    await net.close()
    expect({ setTimeout, setInterval, setImmediate, Date, random: Math.random, now: performance.now }).toEqual(real)
  })

  it('delivers events and streams', async () => {
    net = await testNetwork({ factories: counters, clients: 2 })
    const counter = await net.clients[1].get(counterKind, { uuid: counterUuid })
    const connection = await counter.connect()
    const events: number[] = []
    connection.on = async (event: number) => {
      events.push(event)
    }
    await (await net.client.get(counterKind, { uuid: counterUuid })).request('add', 7)
    await net.settle()
    expect(events).toEqual([7])
    const items: number[] = []
    for await (const item of connection.stream?.('count', 3) ?? []) items.push(item as number)
    expect(items).toEqual([0, 1, 2])
  })

  it('gives containers a client, a clock and what outlives them', async () => {
    net = (await testNetwork({
      state: () => ({ agents: [] as string[] }),
      factories: ({ agent, state }) => {
        state.agents.push(agent)
        return counters
      }
    })) as unknown as TestNetwork
    expect((net.state as unknown as { agents: string[] }).agents).toEqual(['agent-0', 'agent-1'])
    net.kill('agent-1')
    net.start('agent-1')
    expect((net.state as unknown as { agents: string[] }).agents).toEqual(['agent-0', 'agent-1', 'agent-1'])
  })

  it('lets containers use others', async () => {
    await using own = await testNetwork({
      factories: ({ client }) => ({
        ...counters,
        front: Counter.factory(() => {
          const front = new Counter()
          front.request = async (_operation, data) => {
            const counter = await client.get(counterKind, { uuid: counterUuid })
            const answer: unknown = await counter.request('add', data)
            await counter.close()
            return answer
          }
          return front
        })
      })
    })
    const front = await own.client.get('front' as ContainerKind, { uuid: 'front-1' as ContainerUuid })
    expect(await front.request('do', 3)).toBe(3)
    expect(await front.request('do', 4)).toBe(7)
  })

  it('hosts stateless containers', async () => {
    net = await testNetwork({
      factories: {},
      stateless: ({ agent }, endpoint) => [
        { uuid: counterUuid, kind: counterKind, endpoint: `${endpoint}` as never, container: new Counter(agent) }
      ]
    })
    const counter = await net.client.get(counterKind, { uuid: counterUuid })
    const first = (await counter.request('name')) as AgentName
    net.kill(first)
    await net.advance(1000)
    expect(await counter.request('name')).toBe(first === 'agent-0' ? 'agent-1' : 'agent-0')
  })
})

describe('test network - what goes wrong in it', () => {
  it('starts a held container elsewhere when its agent is killed, at once', async () => {
    net = await testNetwork({ factories: counters })
    const counter = await net.client.get(counterKind, { uuid: counterUuid })
    await counter.request('add', 2)
    const owner = ownerOf(counterUuid)
    const before = net.now
    net.kill(owner)
    expect(await counter.request('read')).toBe(0)
    expect(net.now - before).toBeLessThan(1000)
    expect(ownerOf(counterUuid)).not.toBe(owner)
  })

  it('starts it elsewhere after its lease when its agent is paused or cut off', async () => {
    for (const trouble of ['pause', 'partition'] as const) {
      net = await testNetwork({ factories: counters })
      const counter = await net.client.get(counterKind, { uuid: counterUuid })
      const owner = ownerOf(counterUuid)
      const before = net.now
      net[trouble](owner)
      expect(await counter.request('read', undefined, { idempotent: true })).toBe(0)
      expect(net.now - before).toBeGreaterThan(2000)
      expect(ownerOf(counterUuid)).not.toBe(owner)
      net.heal()
      await net.advance(5000)
      expect(net.containers).toHaveLength(1)
      await net.close()
    }
  })

  it('keeps containers through a restart of the coordinator', async () => {
    net = await testNetwork({ factories: counters })
    const counter = await net.client.get(counterKind, { uuid: counterUuid })
    await counter.request('add', 2)
    await net.restartCoordinator(500)
    expect(await counter.request('add', 1)).toBe(3)
  })

  it('moves containers of an agent that drains or stops', async () => {
    for (const leave of ['drain', 'stop'] as const) {
      net = await testNetwork({ factories: counters })
      const counter = await net.client.get(counterKind, { uuid: counterUuid })
      const owner = ownerOf(counterUuid)
      const container = net.container(counterUuid) as Counter
      await net[leave](owner)
      expect(container.ended).toBe(true)
      expect(await counter.request('read')).toBe(0)
      expect(ownerOf(counterUuid)).not.toBe(owner)
      await net.close()
    }
  })

  it('ends what a killed client held, and its calls', async () => {
    net = await testNetwork({ factories: counters, clients: 2 })
    const counter = await net.client.get(counterKind, { uuid: counterUuid })
    const lost = counter.request('slow', 5000)
    await net.clients[1].kinds()
    net.kill('client-0')
    await expect(lost).rejects.toThrow(/^client-0 was killed: request slow to counter-1 comes to nobody/)
    await net.advance(20_000)
    expect(net.containers).toEqual([])
    await expect(counter.request('read')).rejects.toThrow('client-0 was killed')
    await expect(net.client.kinds()).rejects.toThrow("client-0 does not run: net.start('client-0') starts it")
    net.start('client-0')
    expect(await net.client.kinds()).toEqual([counterKind])
  })

  it('delays and breaks connections, and calls are answered all the same', async () => {
    net = await testNetwork({ factories: counters })
    const counter = await net.client.get(counterKind, { uuid: counterUuid })
    const end = net.delay(100)
    const before = net.now
    await counter.request('read')
    expect(net.now - before).toBeGreaterThanOrEqual(400)
    end()
    const answer = counter.request('slow', 100)
    net.breakConnections('client-0')
    expect(await answer).toBe(0)
  })

  it('ends timers of a container with its process, and holds them while that is paused', async () => {
    const ticks: number[] = []
    class Ticking extends Counter {
      constructor() {
        super()
        setInterval(() => ticks.push(net.now), 1000)
      }
    }
    net = await testNetwork({ factories: { counter: Counter.factory(() => new Ticking()) }, agents: 1 })
    await net.client.get(counterKind, { uuid: counterUuid })
    await net.advance(2500)
    expect(ticks).toHaveLength(2)
    net.pause('agent-0')
    await net.advance(2000)
    expect(ticks).toHaveLength(2)
    net.resume('agent-0')
    await net.advance(1000)
    expect(ticks.length).toBeGreaterThan(2)
    net.kill('agent-0')
    const { length } = ticks
    await net.advance(5000)
    expect(ticks).toHaveLength(length)
  })
})
