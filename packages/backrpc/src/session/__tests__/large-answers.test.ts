// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { Body } from '../../wire/body'
import { decode, encode } from '../../wire/codec'
import type { Message, Sendable } from '../../wire/message'
import { protocol2, type ProtocolVersion } from '../../wire/version'
import type { NewRequest, PendingRequest } from '../request-table'
import type { SessionLimits } from '../session-limits'
import { StreamPair } from './stream-pair'

/** Answers beyond 100 bytes come in parts of 50: what takes mebibytes otherwise. */
const SMALL: Partial<SessionLimits> = {
  maxWholeAnswerBytes: 100,
  answerPartBytes: 50,
  maxAnswerBytes: 8 * 1024 * 1024,
  maxIncompleteBytes: 6_000,
  maxIncompleteBytesOfAll: 100_000
}

class Rig extends StreamPair {
  constructor(limits: Partial<SessionLimits> = {}, serverProtocol?: ProtocolVersion) {
    super({ ...SMALL, ...limits }, serverProtocol)
    this.connect()
  }

  ask(tag: string, more: Partial<NewRequest<string>> = {}): PendingRequest<string> {
    const asked = { method: 'm', body: Body.of(null), tag, resend: false, early: false, timeoutMs: 0, ...more }
    const request = this.client.request(asked, this.now)
    if (request instanceof NetworkError) throw request
    return request
  }

  /** The server answers what was asked first. */
  answer(value: unknown): void {
    const execution = this.executions.shift()
    if (execution === undefined) throw new Error('Nothing was asked')
    execution.conversation.answer(execution, value, this.serverEffects)
  }

  asked(...tags: string[]): void {
    for (const tag of tags) this.ask(tag)
    this.settle()
  }

  /** What the line carries to the client. */
  get said(): Message[] {
    return this.toClient.map((frames) => decode(frames))
  }

  /** The server says what no server of ours would. */
  told(...messages: Sendable[]): void {
    for (const message of messages) this.client.receive(decode(encode(message, protocol2) ?? []), this.now)
    this.perform()
    this.settle()
  }

  value(tag: string): unknown {
    return this.answers.get(tag)?.value
  }

  get held(): number {
    return this.server.get('c')?.conversation.streams.unread.bytes ?? 0
  }

  reconnect(): void {
    this.disconnect()
    this.connect()
  }
}

const text = (length: number): string => Array.from({ length }, (_, i) => String.fromCharCode(97 + (i % 26))).join('')
const announcement = (id: number, inParts: number): Sendable => {
  return { kind: 'response', id, body: Body.received(Buffer.alloc(0)), inParts }
}
const part = (request: number, index: number, bytes: number): Sendable => {
  return { kind: 'item', stream: 2 * request + 1, index, body: Body.received(Buffer.alloc(bytes)) }
}

