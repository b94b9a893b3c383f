// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkEvent } from '../api/events'
import { limits } from '../limits'
import { pagesOf, splitNetworkEvent, takePage } from '../paging'

describe('paging', () => {
  test('few items are one page, and so are none', () => {
    expect(pagesOf([1, 2, 3])).toEqual([[1, 2, 3]])
    expect(pagesOf([])).toEqual([[]])
  })

  test.each([
    ['many small ones', Array.from({ length: 60_000 }, (_, n) => ({ n }))],
    ['a few large ones', Array.from({ length: 20 }, (_, n) => `${n}`.repeat(300_000))],
    ['texts full of punctuation', Array.from({ length: 60 }, () => ','.repeat(20_000))],
    ['texts that quoting makes longer', Array.from({ length: 60 }, () => '"'.repeat(20_000))],
    ['texts of control characters', Array.from({ length: 60 }, () => '\u0000'.repeat(20_000))],
    ['long names', Array.from({ length: 60 }, (_, n) => ({ [`${n}`.repeat(20_000)]: n }))],
    ['nested lists', Array.from({ length: 60 }, () => Array.from({ length: 1000 }, () => [[0, 'one'], { two: 2 }]))],
    ['what has a text of its own', Array.from({ length: 60_000 }, (_, n) => new Date(n))]
  ])('%s fit their pages, none is lost, and the order stays', (_what, items: unknown[]) => {
    const pages = pagesOf(items)
    expect(pages.length).toBeGreaterThan(1)
    expect(pages.flat()).toEqual(items)
    for (const page of pages) expect(JSON.stringify(page).length).toBeLessThan(limits.maxPayloadBytes)
  })

  test('an item larger than a page is a page of its own', () => {
    const large = 'x'.repeat(limits.maxPayloadBytes)
    expect(pagesOf([1, large, 2])).toEqual([[1], [large], [2]])
    expect(takePage([1, large], 1)).toEqual([large])
  })

  test('a batch of events is split with its agents in front', () => {
    const containers = Array.from({ length: 30_000 }, (_, n) => ({ container: { uuid: `c${n}` }, event: 0 }))
    const event = { agents: [{ id: 'a', kinds: [], event: 0 }], containers } as unknown as NetworkEvent
    const parts = splitNetworkEvent(event)
    expect(parts.map(({ agents }) => agents.length)).toEqual([1, ...Array(parts.length - 1).fill(0)])
    expect(parts.flatMap((part) => part.containers)).toEqual(containers)
  })
})
