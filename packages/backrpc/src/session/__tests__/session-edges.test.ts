// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { randomOf } from '../../__tests__/random'
import { encodePayload } from '../../wire/payload'
import { helloFrames, pingFrames, pongFrames, requestFrames, sayHelloFrames } from '../../wire/protocol-1'
import { protocol1 } from '../../wire/version'
import type { ClientEffect } from '../client-effects'
import { ClientSession } from '../client-session'
import type { ServerEffect } from '../server-effects'
import { ServerSessions } from '../server-sessions'
import { defaultSessionLimits, type SessionLimits } from '../session-limits'
import { decode } from '../../wire/codec'

const times = {
  pingIntervalMs: 1_000,
  tickMs: 50,
  aliveTimeoutMs: 3_000,
  limits: defaultSessionLimits,
  protocol: protocol1
}
const hello = (id: string, fields: object = {}): readonly Uint8Array[] =>
  helloFrames(id, { aliveTimeout: 3, session: '', ...fields })

function newServer(limits: SessionLimits = defaultSessionLimits): {
  server: ServerSessions<string>
  effects: ServerEffect<string>[]
  kinds: () => string[]
} {
  const effects: ServerEffect<string>[] = []
  let sessions = 0
  const options = { ...times, limits, serverId: 's', newSessionId: () => `s/${++sessions}` }
  const server = new ServerSessions<string>(options, effects)
  return { server, effects, kinds: () => effects.splice(0).map(({ kind }) => kind) }
}

function newClient(): { client: ClientSession<string>; effects: ClientEffect<string>[]; kinds: () => string[] } {
  const effects: ClientEffect<string>[] = []
  const client = new ClientSession<string>({ ...times, clientId: 'c', where: 'here' }, effects)
  return { client, effects, kinds: () => effects.splice(0).map(({ kind }) => kind) }
}

/** Connects a client to a server that welcomes it to session `s/1`. */
function welcomed(): ReturnType<typeof newClient> {
  const { client, effects, kinds } = newClient()
  client.connected(0)
  client.receive(decode(helloFrames('s', { session: 's/1', resumed: false })), 0)
  client.registered(1)
  kinds()
  return { client, effects, kinds }
}

describe('server sessions', () => {
  it('accuse nobody after their own process was paused, until it had time to listen', () => {
    const { server, kinds } = newServer()
    server.receive('a', decode(hello('c')), 0)
    kinds()
    expect(server.nextDeadline()).toBe(1_000)
    server.advance(10_000)
    expect(kinds()).toEqual([])
    for (let now = server.nextDeadline(); now < 12_000; now = server.nextDeadline()) server.advance(now)
    expect(kinds()).toEqual([])
    server.advance(12_000)
    expect(kinds()).toEqual(['closed'])
  })

  it('accuse nobody while what came waits to be received', () => {
    const { server, kinds } = newServer()
    server.receive('a', decode(hello('c')), 0)
    kinds()
    let now = server.nextDeadline()
    for (; now < 9_000; now = server.nextDeadline()) server.advance(now, true)
    expect(kinds()).toEqual([])
    for (; now < 11_000; now = server.nextDeadline()) server.advance(now, false)
    expect(kinds()).toEqual(['closed'])
  })

  it('keep who speaks up after such a pause', () => {
    const { server, kinds } = newServer()
    server.receive('a', decode(hello('c')), 0)
    server.nextDeadline()
    server.advance(10_000)
    server.receive('a', decode(pingFrames()), 10_500)
    for (let now = server.nextDeadline(); now < 13_400; now = server.nextDeadline()) server.advance(now)
    expect(kinds()).not.toContain('closed')
  })

  it('sleep for ever when nobody is there', () => {
    const { server } = newServer()
    expect(server.nextDeadline()).toBe(Infinity)
    server.receive('a', decode(hello('c')), 0)
    server.end('c', false)
    server.advance(1_000)
    server.disconnected('a', 0)
    expect(server.nextDeadline()).toBe(Infinity)
  })

  it('end the connection of whoever says no hello, and of whoever says none after its session, but not of others', () => {
    const { server, effects } = newServer()
    const dropped = (): string[] => effects.splice(0).flatMap((effect) => (effect.kind === 'drop' ? [effect.peer] : []))
    server.receive('silent', decode(pingFrames()), 0)
    server.receive('late', decode(pingFrames()), 0)
    server.receive('gone', decode(hello('gone')), 0)
    server.receive('good', decode(hello('good')), 0)
    server.end('gone', false)
    server.receive('late', decode(hello('late')), 1_500)
    server.advance(1_999)
    expect(dropped()).toEqual([])
    server.advance(2_000)
    expect(dropped()).toEqual(['silent', 'gone'])
    server.receive('silent', decode(pingFrames()), 2_100)
    server.disconnected('silent', 0)
    server.advance(4_200)
    expect(dropped()).toEqual([])
  })

  it('bear so many without a session, and end the oldest beyond', () => {
    const { server, effects } = newServer()
    for (let n = 0; n <= 1_024; n++) server.receive(`peer-${n}`, decode(pingFrames()), 0)
    expect(effects.filter(({ kind }) => kind === 'drop')).toMatchObject([{ peer: 'peer-0' }])
  })

  it('touch nothing of a client that has moved, when its old address is lost or speaks', () => {
    const { server, kinds } = newServer()
    server.receive('old', decode(hello('c')), 0)
    server.receive('new', decode(hello('c', { session: 's/1' })), 1)
    expect(kinds()).toEqual(['hello', 'resumed'])
    server.receive('old', decode(requestFrames('c-0', encodePayload(['m', 1]))), 2)
    server.disconnected('old', 0)
    expect(kinds()).toEqual([])
    expect(server.get('c')?.address).toBe('new')
  })

  it('survive whatever a peer sends, and cut it off', () => {
    const random = randomOf(3)
    const { server, effects } = newServer()
    server.receive('good', decode(hello('good')), 0)
    for (let round = 0; round < 3_000; round++) {
      const parts = Array.from({ length: Math.floor(random() * 4) }, (_, index) => {
        if (index === 0 && random() < 0.9) return Buffer.from(String(Math.floor(random() * 10)))
        return Uint8Array.from({ length: Math.floor(random() * 20) }, () => Math.floor(random() * 128))
      })
      server.receive(`bad-${round % 7}`, decode(parts), round)
    }
    expect(effects.filter(({ kind }) => kind === 'cut')).toHaveLength(7)
    expect(server.get('good')).toBeDefined()
  })

  it('keep so many sessions without a connection, and end the one that has been longest without', () => {
    const { server, effects, kinds } = newServer({ ...defaultSessionLimits, maxDetached: 2 })
    for (const name of ['a', 'b', 'c', 'd']) server.receive(`at ${name}`, decode(hello(name)), 0)
    for (const name of ['b', 'a']) server.disconnected(`at ${name}`, 0)
    server.receive('at b again', decode(hello('b', { session: 's/2' })), 1)
    server.disconnected('at c', 0)
    kinds()
    server.disconnected('at d', 0)
    expect(effects).toEqual([
      { kind: 'detached', client: 'd' },
      { kind: 'closed', client: 'a', timedOut: true, aliveMs: 2_999 }
    ])
    expect(server.size).toBe(3)
  })

  it('bound what a client may ask for as its alive timeout', () => {
    const { server } = newServer()
    server.receive('a', decode(hello('c', { aliveTimeout: 1e300 })), 0)
    expect(server.get('c')?.origin.aliveTimeoutMs).toBe(30 * 24 * 3600 * 1000)
  })
})

