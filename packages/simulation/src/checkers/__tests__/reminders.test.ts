// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Fact } from '@hcengineering/network-testing/kernel'
import { healsWithinMs } from '../healing'
import { Reminders } from '../reminders'

const created = (instance: number, uuid: string = 'u'): Fact => ({
  type: 'created',
  instance,
  uuid,
  kind: 'k',
  process: 'a',
  stateless: false
})
const set: Fact = { type: 'reminder-set', name: 'r', uuid: 'u', dueAt: 2_000 }
const reminded = (instance: number): Fact => ({ type: 'reminded', name: 'r', instance })
const quiet: Fact = {
  type: 'quiet',
  view: {
    counted: new Map(),
    wanted: new Map(),
    booked: new Map(),
    coordinator: [],
    agents: [],
    living: [],
    connected: [],
    pending: []
  }
}

/** What is said of facts at their times, in ms. */
function said(...facts: readonly (readonly [at: number, fact: Fact])[]): string[] {
  const checker = new Reminders()
  const messages: string[] = []
  for (const [at, fact] of facts) checker.see({ ...fact, at }, (message) => messages.push(message))
  return messages
}

describe('Reminders', () => {
  it('take one that comes when it is due, again perhaps, and to a later copy', () => {
    const facts: [number, Fact][] = [
      [0, created(1)],
      [500, set],
      [1_000, created(2)],
      [2_001, reminded(2)],
      [2_500, reminded(2)],
      [40_000, quiet]
    ]
    expect(said(...facts)).toEqual([])
  })

  it('object to one that never comes', () => {
    expect(said([0, created(1)], [500, set], [40_000, quiet])).toEqual(['r, due at 2000, never came'])
  })

  it('expect none that was not acknowledged', () => {
    expect(said([0, created(1)], [40_000, quiet])).toEqual([])
    expect(said([0, created(1)], [1_000, reminded(1)], [40_000, quiet])).toEqual([])
  })

  it('object to one that comes before its time, by more than clocks go wrong, and before it is acknowledged too', () => {
    const early = 'r, due at 2000, came at 1900'
    expect(said([0, created(1)], [500, set], [1_900, reminded(1)])).toEqual([early])
    expect(said([0, created(1)], [1_900, reminded(1)], [1_950, set])).toEqual([early])
    expect(said([0, created(1)], [500, set], [1_990, reminded(1)])).toEqual([])
  })

  it('object to one that comes to another container', () => {
    expect(said([0, created(1)], [0, created(2, 'v')], [500, set], [2_000, reminded(2)])).toEqual(['r of u came to v'])
  })

  it('object to one that comes too late after the heal, and to no late one before', () => {
    const late = 5_000 + healsWithinMs + 1
    expect(said([0, created(1)], [500, set], [5_000, { type: 'healed' }], [late, reminded(1)])).toEqual([
      `r, due at 2000, came as late as ${late}`
    ])
    expect(said([0, created(1)], [500, set], [19_000, reminded(1)])).toEqual([])
  })
})
