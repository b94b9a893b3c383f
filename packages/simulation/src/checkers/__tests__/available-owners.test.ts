// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { SingleOwner, type Checker, type Fact } from '@hcengineering/network-testing/kernel'
import { AvailableOwners } from '../available-owners'

const created = (instance: number, process: string, kind: string = 'kiosk'): Fact => ({
  type: 'created',
  instance,
  uuid: 'u',
  kind,
  process,
  stateless: false
})
const executed = (instance: number, counter: number = instance): Fact => ({
  type: 'executed',
  request: 1,
  instance,
  client: 'c',
  token: { epoch: 1, counter }
})
const told = (process: string, counter: number): Fact => ({
  type: 'superseded',
  process,
  uuid: 'u',
  token: { epoch: 1, counter }
})
const quiet = (agent: string): Fact => ({
  type: 'quiet',
  view: {
    counted: new Map(),
    wanted: new Map(),
    booked: new Map(),
    coordinator: [],
    agents: [{ uuid: 'u', agent }],
    living: [],
    connected: [],
    pending: []
  }
})

const available = new Set(['kiosk'])

/** What is said of facts at 20, 21, 22, … s. */
function said(facts: readonly Fact[], checker: Checker = new AvailableOwners(available)): string[] {
  const messages: string[] = []
  facts.forEach((fact, i) => checker.see({ ...fact, at: 20_000 + i * 1000 }, (message) => messages.push(message)))
  return messages
}

describe('AvailableOwners', () => {
  const both = [created(1, 'a-0#1'), executed(1), created(2, 'a-1#1'), executed(2)]
  const cut: Fact = { type: 'unreachable', process: 'a-0#1' }
  const mended: Fact = { type: 'reachable', process: 'a-0#1' }

  it('take two while the earlier one is cut off, and shortly after', () => {
    expect(said([cut, ...both, executed(1), mended, executed(1)])).toEqual([])
  })

  it('object to the earlier one when nothing is in its way, or has not been for long', () => {
    const [wrong] = [/^u: instance 1 on a-0#1 serves after the later 2/]
    expect(said([...both, executed(1)])).toEqual([expect.stringMatching(wrong)])
    const idle = Array.from({ length: 11 }, () => executed(2))
    expect(said([cut, ...both, mended, ...idle, executed(1)])).toEqual([expect.stringMatching(wrong)])
  })

  it('object to one of any kind that serves though it was told of a later activation', () => {
    const wrong = ['u: instance 1 on a-0#1 serves, which was told of a later activation']
    expect(said([cut, ...both, told('a-0#1', 2), executed(1)])).toEqual(wrong)
    expect(said([created(1, 'a-0#1', 'room'), told('a-0#1', 2), executed(1)])).toEqual(wrong)
  })

  it('take one that has been started later than what its agent was told of', () => {
    expect(said([...both, told('a-0#1', 2), created(3, 'a-0#1'), executed(3)])).toEqual([])
  })

  it('object to an earlier one that is left at last, unless the latest has ended or its process is gone', () => {
    expect(said([cut, ...both, quiet('a-1')])).toEqual([])
    expect(said([cut, ...both, quiet('a-0')])).toEqual([
      'u: a-0 has it at last, and the latest that served was instance 2 on a-1#1'
    ])
    expect(said([cut, ...both, { type: 'terminating', instance: 2 }, quiet('a-0')])).toEqual([])
    expect(said([cut, ...both, { type: 'died', process: 'a-1#1' }, quiet('a-0')])).toEqual([])
  })

  it('leave every other kind to the rule of the single owner', () => {
    const strict = [created(1, 'a-0#1', 'room'), executed(1), created(2, 'a-1#1', 'room'), executed(2), executed(1)]
    expect(said(strict, new SingleOwner(available))).toHaveLength(1)
    expect(said([...both, executed(1)], new SingleOwner(available))).toEqual([])
  })
})
