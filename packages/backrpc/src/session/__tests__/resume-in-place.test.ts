// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import type { Frames } from '../../wire/frames'
import { Body } from '../../wire/body'
import { protocol2 } from '../../wire/version'
import type { ClientEffect } from '../client-effects'
import { ClientSession } from '../client-session'
import type { Conversation } from '../conversation'
import type { Execution } from '../conversation-effects'
import type { ServerEffect } from '../server-effects'
import { ServerSessions } from '../server-sessions'
import { defaultSessionLimits } from '../session-limits'
import { decode } from '../../wire/codec'

const peer = 'address'
const asked = { method: 'm', body: Body.of(null), tag: 'asked', resend: false, early: false, timeoutMs: 0 }

/** A client and a server joined by two lines: nothing is lost on them, and each side reads when told to. */
class Pair {
  readonly clientEffects: ClientEffect<string>[] = []
  readonly serverEffects: ServerEffect<string>[] = []
  readonly client: ClientSession<string>
  readonly server: ServerSessions<string>
  private readonly toServer: Frames[] = []
  private readonly toClient: Frames[] = []
  private sessions = 0

  constructor() {
    const times = {
      pingIntervalMs: 1000,
      tickMs: 50,
      aliveTimeoutMs: 3000,
      limits: defaultSessionLimits,
      protocol: protocol2
    }
    this.client = new ClientSession({ ...times, clientId: 'c', where: 'here' }, this.clientEffects)
    const newSessionId = (): string => `s/${++this.sessions}`
    this.server = new ServerSessions({ ...times, serverId: 's', newSessionId }, this.serverEffects)
  }

  clientWrites(): void {
    write(this.client.conversation, this.toServer)
  }

  serverReads(now: number): void {
    this.clientWrites()
    for (const frames of this.toServer.splice(0)) this.server.receive(peer, decode(frames), now)
    const session = this.server.get('c')
    if (session !== undefined) write(session.conversation, this.toClient)
  }

  clientReads(now: number): void {
    const session = this.server.get('c')
    if (session !== undefined) write(session.conversation, this.toClient)
    for (const frames of this.toClient.splice(0)) this.client.receive(decode(frames), now)
  }

  open(): void {
    this.client.connected(0)
    this.serverReads(0)
    this.clientReads(0)
    this.client.registered(1)
    expect(this.client.state).toBe('open')
  }

  askClient(now: number): void {
    expect(this.server.request('c', asked, now)).not.toBeInstanceOf(NetworkError)
  }

  /** What the client was given to execute. */
  get executions(): Execution<string>[] {
    return this.clientEffects.flatMap((effect) => (effect.kind === 'execute' ? [effect.execution] : []))
  }

  /** What the server was given to execute. */
  get executedThere(): number {
    return this.serverEffects.filter(({ kind }) => kind === 'execute').length
  }
}

function write({ outbox }: Conversation<string>, line: Frames[]): void {
  for (let next = outbox.peek(0); next !== undefined; next = outbox.peek(0)) {
    outbox.sent(next)
    line.push(next.frames)
  }
}

describe('session resumed on a connection that stood all the while', () => {
  it('executes and answers, once, what reached the client while it said hello again', () => {
    const pair = new Pair()
    pair.open()
    // The server says nothing for longer than the alive timeout: the client says hello, and waits for the answer.
    pair.client.checkAlive(4000)
    expect(pair.client.state).toBe('greeting')
    pair.askClient(4001)
    pair.clientReads(4001)
    expect(pair.executions).toHaveLength(0)

    pair.serverReads(4002)
    pair.clientReads(4003)
    expect(pair.client.state).toBe('open')
    expect(pair.executions).toHaveLength(1)
    pair.client.conversation.answer(pair.executions[0], 'answer', pair.clientEffects)
    pair.serverReads(4004)
    const answers = pair.serverEffects.flatMap((effect) => (effect.kind === 'answered' ? [effect.body.value] : []))
    expect(answers).toEqual(['answer'])
  })

  it('asks again a client whose first hello was answered twice', () => {
    const pair = new Pair()
    pair.client.connected(0)
    pair.serverReads(0)
    pair.askClient(1)
    pair.client.advance(1000)
    pair.clientWrites()
    // The answer to the first hello and the request are on their way, as is the second hello.
    pair.clientReads(1001)
    expect(pair.client.state).toBe('greeting')
    pair.serverReads(1002)
    pair.clientReads(1003)
    expect(pair.client.state).toBe('registering')
    expect(pair.executions).toHaveLength(1)
  })

  it('is over when an answer to an earlier hello says otherwise: nothing is sent that would run again in the next', () => {
    const pair = new Pair()
    pair.open()
    expect(pair.client.request(asked, 100)).not.toBeInstanceOf(NetworkError)
    pair.serverReads(100)
    expect(pair.executedThere).toBe(1)

    // Two hellos without an answer; that to the first comes when the session has ended, and before that to the second.
    pair.client.checkAlive(4000)
    pair.serverReads(4000)
    pair.client.advance(5000)
    pair.clientWrites()
    pair.server.end('c', true)
    pair.clientReads(9000)
    expect(pair.client.state).toBe('greeting')
    pair.serverReads(9001)
    pair.clientReads(9002)
    expect(pair.client.state).toBe('registering')
    pair.client.registered(2)
    pair.serverReads(9003)
    expect(pair.executedThere).toBe(1)
    const failures = pair.clientEffects.flatMap((effect) => (effect.kind === 'failed' ? [effect.error.code] : []))
    expect(failures).toEqual(['OUTCOME_UNKNOWN'])
  })
})
