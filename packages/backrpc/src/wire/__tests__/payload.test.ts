// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { checkPayload, decodePayload, encodePayload, parseJSON, stringifyJSON } from '../payload'

const bounds = { maxPayloadBytes: 1000, maxPayloadDepth: 4, maxPayloadTokens: 20 }
const bytesOf = (text: string): Uint8Array => Buffer.from(text)

describe('payload', () => {
  it('carries undefined as null', () => {
    expect(stringifyJSON(undefined)).toBe('null')
    expect(stringifyJSON([undefined, { a: undefined, b: 1 }])).toBe('[null,{"a":null,"b":1}]')
  })

  it('is absent for no bytes', () => {
    expect(decodePayload(bytesOf(''))).toBeUndefined()
  })

  it.each([
    ['a bigint', { n: 1n }],
    [
      'a cycle',
      (() => {
        const cycle: { self?: unknown } = {}
        cycle.self = cycle
        return cycle
      })()
    ]
  ])('refuses %s', (_title, value) => {
    expect(() => stringifyJSON(value)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_VALUE' }))
  })

  it('refuses what is not JSON with a code', () => {
    expect(() => parseJSON('{')).toThrow(expect.objectContaining({ code: 'PROTOCOL_ERROR' }))
  })

  it('keeps a key named __proto__ to itself', () => {
    const value = decodePayload(bytesOf('{"__proto__":{"polluted":true},"a":1}')) as Record<string, unknown>
    expect(Object.keys(value)).toEqual(['__proto__', 'a'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it.each([
    ['bytes', `"${'x'.repeat(1000)}"`, 'A payload of 1002 bytes exceeds the maximum of 1000 bytes'],
    ['nesting', '[[[[[]]]]]', 'A payload of 5 levels exceeds the maximum of 4 levels'],
    ['nesting that does not end', '['.repeat(900), 'A payload of 5 levels exceeds the maximum of 4 levels'],
    ['tokens', `[${'1,'.repeat(30)}1]`, 'A payload of 21 tokens exceeds the maximum of 20 tokens']
  ])('is refused for too much of %s, before it is parsed', (_title, text, message) => {
    expect(() => decodePayload(bytesOf(text), bounds)).toThrow(expect.objectContaining({ code: 'TOO_LARGE', message }))
  })

  it('does not count what is inside texts', () => {
    const text = JSON.stringify({ 'a"[[[[[': '\\"[[[[[,,,,,,,,,,,,,,,,,,,,,,,\\\\', b: ['}}'] })
    expect(() => checkPayload(bytesOf(text), bounds)).not.toThrow()
    expect(() => checkPayload(bytesOf('"never ends [[[[[[[['), bounds)).not.toThrow()
  })

  it('does not leave when a peer would refuse it', () => {
    expect(() => encodePayload([[[[[1]]]]], bounds)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }))
    expect(() => encodePayload('x'.repeat(5 * 1024 * 1024))).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }))
  })
})
