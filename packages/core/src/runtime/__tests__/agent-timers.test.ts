// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ActivationContext } from '../../api/activation'
import type { RequestContext } from '../../api/call'
import type { Container, ContainerFactory } from '../../api/container'
import type { LogFields, Logger } from '../../api/logger'
import type { ActivationToken } from '../../api/token'
import { limits } from '../../limits'
import { EchoContainer, FakeTickManager } from '../../testing'
import { deferred } from '../../testing/deferred'
import { AgentImpl } from '../agent'
import { agentId, echo, failure, ref, uuid } from './agent-fixture'

const room = uuid('room')
const token = (counter: number): ActivationToken => ({ epoch: 1, counter })

interface Stage {
  readonly agent: AgentImpl
  readonly time: FakeTickManager
  readonly warnings: string[]
  /** Of the last activation. */
  context(): ActivationContext
  readonly activated: ActivationContext[]
}

/** An agent whose containers tell their activations, with one of them. */
async function stage(more: Partial<Container> = {}): Promise<Stage> {
  const time = new FakeTickManager()
  const warnings: string[] = []
  const activated: ActivationContext[] = []
  const warn = (message: string, fields?: LogFields): void => {
    warnings.push(`${message}: ${String(fields?.error)}`)
  }
  const logger: Logger = { debug: () => {}, info: () => {}, warn, error: warn }
  const create: ContainerFactory = async (options) => {
    const container = Object.assign(new EchoContainer(), more, {
      activated: (context: ActivationContext) => {
        activated.push(context)
      }
    })
    return { uuid: options.uuid ?? room, container, endpoint: ref('here') }
  }
  const agent = new AgentImpl(agentId, { [echo]: create }, { tickManager: time, logger })
  await agent.get(echo, { uuid: room }, { token: token(1) })
  return { agent, time, warnings, activated, context: () => activated.at(-1) as ActivationContext }
}

describe('activated', () => {
  test('is called once for each activation, with its token, before anything is asked', async () => {
    const { agent, activated } = await stage()
    await agent.get(echo, { uuid: room }, { token: token(1) })
    expect(activated.map(({ uuid: of, kind, token: by }) => ({ of, kind, by }))).toEqual([
      { of: room, kind: echo, by: token(1) }
    ])
    await agent.terminate(room)
    await agent.get(echo, { uuid: room }, { token: token(2) })
    expect(activated.map(({ token: by }) => by)).toEqual([token(1), token(2)])
  })

  test('is called again when a stateless copy becomes active again, with timers of its own', async () => {
    const { agent, time } = await stage()
    const calls: string[] = []
    let contexts = 0
    const container = Object.assign(new EchoContainer(), {
      activated: ({ timers }: ActivationContext) => {
        const number = ++contexts
        timers.every(100, () => {
          calls.push(`timer ${number}`)
        })
      }
    })
    agent.addStatelessContainer(uuid('altar'), echo, ref('here'), container)
    await time.advance(200)
    agent.activate(uuid('altar'), token(2))
    await time.advance(100)
    await agent.deactivate(uuid('altar'))
    await time.advance(300)
    expect(calls).toEqual(['timer 1'])
    agent.activate(uuid('altar'), token(3))
    await time.advance(100)
    expect(calls).toEqual(['timer 1', 'timer 2'])
  })

  test('that throws is logged, and the container serves', async () => {
    const time = new FakeTickManager()
    const warnings: string[] = []
    const warn = (message: string): void => {
      warnings.push(message)
    }
    const container = Object.assign(new EchoContainer(), {
      activated: async () => await Promise.reject(new Error('no'))
    })
    const agent = new AgentImpl(
      agentId,
      { [echo]: async () => ({ uuid: room, container, endpoint: ref('here') }) },
      { tickManager: time, logger: { debug: () => {}, info: () => {}, warn, error: warn } }
    )
    await agent.get(echo, {})
    expect(await agent.request(room, 'say', 1)).toMatchObject({ data: 1 })
    expect(warnings).toEqual(['A container failed when it was activated'])
  })
})

