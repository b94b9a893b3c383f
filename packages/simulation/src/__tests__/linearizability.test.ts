// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Linearizability } from '../checkers/linearizability'
import type { Fact } from '@hcengineering/network-testing/kernel'

const unheld = 'nobody holds it'

const created = (instance: number, process: string): Fact => ({
  type: 'created',
  instance,
  uuid: 'u',
  kind: 'room',
  process,
  stateless: false
})

const activated = (instance: number, counter: number): Fact => ({
  type: 'activated',
  instance,
  token: { epoch: 1, counter }
})

const executed = (instance: number, counter: number): Fact => ({
  type: 'executed',
  request: 0,
  instance,
  client: 'c#1',
  token: { epoch: 1, counter }
})

let calls = 0

const get = (client: string, agent: string, counter?: number): [Fact, Fact] => {
  const call = ++calls
  const token = counter === undefined ? {} : { token: { epoch: 1, counter } }
  const called: Fact = { type: 'called', call, process: client, what: 'get' }
  return [called, { type: 'held', process: client, client, uuid: 'u', call, agent, ...token }]
}

const released = (client: string): Fact => ({ type: 'released', process: client, client, uuid: 'u' })
const terminating = (instance: number, reason: string): Fact => ({ type: 'terminating', instance, reason })

/** What is said of facts at 1, 2, 3, … s. */
function said(facts: readonly Fact[], checker: Linearizability = new Linearizability()): string[] {
  const messages: string[] = []
  const all: Fact[] = [{ type: 'started', process: 'c#1' }, ...facts, { type: 'healed' }]
  all.forEach((fact, i) => checker.see({ ...fact, at: i * 1000 }, (message) => messages.push(message)))
  return messages
}

describe('Linearizability', () => {
  const moved = [created(1, 'a-0#1'), activated(1, 1), created(2, 'a-1#1'), activated(2, 2)]

  it('takes a container that moves', () => {
    expect(said([...moved, ...get('c#1', 'a-1'), executed(2, 2), ...get('d#1', 'a-1')])).toEqual([])
  })

  it('takes gets by tokens that grow, and those of any activation of an agent that say none', () => {
    const again = [created(3, 'a-1#1'), activated(3, 3)]
    expect(said([...moved, ...get('c#1', 'a-1', 2), ...again, ...get('d#1', 'a-1', 3)])).toEqual([])
    expect(said([...moved, ...again, executed(3, 3), ...get('c#1', 'a-1')])).toEqual([])
  })

  it('names the get that has an older activation of the same agent', () => {
    const again = [created(3, 'a-1#1'), activated(3, 3)]
    expect(said([...moved, ...again, executed(3, 3), ...get('c#1', 'a-1', 2)])).toEqual([
      expect.stringMatching(/c#1 gets it on a-1 by token 1\/2/)
    ])
  })

  it('names the get of an activation that nobody has begun', () => {
    expect(said([...moved, ...get('c#1', 'a-1', 7)])).toEqual([expect.stringMatching(/by token 1\/7/)])
  })

  it('names the get that has an older activation, and who had seen a newer one', () => {
    expect(said([...moved, executed(2, 2), ...get('c#1', 'a-0')])).toEqual([
      'u: these have no order, and any of them left out the rest has one:\n' +
        '  5000.000: instance 2 on a-1 serves by token 1/2\n' +
        '  6000.000 to 7000.000: c#1 gets it on a-0'
    ])
  })

  it('does not know of two activations on one agent which a get has', () => {
    const twice = [created(1, 'a-0#1'), activated(1, 1), created(2, 'a-0#1'), activated(2, 2)]
    expect(said([...twice, executed(2, 2), ...get('c#1', 'a-0')])).toEqual([])
  })

  it('wants what is ended for want of holders to have none, unless they were away', () => {
    const held = [created(1, 'a-0#1'), activated(1, 1), ...get('c#1', 'a-0')]
    const away: Fact = { type: 'unreachable', process: 'c#1' }
    expect(said([...held, terminating(1, unheld)])).toHaveLength(1)
    expect(said([...held, terminating(1, 'its agent closes')])).toEqual([])
    expect(said([...held, released('c#1'), terminating(1, unheld)])).toEqual([])
    expect(said([...held, away, terminating(1, unheld)])).toEqual([])
    expect(said([...held, { ...away, process: 'coordinator' }, terminating(1, unheld)])).toEqual([])
    expect(said([...held, terminating(1, unheld)], new Linearizability(false))).toEqual([])
  })

  it('excuses nobody who was away and has been back for long', () => {
    const back: Fact[] = ['unreachable', 'reachable'].map((type) => ({ type, process: 'c#1' }) as Fact)
    const later = Array.from({ length: 12 }, () => executed(1, 1))
    const held = [created(1, 'a-0#1'), activated(1, 1), ...get('c#1', 'a-0')]
    expect(said([...held, ...back, ...later, terminating(1, unheld)])).toHaveLength(1)
    expect(said([...held, ...back, terminating(1, unheld)])).toEqual([])
  })

  it('knows that a get has none that was ended before it began', () => {
    const ended = [created(1, 'a-0#1'), activated(1, 1), terminating(1, unheld)]
    expect(said([...ended, ...get('c#1', 'a-0')])).toHaveLength(1)
  })
})
