// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Bag, type Bagged } from '../bag'

describe('Bag', () => {
  it('holds what was added and not taken out, in whatever order', () => {
    const bag = new Bag<Bagged & { name: number }>()
    const items = Array.from({ length: 100 }, (_, name) => ({ place: 0, name }))
    for (const item of items) bag.add(item)
    for (const item of items) if (item.name % 3 === 0) bag.delete(item)
    const names = bag.all().map(({ name }) => name)
    expect(names.sort((a, b) => a - b)).toEqual(items.map(({ name }) => name).filter((name) => name % 3 !== 0))
    expect(bag.size).toBe(66)
    for (const item of bag.all()) bag.delete(item)
    expect(bag.size).toBe(0)
  })
})
