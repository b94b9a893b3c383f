// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import { NetworkError } from '@hcengineering/network-core'
import { randomOf } from '../../__tests__/random'
import { cloneValue, decodeValue, encodeValue } from '../values'
import { valueOf } from './values-random'

const bounds = { maxPayloadBytes: 1000, maxPayloadDepth: 4, maxPayloadTokens: 20 }

/** All that can be seen of a value: jest finds no two invalid dates equal, and takes its time over sets of objects. */
function seen(value: unknown): string {
  return inspect(value, { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity })
}

/** What arrives; the clone must be the same. */
function travel(value: unknown): unknown {
  const arrived = decodeValue(encodeValue(value))
  expect(seen(cloneValue(value))).toBe(seen(arrived))
  return arrived
}

function errorOf(action: () => unknown): NetworkError {
  try {
    action()
  } catch (error) {
    expect(error).toBeInstanceOf(NetworkError)
    return error as NetworkError
  }
  throw new Error('It did not throw')
}

/** The error of encoding; cloning must throw the same. */
function refusalOf(value: unknown, limits = { ...bounds, maxPayloadBytes: 1e6 }): NetworkError {
  const error = errorOf(() => encodeValue(value, limits))
  expect(errorOf(() => cloneValue(value, limits))).toMatchObject({ code: error.code, message: error.message })
  return error
}

class Point {
  constructor(
    readonly x: number,
    readonly y: number
  ) {}

  sum(): number {
    return this.x + this.y
  }
}

