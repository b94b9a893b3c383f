// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRequestOptions } from '../../api/call'
import type { AgentUuid, ContainerUuid } from '../../api/identifiers'
import type { StreamPeer } from '../../api/stream'
import type { Turns } from '../../api/turns'
import { NetworkError } from '../../errors'
import { limits } from '../../limits'
import { deferred, EchoContainer, FakeTickManager, type Deferred } from '../../testing'
import { AgentImpl } from '../agent'
import { currentChain } from '../call-scope'
import { NetworkImpl } from '../network'
import { agentId, client, echo, failure, ref, uuid } from './agent-fixture'

/** What a container does with one request. */
type Script = (operation: string, data: unknown) => unknown

/** A container whose requests do what its script says, and which knows what runs. */
class Scripted extends EchoContainer {
  readonly log: string[] = []
  readonly gates = new Map<string, Deferred<unknown>>()

  constructor(
    readonly turns: Turns | undefined,
    script: Script = async () => {}
  ) {
    super({
      request: async (operation, data) => {
        this.log.push(`+${operation}`)
        try {
          return await (data === 'gate' ? this.gate(operation) : script(operation, data))
        } finally {
          this.log.push(`-${operation}`)
        }
      }
    })
  }

  /** Lets that request end. */
  open(operation: string, error?: Error): void {
    const gate = this.gates.get(operation)
    if (error === undefined) gate?.resolve(operation)
    else gate?.reject(error)
  }

  private async gate(operation: string): Promise<unknown> {
    const gate = deferred<unknown>()
    this.gates.set(operation, gate)
    return await gate.promise
  }
}

const serial: Turns = { concurrency: 'serial', readOnly: ['read-1', 'read-2'], mailbox: 3 }
const [a, b] = [uuid('a'), uuid('b')]

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
}

interface Stage {
  readonly agent: AgentImpl
  readonly time: FakeTickManager
  readonly containers: Record<string, Scripted>
  ask(operation: string, data?: unknown, options?: AgentRequestOptions): Promise<unknown>
}

function stage(made: Record<string, Scripted>): Stage {
  const time = new FakeTickManager()
  const agent = new AgentImpl(
    agentId,
    {
      [echo]: async ({ uuid: asked }) => {
        const container = made[asked as string]
        return { uuid: asked as ContainerUuid, container, endpoint: ref(`x://${asked}`) }
      }
    },
    { tickManager: time }
  )
  return {
    agent,
    time,
    containers: made,
    ask: (operation, data = 'gate', options = {}) => agent.request(a, operation, data, client('c1'), options)
  }
}

async function hosting(made: Record<string, Scripted>): Promise<Stage> {
  const staged = stage(made)
  for (const name of Object.keys(made)) await staged.agent.get(echo, { uuid: uuid(name) })
  return staged
}

const one = async (declared: { turns?: unknown } = { turns: serial }): Promise<Stage & { container: Scripted }> => {
  const container = new Scripted(declared.turns as Turns | undefined)
  return { ...(await hosting({ a: container })), container }
}

/** A container that calls others in its turns as a client in this process does, through a network. */
async function calling(
  scripts: Record<string, { turns?: Turns; script: Script }>
): Promise<Stage & { network: NetworkImpl }> {
  const made = Object.fromEntries(
    Object.entries(scripts).map(([name, { turns, script }]) => [name, new Scripted(turns, script)])
  )
  const staged = await hosting(made)
  const network = new NetworkImpl(staged.time)
  await staged.agent.register(network)
  return { ...staged, network }
}

/** Whose `move` takes from a peer, once that moves too. */
function mover(network: () => NetworkImpl, peer: ContainerUuid, both: Deferred<undefined>): Script {
  return async (operation) => {
    if (operation !== 'move') return 'taken'
    await both.promise
    return (await network().request(peer, 'take', null, undefined, { timeoutMs: 0 })) as unknown
  }
}