describe('an answer in parts', () => {
  it('goes on to a client that holds its requests back, since the server is about to go', () => {
    const rig = new Rig()
    const large = 'x'.repeat(2_000)
    rig.asked('large')
    rig.client.hold(1_000, rig.now)
    rig.ask('later')
    rig.answer(large)
    rig.settle()
    expect(rig.value('large')).toBe(large)
    expect(rig.executions).toEqual([])
  })

  it('is whole when the caller gets it', () => {
    const rig = new Rig()
    rig.asked('large')
    rig.answer(text(5000))
    rig.settle()
    expect(rig.value('large')).toBe(text(5000))
    expect(rig.openStreams).toEqual([0, 0])
    expect(rig.held).toBe(0)
  })

  it('goes as a whole where it fits a message', () => {
    const rig = new Rig()
    rig.asked('small')
    rig.answer(text(90))
    rig.write()
    expect(rig.said).toHaveLength(1)
    expect(rig.said[0]).toMatchObject({ kind: 'response', id: 0 })
    expect(rig.said[0]).not.toHaveProperty('inParts')
  })

  it('sends no more than was granted', () => {
    const rig = new Rig()
    rig.asked('large')
    rig.answer(text(5000))
    rig.write()
    expect(rig.said).toMatchObject([{ kind: 'response', inParts: 5003 }])
    rig.deliver()
    rig.write()
    rig.deliver()
    rig.write()
    expect(rig.said.filter(({ kind }) => kind === 'item')).toHaveLength(8)
  })

  it('is not executed again, and goes on, when as many later answers as are kept have overtaken it', () => {
    const rig = new Rig({ maxInFlight: 4, maxAnswered: 8 })
    rig.asked('large')
    rig.answer(text(5000))
    rig.write()
    rig.deliver()
    // The parts wait behind what is small
    for (let count = 0; count < 20; count++) {
      rig.ask('small')
      rig.write()
      rig.deliver()
      rig.answer('small')
    }
    expect(rig.value('small')).toBe('small')
    expect(rig.value('large')).toBeUndefined()
    rig.reconnect()
    expect(rig.executions).toEqual([])
    expect(rig.value('large')).toBe(text(5000))
    expect(rig.held).toBe(0)
  })

  it('lets what is small go between its parts', () => {
    const rig = new Rig()
    rig.asked('large', 'small')
    rig.answer(text(5000))
    rig.write()
    rig.deliver()
    rig.write()
    rig.deliver()
    rig.answer('quick')
    rig.write()
    expect(rig.said[0]).toMatchObject({ kind: 'response', id: 1 })
    rig.deliver()
    expect([...rig.answers.keys()]).toEqual(['small'])
    rig.settle()
    expect(rig.value('large')).toBe(text(5000))
  })

  it('waits for room, and those that wait come in order', () => {
    const rig = new Rig()
    rig.asked('a', 'b', 'c')
    for (const value of [text(4000), text(5000), text(1500)]) rig.answer(value)
    rig.settle()
    expect([...rig.answers.keys()]).toEqual(['a', 'b', 'c'])
    expect(rig.held).toBe(0)
  })

  it('goes alone when it is larger than all the room', () => {
    const rig = new Rig()
    rig.asked('a', 'b')
    rig.answer(text(20_000))
    rig.answer(text(200))
    rig.settle()
    expect(rig.value('a')).toBe(text(20_000))
    expect(rig.value('b')).toBe(text(200))
  })

  it.each([0, 1, 2, 3, 4, 5, 6, 9, 20])('survives a connection that breaks after %i steps', (steps) => {
    const rig = new Rig()
    rig.asked('large')
    rig.answer(text(5000))
    for (let step = 0; step < steps; step++) {
      rig.write()
      rig.deliver()
    }
    rig.write()
    rig.reconnect()
    expect(rig.value('large')).toBe(text(5000))
    expect(rig.outcomes).toEqual(['large opened'])
    expect(rig.executions).toEqual([])
    expect(rig.openStreams).toEqual([0, 0])
  })

  it('ends with its session as an answer that was lost', () => {
    const rig = new Rig()
    rig.asked('large')
    rig.answer(text(5000))
    rig.write()
    rig.deliver()
    rig.disconnect()
    rig.server.end('c', true)
    rig.connect()
    expect(rig.outcomes).toEqual(['large OUTCOME_UNKNOWN'])
    expect(rig.openStreams).toEqual([0, 0])
  })

  it('is asked for again in the next session where the request may be repeated', () => {
    const rig = new Rig()
    rig.ask('large', { resend: true })
    rig.settle()
    rig.answer(text(5000))
    rig.write()
    rig.deliver()
    rig.disconnect()
    rig.server.end('c', true)
    rig.connect()
    rig.answer(text(3000))
    rig.settle()
    expect(rig.value('large')).toBe(text(3000))
  })

  it.each(['announced', 'on its way'])('is let go by the server when the caller gives up while it is %s', (when) => {
    const rig = new Rig()
    const request = rig.ask('large')
    rig.settle()
    rig.answer(text(5000))
    rig.write()
    if (when === 'on its way') {
      rig.deliver()
      rig.write()
    }
    rig.client.cancel(request, new NetworkError('CANCELLED', 'enough'))
    rig.settle()
    expect(rig.outcomes).toEqual(['large CANCELLED'])
    expect(rig.openStreams).toEqual([0, 0])
    expect(rig.held).toBe(0)
  })

  it('ends at the deadline of its request', () => {
    const rig = new Rig()
    rig.ask('large', { timeoutMs: 1000 })
    rig.settle()
    rig.answer(text(5000))
    rig.write()
    rig.deliver()
    rig.client.advance((rig.now = 1001))
    rig.settle()
    expect(rig.outcomes).toEqual(['large DEADLINE_EXCEEDED'])
    expect(rig.openStreams).toEqual([0, 0])
  })

  it('is TOO_LARGE beyond the maximum', () => {
    const rig = new Rig({ maxAnswerBytes: 5 * 1024 * 1024 })
    rig.asked('large')
    rig.answer(new Uint8Array(5 * 1024 * 1024))
    rig.settle()
    expect(rig.outcomes).toEqual(['large TOO_LARGE'])
    expect(rig.openStreams).toEqual([0, 0])
  })

  it('is TOO_LARGE for a peer that takes none, and what fits a message goes', () => {
    const rig = new Rig({ maxAnswerBytes: 99 })
    rig.asked('large', 'small')
    rig.answer(new Uint8Array(5 * 1024 * 1024))
    rig.answer(text(4000))
    rig.settle()
    expect(rig.outcomes).toEqual(['large TOO_LARGE', 'small opened'])
  })

  it('is TOO_LARGE for a peer of 2.1, which says nothing of parts, and goes whole where it fits a message', () => {
    const rig = new Rig()
    const fields = {
      session: '',
      attempt: 1,
      protocol: { major: 2, minor: 1 },
      limits: { requests: 9, requestBytes: 9 }
    }
    const messages: Sendable[] = [
      { kind: 'hello', id: 'old', fields },
      { kind: 'request', id: 0, method: 'm', body: Body.of(null), timeoutMs: 0 },
      { kind: 'request', id: 1, method: 'm', body: Body.of(null), timeoutMs: 0 }
    ]
    for (const message of messages) rig.server.receive('elsewhere', decode(encode(message, protocol2) ?? []), rig.now)
    rig.perform()
    rig.answer(new Uint8Array(5 * 1024 * 1024))
    rig.answer(text(5000))
    const { outbox } = rig.server.get('old')?.conversation ?? rig.client.conversation
    const said: Message[] = []
    for (let next = outbox.peek(0); next !== undefined; next = outbox.peek(0)) {
      said.push(decode(next.frames))
      outbox.sent(next)
    }
    expect(said).toMatchObject([
      { kind: 'hello', fields: { protocol: { major: 2, minor: 1 } } },
      { kind: 'error', id: 0, error: { code: 'TOO_LARGE' } },
      { kind: 'response', id: 1 }
    ])
    expect(said[2]).not.toHaveProperty('inParts')
  })

  it('passes on what came unread, and refuses it where it is too large for the peer', () => {
    const rig = new Rig({ maxAnswerBytes: 5 * 1024 * 1024, answerPartBytes: 256 * 1024 })
    rig.asked('a', 'b')
    rig.answer(Body.received(Buffer.alloc(5 * 1024 * 1024)))
    rig.answer(Body.received(Buffer.alloc(5 * 1024 * 1024 + 1)))
    rig.settle()
    expect(rig.outcomes.sort()).toEqual(['a opened', 'b TOO_LARGE'])
  })

  it('is bounded by what the peer has not read: beyond, its caller is told that, with the sizes', () => {
    const rig = new Rig({ maxAnswerBytes: 1000 })
    rig.asked('a', 'b', 'c', 'd', 'e')
    for (let i = 0; i < 5; i++) rig.answer(text(900))
    rig.write()
    expect(rig.said.find(({ kind }) => kind === 'error')).toMatchObject({
      id: 4,
      error: {
        code: 'OUTCOME_UNKNOWN',
        stage: 'answering',
        message: expect.stringMatching(
          /executed.* 903 bytes was dropped: 3612 bytes of answers wait .*, of 4000 at most/
        ) as string
      }
    })
    rig.settle()
    expect(rig.outcomes.sort()).toEqual(['a opened', 'b opened', 'c opened', 'd opened', 'e OUTCOME_UNKNOWN'])
  })

  it('says that no more shall be executed for its peer while much is unread, and how many answers more would fit', () => {
    const rig = new Rig({ maxAnswerBytes: 1000 })
    rig.asked('a', 'b', 'c', 'd')
    const { conversation } = rig.executions[0]
    const state = (): unknown[] => [conversation.answersPileUp, conversation.answersThatFit]
    const states = ['a', 'b', 'c', 'd'].map(() => {
      rig.answer(text(900))
      return state()
    })
    expect(states).toEqual([
      [false, 3],
      [true, 2],
      [true, 1],
      [true, 0]
    ])
    rig.settle()
    expect(state()).toEqual([false, 4])
  })

  it('is kept for a client that is away, until there is too much', () => {
    const rig = new Rig({ maxDetachedBytes: 1000 })
    rig.asked('large')
    rig.disconnect()
    rig.answer(text(5000))
    rig.server.answered('c')
    rig.connect()
    expect(rig.outcomes).toEqual(['large OUTCOME_UNKNOWN'])
    expect(rig.openStreams).toEqual([0, 0])
  })
})

