// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkEffect } from '..'
import { Outbox } from '../outbox'
import { Ring } from '../ring'
import { SetIndex } from '../set-index'
import { TokenSource } from '../tokens'

describe('Ring', () => {
  const turns = (ring: Ring<string>, count: number): string => Array.from({ length: count }, () => ring.next()).join('')

  test('gives each member its turn, in the order they came', () => {
    const ring = new Ring<string>()
    expect(ring.next()).toBeUndefined()
    for (const value of ['a', 'b', 'c', 'b']) ring.add(value)
    expect(turns(ring, 7)).toBe('abcabca'.slice(0, 7))
  })

  test('a new member comes last, whoever’s turn it is', () => {
    const ring = new Ring<string>()
    for (const value of ['a', 'b', 'c']) ring.add(value)
    turns(ring, 1)
    ring.add('d')
    expect(turns(ring, 4)).toBe('bcad')
  })

  test('one that leaves is passed over, and the last one empties it', () => {
    const ring = new Ring<string>()
    for (const value of ['a', 'b', 'c']) ring.add(value)
    turns(ring, 1)
    ring.delete('b')
    ring.delete('unknown')
    expect(turns(ring, 3)).toBe('cac')
    ring.delete('a')
    ring.delete('c')
    expect([ring.next(), ring.size, ring.has('a'), [...ring.values()]]).toEqual([undefined, 0, false, []])
    ring.add('x')
    expect(turns(ring, 2)).toBe('xx')
  })
})

describe('TokenSource', () => {
  test('gives growing tokens and passes what it has seen', () => {
    const tokens = new TokenSource(5)
    expect(tokens.next()).toEqual({ epoch: 5, counter: 1 })
    for (const seen of [undefined, { epoch: 4, counter: 900 }, { epoch: 5, counter: 1 }]) tokens.see(seen)
    expect(tokens.next()).toEqual({ epoch: 5, counter: 2 })
    tokens.see({ epoch: 5, counter: 10 })
    expect(tokens.next()).toEqual({ epoch: 5, counter: 11 })
    tokens.see({ epoch: 8, counter: 10 })
    expect(tokens.next()).toEqual({ epoch: 9, counter: 1 })
    expect(tokens.epoch).toBe(9)
  })
})

describe('Outbox', () => {
  const effect = (uuid: string): NetworkEffect => ({ type: 'restore', agentId: 'a' as never, uuid: uuid as never })

  test('emits in order what comes while it emits', () => {
    const seen: NetworkEffect[] = []
    const outbox: Outbox = new Outbox((each) => {
      seen.push(each)
      if (seen.length === 1) {
        outbox.push(effect('3'))
        outbox.flush()
      }
    })
    outbox.push(effect('1'))
    outbox.push(effect('2'))
    outbox.flush()
    expect(seen).toEqual([effect('1'), effect('2'), effect('3')])
  })

  test('a receiver that throws loses nothing but that effect', () => {
    const seen: NetworkEffect[] = []
    const outbox = new Outbox((each) => {
      seen.push(each)
      if (seen.length === 1) throw new Error('broken')
    })
    outbox.push(effect('1'))
    outbox.push(effect('2'))
    expect(() => outbox.flush()).toThrow('broken')
    outbox.flush()
    expect(seen).toEqual([effect('1'), effect('2')])
  })
})

describe('SetIndex', () => {
  test('keeps no empty sets', () => {
    const index = new SetIndex<string, number>()
    index.add('a', 1)
    index.add('a', 2)
    index.add('b', 3)
    index.delete('b', 3)
    index.delete('c', 3)
    expect([...index.keys()]).toEqual(['a'])
    expect([...index.entries()]).toEqual([['a', new Set([1, 2])]])
    expect(index.get('b')).toBeUndefined()
  })
})
