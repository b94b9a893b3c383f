// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Fact } from '@hcengineering/network-testing/kernel'
import { TurnsApart } from '../turns'

const created: Fact = {
  type: 'created',
  instance: 1,
  uuid: 't',
  kind: 'teller',
  process: 'agent-0#1',
  stateless: false
}
const begun = (root: number, readOnly = false): Fact => ({ type: 'turn-begun', instance: 1, root, readOnly })
const ended = (root: number): Fact => ({ type: 'turn-ended', instance: 1, root })
const lockedOut = (root: number): Fact => ({ type: 'turn-locked-out', uuid: 't', root, why: 'it waits' })

function failures(calm: boolean, ...facts: Fact[]): string[] {
  const found: string[] = []
  const checker = new TurnsApart(calm)
  for (const fact of [created, ...facts]) checker.see({ ...fact, at: 0 }, (message) => found.push(message))
  return found
}

describe('turns apart', () => {
  it('two turns at a time break the rule', () => {
    expect(failures(false, begun(1), begun(2))).toHaveLength(1)
    expect(failures(false, begun(1, true), begun(2))).toHaveLength(1)
    expect(failures(false, begun(1), ended(1), begun(2))).toEqual([])
  })

  it('read-only ones and those of one call do not', () => {
    expect(failures(false, begun(1, true), begun(2, true))).toEqual([])
    expect(failures(false, begun(1), begun(1), ended(1), ended(1), begun(2))).toEqual([])
    expect(failures(false, begun(1), begun(1), ended(1), begun(2))).toHaveLength(1)
  })

  it('nor does what a container that ends has not finished', () => {
    expect(failures(false, begun(1), { type: 'terminating', instance: 1 }, begun(2))).toEqual([])
  })

  it('who comes back to a turn of its own is let in, as long as nothing happens', () => {
    expect(failures(true, begun(1), lockedOut(1))).toHaveLength(1)
    expect(failures(true, begun(1), ended(1), lockedOut(1))).toEqual([])
    expect(failures(false, begun(1), lockedOut(1))).toEqual([])
  })
})
