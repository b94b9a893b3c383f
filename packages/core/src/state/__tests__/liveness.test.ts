// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Liveness } from '../liveness'

describe('Liveness', () => {
  it('reports who was silent for its timeout, once', () => {
    const liveness = new Liveness<string>()
    liveness.watch('a', 100, 0)
    liveness.watch('b', 50, 0)
    expect(liveness.nextDeadline()).toBe(50)
    expect(liveness.tardy(49)).toEqual([])
    expect(liveness.tardy(100)).toEqual(['b', 'a'])
    expect(liveness.tardy(1000)).toEqual([])
    expect(liveness.size).toBe(0)
    expect(liveness.nextDeadline()).toBeUndefined()
  })

  it('lets who gives a sign live for another timeout', () => {
    const liveness = new Liveness<string>()
    liveness.watch('a', 100, 0)
    liveness.signal('a', 60)
    expect(liveness.tardy(159)).toEqual([])
    expect(liveness.nextDeadline()).toBe(160)
    expect(liveness.tardy(160)).toEqual(['a'])
  })

  it('ignores signs that are older than the last, and of strangers', () => {
    const liveness = new Liveness<string>()
    liveness.watch('a', 100, 50)
    liveness.signal('a', 10)
    liveness.signal('x', 60)
    expect(liveness.has('x')).toBe(false)
    expect(liveness.tardy(149)).toEqual([])
    expect(liveness.tardy(150)).toEqual(['a'])
  })

  it('takes the new timeout of who is watched again', () => {
    const liveness = new Liveness<string>()
    liveness.watch('a', 100, 0)
    liveness.watch('a', 1000, 10)
    expect(liveness.nextDeadline()).toBe(1010)
    liveness.watch('a', 10, 20)
    expect(liveness.tardy(30)).toEqual(['a'])
  })

  it('never reports who is forgotten or has no timeout', () => {
    const liveness = new Liveness<string>()
    liveness.watch('a', 100, 0)
    liveness.watch('b', Infinity, 0)
    expect(liveness.forget('a')).toBe(true)
    expect(liveness.forget('a')).toBe(false)
    expect(liveness.tardy(1e12)).toEqual([])
    expect(liveness.has('b')).toBe(true)
  })
})