describe('values', () => {
  const named = (...values: number[]): [string, unknown][] => values.map((value) => [String(value), value])

  it.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['true', true],
    ['false', false],
    ...named(0, 1, 127, 128, 255, 256, -1, -128, -129, 32767, 32768, -32768, -32769, 2147483647, 2147483648),
    ...named(-2147483648, -2147483649, 2 ** 53, 0.1, 5e-324, 1.7976931348623157e308),
    ['-0', -0],
    ['NaN', NaN],
    ['Infinity', Infinity],
    ['-Infinity', -Infinity],
    ['no text', ''],
    ['short text', 'x'.repeat(31)],
    ['longer text', 'x'.repeat(32)],
    ['large text', 'x'.repeat(100_000)],
    ['Latin-1', 'Grüße'],
    ['other scripts', 'мир 世界 😀'],
    ['large text of other scripts', 'мир 世界 😀'.repeat(1000)],
    ['half a surrogate pair', 'a\ud800'],
    ['the other half, in large text', '\udc00' + 'я'.repeat(2000)],
    ['NUL', '\0'],
    ['an empty array', []],
    ['an array of 15', new Array(15).fill(1)],
    ['an array of 16', new Array(16).fill('x')],
    ['an array of undefined', [undefined, 1, undefined]],
    ['an empty object', {}],
    ['an object of 16', Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`key ${i}`, i]))],
    ['keys like indexes', { 1: 'a', 0: 'b', x: 'c', '4294967295': 'd' }],
    ['keys of other scripts', { ключ: 1, ['ö'.repeat(40)]: 2, '': 3, '\ud800': 4 }],
    ['no bytes', new Uint8Array(0)],
    ['bytes', new Uint8Array([0, 1, 255])],
    ['large bytes', new Uint8Array(100_000).fill(7)],
    [
      'several large things',
      { a: new Uint8Array(2000).fill(1), b: 'y'.repeat(5000), c: [1n], d: new Uint8Array(1025) }
    ],
    ['a date', new Date(1234567890123)],
    ['an invalid date', new Date(NaN)],
    ['0n', 0n],
    ['-1n', -1n],
    ['2n ** 64n', 2n ** 64n],
    ['a huge bigint', 2n ** 20_000n - 1n],
    ['a huge negative bigint', -(3n ** 9_000n)],
    ['a map of maps in sets', new Map<unknown, unknown>([[new Set([new Map([[1, 2]])]), { a: new Map() }]])],
    ['a set of NaN, -0 and undefined', new Set([NaN, undefined, null])]
  ])('carry %s', (_title, value) => {
    expect(seen(travel(value))).toBe(seen(value))
  })

  it('leave undefined fields out, and keep undefined in arrays, maps and alone', () => {
    expect(travel({ a: undefined, b: 1 })).toStrictEqual({ b: 1 })
    expect(travel(new Map([[undefined, undefined]]))).toStrictEqual(new Map([[undefined, undefined]]))
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, i % 2 === 0 ? i : undefined]))
    expect(Object.keys(travel(many) as object)).toHaveLength(20)
  })

  it('fill the holes of an array with undefined, and leave its other properties out', () => {
    const sparse = Object.assign([1], { name: 'x' })
    sparse[3] = 4
    expect(travel(sparse)).toStrictEqual([1, undefined, undefined, 4])
  })

  it('turn a Buffer into a Uint8Array', () => {
    const arrived = travel(Buffer.from('abc'))
    expect(Buffer.isBuffer(arrived)).toBe(false)
    expect(arrived).toStrictEqual(new Uint8Array([97, 98, 99]))
  })

  it('turn class instances into plain objects of their own enumerable fields', () => {
    class Local {
      readonly #secret = 1
      readonly shown = 2
      get secret(): number {
        return this.#secret
      }
    }
    expect(travel([new Point(1, 2), new Local()])).toStrictEqual([{ x: 1, y: 2 }, { shown: 2 }])
    expect(travel(Object.create(null, { a: { value: 1, enumerable: true } }))).toStrictEqual({ a: 1 })
    const heir = Object.assign(Object.create({ inherited: 1 }), { own: 2 })
    expect(travel(Object.defineProperty(heir, 'hidden', { value: 3 }))).toStrictEqual({ own: 2 })
    expect(travel({ [Symbol('x')]: 1, a: 1 })).toStrictEqual({ a: 1 })
  })

  it('turn an object with toJSON into what that returns', () => {
    class Money {
      constructor(private readonly cents: bigint) {}
      toJSON(): unknown {
        return { cents: this.cents, at: new Date(0) }
      }
    }
    expect(travel({ price: new Money(5n) })).toStrictEqual({ price: { cents: 5n, at: new Date(0) } })
    expect(travel(new URL('http://a/b'))).toBe('http://a/b')
    expect(travel({ toJSON: () => 7 })).toBe(7)
    expect(travel(Object.assign([1], { toJSON: () => [2] }))).toStrictEqual([2])
    expect(travel({ a: { toJSON: () => undefined }, b: 1 })).toStrictEqual({ b: 1 })
    expect(travel([{ toJSON: () => undefined }])).toStrictEqual([undefined])
    const own = { a: 1, toJSON: (): unknown => new Point(3, 4) }
    expect(travel(own)).toStrictEqual({ x: 3, y: 4 })
    expect(travel(Object.assign(new Error('x'), { toJSON: () => 'error' }))).toBe('error')
  })

  it('carry subclasses as what they extend, and objects of other realms', () => {
    class Names extends Map<string, number> {}
    class Tags extends Set<string> {}
    class Day extends Date {}
    class List extends Array<number> {}
    expect(travel([new Names([['a', 1]]), new Tags(['t']), new Day(5), List.from([1])])).toStrictEqual([
      new Map([['a', 1]]),
      new Set(['t']),
      new Date(5),
      [1]
    ])
    const foreign: unknown = runInNewContext('({ a: [1], m: new Map([[1, new Set([2])]]), d: new Date(3), p: {} })')
    expect(travel(foreign)).toStrictEqual({ a: [1], m: new Map([[1, new Set([2])]]), d: new Date(3), p: {} })
  })

  it('are not taken in by a false name', () => {
    const claim = (name: string): object => ({
      [Symbol.toStringTag]: name,
      a: 1
    })
    class Fake {
      readonly a = 1
      get [Symbol.toStringTag](): string {
        return 'Map'
      }
    }
    expect(travel([claim('Date'), claim('Set'), claim('Promise'), new Fake()])).toStrictEqual(
      new Array(4).fill({ a: 1 })
    )
  })

  it('keep a key named __proto__ or constructor to its own object', () => {
    const hostile: unknown = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":2}},"toString":3}'
    )
    for (const arrived of [decodeValue(encodeValue(hostile)), cloneValue(hostile)]) {
      expect(Object.keys(arrived as object)).toEqual(['__proto__', 'constructor', 'toString'])
      expect(Object.getPrototypeOf(arrived)).toBe(Object.prototype)
      expect(JSON.stringify(arrived)).toBe(JSON.stringify(hostile))
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('keep their order and share nothing with the original', () => {
    const inner = { list: [1], bytes: new Uint8Array(2000), date: new Date(1), map: new Map([[1, 1]]) }
    const copy = cloneValue([inner, inner]) as (typeof inner)[]
    inner.list.push(2)
    inner.bytes[0] = 9
    inner.date.setTime(2)
    inner.map.clear()
    const untouched = { list: [1], bytes: new Uint8Array(2000), date: new Date(1), map: new Map([[1, 1]]) }
    expect(copy).toStrictEqual([untouched, untouched])
    expect(copy[0]).not.toBe(copy[1])
  })

  it('are copies of bytes, and a view only of those that came alone', () => {
    const encoded = encodeValue([new Uint8Array(1024), new Uint8Array(1025)])
    const [small, large] = decodeValue(encoded) as Uint8Array[]
    encoded.fill(1)
    expect([small[0], large[0]]).toEqual([0, 0])
    const alone = encodeValue(new Uint8Array(5000))
    const view = decodeValue(alone) as Uint8Array
    alone.fill(1)
    expect(view[0]).toBe(alone.buffer.byteLength === alone.length ? 1 : 0)
    expect(small.buffer.byteLength).toBe(1024)
  })

  it('decode from the middle of other bytes', () => {
    const encoded = encodeValue({ a: 'text', b: 1.5 })
    const around = new Uint8Array(encoded.length + 10)
    around.set(encoded, 5)
    expect(decodeValue(around.subarray(5, 5 + encoded.length))).toStrictEqual({ a: 'text', b: 1.5 })
  })

  it('are undefined for no bytes', () => {
    expect(decodeValue(new Uint8Array(0))).toBeUndefined()
  })

  it('can be encoded within a toJSON', () => {
    const outer = { toJSON: () => encodeValue(['inner', 'x'.repeat(2000)]) }
    const arrived = travel(['before', outer, 'after']) as unknown[]
    expect(decodeValue(arrived[1] as Uint8Array)).toStrictEqual(['inner', 'x'.repeat(2000)])
    expect([arrived[0], arrived[2]]).toEqual(['before', 'after'])
  })

  it('take few bytes', () => {
    const request = { method: 'say', params: { room: 'lobby', text: 'hello there', n: 42 } }
    expect(encodeValue(request)).toHaveLength(51)
    expect(JSON.stringify(request)).toHaveLength(70)
  })

  it('are refused with the path of what cannot travel', () => {
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    const at = { items: [1, { 'a b': [() => 1] }] }
    const cases: [unknown, string][] = [
      [() => 1, 'A function cannot travel: it is at $'],
      [at, 'A function cannot travel: it is at $.items[1]["a b"][0]'],
      [{ s: Symbol('x') }, 'A symbol cannot travel: it is at $.s'],
      [{ p: Promise.resolve() }, 'A Promise cannot travel: it is at $.p'],
      [new Map([['k', new WeakMap()]]), 'A WeakMap cannot travel: it is at $.value(0)'],
      [new Map([[new WeakSet(), 1]]), 'A WeakSet cannot travel: it is at $.key(0)'],
      [new Set([1, /x/]), 'A RegExp cannot travel: it is at $.item(1)'],
      [{ e: new TypeError('x') }, 'A Error cannot travel: it is at $.e'],
      [new Float64Array(1), 'A Float64Array cannot travel: it is at $'],
      [new ArrayBuffer(1), 'A ArrayBuffer cannot travel: it is at $'],
      [[Object(1)], 'A Number cannot travel: it is at $[0]'],
      [[1].values(), 'A Array Iterator cannot travel: it is at $'],
      [{ a: { toJSON: () => () => 1 } }, 'A function cannot travel: it is at $.a'],
      [{ p: revoked.proxy }, "A value cannot be read at $.p: Cannot perform 'IsArray' on a proxy that has been revoked"]
    ]
    for (const [value, message] of cases) {
      const error = refusalOf(value)
      expect(error.message.replace(/^An /, 'A ')).toBe(message)
      expect(error.code).toBe('UNSUPPORTED_VALUE')
    }
  })

  it('are refused where reading them throws', () => {
    const bad = {
      list: [
        {
          get broken(): number {
            throw new Error('no such thing')
          }
        }
      ]
    }
    expect(refusalOf(bad).message).toBe('A value cannot be read at $.list[0].broken: no such thing')
    const toJSON = (): never => {
      throw new Error('not today')
    }
    expect(refusalOf({ a: { toJSON } })).toMatchObject({ message: 'A value cannot be read at $.a: not today' })
  })

  it('are refused with a cycle, and say where', () => {
    const a: Record<string, unknown> = {}
    a.b = [a]
    expect(refusalOf({ a })).toMatchObject({
      code: 'UNSUPPORTED_VALUE',
      message: 'A cycle cannot travel: $.a.b[0] is $.a again'
    })
    const map = new Map()
    map.set('self', map)
    expect(refusalOf(map).message).toBe('A cycle cannot travel: $.value(0) is $ again')
    const self = { toJSON: (): unknown => [self] }
    expect(refusalOf(self).code).toMatch(/UNSUPPORTED_VALUE|TOO_LARGE/)
  })

  it.each<[string, unknown, string]>([
    ['levels', [[[[[1]]]]], 'A payload of 5 levels exceeds the maximum of 4 levels'],
    ['levels', { a: new Map([[1, [new Set([{}])]]]) }, 'A payload of 5 levels exceeds the maximum of 4 levels'],
    ['tokens', new Array(20).fill(1), 'A payload of 21 tokens exceeds the maximum of 20 tokens'],
    ['tokens', new Array(2 ** 32 - 1), 'A payload of 21 tokens exceeds the maximum of 20 tokens'],
    [
      'tokens',
      { a: { b: 1, c: 2, d: new Array(12).fill(0) } },
      'A payload of 21 tokens exceeds the maximum of 20 tokens'
    ]
  ])('are refused for too many %s', (_title, value, message) => {
    expect(refusalOf(value)).toMatchObject({ code: 'TOO_LARGE', message })
  })

  it('are refused for too many bytes, counted exactly', () => {
    for (const value of ['x'.repeat(1000), new Uint8Array(1000), { a: 'я'.repeat(600) }, 2n ** 9000n]) {
      const found = encodeValue(value).length
      expect(refusalOf(value, bounds)).toMatchObject({
        code: 'TOO_LARGE',
        message: `A payload of ${found} bytes exceeds the maximum of 1000 bytes`
      })
      expect(encodeValue(value, { ...bounds, maxPayloadBytes: found })).toHaveLength(found)
      expect(() => cloneValue(value, { ...bounds, maxPayloadBytes: found })).not.toThrow()
    }
  })

  it('are counted exactly when most of them is dropped', () => {
    const value = Array.from({ length: 500 }, (_, i) => ({ i, text: 'x'.repeat(900), more: 'y'.repeat(1100) }))
    const found = encodeValue(value).length
    const message = `A payload of ${found} bytes exceeds the maximum of 50000 bytes`
    const tight = { maxPayloadBytes: 50_000, maxPayloadDepth: 4, maxPayloadTokens: 10_000 }
    expect(refusalOf(value, tight)).toMatchObject({ code: 'TOO_LARGE', message })
    expect(encodeValue('still works')).toHaveLength(12)
  })

  it('allow exactly as much on arrival as on departure', () => {
    const random = randomOf(5)
    for (let round = 0; round < 150; round++) {
      const value = valueOf(random, 3)
      const encoded = encodeValue(value)
      for (let tokens = 1; ; tokens += 1 + Math.floor(tokens / 10)) {
        const limits = { maxPayloadBytes: 1e6, maxPayloadDepth: 1 + (round % 5), maxPayloadTokens: tokens }
        const outcomes = [() => encodeValue(value, limits), () => cloneValue(value, limits)].map((action) => {
          try {
            action()
            return 'fine'
          } catch (error) {
            return (error as NetworkError).message
          }
        })
        expect(outcomes[1]).toBe(outcomes[0])
        if (outcomes[0] === 'fine') {
          expect(() => decodeValue(encoded, limits)).not.toThrow()
          break
        }
        if (outcomes[0].includes('levels')) break
      }
    }
  })

  it('of any kind arrive as their clone, and arrive the same the second time', () => {
    const random = randomOf(1)
    for (let round = 0; round < 400; round++) {
      const value = valueOf(random, 3)
      const encoded = encodeValue(value)
      const arrived = decodeValue(Uint8Array.from(encoded))
      expect(seen(arrived)).toBe(seen(cloneValue(value)))
      expect(seen(decodeValue(encodeValue(arrived)))).toBe(seen(arrived))
    }
  })
})
