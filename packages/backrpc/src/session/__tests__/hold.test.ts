// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { Body } from '../../wire/body'
import type { Message } from '../../wire/message'
import { protocol2 } from '../../wire/version'
import type { ClientEffect } from '../client-effects'
import { ClientSession } from '../client-session'
import { defaultSessionLimits } from '../session-limits'

const asked = { method: 'm', body: Body.of(null), tag: 'asked', resend: false, early: false, timeoutMs: 0 }
const lost = new NetworkError('UNAVAILABLE', 'lost')

/** A session that is open. */
function opened(
  inFlight: () => number | undefined = () => undefined,
  effects: ClientEffect<string>[] = []
): ClientSession<string> {
  const times = { pingIntervalMs: 1000, tickMs: 50, aliveTimeoutMs: 60_000, limits: defaultSessionLimits, inFlight }
  const session = new ClientSession<string>({ ...times, protocol: protocol2, clientId: 'c', where: 'here' }, effects)
  connect(session, 's1', 0)
  return session
}

function connect(session: ClientSession<string>, id: string, now: number): void {
  session.connected(now)
  const hello: Message = { kind: 'hello', id: 'server', fields: { session: id, protocol: protocol2 } }
  session.receive(hello, now)
  for (const generation of [1, 2]) session.registered(generation)
  expect(session.state).toBe('open')
}

/** Sends what may leave; answers how many requests were among it. */
function pumped(session: ClientSession<string>, now: number): number {
  const { outbox } = session.conversation
  let requests = 0
  for (let next = outbox.peek(now); next !== undefined; next = outbox.peek(now)) {
    if (next.request !== undefined) requests++
    outbox.sent(next)
  }
  return requests
}

function ask(session: ClientSession<string>, now: number): void {
  expect(session.request({ ...asked }, now)).not.toBeInstanceOf(NetworkError)
}

describe('a client whose server is about to go', () => {
  it('keeps its requests for the next session', () => {
    const session = opened()
    session.hold(1_000, 10)
    ask(session, 20)
    expect(pumped(session, 20)).toBe(0)
    session.disconnected(lost, 30)
    connect(session, 's2', 40)
    expect(pumped(session, 40)).toBe(1)
  })

  it('sends them when the server has not gone in time', () => {
    const session = opened()
    session.hold(1_000, 10)
    ask(session, 20)
    expect(session.nextDeadline()).toBeLessThanOrEqual(1_010)
    session.advance(1_009)
    expect(pumped(session, 1_009)).toBe(0)
    session.advance(1_010)
    expect(pumped(session, 1_010)).toBe(1)
  })

  it('sends what is asked while it answers a request of the server, where that excuses it', () => {
    const effects: ClientEffect<string>[] = []
    const session = opened(undefined, effects)
    session.hold(1_000, 10, 'asked')
    ask(session, 20)
    expect(pumped(session, 20)).toBe(0)
    session.receive({ kind: 'request', id: 0, method: 'm', body: Body.of(null), timeoutMs: 0 }, 30)
    ask(session, 40)
    expect(pumped(session, 40)).toBe(2)
    const running = effects.find((effect) => effect.kind === 'execute')
    if (running?.kind === 'execute') session.conversation.answer(running.execution, 'done', effects)
    ask(session, 50)
    expect(pumped(session, 50)).toBe(0)
    session.receive({ kind: 'request', id: 1, method: 'm', body: Body.of(null), timeoutMs: 0 }, 60)
    session.hold(1_000, 60)
    expect(pumped(session, 60)).toBe(0)
  })

  it('sends what is asked while its process is at anything, where that excuses it', () => {
    let inFlight = 0
    const session = opened(() => inFlight)
    session.hold(1_000, 10, 'busy')
    ask(session, 20)
    session.receive({ kind: 'request', id: 0, method: 'm', body: Body.of(null), timeoutMs: 0 }, 30)
    expect(pumped(session, 30)).toBe(0)
    inFlight = 1
    expect(pumped(session, 40)).toBe(1)
  })

  it('asks for no time of its own once it says hello again', () => {
    const session = opened()
    session.hold(1_000, 10)
    session.receive({ kind: 'sayHello' }, 20)
    session.advance(1_010)
    expect(session.nextDeadline()).toBeGreaterThan(1_010)
  })

  it('holds nothing back where there is no session', () => {
    const session = opened()
    session.disconnected(lost, 10)
    session.hold(1_000, 20)
    connect(session, 's2', 30)
    ask(session, 40)
    expect(pumped(session, 40)).toBe(1)
  })
})
