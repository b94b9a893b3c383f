// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/member-ordering -- the lint takes members that hold functions for methods */
import { getEventListeners } from 'node:events'
import type { NetworkAgent } from '../../api/agent'
import type { Caller } from '../../api/call'
import type { Container } from '../../api/container'
import type { NetworkEvent } from '../../api/events'
import type { AgentUuid, ClientUuid, ContainerEndpointRef, ContainerKind, ContainerUuid } from '../../api/identifiers'
import { NetworkError } from '../../errors'
import { FakeTickManager } from '../../testing'
import { Unread } from '../../unread'
import { NetworkImpl } from '../network'

const kind = 'chat' as ContainerKind
const client = 'client-1' as ClientUuid
const room = 'room-1' as ContainerUuid

/** An agent that does as it is told. */
class ScriptedAgent implements NetworkAgent {
  readonly uuid: AgentUuid
  kinds = [kind]
  readonly log: string[] = []
  readonly requests: { operation: string; resolve: (value: unknown) => void; reject: (error: Error) => void }[] = []
  start: () => Promise<void> = async () => {}
  end: () => Promise<void> = async () => {}
  connect?: NetworkAgent['connect']
  disconnect?: NetworkAgent['disconnect']

  constructor(uuid: string) {
    this.uuid = uuid as AgentUuid
    this.connect = async (container, clientId) => {
      this.log.push(`connect ${clientId} to ${container}`)
    }
    this.disconnect = async (container, clientId) => {
      this.log.push(`disconnect ${clientId} from ${container}`)
    }
  }

  async get(_kind: ContainerKind, options: { uuid?: ContainerUuid }): Promise<[ContainerUuid, ContainerEndpointRef]> {
    this.log.push(`start ${options.uuid}`)
    await this.start()
    return [options.uuid ?? room, `${this.uuid}/${options.uuid}` as ContainerEndpointRef]
  }

  async getContainer(): Promise<Container | undefined> {
    return undefined
  }

  async list(): Promise<[]> {
    return []
  }

  async request(_uuid: ContainerUuid, operation: string): Promise<unknown> {
    this.log.push(`request ${operation}`)
    return await new Promise((resolve, reject) => this.requests.push({ operation, resolve, reject }))
  }

  async terminate(uuid: ContainerUuid): Promise<void> {
    this.log.push(`terminate ${uuid}`)
    await this.end()
  }
}

const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve))

async function join(network: NetworkImpl, agent: ScriptedAgent): Promise<void> {
  await network.register({ agentId: agent.uuid, containers: [], kinds: agent.kinds }, agent)
}