describe('client session', () => {
  it('does not accuse the server after its own process was paused', () => {
    const { client, kinds } = welcomed()
    client.nextDeadline()
    client.advance(20_000)
    expect(kinds()).toEqual([])
    for (let now = client.nextDeadline(); now < 22_000; now = client.nextDeadline()) client.advance(now)
    expect(kinds()).toEqual([])
    client.advance(22_000)
    expect(kinds()).toEqual(['disconnected'])
    expect(client.state).toBe('greeting')
  })

  it('gives a doubted server its time again after its own process was paused', () => {
    const { client, kinds } = welcomed()
    client.doubt(250, 0)
    expect(client.nextDeadline()).toBe(250)
    client.advance(600)
    expect(client.nextDeadline()).toBe(850)
    client.advance(849)
    expect(kinds()).toEqual([])
    client.advance(850)
    expect(kinds()).toEqual(['disconnected'])
  })

  it('doubts no server while no session stands, nor for longer than it may be silent', () => {
    const { client, kinds } = newClient()
    client.doubt(250, 0)
    client.connected(0)
    client.doubt(250, 0)
    client.receive(decode(helloFrames('s', { session: 's/1', resumed: false })), 0)
    client.registered(1)
    client.doubt(5_000, 0)
    kinds()
    for (let now = client.nextDeadline(); now < 3_000; now = client.nextDeadline()) client.advance(now)
    expect(kinds()).toEqual([])
    client.advance(3_000)
    expect(kinds()).toEqual(['disconnected'])
  })

  it('asks for another connection when no hello has been answered for its alive timeout, again and again', () => {
    const { client, effects } = newClient()
    client.connected(0)
    const redials: number[] = []
    for (let now = client.nextDeadline(); now <= 10_000; now = client.nextDeadline()) {
      client.advance(now)
      if (effects.splice(0).some(({ kind }) => kind === 'redial')) redials.push(now)
    }
    expect(redials).toEqual([3_000, 6_000, 9_000])
    client.disconnected(new NetworkError('UNAVAILABLE', 'redialled'), 0)
    expect(client.nextDeadline()).toBe(Infinity)
  })

  it('says hello once for many calls to do so', () => {
    const { client, kinds } = welcomed()
    client.receive(decode(sayHelloFrames()), 1)
    const first = client.conversation.outbox.peek(0)
    for (let n = 0; n < 10; n++) client.receive(decode(sayHelloFrames()), 2)
    expect(client.conversation.outbox.peek(0)?.frames).toEqual(first?.frames)
    expect(kinds()).toEqual([])
  })

  it('says hello to a server that turns out to be another one', () => {
    const { client } = welcomed()
    client.receive(decode(pongFrames('other')), 1)
    expect(client.state).toBe('greeting')
  })

  it('survives whatever a server sends', () => {
    const random = randomOf(4)
    const { client } = welcomed()
    for (let round = 0; round < 3_000; round++) {
      const parts = Array.from({ length: Math.floor(random() * 4) }, (_, index) =>
        index === 0
          ? Buffer.from(String(Math.floor(random() * 10)))
          : Uint8Array.from({ length: Math.floor(random() * 20) }, () => Math.floor(random() * 128))
      )
      client.receive(decode(parts), round)
    }
    client.close()
    expect(client.state).toBe('closed')
  })

  it('is over once it is closed', () => {
    const { client, kinds } = welcomed()
    expect(client.close()).toBeDefined()
    expect(client.close()).toBeUndefined()
    client.connected(1)
    client.disconnected(new NetworkError('UNAVAILABLE', 'lost'), 0)
    client.receive(decode(pongFrames('other')), 1)
    client.advance(100_000)
    expect(kinds()).toEqual([])
    expect(client.nextDeadline()).toBe(Infinity)
    expect(client.conversation.outbox.peek(0)).toBeUndefined()
  })
})
