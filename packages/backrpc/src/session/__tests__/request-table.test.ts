// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Body } from '../../wire/body'
import { RequestTable, type NewRequest, type PendingRequest } from '../request-table'
import { defaultSessionLimits } from '../session-limits'

const limits = { ...defaultSessionLimits, maxInFlight: 2, maxInFlightBytes: 100, maxWaiting: 3, maxWaitingBytes: 150 }

const bodyOf = (bytes: number): Body => Body.parsed(null, bytes)

function asked(tag: string, fields: Partial<NewRequest<string>> = {}): NewRequest<string> {
  return { method: 'm', body: bodyOf(10), tag, resend: true, early: false, timeoutMs: 0, ...fields }
}

const tagsOf = (requests: readonly PendingRequest<string>[]): string[] => requests.map((request) => request.asked.tag)

/** Sends all that may be sent, and answers the tags. */
function sendAll(table: RequestTable<string>, earlyOnly: boolean = false): string[] {
  const sent: PendingRequest<string>[] = []
  for (let next = table.peek(earlyOnly); next !== undefined; next = table.peek(earlyOnly)) {
    table.sent(next)
    sent.push(next)
  }
  return tagsOf(sent)
}

describe('request table', () => {
  let table: RequestTable<string>

  beforeEach(() => {
    table = new RequestTable('c', limits)
  })

  it('numbers requests and sends them in order, as many as may be in flight', () => {
    expect(['a', 'b', 'c'].map((tag) => table.add(asked(tag), 0)?.sequence)).toEqual([0, 1, 2])
    expect(sendAll(table)).toEqual(['a', 'b'])
    expect(table.settle('c-0')?.asked.tag).toBe('a')
    expect(table.settle(1)?.asked.tag).toBe('b')
    expect(sendAll(table)).toEqual(['c'])
  })

  it('sends no more than the peer takes, nor than it may itself', () => {
    for (const tag of ['a', 'b', 'c']) table.add(asked(tag), 0)
    table.setCredit({ requests: 1, requestBytes: 1_000 })
    expect(sendAll(table)).toEqual(['a'])
    table.setCredit({ requests: 100, requestBytes: 15 })
    expect(sendAll(table)).toEqual([])
    table.setCredit({ requests: 100, requestBytes: 1_000 })
    expect(sendAll(table)).toEqual(['b'])
  })

  it('counts bytes in flight, and sends one that is larger than all of them alone', () => {
    table.add(asked('large', { body: bodyOf(140) }), 0)
    table.add(asked('small'), 0)
    expect(sendAll(table)).toEqual(['large'])
    table.settle('c-0')
    expect(sendAll(table)).toEqual(['small'])
  })

  it('takes no more when too many wait, by number or by bytes', () => {
    for (const tag of ['a', 'b', 'c']) expect(table.add(asked(tag), 0)).toBeDefined()
    expect(table.add(asked('d'), 0)).toBeUndefined()
    sendAll(table)
    expect(table.add(asked('d', { body: bodyOf(141) }), 0)).toBeUndefined()
    expect(table.add(asked('d', { body: bodyOf(140) }), 0)).toBeDefined()
  })

  it('sends early requests before the others, and only them when told so', () => {
    table.add(asked('late'), 0)
    table.add(asked('early', { early: true }), 0)
    expect(sendAll(table, true)).toEqual(['early'])
    expect(sendAll(table)).toEqual(['late'])
  })

  it('sends again over a new connection what is not settled, in order', () => {
    for (const tag of ['a', 'b', 'c']) table.add(asked(tag), 0)
    sendAll(table)
    table.settle('c-0')
    table.resume()
    expect(sendAll(table)).toEqual(['b', 'c'])
  })

  it('gives up in a new session what may have been executed and may not be repeated', () => {
    table.add(asked('sent', { resend: false }), 0)
    table.add(asked('repeated'), 0)
    table.add(asked('waiting', { resend: false }), 0)
    sendAll(table)
    expect(tagsOf(table.restart())).toEqual(['sent'])
    expect(sendAll(table)).toEqual(['repeated', 'waiting'])
  })

  it('gives up in a new session what was true in the earlier one only, executed or not', () => {
    table.add(asked('refused', { resend: 'never' }), 0)
    sendAll(table)
    table.retry('c-0', 50)
    table.add(asked('waiting', { resend: 'never' }), 0)
    table.add(asked('any', { resend: false }), 0)
    expect(tagsOf(table.restart())).toEqual(['refused', 'waiting'])
    expect(sendAll(table)).toEqual(['any'])
  })

  it('tries again when the time has come that the peer asked for', () => {
    table.add(asked('a', { resend: false }), 0)
    sendAll(table)
    table.retry('c-0', 50)
    table.retry('unknown', 10)
    expect(table.nextDeadline()).toBe(50)
    expect(sendAll(table)).toEqual([])
    table.advance(50)
    expect(sendAll(table)).toEqual(['a'])
  })

  it('knows that a refused request was not executed, unless it was sent before', () => {
    table.add(asked('once', { resend: false }), 0)
    table.add(asked('twice', { resend: false }), 0)
    sendAll(table)
    table.retry('c-0', 0)
    expect(tagsOf(table.restart())).toEqual(['twice'])
    table.add(asked('more', { resend: false }), 0)
    sendAll(table)
    table.resume()
    sendAll(table)
    table.retry('c-0', 0)
    expect(tagsOf(table.restart())).toEqual(['once', 'more'])
  })

  it('ends requests at their deadlines, wherever they are', () => {
    table.add(asked('sent', { timeoutMs: 100 }), 0)
    table.add(asked('endless'), 0)
    table.add(asked('waiting', { timeoutMs: 60 }), 0)
    sendAll(table)
    expect(table.nextDeadline()).toBe(60)
    expect(tagsOf(table.advance(60))).toEqual(['waiting'])
    expect(tagsOf(table.advance(99))).toEqual([])
    expect(tagsOf(table.advance(100))).toEqual(['sent'])
    expect(table.nextDeadline()).toBe(Infinity)
    expect(table.size).toBe(1)
  })

  it('knows below which number all is settled', () => {
    expect(table.settledBelow).toBe(0)
    for (const tag of ['a', 'b', 'c']) table.add(asked(tag), 0)
    table.settle('c-1')
    expect(table.settledBelow).toBe(0)
    table.settle('c-0')
    expect(table.settledBelow).toBe(2)
    table.settle('c-2')
    expect(table.settledBelow).toBe(3)
  })

  it('ignores answers to what is not pending', () => {
    table.add(asked('a'), 0)
    expect(table.settle('c-0')).toBeDefined()
    expect(table.settle('c-0')).toBeUndefined()
    expect(table.settle('__proto__')).toBeUndefined()
    expect(table.settle('d-1')).toBeUndefined()
    expect(table.settle(7)).toBeUndefined()
  })

  it('takes all out at its end', () => {
    for (const tag of ['a', 'b', 'c']) table.add(asked(tag, { timeoutMs: 10 }), 0)
    sendAll(table)
    expect(tagsOf(table.drain())).toEqual(['a', 'b', 'c'])
    expect(table.size).toBe(0)
    expect(table.peek(false)).toBeUndefined()
    expect(table.advance(1_000)).toEqual([])
  })
})

