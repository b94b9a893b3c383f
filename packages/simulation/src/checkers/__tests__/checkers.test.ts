// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { History, type Checker, type Fact } from '@hcengineering/network-testing/kernel'
import { CapacityKept } from '../capacity'
import { allCheckers, checkersFor } from '../index'

/** Runs facts, one every `stepMs`, past every checker; answers with what they object to. */
function objections(
  facts: readonly Fact[],
  stepMs: number = 1,
  checkers: readonly Checker[] = allCheckers()
): string[] {
  let now = 0
  const history = new History(() => now, checkers)
  for (const fact of facts) {
    now += stepMs
    history.record(fact)
  }
  return history.violations.map(({ checker, message }) => `${checker}: ${message}`)
}

const request = { uuid: 'u', client: 'c', idempotent: false }
const called: Fact = { type: 'called', call: 1, process: 'c', what: 'request', request }
const created = (instance: number, process: string): Fact => ({
  type: 'created',
  instance,
  uuid: 'u',
  kind: 'k',
  process,
  stateless: false
})
const executed = (id: number, instance: number, counter: number = instance): Fact => ({
  type: 'executed',
  request: id,
  instance,
  client: 'c',
  token: { epoch: 1, counter }
})

const begun: Fact = { type: 'stream-begun', stream: 1, instance: 1 }
const quiet: Fact = {
  type: 'quiet',
  view: {
    counted: new Map(),
    wanted: new Map(),
    booked: new Map(),
    coordinator: [{ uuid: 'u', agent: 'a' }],
    agents: [{ uuid: 'u', agent: 'a' }],
    living: [{ uuid: 'u', agent: 'a' }],
    connected: [],
    pending: []
  }
}

