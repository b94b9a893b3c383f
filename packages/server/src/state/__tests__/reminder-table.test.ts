// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits, type ContainerKind, type ContainerUuid } from '@hcengineering/network-core'
import type { StoredReminder } from '../../reminder-store'
import { nextOf, ReminderBatch, ReminderTable } from '../reminder-table'

const uuid = 'c' as ContainerUuid
const reminder = (name: string, at = 1, more: Partial<StoredReminder> = {}): StoredReminder => ({
  uuid,
  kind: 'k' as ContainerKind,
  name,
  at,
  ...more
})

describe('the table of reminders', () => {
  it('gives each once when it is due, the soonest first', () => {
    const table = new ReminderTable([reminder('b', 20), reminder('a', 10), reminder('c', 30)])
    expect(table.next()).toBe(10)
    expect([table.take(20)?.name, table.take(20)?.name, table.take(20)]).toEqual(['a', 'b', undefined])
    expect([table.size, table.next()]).toEqual([3, 30])
  })

  it('gives one that failed again, later each time up to a limit', () => {
    const table = new ReminderTable([reminder('a', 0)], 5_000)
    const delays = [1, 2, 3, 4, 5].map(() => {
      const taken = table.take(1_000_000) as StoredReminder
      return table.failed(taken, 1_000_000 - 10_000, 'so')
    })
    expect(delays).toEqual([1_000, 2_000, 4_000, 5_000, 5_000])
  })

  it('tells operators of all, or those of a kind, with how often one has failed since it was set, and why', () => {
    const other = { ...reminder('b', 10), uuid: 'other' as ContainerUuid, kind: 'other' as ContainerKind }
    const table = new ReminderTable([{ ...reminder('a', 0), everyMs: 60_000, data: { secret: 1 } }, other])
    const taken = table.take(0) as StoredReminder
    table.failed(taken, 5, 'x'.repeat(1_000))
    const { kind } = taken
    const failing = { uuid, kind, name: 'a', at: 0, everyMs: 60_000, failures: 1, retryAt: 1_005 }
    expect(table.kept(kind)).toEqual([{ ...failing, lastError: 'x'.repeat(256) }])
    expect(table.kept(undefined)).toHaveLength(2)
    expect(table.kept('other' as ContainerKind)).toEqual([{ uuid: 'other', kind: 'other', name: 'b', at: 10 }])
    table.apply({ set: taken })
    expect(table.kept(kind)).toEqual([{ uuid, kind, name: 'a', at: 0, everyMs: 60_000 }])
  })

  it('forgets a delivery of one that was set anew, or is no more', () => {
    const table = new ReminderTable([reminder('a', 0)])
    const taken = table.take(0) as StoredReminder
    table.apply({ set: reminder('a', 50) })
    expect(table.failed(taken, 0, 'so')).toBeUndefined()
    expect(table.next()).toBe(50)
    table.apply({ end: { uuid, name: 'a' } })
    expect([table.next(), table.size, table.bytes, table.count(uuid)]).toEqual([undefined, 0, 0, 0])
  })

  it.each([
    [1_000, 1_000, 2_000],
    [1_000, 1_999, 2_000],
    [1_000, 2_000, 3_000],
    [1_000, 9_500, 10_000],
    [1_000, 0, 2_000]
  ])('keeps the beat of one that is due at %d and done at %d: %d', (at, now, next) => {
    expect(nextOf(reminder('a', at, { everyMs: 1_000 }), now)?.at).toBe(next)
    expect(nextOf(reminder('a', at), now)).toBeUndefined()
  })
})

describe('a batch of changes', () => {
  it('sees its own changes before those of the table', () => {
    const table = new ReminderTable([reminder('a')])
    const batch = new ReminderBatch(table)
    expect([batch.end(uuid, 'a'), batch.end(uuid, 'a'), batch.get(uuid, 'a')]).toEqual([true, false, undefined])
    batch.set(reminder('b'))
    expect(batch.end(uuid, 'b')).toBe(true)
    expect([table.size, batch.changes.length]).toEqual([1, 3])
    for (const change of batch.changes) table.apply(change)
    expect(table.size).toBe(0)
  })

  it('is bounded for each container, what it replaces and ends counted', () => {
    const table = new ReminderTable([])
    const batch = new ReminderBatch(table)
    for (let i = 0; i < limits.maxReminders; i++) batch.set(reminder(`r${i}`))
    expect(() => batch.set(reminder('more'))).toThrow(expect.objectContaining({ code: 'OVERLOADED', uuid }))
    batch.set(reminder('r0', 5))
    batch.set({ ...reminder('more'), uuid: 'other' as ContainerUuid })
    batch.end(uuid, 'r0')
    batch.set(reminder('more'))
    for (const change of batch.changes) table.apply(change)
    expect(table.count(uuid)).toBe(limits.maxReminders)
    expect(() => new ReminderBatch(table).set(reminder('again'))).toThrow(
      expect.objectContaining({ code: 'OVERLOADED' })
    )
    const next = new ReminderBatch(table)
    next.end(uuid, 'r1')
    next.set(reminder('again'))
  })

  it('is bounded in all', () => {
    const all = Array.from({ length: limits.maxStoredReminders }, (_, n) => ({
      ...reminder('r'),
      uuid: `c${n}` as ContainerUuid
    }))
    const table = new ReminderTable(all)
    expect(() => new ReminderBatch(table).set(reminder('more'))).toThrow(
      expect.objectContaining({ code: 'OVERLOADED', message: expect.stringContaining('100000') as string })
    )
    new ReminderBatch(table).set({ ...all[5], at: 9 })
  })

  it('is bounded in bytes', () => {
    const heavy = (n: number): StoredReminder => ({
      ...reminder('r', 1, { extra: 'x'.repeat(60_000) }),
      uuid: `c${n}` as ContainerUuid
    })
    const table = new ReminderTable([])
    const batch = new ReminderBatch(table)
    const fill = (): void => {
      for (let n = 0; n * 60_000 < limits.maxStoredReminderBytes; n++) batch.set(heavy(n))
    }
    expect(fill).toThrow(
      expect.objectContaining({ code: 'OVERLOADED', message: expect.stringContaining('bytes') as string })
    )
    batch.set({ ...heavy(0), at: 2 })
  })
})
