// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { ValueTrace } from '../value-trace'
import { encodeValue } from '../values'

const traceOf = (value: unknown): ValueTrace | undefined => ValueTrace.of(encodeValue(value))

describe('The trace of a value', () => {
  test.each([
    ['fields', { n: 1, text: 'x', ok: true, none: null }],
    ['nested fields and lists', { a: [1, [2, { b: 'c' }], {}], d: { e: [] } }],
    ['a list with holes', [undefined, 1]],
    ['a text', 'x'],
    ['a number', 0.5],
    ['no number', NaN],
    ['a bigint', 12n],
    ['nothing', undefined]
  ])('finds that %s are the same still', (_what, value) => {
    expect(traceOf(value)?.matches(value)).toBe(true)
    expect(traceOf(value)?.matches(value)).toBe(true)
  })

  test('finds what is equal, whoever made it', () => {
    const trace = traceOf({ n: 1, gone: undefined })
    expect(trace?.matches(Object.assign(Object.create(null), { n: 1 }))).toBe(true)
    expect(trace?.matches({ other: undefined, n: 1 })).toBe(true)
  })

  test.each([
    ['another number', { n: 2 }],
    ['another name', { m: 1 }],
    ['one field more', { n: 1, m: 1 }],
    ['one field less', {}],
    ['a text instead', { n: '1' }],
    ['a list instead', [1]],
    ['a list in it', { n: [1] }],
    ['nothing in it', { n: null }],
    ['nothing', undefined],
    ['something that says itself what it is', { n: 1, toJSON: () => ({ n: 1 }) }],
    [
      'an object of a class',
      new (class {
        n = 1
      })()
    ],
    ['what cannot travel', () => 1],
    [
      'what cannot be read',
      {
        get n() {
          throw new Error('unreadable')
        }
      }
    ]
  ])('does not take %s for the same', (_what, value) => {
    expect(traceOf({ n: 1 })?.matches(value)).toBe(false)
  })

  test.each([
    ['zeros by their signs', 0, -0],
    ['the order of fields', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['where a list ends', [[1], 2], [[1, 2]]],
    ['fields from lists', { a: 1 }, ['a', 1]],
    ['lists by their lengths', [1], [1, undefined]]
  ])('tells %s apart', (_what, one, other) => {
    expect(traceOf(one)?.matches(other)).toBe(false)
    expect(traceOf(other)?.matches(one)).toBe(false)
  })

  test.each([
    ['bytes', { bytes: new Uint8Array(2) }],
    ['a date', [new Date(0)]],
    ['a map', new Map([[1, 2]])]
  ])('is not kept of %s', (_what, value) => {
    expect(traceOf(value)).toBeUndefined()
  })
})