describe('network', () => {
  let ticks: FakeTickManager
  let network: NetworkImpl
  let a: ScriptedAgent
  let b: ScriptedAgent

  beforeEach(() => {
    ticks = new FakeTickManager()
    network = new NetworkImpl(ticks)
    a = new ScriptedAgent('a')
    b = new ScriptedAgent('b')
  })

  afterEach(async () => await network.close())

  test('a get before any agent exists waits and then works', async () => {
    const got = network.get(client, kind, { uuid: room })
    await settled()
    await join(network, a)
    expect(await got).toEqual([room, 'a/room-1'])
    expect(network.holds(client, room)).toBe(1)
  })

  test('a get of a kind nobody offers fails with NO_AGENT at its deadline', async () => {
    const got = network.get(client, kind, { uuid: room })
    const failed = expect(got).rejects.toMatchObject({ code: 'NO_AGENT', kind, retryable: true })
    ticks.setTime(ticks.now() + 31_000)
    await failed
    expect(network.stats.pendingGets).toBe(0)
  })

  test('a request that arrives during the start waits for it', async () => {
    let ready = (): void => {}
    a.start = async () => await new Promise<void>((resolve) => (ready = resolve))
    await join(network, a)
    const got = network.get(client, kind, { uuid: room })
    const answer = network.request(room, 'hello')
    await settled()
    expect(a.log).toEqual(['start room-1'])
    ready()
    await got
    await settled()
    a.requests[0].resolve('world')
    expect(await answer).toBe('world')
  })

  test('requests that wait for a start end when their callers cancel them, and give their places to others', async () => {
    const small = new NetworkImpl(ticks, { maxParkedRequests: 1 })
    let ready = (): void => {}
    a.start = async () => await new Promise<void>((resolve) => (ready = resolve))
    await join(small, a)
    const got = small.get(client, kind, { uuid: room })
    const caller = new AbortController()
    const given = { timeoutMs: 0, signal: caller.signal }
    const cancelled = [small.request(room, 'first', 1, client, given)]
    caller.abort()
    cancelled.push(small.request(room, 'too late', 1, client, given))
    for (const call of cancelled) await expect(call).rejects.toMatchObject({ code: 'CANCELLED', uuid: room })
    const answer = small.request(room, 'second')
    ready()
    await got
    await settled()
    expect(a.log).toEqual(['start room-1', 'request second'])
    a.requests[0].resolve('world')
    expect(await answer).toBe('world')
    await small.close()
  })

  test('a get whose caller has cancelled it already is refused', async () => {
    const got = network.acquire(client, kind, { uuid: room }, { signal: AbortSignal.abort() })
    await expect(got).rejects.toMatchObject({ code: 'CANCELLED', kind })
    expect(network.stats.pendingGets).toBe(0)
  })

  test('gets leave no listeners with the signal of their caller, which may be that of many', async () => {
    const { signal } = new AbortController()
    await join(network, a)
    const gets = ['room-1', 'room-2', 'room-3'].map((uuid) =>
      network.acquire(client, kind, { uuid: uuid as ContainerUuid }, { signal })
    )
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await Promise.all(gets)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  test('a request that the lost activation never saw goes to the next one', async () => {
    await join(network, a)
    await network.get(client, kind, { uuid: room })
    await join(network, b)
    const answer = network.request(room, 'hello')
    await settled()
    const leaving = network.unregister(a.uuid)
    a.requests[0].reject(new NetworkError('UNAVAILABLE', 'not sent'))
    await leaving
    await settled()
    b.requests[0].resolve('from b')
    expect(await answer).toBe('from b')
  })

  test('a request with an unknown outcome is not sent again', async () => {
    await join(network, a)
    await network.get(client, kind, { uuid: room })
    await join(network, b)
    const answer = network.request(room, 'hello')
    await settled()
    await network.unregister(a.uuid)
    a.requests[0].reject(new NetworkError('OUTCOME_UNKNOWN', 'lost'))
    await expect(answer).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
    await settled()
    expect(b.requests).toHaveLength(0)
  })

  test('a request that is not answered ends at its deadline, naming the stage', async () => {
    await join(network, a)
    await network.get(client, kind, { uuid: room })
    const answer = network.request(room, 'hello', undefined, client, { timeoutMs: 500 })
    const failed = expect(answer).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      uuid: room,
      stage: 'sent to agent a and not answered'
    })
    await settled()
    ticks.setTime(ticks.now() + 501)
    await failed
  })

  test('a request to a container that nobody got is refused', async () => {
    await expect(network.request(room, 'hello')).rejects.toMatchObject({ code: 'NOT_FOUND', uuid: room })
  })

  test('relayed connections follow a container that moves, before the requests that waited', async () => {
    await join(network, a)
    await network.get(client, kind, { uuid: room })
    const events: unknown[] = []
    await network.connections.open(client, room, async (data) => {
      events.push(data)
    })
    await join(network, b)
    await network.unregister(a.uuid)
    const answer = network.request(room, 'hello')
    await settled()
    expect(b.log).toEqual(['start room-1', 'connect client-1 to room-1', 'request hello'])
    b.requests[0].resolve('ok')
    await answer
    await network.connections.pass(client, room, 'seen', (agentId) => agentId === b.uuid)
    await network.connections.pass(client, room, 'of the old copy', (agentId) => agentId === a.uuid)
    expect(events).toEqual(['seen'])
  })

  test('who listens through here is told of a gap when an agent is back with what it had, not when that has moved', async () => {
    const gaps: unknown[] = []
    network.hooks.onRelayGap = (listener, gap) => gaps.push([listener, gap])
    network.addClient(client)
    await join(network, a)
    await network.get(client, kind, { uuid: room })
    await network.connections.open(client, room, async () => {})
    const containers = await network.list(kind)
    expect(containers).toMatchObject([{ uuid: room }])
    await network.unregister(a.uuid)
    await network.register({ agentId: a.uuid, containers, kinds: a.kinds }, a)
    await settled()
    expect(gaps).toEqual([[client, { uuid: room, reason: 'agent a was out of reach of the coordinator' }]])
    expect(a.log.filter((what) => what.startsWith('connect'))).toHaveLength(2)
    await join(network, b)
    await network.unregister(a.uuid)
    await settled()
    expect(b.log).toContain('connect client-1 to room-1')
    expect(gaps).toHaveLength(1)
  })

  describe('a relayed connection that could not be made again after a move', () => {
    /** Listening to a container that has moved to agent b, which refuses so many connects. */
    async function moved(refusals: number): Promise<{ attempts: () => number; gaps: unknown[] }> {
      const gaps: unknown[] = []
      network.hooks.onRelayGap = (listener, gap) => gaps.push([listener, gap])
      network.addClient(client)
      await join(network, a)
      await network.get(client, kind, { uuid: room })
      await network.connections.open(client, room, async () => {})
      let attempts = 0
      b.connect = async () => {
        if (++attempts <= refusals) throw new NetworkError('REMOTE_ERROR', 'not yet')
      }
      await join(network, b)
      await network.unregister(a.uuid)
      await settled()
      return { attempts: () => attempts, gaps }
    }

    const pass = async (ms: number): Promise<void> => {
      ticks.setTime(ticks.now() + ms)
      await settled()
    }

    test('is tried again, after delays that double, until it is; its client is told once', async () => {
      const { attempts, gaps } = await moved(3)
      expect(attempts()).toBe(1)
      for (const [ms, count] of [
        [99, 1],
        [1, 2],
        [199, 2],
        [1, 3],
        [400, 4],
        [60_000, 4]
      ]) {
        await pass(ms)
        expect([ms, attempts()]).toEqual([ms, count])
      }
      expect(gaps).toEqual([[client, { uuid: room, reason: 'the connection could not be made again yet: not yet' }]])
    })

    test('is tried every five seconds at last', async () => {
      const { attempts } = await moved(Infinity)
      for (let delay = 100; delay < 5_000; delay *= 2) await pass(delay)
      const before = attempts()
      await pass(4_999)
      expect(attempts()).toBe(before)
      await pass(1)
      expect(attempts()).toBe(before + 1)
    })

    test('lets requests that waited go on meanwhile', async () => {
      await moved(1)
      void network.request(room, 'hello')
      expect(b.log).toContain('request hello')
    })

    test.each([
      ['its client has closed it', async () => await network.connections.close(client, room)],
      ['its client is gone', async () => network.removeClient(client)],
      [
        'its client has made it again',
        async () => await network.connections.open(client, room, async () => {}).catch(() => {})
      ],
      ['the network is closed', async () => await network.close()]
    ])('is not tried again when %s', async (_when, end) => {
      const { attempts } = await moved(1)
      await end()
      const before = attempts()
      await pass(10_000)
      expect(attempts()).toBe(before)
    })

    test('is made elsewhere when its container has moved on', async () => {
      const { attempts } = await moved(Infinity)
      const c = new ScriptedAgent('c')
      await join(network, c)
      await network.unregister(b.uuid)
      await settled()
      const before = attempts()
      await pass(10_000)
      expect(attempts()).toBe(before)
      expect(c.log).toEqual(['start room-1', 'connect client-1 to room-1'])
    })
  })

  test('an agent that passes requests on is given the caller; what it never executed goes to where the container is by then', async () => {
    const asked: { agent: string; caller: Caller }[] = []
    for (const agent of [a, b]) {
      Object.assign(agent, {
        passesOn: true,
        ask: (...[, , , , , caller]: Parameters<NonNullable<NetworkAgent['ask']>>) =>
          asked.push({ agent: agent.uuid, caller })
      })
    }
    await join(network, a)
    await network.get(client, kind, { uuid: room })
    await join(network, b)
    const answers = [network.request(room, 'one'), network.request(room, 'two')]
    const failed = expect(answers[1]).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', uuid: room, agentId: 'a' })
    // The network hears after its callers that the agent is gone, as from a session that ends
    asked[0].caller.reject(new NetworkError('UNAVAILABLE', 'gone'))
    asked[1].caller.reject(new NetworkError('OUTCOME_UNKNOWN', 'gone'))
    await network.unregister(a.uuid)
    await settled()
    expect(asked.map(({ agent }) => agent)).toEqual(['a', 'a', 'b'])
    asked[2].caller.resolve('answer')
    expect(await answers[0]).toBe('answer')
    await failed
  })

  test('a request that waits in vain for a container that was lost says what that waits for, and why its start failed', async () => {
    await join(network, a)
    await network.get(client, kind, { uuid: room })
    b.start = async () => {
      throw new Error('no memory')
    }
    await join(network, b)
    await network.unregister(a.uuid)
    await settled()
    const failed = expect(network.request(room, 'hello', undefined, client, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      stage: expect.stringMatching(
        /^waiting for the container, which is lost and waits for the next attempt .*no memory/
      ) as string
    })
    ticks.setTime(60)
    await ticks.execAll()
    await failed
  })

  test('what a container or its agent says of an outcome is passed on: the agent is not called lost', async () => {
    const asked: Caller[] = []
    const ask = (...[, , , , , caller]: Parameters<NonNullable<NetworkAgent['ask']>>): number => asked.push(caller)
    Object.assign(a, { passesOn: true, ask })
    await join(network, a)
    await network.get(client, kind, { uuid: room })
    const answer = network.request(room, 'one')
    const error = new NetworkError('OUTCOME_UNKNOWN', 'its answer was dropped', { stage: 'answering' })
    asked[0].reject(error)
    await expect(answer).rejects.toBe(error)
  })

  test('an event that came over a wire is read for who listens in this process, unless it passes it on', async () => {
    class Came extends Unread {
      readonly value = 'said'
    }
    await join(network, a)
    await network.get(client, kind, { uuid: room })
    const passing = 'client-2' as ClientUuid
    for (const id of [client, passing]) network.addClient(id)
    const seen: unknown[] = []
    const broadcast = async (data: unknown): Promise<void> => {
      seen.push(data)
    }
    await network.connections.open(client, room, broadcast)
    await network.connections.open(passing, room, broadcast, { unread: true })
    const event = new Came()
    for (const id of [client, passing]) await network.connections.pass(id, room, event, () => true)
    expect(seen).toEqual(['said', event])
  })

  test('a client that is gone is disconnected from what it listened to', async () => {
    await join(network, a)
    network.addClient(client)
    await network.get(client, kind, { uuid: room })
    await network.connections.open(client, room, async () => {})
    network.removeClient(client)
    await settled()
    expect(a.log).toContain('disconnect client-1 from room-1')
    expect(network.holds(client, room)).toBe(0)
  })

  test('a client that goes while its connection waits for the container leaves nothing behind', async () => {
    let ready = (): void => {}
    a.start = async () => await new Promise<void>((resolve) => (ready = resolve))
    await join(network, a)
    network.addClient(client)
    const other = network.get('client-2' as ClientUuid, kind, { uuid: room })
    const connected = network.connections.open(client, room, async () => {})
    const refused = expect(connected).rejects.toMatchObject({ code: 'CLOSED' })
    network.removeClient(client)
    ready()
    await other
    await refused
    expect(a.log).toEqual(['start room-1'])
  })

  test.each(['CAPACITY', 'START_TIMEOUT'] as const)(
    'a start that an agent fails with %s stays retryable',
    async (code) => {
      a.start = async () => {
        throw new NetworkError(code, 'not now')
      }
      await join(network, a)
      await expect(network.get(client, kind, { uuid: room })).rejects.toMatchObject({ code, retryable: true })
    }
  )

  test('an agent that cannot relay is named', async () => {
    a.connect = undefined
    await join(network, a)
    await network.get(client, kind, { uuid: room })
    await expect(network.connections.open(client, room, async () => {})).rejects.toMatchObject({
      code: 'CONNECT_UNSUPPORTED',
      agentId: a.uuid
    })
  })

  test('an unused container ends after its timeout', async () => {
    await join(network, a)
    await network.get(client, kind, { uuid: room })
    await network.release(client, room)
    ticks.setTime(ticks.now() + 4_999)
    await settled()
    expect(a.log).toEqual(['start room-1'])
    ticks.setTime(ticks.now() + 2)
    await settled()
    expect(a.log).toEqual(['start room-1', 'terminate room-1'])
    expect(await network.list()).toEqual([])
  })

  test.each(['OUTCOME_UNKNOWN', 'UNAVAILABLE', 'OVERLOADED'] as const)(
    'an end of which nobody knows (%s) is asked for again, and nothing starts elsewhere meanwhile',
    async (code) => {
      await join(network, a)
      await network.get(client, kind, { uuid: room })
      await network.release(client, room)
      a.end = async () => {
        throw new NetworkError(code, 'the connection was lost')
      }
      ticks.setTime(ticks.now() + 5_001)
      await settled()
      await join(network, b)
      const again = network.get(client, kind, { uuid: room })
      await settled()
      expect([a.log, b.log]).toEqual([['start room-1', 'terminate room-1'], []])
      a.end = async () => {}
      ticks.setTime(ticks.now() + 1_000)
      await again
      expect(a.log.slice(0, 3)).toEqual(['start room-1', 'terminate room-1', 'terminate room-1'])
    }
  )

  test('watchers hear of agents and containers in one batch', async () => {
    const batches: NetworkEvent[] = []
    network.addClient(client, async (event) => {
      batches.push(event)
    })
    await join(network, a)
    await network.get(client, kind, { uuid: room })
    ticks.setTime(ticks.now() + 51)
    await settled()
    expect(batches).toHaveLength(1)
    expect(batches[0].agents.map(({ id }) => id)).toEqual(['a'])
    expect(batches[0].containers.map(({ container }) => container.uuid)).toEqual([room])
  })

  test('who runs the handlers of the tick manager by hand gets the events at once', async () => {
    const batches: NetworkEvent[] = []
    network.addClient(client, async (event) => {
      batches.push(event)
    })
    await join(network, a)
    await ticks.execAll()
    expect(batches).toHaveLength(1)
  })

  test('an agent whose owner asked for more patience may take longer to start', async () => {
    a.start = async () => await new Promise<void>(() => {})
    network.addListener(client, undefined, { aliveTimeoutMs: 3_600_000 })
    await network.register({ agentId: a.uuid, containers: [], kinds: a.kinds }, a, client)
    let failed = false
    const got = network.acquire(client, kind, { uuid: room }, { timeoutMs: 0 }).catch(() => {
      failed = true
    })
    await ticks.advance(60_000)
    expect(failed).toBe(false)
    await ticks.advance(3_600_000)
    await got
    expect(failed).toBe(true)
  })

  test('closing ends what waits, and again is nothing', async () => {
    const got = network.get(client, kind, { uuid: room })
    const failed = expect(got).rejects.toMatchObject({ code: 'CLOSED' })
    await network.close()
    await network.close()
    await failed
    await expect(network.get(client, kind, {})).rejects.toMatchObject({ code: 'CLOSED' })
  })

  test.each([
    [{ timeouts: { startMs: 0 } }, /timeouts\.startMs must be a number from 1 to \d+, got 0/],
    [{ timeouts: { aliveSeconds: Number.NaN } }, /timeouts\.aliveSeconds must be .* got NaN/],
    [{ timeouts: { startMsByKind: { chat: -1 } } }, /timeouts\.startMsByKind\['chat'\] must be .* got -1/],
    [{ epoch: -5 }, /epoch must be .* got -5/]
  ])('refuses %j at construction', (options, message) => {
    expect(() => new NetworkImpl(ticks, options)).toThrow(message)
  })

  test.each([
    ['', {}, /kind/],
    ['k'.repeat(300), {}, /kind/],
    ['chat', { uuid: 'u'.repeat(300) as ContainerUuid }, /uuid/],
    ['chat', { labels: Array.from({ length: 65 }, (_, i) => `l${i}`) }, /label/]
  ])('refuses a get of kind %p with bad names', async (badKind, options, message) => {
    await expect(network.get(client, badKind as ContainerKind, options)).rejects.toThrow(message)
  })
})