describe('a container that takes turns', () => {
  test('executes one request at a time, in their order', async () => {
    const { container, ask } = await one()
    const asked = Promise.allSettled([ask('x'), ask('y'), ask('z')])
    await settled()
    expect(container.log).toEqual(['+x'])
    container.open('x', new Error('no'))
    await settled()
    container.open('y')
    await settled()
    container.open('z')
    expect(await asked).toMatchObject([
      { status: 'rejected', reason: { code: 'REMOTE_ERROR', message: 'no' } },
      { value: 'y' },
      { value: 'z' }
    ])
    expect(container.log).toEqual(['+x', '-x', '+y', '-y', '+z', '-z'])
  })

  test('executes what is read-only together', async () => {
    const { container, ask } = await one()
    void ask('read-1')
    void ask('read-2')
    void ask('x')
    void ask('read-1', 'at once')
    await settled()
    expect(container.log).toEqual(['+read-1', '+read-2'])
    container.open('read-2')
    container.open('read-1')
    await settled()
    expect(container.log.slice(4)).toEqual(['+x'])
    container.open('x')
    await settled()
    expect(container.log.slice(6)).toEqual(['+read-1', '-read-1'])
  })

  test('one that declares nothing, or something else of its own, executes all as they come', async () => {
    for (const turns of [undefined, null, 5, 'serial', {}, { concurrency: 'parallel' }]) {
      const { container, ask } = await one({ turns })
      void ask('x')
      void ask('y')
      expect(container.log).toEqual(['+x', '+y'])
    }
  })

  test.each([
    [{ concurrency: 'one' }, "turns.concurrency must be 'parallel' or 'serial', got one"],
    [{ concurrency: 'serial', readOnly: 'read' }, 'turns.readOnly must be an array of names of operations, got read'],
    [{ concurrency: 'serial', readOnly: [1] }, 'turns.readOnly must have names of operations, got 1'],
    [{ concurrency: 'serial', mailbox: -1 }, 'turns.mailbox must be a whole number of calls, from 0, got -1']
  ])('one that declares %j does not start', async (turns, why) => {
    const container = new Scripted(turns as unknown as Turns)
    const { agent } = stage({ a: container })
    expect(await failure(agent.get(echo, { uuid: a }))).toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining(why) as string
    })
    expect(() => agent.addStatelessContainer(b, echo, ref('x://b'), container)).toThrow(why)
    expect(await agent.list()).toEqual([])
  })

  test('refuses what its mailbox does not hold, and says when to try again', async () => {
    const { ask } = await one()
    for (const name of ['w', 'x', 'y', 'z']) void ask(name).catch(() => {})
    expect(await failure(ask('beyond'))).toMatchObject({
      code: 'OVERLOADED',
      retryable: true,
      retryAfterMs: 100,
      uuid: a,
      kind: echo,
      message: expect.stringContaining('3 calls wait for their turn there already') as string
    })
  })

  test('a request leaves the mailbox unexecuted at its deadline, or when it is cancelled, and says why it waited', async () => {
    const { container, ask, time } = await one()
    const controller = new AbortController()
    void ask('x')
    const late = failure(ask('y', 'gate', { timeoutMs: 1000 }))
    const cancelled = failure(ask('z', 'gate', { signal: controller.signal }))
    const last = ask('w')
    controller.abort()
    await time.advance(1000)
    expect(await late).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      stage: "waiting for its turn in container a, which is in 'x' for 900 ms; 2 wait",
      agentId
    })
    expect(await cancelled).toMatchObject({ code: 'CANCELLED' })
    expect(await failure(ask('v', 'gate', { signal: controller.signal }))).toMatchObject({ code: 'CANCELLED' })
    container.open('x')
    await settled()
    container.open('w')
    expect(await last).toBe('w')
    expect(container.log).toEqual(['+x', '-x', '+w', '-w'])
  })

  test('its end waits for the turn that runs; those that wait are not executed, and told so', async () => {
    const { agent, container, ask } = await one()
    const running = ask('x')
    const waiting = failure(ask('y'))
    const ended = agent.terminate(a)
    expect(await waiting).toMatchObject({ code: 'TERMINATING', retryable: true })
    expect(await failure(ask('z'))).toMatchObject({ code: 'TERMINATING' })
    await settled()
    expect(container.calls).not.toContain('terminate')
    container.open('x')
    expect(await running).toBe('x')
    await ended
    expect(container.calls.slice(-2)).toEqual(['terminate', 'onTerminated'])
  })

  test('a turn that does not end is not waited for without end', async () => {
    const { agent, container, ask, time } = await one()
    void ask('x')
    const ended = agent.terminate(a)
    await time.advance(10_000)
    await ended
    expect(container.calls).toContain('terminate')
  })

  test('a move takes down its state after its turn', async () => {
    const { agent, container, ask } = await one()
    const order: string[] = []
    Object.assign(container, { dehydrate: async () => order.push('dehydrate') })
    const running = ask('x').then(() => order.push('x'))
    const waiting = failure(ask('y'))
    const moved = agent.retire(a, { reason: 'it moves', final: true, move: true })
    expect(await waiting).toMatchObject({ code: 'TERMINATING' })
    container.open('x')
    await running
    await moved
    expect(order).toEqual(['x', 'dehydrate'])
  })

  test('those that wait outlive a fence, and are refused when another serves', async () => {
    const { agent, container, ask, time } = await one()
    agent.leaseGranted(1000)
    const first = ask('x')
    const second = ask('y')
    await time.advance(1000)
    container.open('x')
    await settled()
    expect(container.log).toEqual(['+x', '-x'])
    agent.leaseGranted(1000)
    await settled()
    expect(container.log.at(-1)).toBe('+y')
    container.open('y')
    expect(await Promise.all([first, second])).toEqual(['x', 'y'])
    await time.advance(1000)
    const [fenced, behind] = [failure(ask('z')), failure(ask('w'))]
    await agent.terminate(a)
    expect(await fenced).toMatchObject({ code: 'TERMINATING' })
    expect(await behind).toMatchObject({ code: 'TERMINATING' })
    expect(container.log).not.toContain('+z')
  })

  test('a copy that becomes standby refuses those that wait', async () => {
    const { agent } = stage({})
    const container = new Scripted(serial)
    agent.addStatelessContainer(a, echo, ref('x://a'), container)
    agent.activate(a, { epoch: 1, counter: 1 })
    void agent.request(a, 'x', 'gate')
    const waiting = failure(agent.request(a, 'y', 'gate'))
    await agent.deactivate(a)
    expect(await waiting).toMatchObject({ code: 'NOT_ACTIVE' })
  })
})

