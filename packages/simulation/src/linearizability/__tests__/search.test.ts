// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { containerModel, type ContainerAction } from '../container-model'
import { OrderSearch, smallestDisorder, type Operation, type Verdict } from '../search'

type Done = Operation<ContainerAction>

const get = (client: string, among: number[], invoked: number, responded: number): Done => ({
  what: `${client} gets ${among.join(' or ')}`,
  action: { type: 'get', client, among },
  invoked,
  responded
})

const serve = (activation: number, at: number): Done => ({
  what: `${activation} serves`,
  action: { type: 'serve', activation },
  invoked: at,
  responded: at
})

const release = (client: string, invoked: number): Done => ({
  what: `${client} releases`,
  action: { type: 'release', client },
  invoked
})

const terminate = (activation: number, invoked: number, responded: number, excused: string[] = []): Done => ({
  what: `${activation} is ended`,
  action: { type: 'terminate', activations: [activation], excused },
  invoked,
  responded
})

const verdict = (...operations: Done[]): Verdict => new OrderSearch(operations, containerModel).run()

const disorder = (...operations: Done[]): string[] =>
  smallestDisorder(operations, containerModel).map(({ what }) => what)

describe('an order of what was done to one uuid', () => {
  it('there is of nothing, and of one thing after the other', () => {
    expect(verdict()).toBe('ordered')
    expect(verdict(get('a', [0], 0, 1), serve(0, 2), release('a', 3), terminate(0, 0, 5))).toBe('ordered')
  })

  it('there is where a container moves while it is asked for, whoever is answered first', () => {
    expect(verdict(get('a', [0], 0, 10), serve(1, 5))).toBe('ordered')
    expect(verdict(get('a', [0], 0, 10), get('b', [1], 1, 9), serve(1, 11))).toBe('ordered')
    expect(verdict(get('a', [0, 2], 0, 1), serve(1, 2), get('b', [0, 2], 3, 4))).toBe('ordered')
  })

  it('there is none where a get has what was replaced before it began', () => {
    expect(verdict(serve(1, 5), get('a', [0], 6, 7))).toBe('unordered')
    expect(verdict(get('a', [1], 0, 1), get('b', [0], 2, 3))).toBe('unordered')
    expect(verdict(get('b', [], 2, 3))).toBe('unordered')
  })

  it('there is none where an earlier activation serves after a later one', () => {
    expect(verdict(serve(0, 1), serve(1, 2), serve(0, 3))).toBe('unordered')
    expect(verdict(get('a', [1], 0, 2), serve(0, 3))).toBe('unordered')
  })

  it('there is where a release comes before the end, and none where it comes behind it or never', () => {
    const held = get('a', [0], 0, 1)
    expect(verdict(held, release('a', 2), terminate(0, 0, 5))).toBe('ordered')
    expect(verdict(held, release('a', 6), terminate(0, 0, 5))).toBe('unordered')
    expect(verdict(held, terminate(0, 0, 5))).toBe('unordered')
    expect(verdict(held, get('a', [0], 0, 1), release('a', 2), terminate(0, 0, 5))).toBe('unordered')
  })

  it('there is where the end may have come before the get, and none where that had what had ended', () => {
    expect(verdict(terminate(0, 0, 5), get('a', [1], 3, 4))).toBe('ordered')
    expect(verdict(terminate(0, 0, 5), get('a', [0], 6, 7))).toBe('unordered')
    expect(verdict(terminate(0, 0, 5), get('a', [0], 3, 7))).toBe('unordered')
  })

  it('there is where a holder was taken for gone, and none where another was', () => {
    expect(verdict(get('a', [0], 0, 1), terminate(0, 0, 5, ['a']))).toBe('ordered')
    expect(verdict(get('a', [0], 0, 1), terminate(0, 0, 5, ['b']))).toBe('unordered')
  })

  it('has a release of unknown outcome take effect late, early or not at all', () => {
    const again = [get('a', [0], 0, 1), release('a', 2), get('a', [0], 3, 4)]
    expect(verdict(...again, serve(0, 9))).toBe('ordered')
    expect(verdict(...again, terminate(0, 0, 9))).toBe('unordered')
    expect(verdict(...again, release('a', 5), terminate(0, 0, 9))).toBe('ordered')
  })
})

describe('the search', () => {
  it('takes one step for each operation of an orderly history, however long', () => {
    const many = Array.from({ length: 2_000 }, (_, i) => get(`c${i % 3}`, [i], i, i + 2.5))
    expect(new OrderSearch(many, containerModel, 2_001).run()).toBe('ordered')
  })

  it('finds an order that it has to turn back for', () => {
    const crowd = Array.from({ length: 8 }, (_, i) => get(`c${i}`, [7 - i], 0, 10 + i))
    expect(verdict(...crowd)).toBe('ordered')
    expect(verdict(...crowd, serve(6, 20))).toBe('unordered')
  })

  it('says so when there is too much to look at', () => {
    const crowd = Array.from({ length: 20 }, (_, i) => get(`c${i}`, [i], 0, 10))
    expect(new OrderSearch([...crowd, serve(0, 20)], containerModel, 100).run()).toBe('undecided')
  })

  it('names the fewest operations that have no order', () => {
    const before = [get('a', [0], 0, 1), serve(0, 2), get('b', [1], 3, 4)]
    const behind = [get('a', [1], 9, 10), release('b', 11), serve(1, 12)]
    expect(disorder(...before, get('c', [0], 5, 6), ...behind)).toEqual(['b gets 1', 'c gets 0'])
    expect(disorder(...before, ...behind)).toEqual([])
    expect(disorder(...before, release('b', 5), release('c', 5), terminate(1, 3, 8), ...behind)).toEqual([
      'a gets 0',
      '1 is ended'
    ])
  })
})
