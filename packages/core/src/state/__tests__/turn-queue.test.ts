// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerUuid } from '../../api/identifiers'
import type { CallChain } from '../../api/turns'
import { TurnQueue, type Begun, type Turn, type TurnCall } from '../turn-queue'
import { Random } from './random'

interface Call extends TurnCall {
  readonly name: string
}

const chainOf = (...turns: string[]): CallChain =>
  turns.map((turn) => ({ uuid: 'a' as ContainerUuid, operation: 'op', turn }))

const write = (name: string, ...turns: string[]): Call => {
  return { name, operation: name, readOnly: false, chain: chainOf(...turns), waiting: false }
}
const read = (name: string, ...turns: string[]): Call => ({ ...write(name, ...turns), readOnly: true })

function newQueue(most: number = 100): TurnQueue<Call> {
  let id = 0
  return new TurnQueue<Call>(most, () => `t${id++}`)
}

const names = (begun: readonly Begun<Call>[]): string[] => begun.map(({ call }) => call.name)

/** Enters what must run at once. */
function run(queue: TurnQueue<Call>, call: Call): Turn {
  const admission = queue.enter(call, 0)
  if (admission.kind !== 'runs') throw new Error(`${call.name} ${admission.kind}`)
  return admission.turn
}

const kind = (queue: TurnQueue<Call>, call: Call): string => queue.enter(call, 0).kind

describe('TurnQueue', () => {
  it('one turn at a time, in the order in which they came', () => {
    const queue = newQueue()
    const first = run(queue, write('w1'))
    expect([kind(queue, write('w2')), kind(queue, write('w3'))]).toEqual(['waits', 'waits'])
    const [second] = queue.leave(first, 1)
    expect([second.call.name, second.turn.since]).toEqual(['w2', 1])
    expect(names(queue.leave(second.turn, 2))).toEqual(['w3'])
  })

  it('what is read-only runs together, and overtakes no turn that waits', () => {
    const queue = newQueue()
    const [r1, r2] = [run(queue, read('r1')), run(queue, read('r2'))]
    expect([kind(queue, write('w1')), kind(queue, read('r3')), kind(queue, read('r4'))]).toEqual([
      'waits',
      'waits',
      'waits'
    ])
    expect(kind(queue, write('w2'))).toBe('waits')
    expect(names(queue.leave(r1, 1))).toEqual([])
    const [w1] = queue.leave(r2, 1)
    expect(w1.call.name).toBe('w1')
    const readers = queue.leave(w1.turn, 2)
    expect(names(readers)).toEqual(['r3', 'r4'])
    expect(names(queue.leave(readers[0].turn, 3))).toEqual([])
    expect(names(queue.leave(readers[1].turn, 3))).toEqual(['w2'])
  })

  it('who leaves the queue lets those behind it begin', () => {
    const queue = newQueue()
    run(queue, read('r1'))
    const waiting = write('w1')
    queue.enter(waiting, 0)
    queue.enter(read('r2'), 0)
    expect(names(queue.withdraw(waiting, 1))).toEqual(['r2'])
    expect(queue.withdraw(waiting, 1)).toEqual([])
    expect(queue.waiting).toBe(0)
  })

  it('a call made in a turn that runs belongs to it, and the turn ends with the last of them', () => {
    const queue = newQueue()
    const turn = run(queue, write('w1'))
    queue.enter(write('w2'), 0)
    expect(queue.enter(write('back', 'elsewhere', turn.id), 0)).toEqual({ kind: 'runs', turn, joined: true })
    expect(names(queue.leave(turn, 1))).toEqual([])
    expect(names(queue.leave(turn, 1))).toEqual(['w2'])
    expect(kind(queue, write('late', turn.id))).toBe('waits')
  })

  it('a read-only turn is called back by what is read-only only', () => {
    const queue = newQueue()
    const turn = run(queue, read('r1'))
    expect(kind(queue, read('back', turn.id))).toBe('runs')
    expect(queue.enter(write('change', turn.id), 0)).toEqual({ kind: 'forbidden', turn })
  })

  it('refuses what is beyond the limit, but not what belongs to a turn that runs', () => {
    const queue = newQueue(1)
    const turn = run(queue, write('w1'))
    expect([kind(queue, write('w2')), kind(queue, write('w3')), kind(queue, write('back', turn.id))]).toEqual([
      'waits',
      'full',
      'runs'
    ])
    const none = newQueue(0)
    run(none, write('w1'))
    expect(kind(none, write('w2'))).toBe('full')
  })

  it('gives back all who wait', () => {
    const queue = newQueue()
    const turn = run(queue, write('w1'))
    const [second, third] = [write('w2'), write('w3')]
    for (const call of [second, third]) queue.enter(call, 0)
    queue.withdraw(second, 0)
    expect(queue.takeWaiting()).toEqual([third])
    expect(queue.leave(turn, 1)).toEqual([])
    expect(queue.waiting).toBe(0)
  })

  it('keeps nothing of those who came and went while one turn ran', () => {
    const queue = newQueue()
    run(queue, write('w1'))
    for (let n = 0; n < 10_000; n++) {
      const call = write(`w${n}`)
      queue.enter(call, 0)
      queue.withdraw(call, 0)
    }
    expect((queue as unknown as { calls: unknown[] }).calls.length).toBeLessThan(100)
  })

  it.each(Array.from({ length: 15 }, (_, seed) => seed))('keeps its rules whatever comes (seed %i)', (seed) => {
    const random = new Random(seed)
    const queue = newQueue(8)
    const running = new Map<Call, Turn>()
    const order: Call[] = []
    const begin = (begun: readonly Begun<Call>[]): void => {
      for (const { call, turn } of begun) {
        // Whoever begins was the first that waited
        expect(order.shift()).toBe(call)
        running.set(call, turn)
      }
    }
    for (let step = 0; step < 400; step++) {
      const choice = random.below(10)
      if (choice < 5) {
        const within = choice === 0 && running.size > 0 ? [random.pick([...running.values()]).id] : []
        const call = (random.chance(0.5) ? read : write)(`c${step}`, ...within)
        const admission = queue.enter(call, step)
        if (admission.kind === 'runs') running.set(call, admission.turn)
        if (admission.kind === 'waits') order.push(call)
        expect(admission.kind === 'forbidden').toBe(within.length > 0 && !call.readOnly && onlyReads(running))
      } else if (choice < 9 && running.size > 0) {
        const call = random.pick([...running.keys()])
        const turn = running.get(call) as Turn
        running.delete(call)
        begin(queue.leave(turn, step))
      } else if (order.length > 0) {
        const [call] = order.splice(random.below(order.length), 1)
        begin(queue.withdraw(call, step))
      }
      const turns = new Set(running.values())
      expect(turns.size <= 1 || onlyReads(running)).toBe(true)
      expect(queue.waiting).toBe(order.length)
      // Somebody waits only for somebody who runs
      expect(order.length === 0 || turns.size > 0).toBe(true)
    }
  })
})

function onlyReads(running: ReadonlyMap<Call, Turn>): boolean {
  return [...running.values()].every(({ readOnly }) => readOnly)
}
