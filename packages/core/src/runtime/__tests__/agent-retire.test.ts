// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NotYet, RetireOptions, TerminateContext } from '../../api/termination'
import { deferred, type EchoBehaviour } from '../../testing'
import { client, echo, failure, newFixture, uuid, type Fixture } from './agent-fixture'

const a = uuid('a')
const orphaned: RetireOptions = { reason: 'nobody holds it', final: false }
const forGood: RetireOptions = { reason: 'its time is over', final: true }
const moves: RetireOptions = { reason: 'it moves', final: true, move: true }

/** A container that says at its first end that it cannot yet. */
async function postponing(behaviour: EchoBehaviour = {}): Promise<Fixture & { contexts: TerminateContext[] }> {
  const contexts: TerminateContext[] = []
  const fixture = newFixture({
    terminate: async (_, context) => {
      if (context === undefined) throw new Error('without a context')
      contexts.push(context)
      if (!context.final) context.notYet({ reason: 'it writes', withinMs: 5_000 })
    },
    ...behaviour
  })
  await fixture.agent.get(echo, { uuid: a })
  return { ...fixture, contexts }
}

describe('AgentImpl - a container that cannot end yet', () => {
  it('says so in the answer, serves on, and is listed with its reason', async () => {
    const { agent, contexts } = await postponing()
    expect(await agent.retire(a, orphaned)).toEqual({ notYet: { reason: 'it writes', withinMs: 5_000 } })
    expect(contexts).toMatchObject([{ reason: 'nobody holds it', final: false }])
    expect(await agent.request(a, 'say')).toMatchObject({ operation: 'say' })
    await agent.connect(a, client('c'), async () => {})
    expect(await agent.list()).toMatchObject([{ uuid: a, preTermination: { reason: 'it writes' } }])
    expect(await agent.getContainer(a)).toBeDefined()
  })

  it('answers as soon as it has said it, though its terminate() goes on, and fails', async () => {
    const gate = deferred()
    const { agent } = newFixture({
      terminate: async (_, context) => {
        context?.notYet({ reason: 'it writes' })
        await gate.promise
        throw new Error('nobody hears that')
      }
    })
    await agent.get(echo, { uuid: a })
    expect(await agent.retire(a, orphaned)).toMatchObject({ notYet: { reason: 'it writes' } })
    gate.resolve()
    expect(await agent.request(a, 'say')).toBeDefined()
  })

  it.each<[string, NotYet, NotYet]>([
    ['for as long as it may', { reason: 'busy', withinMs: Infinity }, { reason: 'busy' }],
    ['for longer than anybody counts', { reason: 'busy', withinMs: 1e300 }, { reason: 'busy' }],
    ['with a long story', { reason: 'x'.repeat(5_000_000) }, { reason: 'x'.repeat(256) }]
  ])('says that it cannot %s, so that the coordinator can read it', async (_, why, said) => {
    const { agent } = await postponing({ terminate: async (_terminated, context) => context?.notYet(why) })
    expect(await agent.retire(a, orphaned)).toEqual({ notYet: said })
  })

  it.each([undefined, null, 'busy', { reason: 'busy', withinMs: '500' }, { reason: 'busy', withinMs: NaN }])(
    'is told that it cannot say %p',
    async (why) => {
      let refused: unknown
      const { agent } = await postponing({
        terminate: async (_, context) => {
          await Promise.resolve()
            .then(() => context?.notYet(why as never))
            .catch((error: unknown) => (refused = error))
        }
      })
      expect(await agent.retire(a, orphaned)).toEqual({})
      expect(refused).toMatchObject({ code: 'INVALID_ARGUMENT' })
    }
  )

  it('reports that it is done, once, and does not end by itself', async () => {
    const { agent, factory, contexts, reports } = await postponing()
    await agent.retire(a, orphaned)
    contexts[0].finished()
    contexts[0].finished()
    expect(reports).toMatchObject([[{ event: 'updated', container: { preTermination: { finished: true } } }]])
    expect(factory.last.calls).toEqual(['terminate'])
    expect(await agent.retire(a, forGood)).toEqual({})
    expect(factory.last.calls).toEqual(['terminate', 'terminate', 'onTerminated'])
    expect(contexts[1]).toMatchObject({ final: true, reason: 'its time is over' })
  })

  it('cannot put off an end that is final, nor one that is over', async () => {
    const late: TerminateContext[] = []
    const { agent, factory } = newFixture({
      terminate: async (_, context) => {
        if (context !== undefined) late.push(context)
        if (context?.final === true) context.notYet({ reason: 'still' })
      }
    })
    await agent.get(echo, { uuid: a })
    expect(await agent.retire(a, forGood)).toEqual({})
    expect(factory.last.calls).toEqual(['terminate', 'onTerminated'])
    await agent.get(echo, { uuid: a })
    expect(await agent.retire(a, orphaned)).toEqual({})
    expect(() => late[1].notYet({ reason: 'too late' })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', uuid: a })
    )
  })

  it('is restored: it hears of it, is listed as before, and what it says of its earlier end does not count', async () => {
    const { agent, factory, contexts, reports } = await postponing()
    await agent.retire(a, orphaned)
    await agent.restore(a)
    await agent.restore(a)
    expect(factory.last.calls).toEqual(['terminate', 'restore'])
    expect((await agent.list())[0]).not.toHaveProperty('preTermination')
    contexts[0].finished()
    expect(reports).toEqual([])
    expect(await agent.retire(a, orphaned)).toMatchObject({ notYet: { reason: 'it writes' } })
    contexts[1].finished()
    expect(reports).toHaveLength(1)
  })

  it('is restored by a start of its uuid, as by a coordinator that did not hear of it', async () => {
    const { agent, factory } = await postponing()
    await agent.retire(a, orphaned)
    await agent.get(echo, { uuid: a }, { token: { epoch: 1, counter: 1 } })
    expect(factory.made).toHaveLength(1)
    expect(factory.last.calls).toEqual(['terminate', 'restore'])
  })

  it('survives what restore() throws', async () => {
    const { agent } = await postponing({
      restore: () => {
        throw new Error('no')
      }
    })
    await agent.retire(a, orphaned)
    await agent.restore(a)
    expect(await agent.request(a, 'say')).toBeDefined()
  })

  it('ends with its agent, and by its own agent.terminate()', async () => {
    const closed = await postponing()
    await closed.agent.retire(a, orphaned)
    await closed.agent.close()
    expect(closed.contexts.map(({ final }) => final)).toEqual([false, true])
    const told = await postponing()
    await told.agent.retire(a, orphaned)
    await told.agent.terminate(a)
    expect(told.contexts.map(({ final }) => final)).toEqual([false, true])
    expect(told.reports).toMatchObject([[{ event: 'removed' }]])
  })

  it('ends for good though it is about to say that it cannot yet', async () => {
    const { agent, contexts } = await postponing()
    const asked = agent.retire(a, orphaned)
    await agent.terminate(a)
    expect(await asked).toMatchObject({ notYet: {} })
    expect(contexts.map(({ final }) => final)).toEqual([false, true])
    expect(await agent.list()).toEqual([])
  })

  it('says in the error of a refused request what kept it', async () => {
    const gate = deferred()
    const { agent } = newFixture({
      terminate: async (_, context) => {
        if (context?.final === true) await gate.promise
        else context?.notYet({ reason: 'it writes' })
      }
    })
    await agent.get(echo, { uuid: a })
    await agent.retire(a, orphaned)
    const end = agent.retire(a, forGood)
    expect(await failure(agent.request(a, 'say'))).toMatchObject({
      code: 'TERMINATING',
      message: expect.stringContaining('it writes')
    })
    gate.resolve()
    await end
  })
})