describe('calls made in a turn', () => {
  test('are let in again, through whomever they go', async () => {
    const { network, containers } = await calling({
      a: {
        turns: serial,
        script: async (operation) => (operation === 'x' ? ((await network.request(b, 'pass')) as unknown) : 'inner')
      },
      b: { turns: serial, script: async () => (await network.request(uuid('p'), 'pass')) as unknown },
      p: { script: async () => (await network.request(a, 'back')) as unknown }
    })
    const behind = [network.request(a, 'y'), network.request(a, 'x')]
    expect(await Promise.all([network.request(a, 'x'), ...behind])).toEqual(['inner', 'inner', 'inner'])
    expect(containers.a.log).toEqual(['+y', '-y', '+x', '+back', '-back', '-x', '+x', '+back', '-back', '-x'])
  })

  test('a turn that only reads is not let in to change', async () => {
    const { network } = await calling({
      a: {
        turns: serial,
        script: async (operation) => (operation === 'read-1' ? ((await network.request(b, 'pass')) as unknown) : 1)
      },
      b: { script: async () => (await network.request(a, 'change')) as unknown }
    })
    expect(await failure(network.request(a, 'read-1'))).toMatchObject({
      code: 'REMOTE_ERROR',
      remoteCode: 'REMOTE_ERROR',
      message: expect.stringContaining("called back from 'read-1', which is read-only there") as string
    })
  })

  test('what goes on behind a turn belongs to none', async () => {
    const chains: unknown[] = []
    const ended = deferred<undefined>()
    const container = new Scripted(serial, () => {
      chains.push(currentChain()?.map((hop) => hop.operation))
      void ended.promise.then(() => chains.push(currentChain()))
    })
    const { agent } = await hosting({ a: container })
    expect(currentChain()).toBeUndefined()
    await agent.request(a, 'x', null)
    ended.resolve(undefined)
    await settled()
    expect(chains).toEqual([['x'], undefined])
  })

  test('without end are refused', async () => {
    const { network } = await calling({
      a: { turns: serial, script: async () => (await network.request(a, 'again')) as unknown }
    })
    const error = await failure(network.request(a, 'again'))
    expect((error as Error).message).toContain(`at most ${limits.maxCallHops} are allowed`)
  })

  test('two that wait for each other are found out, and one is let through', async () => {
    const both = deferred<undefined>()
    const { network, time } = await calling({
      a: { turns: serial, script: mover(() => network, b, both) },
      b: { turns: serial, script: mover(() => network, a, both) }
    })
    const moves = Promise.allSettled([network.request(a, 'move'), network.request(b, 'move')])
    both.resolve(undefined)
    await time.advance(1100)
    expect(await moves).toMatchObject([
      { value: 'taken' },
      {
        reason: {
          remoteCode: 'DEADLINE_EXCEEDED',
          message: expect.stringMatching(/deadlock .* waits for b .* waits for a/) as string
        }
      }
    ])
  })

  test('over two agents the coordinator finds it out', async () => {
    const time = new FakeTickManager()
    const network = new NetworkImpl(time)
    const both = deferred<undefined>()
    for (const [name, peer] of [
      ['a', b],
      ['b', a]
    ] as const) {
      const agent = new AgentImpl(`agent-${name}` as AgentUuid, {}, { tickManager: time })
      agent.addStatelessContainer(
        uuid(name),
        echo,
        ref('x://'),
        new Scripted(
          serial,
          mover(() => network, peer, both)
        )
      )
      await agent.register(network)
      agent.activate(uuid(name))
    }
    const moves = Promise.allSettled(
      [a, b].map(async (each) => (await network.request(each, 'move', null, undefined, { timeoutMs: 0 })) as unknown)
    )
    both.resolve(undefined)
    await time.advance(4000)
    const outcomes = await moves
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const [failed] = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as NetworkError] : []
    )
    expect(failed.message).toMatch(
      /a deadlock would last until its deadline: . in 'move' waits for . \('take'\); . in 'move'/
    )
  })
})

