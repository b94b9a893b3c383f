// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits } from '../../limits'
import { StreamReader } from '../stream-reader'
import { stillHeld } from './garbage'

/** A reader of a source that always sends all that it may, and what it was sent. */
function fed(): { reader: StreamReader; sent: WeakRef<object>[] } {
  const reader = new StreamReader(true)
  const sent: WeakRef<object>[] = []
  const fill = (items: number): void => {
    while (sent.length < items) {
      const value = { index: sent.length }
      sent.push(new WeakRef(value))
      reader.item(value, 1)
    }
  }
  reader.attach({ grant: fill, stop: () => {} })
  fill(limits.maxStreamItems)
  return { reader, sent }
}

describe('a reader of a stream', () => {
  it('holds nothing that it has handed out, though more is always waiting', async () => {
    const { reader, sent } = fed()
    const count = 10 * limits.maxStreamItems
    for (let index = 0; index < count; index++) expect((await reader.next()).value).toEqual({ index })
    expect(sent.length).toBeGreaterThan(count)
    expect(await stillHeld(sent)).toBe(sent.length - count)
    expect((await reader.next()).value).toEqual({ index: count })
  })
})