describe('a peer that breaks the rules of answers in parts', () => {
  const broken = 'large PROTOCOL_ERROR'

  it.each([
    ['more than it announced', [announcement(0, 1000), part(0, 0, 1001)], broken],
    ['less than it announced', [announcement(0, 1000), part(0, 0, 999), { kind: 'end', stream: 1, index: 1 }], broken],
    ['parts that leave one out', [announcement(0, 1000), part(0, 0, 50), part(0, 2, 50)], broken],
    ['another size', [announcement(0, 1000), announcement(0, 1001)], broken],
    ['more than is taken', [announcement(0, 2 ** 40)], 'large TOO_LARGE'],
    ['an error instead of the rest', [announcement(0, 1000), { kind: 'error', id: 0, error: {} }], 'large REMOTE_ERROR']
  ] as const)('%s', (_what, messages, outcome) => {
    const rig = new Rig()
    rig.asked('large')
    rig.told(...(messages as readonly Sendable[]))
    expect(rig.outcomes).toEqual([outcome])
    expect(rig.openStreams[0]).toBe(0)
  })

  it('parts for which there is no room yet', () => {
    const rig = new Rig()
    rig.asked('first', 'large')
    rig.told(announcement(0, 5000), announcement(1, 5000), part(1, 0, 50))
    expect(rig.outcomes).toEqual([broken])
  })

  it('in crumbs without end', () => {
    const rig = new Rig()
    rig.asked('large')
    rig.told(announcement(0, 100_000))
    for (let index = 0; index <= 4096; index++) rig.told(part(0, index, 1))
    expect(rig.outcomes).toEqual([broken])
  })

  it('what was repeated changes nothing', () => {
    const rig = new Rig()
    rig.asked('large')
    rig.told(announcement(0, 100), part(0, 0, 50), part(0, 0, 50), announcement(0, 100), part(0, 1, 50))
    rig.told({ kind: 'end', stream: 1, index: 2 })
    expect(rig.outcomes).toEqual(['large opened'])
  })

  it('never ends: given up at the second look, and memory is free for others', () => {
    const rig = new Rig({ answerStallMs: 1000 })
    rig.asked('never', 'next')
    rig.told(announcement(0, 5000), announcement(1, 5000), part(0, 0, 50))
    expect(rig.client.nextDeadline()).toBeLessThanOrEqual(1000)
    for (const now of [1000, 2000]) {
      expect(rig.outcomes).toEqual([])
      // It lives: only its answer doesn't go on
      rig.told({ kind: 'pong', serverId: 's' })
      rig.client.advance((rig.now = now))
      rig.perform()
    }
    expect(rig.outcomes).toEqual(['never OUTCOME_UNKNOWN'])
    rig.told(part(1, 0, 5000), { kind: 'end', stream: 3, index: 1 })
    expect(rig.outcomes).toEqual(['never OUTCOME_UNKNOWN', 'next opened'])
  })

  it('a server counts that as garbage, and cuts it off', () => {
    const rig = new Rig()
    const request = { method: 'm', body: Body.of(null), tag: 'x', resend: false, early: false, timeoutMs: 0 }
    for (let number = 0; number < 11; number++) {
      rig.server.request('c', request, rig.now)
      rig.settle()
      for (const message of [announcement(number, 100), part(number, 0, 101)]) {
        rig.server.receive(rig.address, decode(encode(message, protocol2) ?? []), rig.now)
      }
      rig.perform()
    }
    expect(rig.violations).toHaveLength(11)
    expect(rig.server.get('c')).toBeUndefined()
  })
})
