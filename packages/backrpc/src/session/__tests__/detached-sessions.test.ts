// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Body } from '../../wire/body'
import { decode } from '../../wire/codec'
import { EventMessage } from '../../wire/event-message'
import { encodePayload } from '../../wire/payload'
import { helloFrames, requestFrames } from '../../wire/protocol-1'
import { protocol1 } from '../../wire/version'
import { DetachedSessions, type Keeper } from '../detached-sessions'
import type { ServerEffect } from '../server-effects'
import { ServerSessions } from '../server-sessions'
import { defaultSessionLimits } from '../session-limits'

describe('detached sessions', () => {
  class Kept implements Keeper {
    constructor(
      public keptBytes: number,
      public sentBytes = 0
    ) {}

    giveUpSent(): void {
      this.keptBytes -= this.sentBytes
      this.sentBytes = 0
    }

    giveUpKept(): void {
      this.keptBytes = 0
    }
  }

  it('give up what the oldest of them keep, and no more than is beyond the limit', () => {
    const detached = new DetachedSessions<Kept>(100)
    const kept = [40, 40, 40, 40].map((bytes) => new Kept(bytes))
    for (const each of kept) detached.add(each)
    expect(kept.map(({ keptBytes }) => keptBytes)).toEqual([0, 0, 40, 40])
    expect(detached.size).toBe(4)
    expect(detached.oldest).toBe(kept[0])
  })

  it('count what is added meanwhile, and forget what has left', () => {
    const detached = new DetachedSessions<Kept>(100)
    const [a, b, c] = [40, 40, 90].map((bytes) => new Kept(bytes))
    detached.add(a)
    detached.add(b)
    a.keptBytes = 55
    detached.count(a)
    detached.delete(b)
    detached.count(b)
    detached.count(c)
    expect([a, b, c].map(({ keptBytes }) => keptBytes)).toEqual([55, 40, 90])
    detached.add(c)
    expect([a, b, c].map(({ keptBytes }) => keptBytes)).toEqual([0, 40, 90])
  })

  it('give up what the oldest have sent before anybody gives up anything else', () => {
    const detached = new DetachedSessions<Kept>(100)
    const [a, b, c] = [new Kept(40), new Kept(50, 30), new Kept(50, 30)]
    for (const each of [a, b, c]) detached.add(each)
    expect([a, b, c].map(({ keptBytes }) => keptBytes)).toEqual([40, 20, 20])
    b.keptBytes = 50
    detached.count(b)
    expect([a, b, c].map(({ keptBytes }) => keptBytes)).toEqual([0, 50, 20])
  })

  it('give up one that is too large by itself', () => {
    const detached = new DetachedSessions<Kept>(100)
    const large = new Kept(101)
    detached.add(large)
    expect(large.keptBytes).toBe(0)
  })
})

describe('server sessions without a connection', () => {
  const effects: ServerEffect<string>[] = []
  let server: ServerSessions<string>
  const executions = (): string[] => effects.flatMap((effect) => (effect.kind === 'execute' ? [effect.kind] : []))

  beforeEach(() => {
    effects.length = 0
    server = new ServerSessions<string>(
      {
        pingIntervalMs: 1_000,
        tickMs: 50,
        aliveTimeoutMs: 3_000,
        limits: { ...defaultSessionLimits, maxDetachedBytes: 2_000 },
        protocol: protocol1,
        serverId: 's',
        newSessionId: () => `s/${effects.length}`
      },
      effects
    )
  })

  function hello(client: string, session?: string): void {
    const ours = session === undefined ? {} : { session, events: 0 }
    server.receive(
      `${client} at ${server.get(client)?.origin.id}`,
      decode(helloFrames(client, { aliveTimeout: 3, ...ours })),
      0
    )
  }

  function leave(client: string): void {
    server.disconnected(server.get(client)?.address as string, 0)
  }

  function comeBack(client: string): void {
    hello(client, server.get(client)?.origin.id)
  }

  function ask(client: string): void {
    server.receive(
      server.get(client)?.address as string,
      decode(requestFrames(`${client}-0`, encodePayload(['m', 1]))),
      0
    )
  }

  function answer(client: string, bytes: number): void {
    const asked = effects.findLast(({ kind }) => kind === 'execute')
    if (asked?.kind !== 'execute') throw new Error('Nothing was asked')
    asked.execution.conversation.answer(asked.execution, 'x'.repeat(bytes), effects)
    server.answered(client)
  }

  /** What leaves for a client, besides hello. */
  function sent(client: string): string[] {
    const outbox = server.get(client)?.conversation.outbox
    const said: string[] = []
    for (let next = outbox?.peek(0); next !== undefined; next = outbox?.peek(0)) {
      outbox?.sent(next)
      const message = decode(next.frames)
      if (message.kind === 'error') said.push((message.error as { message: string }).message)
      else if (message.kind !== 'hello')
        said.push(message.kind === 'gap' ? `${message.lost} lost: ${message.reason}` : message.kind)
    }
    return said
  }

  it('give up the answers of those longest without, who are told that their requests were executed', () => {
    for (const client of ['a', 'b', 'c']) {
      hello(client, '')
      ask(client)
      answer(client, 600)
      expect(sent(client)).toEqual(['response'])
    }
    for (const client of ['a', 'b', 'c']) leave(client)
    for (const client of ['a', 'b', 'c']) {
      comeBack(client)
      ask(client)
    }
    expect(sent('a')).toEqual([`'m' was executed, but its answer is not kept any more`])
    expect([sent('b'), sent('c')]).toEqual([['response'], ['response']])
    expect(executions()).toHaveLength(3)
  })

  it('count answers that are given meanwhile, once', () => {
    for (const client of ['a', 'b']) {
      hello(client, '')
      ask(client)
      leave(client)
      answer(client, 1_200)
    }
    for (const client of ['a', 'b']) {
      comeBack(client)
      ask(client)
    }
    expect(sent('a')).toEqual([`'m' was executed, but its answer is not kept any more`])
    expect(sent('b')).toEqual(['response'])
  })

  it('give up events that wait, and say how many', () => {
    for (const client of ['a', 'b']) {
      hello(client, '')
      leave(client)
      for (let n = 0; n < 3; n++) server.send(client, new EventMessage(Body.of('x'.repeat(200))))
    }
    for (const client of ['a', 'b']) comeBack(client)
    server.send('a', new EventMessage(Body.of('next')))
    expect(sent('a')).toEqual(['3 lost: the connection was lost', 'event'])
    expect(sent('b')).toEqual(['event', 'event', 'event'])
  })

  it('answer a 0.7 client, which does not ask again, that its answer is not kept any more', () => {
    hello('old')
    ask('old')
    leave('old')
    answer('old', 1_800)
    hello('a', '')
    leave('a')
    server.send('a', new EventMessage(Body.of('x'.repeat(200))))
    server.receive('old again', decode(helloFrames('old', { aliveTimeout: 3 })), 0)
    expect(sent('old')).toEqual(['a request was executed, but its answer is not kept any more'])
  })
})
