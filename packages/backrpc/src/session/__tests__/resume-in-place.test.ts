// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { encodePayload } from '../../wire/payload'
import { ClientSession, type ClientEffect } from '../client-session'
import type { Conversation, Execution } from '../conversation'
import type { ServerEffect } from '../server-effects'
import { ServerSessions } from '../server-sessions'
import { defaultSessionLimits } from '../session-limits'

const peer = 'address'

/** A client and a server joined by two lists: nothing is lost between them, and each reads when told to. */
function pair(): {
  readonly client: ClientSession<string>
  readonly server: ServerSessions<string>
  readonly clientEffects: ClientEffect<string>[]
  readonly serverEffects: ServerEffect<string>[]
  toServer(now: number): void
  toClient(now: number): void
} {
  const clientEffects: ClientEffect<string>[] = []
  const serverEffects: ServerEffect<string>[] = []
  const times = { pingIntervalMs: 1000, tickMs: 50, aliveTimeoutMs: 3000, limits: defaultSessionLimits }
  let sessions = 0
  const server = new ServerSessions<string>(
    { ...times, serverId: 's', newSessionId: () => `s/${++sessions}` },
    serverEffects
  )
  const client = new ClientSession<string>({ ...times, clientId: 'c', where: 'here' }, clientEffects)
  const drain = ({ outbox }: Conversation<string>, read: (frames: readonly Uint8Array[]) => void): void => {
    for (let next = outbox.peek(); next !== undefined; next = outbox.peek()) {
      outbox.sent(next)
      read(next.frames)
    }
  }
  return {
    client,
    server,
    clientEffects,
    serverEffects,
    toServer: (now) => drain(client.conversation, (frames) => server.receive(peer, frames, now)),
    toClient: (now) => {
      const session = server.get('c')
      if (session !== undefined) drain(session.conversation, (frames) => client.receive(frames, now))
    }
  }
}

describe('session resumed on a connection that stood all the while', () => {
  it('answers the request that reached the client while it said hello again', () => {
    const { client, server, clientEffects, serverEffects, toServer, toClient } = pair()
    client.connected(0)
    toServer(0)
    toClient(0)
    client.registered(1)

    // The server says nothing for longer than the alive timeout: the client says hello, and waits for the answer.
    client.checkAlive(4000)
    expect(client.state).toBe('greeting')

    // What the server had to ask comes first.
    const asked = { method: 'm', payload: encodePayload(['m', null]), tag: 'asked', resend: false, timeoutMs: 0 }
    expect(server.request('c', asked, 4001)).toBeUndefined()
    toClient(4001)
    const executions = (): Execution<string>[] =>
      clientEffects.flatMap((effect) => (effect.kind === 'execute' ? [effect.execution] : []))
    expect(executions()).toHaveLength(1)
    client.conversation.answer(executions()[0], 'answer', clientEffects)

    toServer(4002)
    toClient(4003)
    toServer(4004)
    expect(client.state).toBe('open')
    const answered = serverEffects.flatMap((effect) => (effect.kind === 'answered' ? [effect.result] : []))
    expect(answered).toEqual(['answer'])
    expect(executions()).toHaveLength(1)
  })
})