describe('timers', () => {
  test('after fires once, every fires again when its handler has ended', async () => {
    const { time, context } = await stage()
    const calls: string[] = []
    const slow = deferred<void>()
    context().timers.after(100, () => {
      calls.push('once')
    })
    context().timers.every(100, async () => {
      calls.push('again')
      await slow.promise
    })
    await time.advance(1_000)
    expect(calls).toEqual(['once', 'again'])
    slow.resolve()
    await time.advance(99)
    expect(calls).toHaveLength(2)
    await time.advance(101)
    expect(calls).toEqual(['once', 'again', 'again', 'again'])
  })

  test('can be cancelled, from within too', async () => {
    const { time, context } = await stage()
    const calls: string[] = []
    const cancel = context().timers.after(100, () => {
      calls.push('never')
    })
    const stop = context().timers.every(50, () => {
      if (calls.push('again') === 2) stop()
    })
    cancel()
    await time.advance(1_000)
    expect(calls).toEqual(['again', 'again'])
  })

  test('end with their activation, and none can be set after it', async () => {
    const { agent, time, context } = await stage()
    let calls = 0
    const { timers } = context()
    const before = time.pending
    timers.every(100, () => {
      calls++
    })
    timers.after(100, () => {
      calls++
    })
    expect(time.pending).toBe(before + 2)
    await agent.terminate(room)
    expect(time.pending).toBeLessThanOrEqual(before)
    await time.advance(1_000)
    expect(calls).toBe(0)
    expect(() => timers.after(1, () => {})).toThrow(expect.objectContaining({ code: 'TERMINATING', uuid: room }))
  })

  test('fire in nobody whose lease has run out: they wait for the next', async () => {
    const { agent, time, context } = await stage()
    let calls = 0
    agent.leaseGranted(1_000)
    context().timers.after(1_500, () => {
      calls++
    })
    await time.advance(5_000)
    expect(calls).toBe(0)
    agent.leaseGranted(1_000)
    await time.advance(1)
    expect(calls).toBe(1)
  })

  test('that wait for a lease never fire when the container is elsewhere', async () => {
    const { agent, time, context } = await stage()
    let calls = 0
    agent.leaseGranted(1_000)
    context().timers.after(1_500, () => {
      calls++
    })
    await time.advance(2_000)
    agent.superseded(room, token(2))
    agent.leaseGranted(1_000)
    await time.advance(10)
    expect(calls).toBe(0)
  })

  test('go on when the container cannot end yet', async () => {
    const asked = deferred<void>()
    const { agent, time, context } = await stage({
      terminate: async (end) => {
        await asked.promise
        end?.notYet({ reason: 'busy' })
      }
    })
    let calls = 0
    context().timers.after(100, () => {
      calls++
    })
    const ended = agent.retire(room, { reason: 'nobody holds it', final: false })
    await time.advance(150)
    expect(calls).toBe(0)
    asked.resolve()
    expect(await ended).toMatchObject({ notYet: { reason: 'busy' } })
    await time.advance(1)
    expect(calls).toBe(1)
  })

  test('run to their end before a container that moves takes down its state', async () => {
    const order: string[] = []
    const work = deferred<void>()
    const { agent, time, context } = await stage({
      dehydrate: async () => {
        order.push('dehydrate')
      }
    })
    context().timers.after(100, async () => {
      await work.promise
      order.push('timer')
    })
    await time.advance(100)
    const ended = agent.retire(room, { reason: 'it moves', final: true, move: true })
    await time.advance(10)
    expect(order).toEqual([])
    work.resolve()
    await ended
    expect(order).toEqual(['timer', 'dehydrate'])
  })

  test('that throw are logged, and go on', async () => {
    const { time, warnings, context } = await stage()
    let calls = 0
    context().timers.every(100, () => {
      calls++
      throw new Error('bad')
    })
    await time.advance(250)
    expect(calls).toBe(2)
    expect(warnings).toEqual(['A timer of a container failed: bad', 'A timer of a container failed: bad'])
  })

  test('are bounded in number and time', async () => {
    const { context } = await stage()
    const { timers } = context()
    for (const delay of [-1, NaN, Infinity, '5' as unknown as number]) {
      expect(() => timers.after(delay, () => {})).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
    }
    expect(() => timers.every(0, () => {})).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
    expect(() => timers.after(1, 'no' as unknown as () => void)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' })
    )
    for (let i = 0; i < limits.maxTimers; i++) timers.after(1_000, () => {})
    expect(() => timers.after(1, () => {})).toThrow(expect.objectContaining({ code: 'OVERLOADED', uuid: room }))
  })

  test('are those of the activation for requests and streams too', async () => {
    const contexts: RequestContext[] = []
    const { agent, time, context } = await stage({
      request: async (_operation, _data, _client, given) => {
        contexts.push(given as RequestContext)
      }
    })
    await agent.request(room, 'look')
    expect(contexts[0].timers).toBe(context().timers)
    let calls = 0
    contexts[0].timers.after(100, () => {
      calls++
    })
    await time.advance(100)
    expect(calls).toBe(1)
    await agent.terminate(room)
    expect(() => contexts[0].timers.after(1, () => {})).toThrow(expect.objectContaining({ code: 'TERMINATING' }))
  })
})

