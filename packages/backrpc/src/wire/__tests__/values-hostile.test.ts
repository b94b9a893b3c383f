// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { randomOf } from '../../__tests__/random'
import { cloneValue, decodeValue, encodeValue } from '../values'
import { tags } from '../values-format'
import { valueOf } from './values-random'

/** Rounds of mutation; `VALUES_FUZZ_ROUNDS=1000000` for a long run. */
const ROUNDS = Number(process.env.VALUES_FUZZ_ROUNDS ?? 3000)

const everything = {
  list: [null, undefined, true, false, 5, -5, 300, 70_000, 1.5, 'short', 'long '.repeat(20), 'мир', '\ud800'],
  rest: [new Uint8Array(50), new Date(1), 2n ** 70n, -1n, new Map([[1, { a: new Set([2]) }]]), new Array(20).fill(0)],
  ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`field ${i}`, i]))
}

/** Decodes what may be anything: a value that can be cloned, or one of two errors. */
function meet(bytes: Uint8Array): 'value' | 'error' {
  try {
    cloneValue(decodeValue(bytes), { maxPayloadBytes: Infinity, maxPayloadDepth: 64, maxPayloadTokens: 100_000 })
    return 'value'
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error
    expect(['PROTOCOL_ERROR', 'TOO_LARGE']).toContain(error.code)
    return 'error'
  }
}

function refusal(bytes: ArrayLike<number>): NetworkError {
  try {
    decodeValue(Uint8Array.from(bytes))
  } catch (error) {
    return error as NetworkError
  }
  throw new Error('It was taken for a value')
}

function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  const at = (): number => Math.floor(random() * bytes.length)
  for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) {
    const where = at()
    switch (Math.floor(random() * 5)) {
      case 0:
        bytes[where] = random() * 256
        break
      case 1:
        bytes[where] = 0xc0 + random() * 24
        break
      case 2:
        bytes.fill(0xff, where, where + 5)
        break
      case 3:
        bytes.copyWithin(where, at(), at())
        break
      default:
        bytes = Uint8Array.from([...bytes.subarray(0, where), ...bytes.subarray(at())])
        if (bytes.length === 0) return bytes
    }
  }
  return bytes
}

describe('values from anyone', () => {
  afterEach(() => {
    expect(Reflect.ownKeys(Object.prototype)).toHaveLength(12)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('are refused wherever they end early', () => {
    const encoded = encodeValue(everything)
    for (let end = 1; end < encoded.length; end++) {
      expect(refusal(encoded.subarray(0, end)).code).toBe('PROTOCOL_ERROR')
    }
  })

  it('are refused with anything behind them', () => {
    expect(refusal([...encodeValue(everything), 0]).message).toBe('Not an encoded value: 1 bytes follow it')
  })

  it('are refused for kinds that do not exist', () => {
    for (let tag = tags.set + 1; tag <= 0xff; tag++) expect(refusal([tag, 0, 0, 0, 0]).code).toBe('PROTOCOL_ERROR')
  })

  it.each(Object.entries(tags).filter(([, tag]) => tag >= tags.latin1))(
    'are not believed the length of a %s',
    (_name, tag) => {
      for (const length of [
        [0xff, 0xff, 0xff, 0xff, 0x0f],
        [0xff, 0xff, 0xff, 0x7f],
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
      ]) {
        const before = process.memoryUsage()
        for (const behind of [[], [0], [0, 0, 0, 0, 0, 0, 0, 0]]) {
          const bytes = [tag, ...length, ...behind]
          if (tag !== tags.date) expect(refusal(bytes).code).toBe('PROTOCOL_ERROR')
        }
        const after = process.memoryUsage()
        expect(after.arrayBuffers - before.arrayBuffers + after.heapUsed - before.heapUsed).toBeLessThan(
          64 * 1024 * 1024
        )
      }
    }
  )

  it('cost little when each of many nested arrays claims the rest', () => {
    const bytes = new Uint8Array(4 * 1024 * 1024)
    for (let at = 0; at < 63 * 5; at += 5) bytes.set([tags.array, 0x80, 0x80, 0x80, 0x01], at)
    expect(refusal(bytes).code).toBe('TOO_LARGE')
  })

  it.each([
    ['arrays', [tags.shortArray | 1]],
    ['objects', [tags.shortObject | 1, tags.shortText]],
    ['maps', [tags.map, 1, 0, 0, 0]],
    ['sets', [tags.set, 1, 0, 0, 0]]
  ])('are refused at level 65 of nested %s, however many follow', (_title, unit) => {
    const bytes = Array.from({ length: 100_000 }, () => unit).flat()
    expect(refusal(bytes)).toMatchObject({
      code: 'TOO_LARGE',
      message: 'A payload of 65 levels exceeds the maximum of 64 levels'
    })
  })

  it('overflow no stack where an option allows any depth', () => {
    const bytes = new Uint8Array(4_000_000).fill(tags.shortArray | 1)
    const any = { maxPayloadBytes: Infinity, maxPayloadDepth: Infinity, maxPayloadTokens: Infinity }
    expect(() => decodeValue(bytes, any)).toThrow(expect.objectContaining({ code: 'PROTOCOL_ERROR' }))
    let deep: unknown = []
    for (let level = 0; level < 200_000; level++) deep = [deep]
    expect(() => encodeValue(deep, any)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_VALUE' }))
    expect(() => cloneValue(deep, any)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_VALUE' }))
  })

  it('are refused for too many bytes or tokens, with both numbers', () => {
    expect(refusal(new Uint8Array(4 * 1024 * 1024 + 1)).message).toBe(
      'A payload of 4194305 bytes exceeds the maximum of 4194304 bytes'
    )
    const zeros = new Uint8Array(200_000)
    zeros.set([tags.array, 0xbb, 0x9a, 0x0c])
    expect(refusal(zeros).message).toBe('A payload of 100001 tokens exceeds the maximum of 100000 tokens')
  })

  it('have names that are texts', () => {
    expect(refusal([tags.shortObject | 1, 1, 1]).message).toBe('Not an encoded value: a field has no name')
  })

  it('reach no prototype by names however they are written', () => {
    const hidden = [tags.shortObject | 1, tags.shortText | 8, ...Buffer.from('polluted'), 1]
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      for (const head of [[tags.shortText | name.length], [tags.latin1, name.length], [tags.utf8, name.length]]) {
        const bytes = [tags.shortObject | 1, ...head, ...Buffer.from(name), ...hidden]
        const arrived = decodeValue(Uint8Array.from(bytes)) as object
        expect(Object.getOwnPropertyDescriptor(arrived, name)?.value).toStrictEqual({ polluted: 1 })
        expect(Object.getPrototypeOf(arrived)).toBe(Object.prototype)
      }
    }
  })

  it('are a value or one of two errors, whatever was done to them', () => {
    const random = randomOf(3)
    const seen = { value: 0, error: 0 }
    for (let round = 0; round < ROUNDS; round++) {
      const encoded = encodeValue(round % 4 === 0 ? everything : valueOf(random, 2))
      seen[meet(mutate(Uint8Array.from(encoded), random))]++
    }
    expect(seen.value).toBeGreaterThan(ROUNDS / 50)
    expect(seen.error).toBeGreaterThan(ROUNDS / 50)
  })
})