describe('checkers - object to a history in which', () => {
  it('a call settles neither in time nor at all', () => {
    expect(objections([called, { type: 'overdue', call: 1 }])).toEqual([
      expect.stringMatching(/^calls settle.*deadline/)
    ])
    expect(objections([called, { type: 'closed', pendingSteps: 0 }])).toEqual([
      expect.stringMatching(/^calls settle.*never/)
    ])
  })

  it('a request is executed twice', () => {
    expect(objections([called, created(1, 'a'), executed(1, 1), executed(1, 1)])).toEqual([
      expect.stringMatching(/^at most once.*2 times/)
    ])
  })

  it('an agent has more containers than it takes, until one of them ends', () => {
    const kept = (...facts: Fact[]): string[] => objections(facts, 1, [new CapacityKept([{ containers: 1 }])])
    expect(kept(created(1, 'agent-0#1'), created(2, 'agent-0#1'))).toEqual([
      'capacity: agent-0#1 has 2 containers, and takes 1'
    ])
    expect(kept(created(1, 'agent-0#1'), { type: 'terminating', instance: 1 }, created(2, 'agent-0#1'))).toEqual([])
    expect(kept(created(1, 'agent-0#1'), { type: 'died', process: 'agent-0#1' }, created(2, 'agent-0#1'))).toEqual([])
  })

  it('a call is refused for want of room where there is always room', () => {
    const refused: Fact = { type: 'failed', call: 1, code: 'CAPACITY', message: 'full' }
    expect(objections([refused], 1, [new CapacityKept([])])).toHaveLength(1)
  })

  it('a request is acknowledged and was never executed', () => {
    expect(objections([called, { type: 'answered', call: 1, value: 1 }])).toEqual([
      expect.stringMatching(/^at most once.*never executed/)
    ])
  })

  it('a caller is told to try again and its request is executed', () => {
    const refused: Fact = { type: 'failed', call: 1, code: 'UNAVAILABLE', message: '' }
    const refusal = [expect.stringMatching(/^at most once.*UNAVAILABLE/)]
    const begun: Fact[] = [{ type: 'shaken', process: 'a' }, called, created(1, 'a')]
    expect(objections([...begun, executed(1, 1), refused])).toEqual(refusal)
    expect(objections([...begun, refused, executed(1, 1)])).toEqual(refusal)
  })

  it('a request is executed in the name of another', () => {
    const asAnother: Fact = { ...executed(1, 1), client: 'd' } as Fact
    expect(objections([called, created(1, 'a'), asAnother])).toEqual([
      expect.stringMatching(/^at most once.*name of d/)
    ])
  })

  it('a replaced copy serves, whoever was away', () => {
    const calls = [1, 2, 3].map((call): Fact => ({ ...called, call }))
    const both = [...calls, created(1, 'a'), created(2, 'b'), executed(1, 1), executed(2, 2)]
    expect(objections([...both, executed(3, 1)])).toEqual([expect.stringMatching(/^single owner.*instance 1 on a/)])
    const away: Fact = { type: 'unreachable', process: 'a' }
    expect(objections([away, ...both, executed(3, 1)])).toHaveLength(1)
    expect(objections([...both, executed(3, 1, 3)])).toEqual([])
  })

  it('two instances serve by one activation', () => {
    const calls = [1, 2].map((call): Fact => ({ ...called, call }))
    const twice = [...calls, created(1, 'a'), created(2, 'b'), executed(1, 1, 5), executed(2, 2, 5)]
    expect(objections(twice)).toEqual([expect.stringMatching(/^single owner/)])
  })

  it('a held container is terminated, unless somebody was not well', () => {
    const held: Fact[] = [
      { type: 'held', process: 'c', client: 'c', uuid: 'u' },
      created(1, 'a'),
      called,
      executed(1, 1)
    ]
    const end: Fact = { type: 'terminating', instance: 1 }
    expect(objections([...held, end])).toEqual([expect.stringMatching(/^holds: u .* while c holds it/)])
    expect(objections([...held, { type: 'shaken', process: 'a' }, end])).toHaveLength(1)
    expect(objections([...held, { type: 'unreachable', process: 'coordinator' }, end])).toEqual([])
    expect(objections([...held, { type: 'released', process: 'c', client: 'c', uuid: 'u' }, end])).toEqual([])
  })

  it('the tables of two sides differ once quiet', () => {
    const here = { uuid: 'u', agent: 'a' }
    const view = {
      counted: new Map(),
      wanted: new Map(),
      booked: new Map(),
      connected: [],
      pending: [],
      coordinator: [here],
      agents: [here],
      living: [here]
    }
    expect(objections([{ type: 'quiet', view }])).toEqual([])
    const holds = (want: number, granted: number, count: number, spare: boolean = false): Fact => {
      const wanted = new Map([['c u', want]])
      const booked = new Map([['c u', { wanted: want, granted, spare }]])
      return { type: 'quiet', view: { ...view, wanted, booked, counted: new Map([['c u', count]]) } }
    }
    expect(objections([holds(1, 1, 1), holds(1, 2, 1, true), holds(1, 2, 2, true)])).toEqual([])
    expect(objections([holds(1, 1, 0)])).toEqual(['holds: c u: the user has 1 holds, the coordinator counts 0'])
    expect(objections([holds(1, 2, 2)])).toHaveLength(1)
    expect(objections([holds(1, 1, 2, true)])).toHaveLength(1)
    expect(objections([{ type: 'quiet', view: { ...view, wanted: new Map([['c u', 1]]) } }])).toHaveLength(1)
    expect(objections([{ type: 'quiet', view: { ...view, coordinator: [] } }])).toHaveLength(1)
    const twice = [here, { uuid: 'u', agent: 'b' }]
    expect(
      objections([{ type: 'quiet', view: { ...view, agents: twice, coordinator: twice, living: twice } }])
    ).toEqual([expect.stringContaining('twice'), expect.stringContaining('twice')])
  })

  it('something is left when nobody holds anything', () => {
    expect(objections([{ type: 'abandoned', living: [{ uuid: 'u', agent: 'a' }], references: 1 }])).toHaveLength(2)
    expect(objections([{ type: 'closed', pendingSteps: 1 }])).toEqual([expect.stringMatching(/^healing.*pending/)])
  })

  it('events overtake each other, come twice, or are missing in calm times', () => {
    const received = (instance: number, number: number): Fact => ({ type: 'received', connection: 1, instance, number })
    expect(objections([received(1, 1), received(1, 2), received(2, 1)])).toEqual([])
    expect(objections([received(1, 2), received(1, 1)])).toHaveLength(1)
    expect(objections([received(1, 1), received(1, 1)])).toHaveLength(1)
    expect(objections([received(1, 1), received(1, 3)])).toHaveLength(2)
    const shaken: Fact = { type: 'shaken', process: 'a' }
    expect(objections([shaken, received(1, 1), received(1, 3)])).toEqual([expect.stringMatching(/told of no gap/)])
    expect(objections([shaken, received(1, 1), { type: 'gap', connection: 1 }, received(1, 3)])).toEqual([])
    expect(objections([received(2, 1), received(1, 1)])).toHaveLength(1)
  })

  it('a container sees a client come twice, or go and it was not there', () => {
    const connected: Fact = { type: 'connected', instance: 1, client: 'c' }
    const disconnected: Fact = { type: 'disconnected', instance: 1, client: 'c' }
    expect(objections([connected, disconnected, connected])).toEqual([])
    expect(objections([connected, connected])).toHaveLength(1)
    expect(objections([disconnected])).toHaveLength(1)
  })

  it('something is under way once quiet', () => {
    const view = {
      counted: new Map(),
      wanted: new Map(),
      booked: new Map(),
      connected: [],
      coordinator: [],
      agents: []
    }
    const pending = ['coordinator: 1 pendingGets']
    expect(objections([{ type: 'quiet', view: { ...view, living: [], pending } }])).toEqual([
      'nothing pending: coordinator: 1 pendingGets'
    ])
  })

  it('a slow call is lost in a planned move, unless ends are waited for so shortly that it may be', () => {
    const slow: Fact = { type: 'called', call: 1, process: 'a', what: 'request slow to room-0 by client' }
    const lost: Fact = { type: 'failed', call: 1, code: 'OUTCOME_UNKNOWN', message: 'lost' }
    expect(objections([slow, lost], 10_000, allCheckers())).toHaveLength(1)
    expect(objections([slow, lost], 10_000, allCheckers({ hasty: true }))).toEqual([])
  })

  it('a call is lost with an agent that drains and closes, unless that is killed before it has closed', () => {
    const asked: Fact = { type: 'called', call: 1, process: 'c', what: 'request do to room-0 by client' }
    const lost: Fact = { type: 'failed', call: 1, code: 'OUTCOME_UNKNOWN', message: 'lost' }
    const drained: Fact[] = [
      { type: 'draining', process: 'a' },
      { type: 'drained', process: 'a', left: 0 },
      { type: 'closing', process: 'a' },
      { type: 'called', call: 2, process: 'a', what: 'close agent-0' }
    ]
    const died: Fact = { type: 'died', process: 'a' }
    const planned = (facts: Fact[]): string[] =>
      objections(facts, 10_000, allCheckers()).filter((objection) => objection.startsWith('planned moves'))
    expect(planned([asked, ...drained, { type: 'answered', call: 2, value: undefined }, died, lost])).toHaveLength(1)
    expect(planned([asked, ...drained, died, lost])).toEqual([])
  })

  it('an outcome is unknown, or a call waits in vain, though nothing but connections broke', () => {
    const plain = (tame: boolean): readonly Checker[] => checkersFor({ enabled: tame ? [] : ['containers'] })
    const shaken: Fact = { type: 'shaken', process: 'a' }
    const failed = (code: string): Fact => ({ type: 'failed', call: 1, code, message: '' })
    const ended = (code: string): Fact[] => [shaken, called, failed(code)]
    expect(objections(ended('OUTCOME_UNKNOWN'), 10_000, plain(false))).toHaveLength(1)
    expect(objections([{ type: 'died', process: 'a' }, ...ended('OUTCOME_UNKNOWN')], 1, plain(false))).toEqual([])
    expect(objections(ended('START_FAILED'), 10_000, plain(true))).toHaveLength(1)
    expect(objections(ended('START_FAILED'), 10_000, plain(false))).toEqual([])
    const inVain = (meanwhile: Fact): string[] =>
      objections([called, { type: 'healed' }, meanwhile, failed('DEADLINE_EXCEEDED')], 7_501, plain(false))
    expect(inVain(shaken)).toEqual([expect.stringMatching(/^outcomes.*without trouble/)])
    // What moves is waited for
    expect(inVain({ type: 'draining', process: 'a' })).toEqual([])
  })

  it('a reference does not work again after the heal', () => {
    const unusable: Fact = { type: 'unusable', process: 'c', uuid: 'u', afterMs: 15_000, cause: 'gone' }
    expect(objections([unusable])).toEqual([expect.stringMatching(/^healing.*15000 ms/)])
  })

  it.each<[string, Fact[], string]>([
    ['an item is left out', [{ type: 'stream-item', stream: 1, instance: 1, number: 1 }], 'item 1 of 1 came'],
    ['an item comes from another activation', [{ type: 'stream-item', stream: 1, instance: 2, number: 0 }], 'item 0'],
    ['a container hears an item twice', heard(0, 0), 'heard 0 after 1'],
    ['a stream is begun twice', [begun], 'begun twice'],
    ['a stream ends well and is not whole', [streamEnded('whole')], '0 items of 2'],
    ['a stream ends twice', [streamEnded('left'), streamEnded('left')], 'ended twice'],
    ['a refused stream was begun', [streamEnded('UNAVAILABLE')], 'told UNAVAILABLE'],
    ['a container goes on with what is over', [streamEnded('left'), quiet], 'goes on with stream 1']
  ])('%s', (_name, facts, message) => {
    const asked: Fact = { type: 'streaming', stream: 1, count: 2 }
    const objected = objections([created(1, 'a'), asked, begun, ...facts])
    expect(objected).toEqual([expect.stringContaining(message)])
    expect(objected[0]).toMatch(/^streams: /)
  })
})

function heard(...numbers: number[]): Fact[] {
  return numbers.map((number) => ({ type: 'stream-heard', stream: 1, number }))
}

function streamEnded(how: string): Fact {
  return { type: 'stream-ended', stream: 1, how }
}
