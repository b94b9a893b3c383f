// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ClientUuid, ContainerRecord } from '@hcengineering/network-core'
import { Pages } from '../pages'
import { RegistrationParts } from '../registration-parts'

const client = 'c1' as ClientUuid
const other = 'c2' as ClientUuid
const records = Array.from({ length: 20_000 }, (_, n) => ({ uuid: `container-${n}` }) as ContainerRecord)

function rest(pages: Pages<ContainerRecord>, cursor: string | undefined): ContainerRecord[] {
  const all: ContainerRecord[] = []
  for (let next = cursor; next !== undefined;) {
    const page = pages.next(client, next)
    all.push(...page.records)
    next = page.next
  }
  return all
}

describe('pages of a list', () => {
  test('a short list is one page', () => {
    expect(new Pages<ContainerRecord>().first(client, records.slice(0, 3))).toEqual({ records: records.slice(0, 3) })
  })

  test('a long one is read to its end, as it was at the beginning', () => {
    const pages = new Pages<ContainerRecord>()
    const { records: first, next } = pages.first(client, records)
    expect(next).toBeDefined()
    expect([...first, ...rest(pages, next)]).toEqual(records)
  })

  test.each(['', 'nonsense', '1.0', '1.-1', '1.99999', '7.100'])("refuses to go on at '%s'", (cursor) => {
    const pages = new Pages<ContainerRecord>()
    pages.first(client, records)
    expect(() => pages.next(client, cursor)).toThrow(/begin anew/)
  })

  test("a list is its reader's own, bounded in number, and gone with the reader", () => {
    const pages = new Pages<ContainerRecord>()
    const cursors = Array.from({ length: 5 }, () => pages.first(client, records).next as string)
    expect(() => pages.next(other, cursors[4])).toThrow(/begin anew/)
    expect(() => pages.next(client, cursors[0])).toThrow(/begin anew/)
    expect(pages.next(client, cursors[1]).records.length).toBeGreaterThan(0)
    pages.forget(client)
    expect(() => pages.next(client, cursors[4])).toThrow(/begin anew/)
  })
})

describe('parts of a registration', () => {
  const uuid = 'agent' as AgentUuid
  const part = (
    containers: ContainerRecord[],
    position?: [number, number]
  ): Parameters<RegistrationParts['add']>[1] => ({
    uuid,
    kinds: [],
    containers,
    ...(position === undefined ? {} : { part: position })
  })

  test('one without parts is whole', () => {
    expect(new RegistrationParts().add(client, part(records), 100)).toEqual(records)
  })

  test('several are put together with the last', () => {
    const parts = new RegistrationParts()
    expect(parts.add(client, part(records.slice(0, 2), [0, 3]), 100)).toBeUndefined()
    expect(parts.add(client, part(records.slice(2, 3), [1, 3]), 100)).toBeUndefined()
    expect(parts.add(client, part(records.slice(3, 9), [2, 3]), 100)).toEqual(records.slice(0, 9))
  })

  test('a missing part is asked for again, not made up', () => {
    const parts = new RegistrationParts()
    parts.add(client, part(records.slice(0, 2), [0, 3]), 100)
    expect(() => parts.add(client, part([], [2, 3]), 100)).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }))
    parts.forget(client)
    expect(() => parts.add(client, part([], [1, 2]), 100)).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }))
  })

  test('the first part begins anew', () => {
    const parts = new RegistrationParts()
    parts.add(client, part(records.slice(0, 2), [0, 2]), 100)
    parts.add(client, part(records.slice(5, 6), [0, 2]), 100)
    expect(parts.add(client, part(records.slice(6, 7), [1, 2]), 100)).toEqual(records.slice(5, 7))
  })

  test('parts hold no more than so many pages, of all registrations of a client together', () => {
    const parts = new RegistrationParts()
    const large = { code: 'TOO_LARGE', message: expect.stringMatching(/2097153 bytes.* 2097152/) }
    expect(() => parts.add(client, part([], [0, 2]), 2 * 1024 * 1024 + 1)).toThrow(expect.objectContaining(large))
    for (let index = 0; index < 40; index++) parts.add(client, part([], [index, 41]), 100)
    const other = { ...part([], [0, 25]), uuid: 'other' as AgentUuid }
    expect(() => parts.add(client, other, 100)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }))
    expect(parts.add(client, part([], [40, 41]), 100)).toEqual([])
    expect(parts.add(client, other, 100)).toBeUndefined()
  })

  test.each([
    [3, 3],
    [0, 0],
    [0, 65]
  ])('part %d of %d is refused', (index, count) => {
    expect(() => new RegistrationParts().add(client, part([], [index, count]), 100)).toThrow(
      expect.objectContaining({ code: 'TOO_LARGE' })
    )
  })
})
