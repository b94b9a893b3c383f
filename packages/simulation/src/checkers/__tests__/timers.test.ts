// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Fact } from '@hcengineering/network-testing/kernel'
import { Timers } from '../timers'

const created = (instance: number, uuid: string = 'u'): Fact => ({
  type: 'created',
  instance,
  uuid,
  kind: 'k',
  process: 'a',
  stateless: false
})
const token = (counter: number): { epoch: number; counter: number } => ({ epoch: 1, counter })
const executed = (instance: number, counter: number = instance): Fact => ({
  type: 'executed',
  request: 1,
  instance,
  client: 'c',
  token: token(counter)
})
const ticked = (instance: number, counter: number = instance): Fact => ({
  type: 'ticked',
  instance,
  token: token(counter)
})
const terminating = (instance: number): Fact => ({ type: 'terminating', instance })

function said(facts: readonly Fact[], checker: Timers = new Timers()): string[] {
  const messages: string[] = []
  facts.forEach((fact, at) => checker.see({ ...fact, at }, (message) => messages.push(message)))
  return messages
}

describe('Timers', () => {
  it('take those of the owner, before and after it serves, and of its successor', () => {
    expect(said([created(1), ticked(1), executed(1), ticked(1), created(2), ticked(1), ticked(2)])).toEqual([])
  })

  it('take those of other containers, whatever has ended', () => {
    expect(said([created(1), terminating(1), created(2, 'v'), ticked(2)])).toEqual([])
  })

  it('object to one that fires after a later activation has served, or has fired one', () => {
    const late = ['a timer of instance 1 of u fired after a later activation had served']
    expect(said([created(1), created(2), executed(2), ticked(1)])).toEqual(late)
    expect(said([created(1), created(2), ticked(2), ticked(1)])).toEqual(late)
  })

  it('take one of an earlier owner where two may be for a while', () => {
    const facts = [created(1), created(2), executed(2), ticked(1)]
    expect(said(facts, new Timers(new Set(['k'])))).toEqual([])
    expect(said(facts, new Timers(new Set(['other'])))).toHaveLength(1)
  })

  it('object to one that fires after the end has begun', () => {
    expect(said([created(1), ticked(1), terminating(1), ticked(1)])).toEqual([
      'a timer of instance 1 of u fired after its end had begun'
    ])
  })
})
