// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { decode } from '../../wire/codec'
import { closeFrames, helloFrames, pingFrames, pongFrames } from '../../wire/protocol-1'
import { protocol1 } from '../../wire/version'
import type { ClientEffect } from '../client-effects'
import { ClientSession } from '../client-session'
import type { ServerEffect } from '../server-effects'
import { ServerSessions } from '../server-sessions'
import { defaultSessionLimits } from '../session-limits'

const times = {
  pingIntervalMs: 1_000,
  tickMs: 50,
  aliveTimeoutMs: 3_000,
  limits: defaultSessionLimits,
  protocol: protocol1
}

/** A client that a server of that epoch has welcomed. */
function welcomed(epoch?: number): { client: ClientSession<string>; effects: ClientEffect<string>[] } {
  const effects: ClientEffect<string>[] = []
  const client = new ClientSession<string>({ ...times, clientId: 'c', where: 'host:1' }, effects)
  client.connected(0)
  client.receive(decode(helloFrames('s', { session: 's/1', resumed: false, epoch })), 0)
  client.registered(1)
  effects.length = 0
  return { client, effects }
}

function newServer(epochFor?: (known: number | undefined) => number): {
  server: ServerSessions<string>
  effects: ServerEffect<string>[]
} {
  const effects: ServerEffect<string>[] = []
  const server = new ServerSessions<string>({ ...times, serverId: 's', newSessionId: () => 's/1', epochFor }, effects)
  return { server, effects }
}

const hello = (id: string, fields: object = {}): ReturnType<typeof decode> =>
  decode(helloFrames(id, { aliveTimeout: 3, session: '', ...fields }))

describe('a client learns what the server is known to have heard', () => {
  it('of the ping that a pong answers, by when that was sent', () => {
    const { client, effects } = welcomed()
    client.receive(decode(pongFrames('s', 0, 1_500)), 2_000)
    expect(effects).toEqual([{ kind: 'confirmed', sentAt: 1_500 }])
  })

  it.each([
    ['of another server', pongFrames('t', 0, 1_500)],
    ['that says nothing of it, as those of 0.7', pongFrames('s')],
    ['from the future', pongFrames('s', 0, 2_001)]
  ])('not from a pong %s', (_, frames) => {
    const { client, effects } = welcomed()
    client.receive(decode(frames), 2_000)
    expect(effects.filter(({ kind }) => kind === 'confirmed')).toEqual([])
  })

  it('a server gives back what the ping said', () => {
    const { server } = newServer()
    server.receive('peer', hello('c'), 0)
    server.receive('peer', decode(pingFrames(0, 1_234)), 10)
    const { outbox } = server.get('c')?.conversation ?? {}
    const sent: unknown[] = []
    for (let next = outbox?.peek(10); next !== undefined; next = outbox?.peek(10)) {
      sent.push(decode(next.frames))
      outbox?.sent(next)
    }
    expect(sent).toContainEqual(expect.objectContaining({ kind: 'pong', at: 1_234 }))
  })
})

describe('a session that ends says for how long its client may believe that it goes on', () => {
  const ends: [string, (server: ServerSessions<string>) => void, number][] = [
    ['nothing after a goodbye', (server) => server.receive('peer', decode(closeFrames()), 2_000), 0],
    ['nothing after silence', (server) => server.advance(3_000), 0],
    ['the rest when another takes its name', (server) => server.receive('other', hello('c'), 2_000), 1_000]
  ]
  it.each(ends)('%s', (_, end, aliveMs) => {
    const { server, effects } = newServer()
    server.receive('peer', hello('c'), 0)
    server.nextDeadline()
    server.advance(1_000)
    server.nextDeadline()
    server.advance(2_000)
    server.nextDeadline()
    effects.length = 0
    end(server)
    expect(effects).toContainEqual(expect.objectContaining({ kind: 'closed', aliveMs }))
  })
})

describe('runs of a server', () => {
  it('a later one is taken, an earlier one refused', () => {
    const { client, effects } = welcomed(5)
    const answer = (serverId: string, epoch: number, now: number): void => {
      client.disconnected(new Error('cut') as never, now)
      client.connected(now)
      effects.length = 0
      client.receive(decode(helloFrames(serverId, { session: `${serverId}/1`, resumed: false, epoch })), now)
    }
    answer('t', 6, 100)
    expect(client.serverId).toBe('t')
    answer('s', 5, 200)
    expect(client.serverId).toBe('t')
    expect(effects).toEqual([
      {
        kind: 'disconnected',
        cause: expect.objectContaining({ message: expect.stringMatching(/run 5.*run 6/) as string })
      }
    ])
    answer('u', 6, 300)
    expect(client.serverId).toBe('u')
  })

  it('a server hears of the largest epoch that its client knows, and says its own', () => {
    const heard: (number | undefined)[] = []
    const { server } = newServer((known) => {
      heard.push(known)
      return 9
    })
    server.receive('peer', hello('c', { epoch: 7 }), 0)
    expect(heard).toEqual([7])
    const frames = server.get('c')?.conversation.outbox.peek(0)?.frames ?? []
    expect(decode(frames)).toMatchObject({ kind: 'hello', fields: { epoch: 9 } })
  })
})