describe('a reminder that is due', () => {
  const reminder = { name: 'wake', at: 1, data: { to: 'do' } }

  test('is told to the container, once at a time, with a context', async () => {
    const told: unknown[] = []
    const work = deferred<void>()
    const { agent } = await stage({
      reminded: async (name, data: unknown, { deadline }) => {
        told.push([name, data, typeof deadline])
        await work.promise
      }
    })
    const both = [
      agent.remind(room, reminder, { timeoutMs: 1_000 }),
      agent.remind(room, reminder, { timeoutMs: 1_000 })
    ]
    const later = agent.remind(room, { ...reminder, at: 2 })
    work.resolve()
    await Promise.all([...both, later])
    expect(told).toEqual([
      ['wake', { to: 'do' }, 'number'],
      ['wake', { to: 'do' }, 'undefined']
    ])
  })

  test('fails as what the container throws, and where it has nothing to be told', async () => {
    const { agent } = await stage({ reminded: async () => await Promise.reject(new Error('not now')) })
    expect(await failure(agent.remind(room, reminder))).toMatchObject({ code: 'REMOTE_ERROR', message: 'not now' })
    const { agent: other } = await stage()
    expect(await failure(other.remind(room, reminder))).toMatchObject({ code: 'UNKNOWN_OPERATION' })
    expect(await failure(other.remind(uuid('nobody'), reminder))).toMatchObject({ code: 'NOT_FOUND' })
  })

  test('waits for a lease', async () => {
    let told = 0
    const { agent, time } = await stage({
      reminded: async () => {
        told++
      }
    })
    agent.leaseGranted(1_000)
    await time.advance(1_000)
    const reminded = agent.remind(room, reminder)
    await time.advance(100)
    expect(told).toBe(0)
    agent.leaseGranted(1_000)
    await reminded
    expect(told).toBe(1)
  })
})

describe('setting a reminder', () => {
  const reminded = async (): Promise<void> => {}

  test('asks whom the agent is registered with, with what it is given', async () => {
    const { agent, context } = await stage({ reminded })
    const asked: unknown[] = []
    agent.reminders = {
      set: async (...args) => {
        asked.push(args)
      },
      cancel: async (...args) => asked.push(args) > 0,
      list: async (...args) => {
        asked.push(args)
        return []
      }
    }
    const { reminders } = context()
    await reminders.set('wake', { afterMs: 1.5, everyMs: 1_000, data: { at: new Date(0) } })
    expect(await reminders.cancel('wake')).toBe(true)
    expect(await reminders.list()).toEqual([])
    const owner = { uuid: room, token: token(1) }
    expect(asked).toEqual([
      [owner, 'wake', { afterMs: 2, everyMs: 1_000, data: { at: '1970-01-01T00:00:00.000Z' } }],
      [owner, 'wake'],
      [owner]
    ])
  })

  test('is refused for what makes no sense', async () => {
    const { reminders } = (await stage({ reminded })).context()
    for (const options of [
      { afterMs: -1 },
      { at: 1, afterMs: 1 },
      { everyMs: 999 },
      { at: 'soon' },
      { data: 1 },
      {},
      null
    ]) {
      expect(await failure(reminders.set('wake', options as never))).toMatchObject({ code: 'INVALID_ARGUMENT' })
    }
    expect(await failure(reminders.set('', { afterMs: 0 }))).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(await failure(reminders.set('wake', { afterMs: 0, data: 1n }))).toMatchObject({ code: 'UNSUPPORTED_VALUE' })
    const large = 'x'.repeat(limits.maxReminderDataBytes)
    expect(await failure(reminders.set('wake', { afterMs: 0, data: large }))).toMatchObject({ code: 'TOO_LARGE' })
  })

  test('is refused where nobody keeps it, and where nobody could be told', async () => {
    const { reminders } = (await stage({ reminded })).context()
    expect(await failure(reminders.set('wake', { afterMs: 0 }))).toMatchObject({ code: 'UNAVAILABLE', uuid: room })
    const { reminders: others } = (await stage()).context()
    expect(await failure(others.set('wake', { afterMs: 0 }))).toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})
