// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Backlog } from '../../session/backlog'
import { Outbox } from '../../session/outbox'
import { RequestTable } from '../../session/request-table'
import { StreamTable } from '../../session/stream-table'
import { defaultSessionLimits } from '../../session/session-limits'
import type { SendResult } from '../../transport/transport'
import { Body } from '../../wire/body'
import { decode } from '../../wire/codec'
import { EventMessage } from '../../wire/event-message'
import type { Frames } from '../../wire/frames'
import { pass, pump } from '../pump'

describe('an event that nothing waits before', () => {
  const event = new EventMessage(Body.of('event'))
  let outbox: Outbox<string>
  let result: SendResult
  let left: string[]
  const send = (frames: Frames): SendResult => {
    if (result === 'sent') left.push(decode(frames).kind)
    return result
  }

  beforeEach(() => {
    result = 'sent'
    left = []
    outbox = new Outbox(
      new RequestTable<string>('c', defaultSessionLimits),
      new Backlog(defaultSessionLimits, true),
      new StreamTable(1)
    )
    outbox.gate = 'open'
  })

  it('leaves at once, and counts as sent', () => {
    expect(pass(outbox, event, send)).toBe(true)
    expect(left).toEqual(['event'])
    outbox.backlog.resume(0)
    expect(outbox.peek(0)).toBeDefined()
    pump(outbox, 0, send)
    expect(left).toEqual(['event', 'event'])
  })

  it('waits behind an answer, behind what opens a session, and behind a notice', () => {
    outbox.backlog.pushAnswer({ kind: 'response', id: 1, body: Body.of(1) }, 1)
    expect(pass(outbox, event, send)).toBe(false)
    pump(outbox, 0, send)
    outbox.setControl({ kind: 'ping' })
    expect(pass(outbox, event, send)).toBe(false)
    pump(outbox, 0, send)
    pass(outbox, event, send)
    outbox.backlog.resume(0)
    expect(pass(outbox, event, send)).toBe(false)
    expect(left).toEqual(['response', 'ping', 'event'])
  })

  it('waits while the transport takes nothing, and while nothing may leave', () => {
    result = 'full'
    expect(pass(outbox, event, send)).toBe(false)
    result = 'gone'
    expect(pass(outbox, event, send)).toBe(false)
    result = 'sent'
    outbox.gate = 'control'
    expect(pass(outbox, event, send)).toBe(false)
    outbox.shut()
    expect(pass(outbox, event, send)).toBe(false)
    expect(left).toEqual([])
  })
})