describe('requests that are passed on, beside those of the side itself', () => {
  const passedOn = { passedOn: true }
  let table: RequestTable<string>

  beforeEach(() => {
    table = new RequestTable('c', { ...limits, maxInFlight: 8, maxInFlightBytes: 80 })
  })

  const add = (name: string, count: number, fields: Partial<NewRequest<string>> = {}): string[] => {
    const tags = Array.from({ length: count }, (_, n) => `${name}${n}`)
    return tags.filter((tag) => table.add(asked(tag, fields), 0) !== undefined)
  }

  it('go behind them, and leave them a quarter of all places', () => {
    add('other', 3, passedOn)
    add('own', 2)
    expect(sendAll(table)).toEqual(['own0', 'own1', 'other0', 'other1', 'other2'])
    table.drain()
    table = new RequestTable('c', { ...limits, maxInFlight: 8, maxWaiting: 20, maxWaitingBytes: 1_000 })
    add('other', 10, { ...passedOn, body: bodyOf(0) })
    expect(sendAll(table)).toHaveLength(6)
    add('own', 3, { body: bodyOf(0) })
    expect(sendAll(table)).toEqual(['own0', 'own1'])
  })

  it('leave them a quarter of the bytes too', () => {
    add('other', 3, { ...passedOn, body: bodyOf(25) })
    expect(sendAll(table)).toEqual(['other0', 'other1'])
    add('own', 2, { body: bodyOf(20) })
    expect(sendAll(table)).toEqual(['own0'])
  })

  it('are left as much while they wait, and nothing while there are none', () => {
    table = new RequestTable('c', { ...limits, maxInFlight: 8, maxWaiting: 20 })
    add('own', 10)
    expect(sendAll(table)).toHaveLength(8)
    add('other', 3, passedOn)
    for (const id of [0, 1, 2]) table.settle(id)
    expect(sendAll(table)).toEqual(['own8', 'other0', 'other1'])
  })

  it('do not take the room in which they wait', () => {
    expect(add('other', 4, passedOn)).toHaveLength(3)
    expect(add('own', 4)).toHaveLength(3)
  })

  it('share the only place there is', () => {
    table.setCredit({ requests: 1, requestBytes: 10 })
    add('other', 1, passedOn)
    add('own', 1)
    expect(sendAll(table)).toEqual(['own0'])
    table.settle(1)
    expect(sendAll(table)).toEqual(['other0'])
  })

  it('come behind them when all is sent again', () => {
    add('other', 1, passedOn)
    sendAll(table)
    add('own', 1)
    table.resume()
    expect(sendAll(table)).toEqual(['own0', 'other0'])
  })
})