describe('AgentImpl - a container that moves', () => {
  it('answers its last request first, is given no other, and leaves its state', async () => {
    const gate = deferred<string>()
    const { agent, factory } = newFixture({
      request: async () => await gate.promise,
      dehydrate: async () => ({ page: 7 })
    })
    await agent.get(echo, { uuid: a })
    const running = agent.request(a, 'say')
    const moved = agent.retire(a, moves)
    expect(await failure(agent.request(a, 'say'))).toMatchObject({ code: 'TERMINATING' })
    gate.resolve('said')
    expect(await running).toBe('said')
    expect(await moved).toEqual({ state: { page: 7 } })
    expect(factory.last.calls).toEqual(['request say', 'dehydrate', 'terminate', 'onTerminated'])
  })

  it('moves without state when its requests, or dehydrate(), take too long, or that throws', async () => {
    const slow = newFixture(
      { request: async () => await new Promise(() => {}), dehydrate: async () => 'state' },
      { timeouts: { terminateMs: 200 } }
    )
    await slow.agent.get(echo, { uuid: a })
    void slow.agent.request(a, 'say')
    const moved = slow.agent.retire(a, moves)
    await slow.time.advance(200)
    expect(await moved).toEqual({})
    expect(slow.factory.last.calls).not.toContain('dehydrate')

    const throwing = newFixture({
      dehydrate: async () => {
        throw new Error('no')
      }
    })
    await throwing.agent.get(echo, { uuid: a })
    expect(await throwing.agent.retire(a, moves)).toEqual({})
    expect(throwing.factory.last.calls).toEqual(['dehydrate', 'terminate', 'onTerminated'])
  })

  it('goes on with the state of its predecessor before it is asked anything', async () => {
    const states: unknown[] = []
    const { agent, factory } = newFixture({
      rehydrate: async (_, state) => {
        states.push(state)
      }
    })
    const start = { token: { epoch: 1, counter: 1 }, state: { page: 7 } }
    await agent.get(echo, { uuid: a }, start)
    await agent.request(a, 'say')
    expect(states).toEqual([{ page: 7 }])
    expect(factory.last.calls).toEqual(['rehydrate', 'request say'])
  })

  it('fails to start when it cannot go on with that state, or not in time; what was made is terminated', async () => {
    const start = { token: { epoch: 1, counter: 1 }, state: { page: 7 } }
    const throwing = newFixture({
      rehydrate: async () => {
        throw new Error('an older page')
      }
    })
    expect(await failure(throwing.agent.get(echo, { uuid: a }, start))).toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining('an older page')
    })
    await throwing.time.advance(0)
    expect(throwing.factory.last.calls).toContain('terminate')

    const hanging = newFixture({ rehydrate: async () => await new Promise(() => {}) }, { timeouts: { startMs: 300 } })
    const started = failure(hanging.agent.get(echo, { uuid: a }, start))
    await hanging.time.advance(300)
    expect(await started).toMatchObject({ code: 'START_TIMEOUT' })
    await hanging.time.advance(0)
    expect(hanging.factory.last.calls).toContain('terminate')
  })

  it('starts nothing that waited for the end of another when it was given up meanwhile', async () => {
    const gate = deferred()
    const { agent, factory, time } = newFixture({ terminate: async () => await gate.promise })
    await agent.get(echo, { uuid: a }, { token: { epoch: 7, counter: 1 } })
    const ended = agent.terminate(a)
    const start = failure(agent.get(echo, { uuid: a }, { token: { epoch: 7, counter: 5 } }))
    await time.advance(0)
    const heard = agent.retire(a, { reason: 'its start was given up', final: true })
    gate.resolve()
    await Promise.all([heard, ended])
    expect(await start).toMatchObject({ code: 'TERMINATING' })
    expect([factory.made.length, await agent.list()]).toEqual([1, []])
    await agent.get(echo, { uuid: a }, { token: { epoch: 7, counter: 6 } })
    expect(factory.made).toHaveLength(2)
  })

  it('starts nothing that waited behind a start given up before, when it was given up as well', async () => {
    const gate = deferred<void>()
    const made = newFixture()
    const factory = async (...of: Parameters<typeof made.factory.create>): ReturnType<typeof made.factory.create> => {
      await gate.promise
      return await made.factory.create(...of)
    }
    const { agent, time } = newFixture({}, {}, { [echo]: factory })
    const givenUp = { reason: 'its start was given up', final: true }
    const first = failure(agent.get(echo, { uuid: a }, { token: { epoch: 6, counter: 1 } }))
    await agent.retire(a, givenUp)
    const second = failure(agent.get(echo, { uuid: a }, { token: { epoch: 7, counter: 1 } }))
    await time.advance(0)
    await agent.retire(a, givenUp)
    gate.resolve()
    expect(await Promise.all([first, second])).toMatchObject([{ code: 'TERMINATING' }, { code: 'TERMINATING' }])
    expect(await agent.list()).toEqual([])
  })

  it('leaves behind what dehydrate() answered, as it was then', async () => {
    const members = new Set(['ann'])
    const { agent } = newFixture({ dehydrate: async () => ({ members }), terminate: async () => members.clear() })
    await agent.get(echo, { uuid: a })
    const outcome = await agent.retire(a, { ...moves, copyState: (state) => structuredClone(state) })
    expect(outcome).toEqual({ state: { members: new Set(['ann']) } })
  })
})
