// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { SequenceTable, type Numbered } from '../sequence-table'

/** Numbers of a fixed series: the same at every run. */
function series(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) % 0x80000000
    return Math.abs(state) % below
  }
}

describe('SequenceTable', () => {
  it('holds what a map of the same numbers holds, whatever comes and goes', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const next = series(seed)
      const table = new SequenceTable<Numbered>()
      const expected = new Map<number, Numbered>()
      let sequence = 0
      for (let step = 0; step < 1000; step++) {
        // Mostly one after the other, as we number; now and then wherever a peer pleases
        sequence = next(50) === 0 ? next(2 ** 30) * 2 ** 20 : sequence + 1
        const item = { sequence }
        if (!expected.has(sequence)) {
          table.add(item)
          expected.set(sequence, item)
        }
        for (const known of [...expected.values()].slice(0, next(3))) {
          if (next(4) === 0) continue // stays, and may live long
          table.delete(known)
          expected.delete(known.sequence)
        }
        expect(table.size).toBe(expected.size)
      }
      for (const [number, item] of expected) expect(table.get(number)).toBe(item)
      expect(table.get(sequence + 1)).toBeUndefined()
      expect(table.inOrder()).toEqual([...expected.values()].sort((a, b) => a.sequence - b.sequence))
    }
  })

  it('finds one that has outlived a million others', () => {
    const table = new SequenceTable<Numbered>()
    const old = { sequence: 0 }
    table.add(old)
    for (let sequence = 1; sequence <= 1_000_000; sequence++) {
      const item = { sequence }
      table.add(item)
      table.delete(item)
    }
    expect(table.get(0)).toBe(old)
    expect(table.size).toBe(1)
    table.delete(old)
    expect(table.get(0)).toBeUndefined()
    expect(table.size).toBe(0)
  })

  it('leaves alone what has the number of one that is not in it', () => {
    const table = new SequenceTable<Numbered>()
    const item = { sequence: 7 }
    table.add(item)
    table.delete({ sequence: 7 })
    expect(table.get(7)).toBe(item)
  })
})
