// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Fact } from '@hcengineering/network-simulation'
import { Owners } from '../owners'

const created = (instance: number, process: string): Fact => ({
  type: 'created',
  instance,
  uuid: 'c',
  kind: 'watched',
  process,
  stateless: false
})
const executed = (request: number, instance: number, counter: number): Fact => ({
  type: 'executed',
  request,
  instance,
  client: 'client-1',
  token: { epoch: 1, counter }
})

/** What is wrong with these facts; each comes from the process before it. */
function faultsOf(owners: Owners, ...facts: [string, Fact][]): string[] {
  const faults: string[] = []
  facts.forEach(([from, fact], at) => {
    const written = { ...fact, at, from }
    owners.see(written, (message) => faults.push(message))
  })
  return faults
}

/** Stopped, replaced by a2, awake again. */
const replaced: [string, Fact][] = [
  ['a1', created(1, 'a1')],
  ['a1', executed(10, 1, 1)],
  ['runner', { type: 'unreachable', process: 'a1' }],
  ['a2', created(2, 'a2')],
  ['a2', executed(11, 2, 2)],
  ['runner', { type: 'reachable', process: 'a1' }]
]

describe('Owners', () => {
  it('excuses the one request in which a process was stopped', () => {
    const owners = new Owners()
    expect(faultsOf(owners, ...replaced, ['a1', executed(12, 1, 1)])).toEqual([])
    expect([...owners.caught]).toEqual([[12, 'a1']])
  })

  it('excuses no second one', () => {
    expect(faultsOf(new Owners(), ...replaced, ['a1', executed(12, 1, 1)], ['a1', executed(13, 1, 1)])).toHaveLength(1)
  })

  it('excuses none after the process has done something else', () => {
    const other: Fact = { type: 'disconnected', instance: 1, client: 'client-1' }
    expect(faultsOf(new Owners(), ...replaced, ['a1', other], ['a1', executed(12, 1, 1)])).toHaveLength(1)
  })

  it('does not excuse its answer', () => {
    const answered: Fact = { type: 'answered', call: 12, value: 'a1' }
    expect(faultsOf(new Owners(), ...replaced, ['a1', executed(12, 1, 1)], ['client-1', answered])).toHaveLength(1)
  })

  it('excuses nobody who was not stopped', () => {
    const [first, second, , third, fourth] = replaced
    expect(faultsOf(new Owners(), first, second, third, fourth, ['a1', executed(12, 1, 1)])).toHaveLength(1)
  })
})
