// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { deferred } from '../../testing'
import { groupByArray } from '../group-by-array'
import { SingleFlight } from '../single-flight'

describe('SingleFlight', () => {
  it('runs work once for all who ask meanwhile, by key', async () => {
    const flights = new SingleFlight<string, number>()
    const gate = deferred<number>()
    const work = jest.fn(async () => await gate.promise)
    const asked = [flights.run('a', work), flights.run('a', work), flights.run('b', async () => 2)]
    expect(asked[1]).toBe(asked[0])
    gate.resolve(1)
    expect(await Promise.all(asked)).toEqual([1, 1, 2])
    expect(work).toHaveBeenCalledTimes(1)
    expect(await flights.run('a', async () => 3)).toBe(3)
  })

  it('does not remember a failure', async () => {
    const flights = new SingleFlight<string, number>()
    const fail = (): never => {
      throw new Error('no')
    }
    await expect(flights.run('a', fail)).rejects.toThrow('no')
    expect(await flights.run('a', async () => 1)).toBe(1)
  })
})

describe('groupByArray', () => {
  it('groups by key in the order in which things came', () => {
    const groups = groupByArray([5, 2, 3, 4, 1], (n) => (n % 2 === 0 ? 'even' : 'odd'))
    expect([...groups]).toEqual([
      ['odd', [5, 3, 1]],
      ['even', [2, 4]]
    ])
    expect(groupByArray([], String).size).toBe(0)
  })
})
