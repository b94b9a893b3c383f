// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type {
  AgentUuid,
  ContainerEndpointRef,
  ContainerKind,
  ContainerUuid,
  GetResult
} from '@hcengineering/network-core'
import { isElsewhere, ReferenceBook, type Location } from '../reference-book'

const chat = 'chat' as ContainerKind
const room = 'room' as ContainerUuid

function answer(endpoint: string = 'x', agentId?: string): GetResult {
  return [room, endpoint as ContainerEndpointRef, undefined, agentId as AgentUuid | undefined]
}

function held(times: number): ReferenceBook {
  const book = new ReferenceBook()
  for (let n = 0; n < times; n++) book.granted(chat, { uuid: room }, answer('x', 'a'))
  return book
}

/** Everything the book wants to have said now, as a coordinator that answers at once would hear it. */
function said(book: ReferenceBook): string[] {
  const actions: string[] = []
  for (let action = book.next(room); action !== undefined; action = book.next(room)) {
    actions.push(action)
    if (action === 'release') {
      book.released(room)
    } else {
      book.asking(room)
      book.asked(room, answer('x', 'a'))
    }
  }
  return actions
}

describe('reference book - counts', () => {
  test('a hold that the user lets go is released, and forgotten with the last', () => {
    const book = held(2)
    book.release(room)
    expect(said(book)).toEqual(['release'])
    book.release(room)
    expect(said(book)).toEqual(['release'])
    expect(book.get(room)).toBeUndefined()
  })

  test('more is not released than is held', () => {
    const book = held(1)
    expect(book.release(room)).toBe(true)
    expect(book.release(room)).toBe(false)
    expect(said(book)).toEqual(['release'])
  })

  test('each hold is asked for again when the coordinator forgot the client', () => {
    const book = held(3)
    book.forgotten()
    expect(book.get(room)?.forgotten).toBe(true)
    expect(said(book)).toEqual(['get', 'get', 'get'])
    expect(book.get(room)?.forgotten).toBe(false)
  })

  test('a release that was not said before the coordinator forgot is never said', () => {
    const book = held(2)
    book.release(room)
    book.forgotten()
    expect(said(book)).toEqual(['get'])
  })

  test('of two holds that a coordinator has forgotten, the second is one to restore as well', () => {
    const book = held(2)
    book.forgotten()
    // Nobody serves it there yet
    book.asked(room, answer(''))
    expect(book.get(room)).toMatchObject({ granted: 1, forgotten: true })
    book.asked(room, answer(''))
    expect(book.get(room)).toMatchObject({ granted: 2, forgotten: false })
    expect(book.next(room)).toBeUndefined()
  })

  test('all let go, then forgotten: nothing remains', () => {
    const book = held(2)
    book.release(room)
    book.release(room)
    book.forgotten()
    expect(book.held.size).toBe(0)
  })

  test('one get at a time re-establishes a hold, and a failed one is wanted still', () => {
    const book = held(1)
    book.forgotten()
    book.asking(room)
    expect(book.next(room)).toBeUndefined()
    book.asked(room, undefined)
    expect(book.next(room)).toBe('get')
  })

  test('a hold let go while it is asked for is released when the answer comes', () => {
    const book = held(1)
    book.forgotten()
    book.asking(room)
    book.release(room)
    expect(book.next(room)).toBeUndefined()
    book.asked(room, answer())
    expect(said(book)).toEqual(['release'])
    expect(book.held.size).toBe(0)
  })

  test('an answer that nobody wants any more is given back', () => {
    const book = new ReferenceBook()
    book.unwanted(chat, { uuid: room }, answer())
    expect(said(book)).toEqual(['release'])
  })

  test('after it was asked where a container is nothing is let go before the last hold', () => {
    const book = held(2)
    book.located(chat, { uuid: room }, answer())
    book.release(room)
    expect(said(book)).toEqual([])
    book.release(room)
    expect(said(book)).toEqual(['release', 'release', 'release'])
  })
})

describe('reference book - places', () => {
  const at = (endpoint: string, agentId?: string, counter?: number): Location => ({
    endpoint: endpoint as ContainerEndpointRef,
    ...(agentId === undefined ? {} : { agentId: agentId as AgentUuid }),
    ...(counter === undefined ? {} : { token: { epoch: 1, counter } })
  })

  test.each([
    ['the same', at('x', 'a', 1), at('x', 'a', 1), false],
    ['another endpoint', at('x', 'a'), at('y', 'a'), true],
    ['another agent', at('x', 'a'), at('x', 'b'), true],
    ['an agent where none was known', at('x'), at('x', 'a'), false],
    ['a later activation', at('x', 'a', 1), at('x', 'a', 2), true],
    ['an earlier activation', at('x', 'a', 2), at('x', 'a', 1), false],
    ['an activation where none was known', at('x', 'a'), at('x', 'a', 1), true]
  ])('%s', (_what, before, after, elsewhere) => {
    expect(isElsewhere(before, after)).toBe(elsewhere)
  })

  test('the answer to a get says which activation it is, so that the news of it is no news', () => {
    const book = new ReferenceBook()
    book.granted(chat, {}, [room, 'x' as never, 'ref' as never, 'a' as never, { epoch: 1, counter: 5 }])
    expect(book.moved(room, at('x', 'a', 5))).toBe(false)
    expect(book.moved(room, at('x', 'a', 6))).toBe(true)
  })

  test('a hold that is re-established on what nobody can serve keeps the place where it was, and is no more asked for', () => {
    const book = held(1)
    book.forgotten()
    book.asking(room)
    book.asked(room, [room, '' as never])
    expect(book.get(room)).toMatchObject({ granted: 1, forgotten: false, location: { endpoint: 'x', agentId: 'a' } })
    expect(said(book)).toEqual([])
  })

  test('an event that was overtaken by an answer changes nothing', () => {
    const book = new ReferenceBook()
    book.granted(chat, {}, [room, 'y' as never, 'ref' as never, 'b' as never, { epoch: 1, counter: 6 }])
    expect(book.moved(room, at('x', 'a', 5))).toBe(false)
    expect(book.get(room)?.location).toMatchObject({ endpoint: 'y', agentId: 'b', token: { epoch: 1, counter: 6 } })
  })

  test('a hold that is re-established hears that the container began anew in the same place', () => {
    const book = new ReferenceBook()
    book.granted(chat, {}, [room, 'x' as never, 'ref' as never, 'a' as never, { epoch: 1, counter: 5 }])
    const before = book.get(room)?.location as Location
    book.forgotten()
    book.asking(room)
    book.asked(room, [room, 'x' as never, 'ref' as never, 'a' as never, { epoch: 1, counter: 9 }])
    expect(isElsewhere(before, book.get(room)?.location as Location)).toBe(true)
  })

  test('what a 0.7 coordinator leaves out stays as it was, if the place did', () => {
    const book = held(1)
    book.granted(chat, { uuid: room }, answer('x'))
    expect(book.get(room)?.location.agentId).toBe('a')
    book.granted(chat, { uuid: room }, answer('y'))
    expect(book.get(room)?.location.agentId).toBeUndefined()
  })

  test('an event keeps the endpoint of the agent, if that is the same', () => {
    const book = new ReferenceBook()
    book.granted(chat, {}, [room, 'x' as never, 'ref' as never, 'a' as never])
    book.moved(room, at('x', 'a', 1))
    expect(book.get(room)?.location.agentEndpoint).toBe('ref')
    book.moved(room, at('x', 'b', 2))
    expect(book.get(room)?.location.agentEndpoint).toBeUndefined()
  })
})