describe('streams of a container that takes turns', () => {
  const opening = { items: 100, bytes: 1000, input: false }

  class Asker implements StreamPeer {
    readonly items: unknown[] = []
    readonly ends: (NetworkError | undefined)[] = []

    item(value: unknown): number {
      this.items.push(value)
      return 1
    }

    end(error?: NetworkError): void {
      this.ends.push(error)
    }

    grant(): void {}

    stop(): void {}
  }

  test('run beside its turns, and take one where they say so', async () => {
    const { agent, container, ask } = await one()
    Object.assign(container, {
      stream: async function* (_operation: string, _data: unknown, { turn }: { turn<T>(work: () => T): Promise<T> }) {
        yield 'beside'
        yield await turn(() => turn(() => 'within'))
      }
    })
    void ask('x')
    const asker = new Asker()
    await agent.stream(a, 's', null, client('c1'), opening, asker)
    await settled()
    expect(asker.items).toEqual(['beside'])
    container.open('x')
    await settled()
    expect(asker.items).toEqual(['beside', 'within'])
    void ask('y')
    await settled()
    expect(container.log.at(-1)).toBe('+y')
  })

  test('a turn is waited for no more when nobody reads', async () => {
    const { agent, container, ask } = await one()
    Object.assign(container, {
      stream: async function* (_operation: string, _data: unknown, { turn }: { turn<T>(work: () => T): Promise<T> }) {
        yield await turn(() => 'within')
      }
    })
    void ask('x')
    const stream = await agent.stream(a, 's', null, client('c1'), opening, new Asker())
    await settled()
    stream.stop()
    void ask('y')
    container.open('x')
    await settled()
    expect(container.log.at(-1)).toBe('+y')
  })
})
