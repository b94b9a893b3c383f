// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerUuid } from '../api/identifiers'
import { checkGetOptions, checkLabels, checkName } from '../labels'

const refusal = (message: string): Error =>
  expect.objectContaining({ code: 'INVALID_ARGUMENT', message }) as unknown as Error

describe('checkName', () => {
  it('takes what fits, counted in bytes', () => {
    expect(checkName('a', 'kind')).toBe('a')
    expect(checkName('x'.repeat(256), 'kind')).toHaveLength(256)
    expect(checkName('é'.repeat(128), 'kind')).toHaveLength(128)
  })

  it('refuses the rest with value and bound', () => {
    expect(() => checkName('', 'kind')).toThrow(refusal("kind must be text of 1 to 256 bytes, got ''"))
    expect(() => checkName('é'.repeat(129), 'kind')).toThrow(
      refusal(`kind (258 bytes) must be text of 1 to 256 bytes, got '${'é'.repeat(63)}…`)
    )
    expect(() => checkName(5 as never, 'uuid')).toThrow(refusal('uuid must be text of 1 to 256 bytes, got 5'))
    expect(() => checkName(Object.create(null) as never, 'uuid')).toThrow(
      refusal('uuid must be text of 1 to 256 bytes, got an object')
    )
  })
})

describe('checkLabels', () => {
  it('drops repetitions and keeps the order', () => {
    expect(checkLabels(['b', 'a', 'b'])).toEqual(['b', 'a'])
  })

  it('refuses too many, too long and no labels', () => {
    expect(() => checkLabels(Array.from({ length: 65 }, String))).toThrow(refusal('labels must be at most 64, got 65'))
    expect(() => checkLabels(['x'.repeat(129)])).toThrow('a label (129 bytes) must be text of 1 to 128 bytes')
    expect(() => checkLabels([1 as never])).toThrow('a label must be text of 1 to 128 bytes, got 1')
    expect(() => checkLabels('ab' as never)).toThrow("labels must be an array, got 'ab'")
  })
})

describe('checkGetOptions', () => {
  it('keeps what is there only', () => {
    expect(checkGetOptions({})).toEqual({})
    expect(checkGetOptions({ uuid: null as never, labels: [], extra: undefined })).toEqual({})
    const options = { uuid: 'a' as ContainerUuid, labels: ['x'], extra: 0, more: 1 }
    expect(checkGetOptions(options)).toEqual({ uuid: 'a', labels: ['x'], extra: 0 })
  })

  it('bounds what is told to a factory, since every record carries it', () => {
    const extra = 'x'.repeat(64 * 1024 - 2)
    expect(checkGetOptions({ extra }).extra).toBe(extra)
    expect(() => checkGetOptions({ extra: `${extra}x` })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(/at most 65536 .*65537/) })
    )
    for (const value of [1n, new Map(), new Set(), new Uint8Array(1), () => 1, Symbol('s'), new Error('e')]) {
      const refused = { code: 'UNSUPPORTED_VALUE', message: expect.stringContaining("at 'deep'") }
      expect(() => checkGetOptions({ extra: { deep: value } })).toThrow(expect.objectContaining(refused))
    }
    expect(checkGetOptions({ extra: { at: new Date(0), gone: undefined } }).extra).toEqual({
      at: '1970-01-01T00:00:00.000Z'
    })
    const cycle: unknown[] = []
    cycle.push(cycle)
    expect(() => checkGetOptions({ extra: cycle })).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_VALUE' }))
  })

  it('refuses what are no options', () => {
    expect(() => checkGetOptions(undefined as never)).toThrow('the options of a get must be an object, got undefined')
    expect(() => checkGetOptions({ uuid: '' as ContainerUuid })).toThrow('uuid must be')
  })
})
