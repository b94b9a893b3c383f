// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Conversation } from '../../session/conversation'
import { Gatekeeper, type HeldEvent } from '../gatekeeper'

const conversation = { peer: 'c', ended: false } as Conversation<string>

describe('gatekeeper', () => {
  const told: unknown[] = []
  let gatekeeper: Gatekeeper<string>
  let handled: () => void
  let until: Promise<void>

  beforeEach(() => {
    told.length = 0
    gatekeeper = new Gatekeeper(1_000, ({ peer }, lost) => told.push(`${peer} lost ${lost}`))
    until = new Promise((resolve) => (handled = resolve))
    gatekeeper.hold(conversation, until)
  })

  const event = (name: string, bytes: number): HeldEvent => ({ bytes, lost: 1, enter: () => told.push(name) })
  const gap = (lost: number | 'unknown'): HeldEvent => ({ bytes: 0, lost, enter: () => told.push(`gap of ${lost}`) })

  it('holds back so many bytes of events, and tells in their place how many it dropped', async () => {
    gatekeeper.passEvent(conversation, event('a', 300))
    gatekeeper.passEvent(conversation, event('too large', 300))
    gatekeeper.passEvent(conversation, event('too large', 300))
    gatekeeper.passEvent(conversation, event('b', 0))
    gatekeeper.pass(conversation, () => told.push('request'))
    for (let n = 0; n < 10_000; n++) gatekeeper.passEvent(conversation, event('too many', 0))
    handled()
    await until
    expect(told).toEqual(['a', 'c lost 2', 'b', 'request', 'c lost 10000'])
  })

  it('counts what a peer says it lost, which it may say without end', async () => {
    gatekeeper.passEvent(conversation, event('a', 700))
    for (let n = 0; n < 3; n++) gatekeeper.passEvent(conversation, gap(5))
    gatekeeper.pass(conversation, () => told.push('request'))
    gatekeeper.passEvent(conversation, gap('unknown'))
    gatekeeper.passEvent(conversation, event('late', 0))
    handled()
    await until
    expect(told).toEqual(['a', 'c lost 15', 'request', 'c lost unknown'])
  })

  it('holds nothing back of others, nor afterwards', async () => {
    gatekeeper.passEvent({ ...conversation } as Conversation<string>, event('other', 5_000))
    handled()
    await until
    gatekeeper.passEvent(conversation, event('after', 5_000))
    expect(told).toEqual(['other', 'after'])
  })
})
