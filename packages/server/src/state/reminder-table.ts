// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  DeadlineQueue,
  defaultTimeoutsMs,
  limits,
  NetworkError,
  reasonOf,
  type ContainerKind,
  type ContainerUuid,
  type KeptReminder
} from '@hcengineering/network-core'
import type { ReminderChange, StoredReminder, StoredReminders } from '../reminder-store'

/** What the table keeps of one reminder. */
interface Row {
  readonly reminder: StoredReminder
  readonly bytes: number
  /** Deliveries that have failed since it was set, or since this coordinator started. */
  failures: number
  /** Of the last of them, and when the next is to be. */
  trouble?: { readonly lastError: string; readonly retryAt: number }
}

type Names = Map<string, Row>

/** When the next one of a repeating reminder is due: those that were missed are left out, the beat is kept. */
export function nextOf(reminder: StoredReminder, unixNow: number): StoredReminder | undefined {
  const { at, everyMs } = reminder
  if (everyMs === undefined) return undefined
  const beats = Math.max(1, Math.floor((unixNow - at) / everyMs) + 1)
  return { ...reminder, at: at + beats * everyMs }
}

/** The reminders that are on the disk, and when each is to be delivered. Times are Unix milliseconds. */
export class ReminderTable implements StoredReminders {
  private readonly rows = new Map<ContainerUuid, Names>()
  private readonly due = new DeadlineQueue<Row>()
  private total = 0
  private totalBytes = 0

  constructor(
    stored: Iterable<StoredReminder>,
    private readonly retryMaxMs: number = defaultTimeoutsMs.reminderRetryMax
  ) {
    for (const reminder of stored) this.put(reminder)
  }

  get size(): number {
    return this.total
  }

  get bytes(): number {
    return this.totalBytes
  }

  get(uuid: ContainerUuid, name: string): StoredReminder | undefined {
    return this.rows.get(uuid)?.get(name)?.reminder
  }

  /** Those of one container, in the order in which they were first set. */
  of(uuid: ContainerUuid): StoredReminder[] {
    return [...(this.rows.get(uuid)?.values() ?? [])].map(({ reminder }) => reminder)
  }

  count(uuid: ContainerUuid): number {
    return this.rows.get(uuid)?.size ?? 0
  }

  *[Symbol.iterator](): Iterator<StoredReminder> {
    for (const names of this.rows.values()) for (const { reminder } of names.values()) yield reminder
  }

  /** For operators: those of containers of one kind, or all. */
  kept(kind: ContainerKind | undefined): KeptReminder[] {
    const found: KeptReminder[] = []
    for (const names of this.rows.values())
      for (const row of names.values()) if (kind === undefined || row.reminder.kind === kind) found.push(keptOf(row))
    return found
  }

  /** It is on the disk. */
  apply(change: ReminderChange): void {
    if ('set' in change) this.put(change.set)
    else this.remove(change.end.uuid, change.end.name)
  }

  /** When the next one is due. */
  next(): number | undefined {
    return this.due.next()
  }

  /** The next that is due, to be delivered; tell what became of it. */
  take(unixNow: number): StoredReminder | undefined {
    return this.due.take(unixNow)?.reminder
  }

  /** Its delivery has failed: it is due again later. Answers in how long; `undefined` when nobody wants it any more. */
  failed(reminder: StoredReminder, unixNow: number, why: string): number | undefined {
    const row = this.rows.get(reminder.uuid)?.get(reminder.name)
    if (row?.reminder !== reminder) return undefined
    const delayMs = Math.min(this.retryMaxMs, defaultTimeoutsMs.reminderRetry * 2 ** Math.min(row.failures++, 30))
    row.trouble = { lastError: reasonOf(why), retryAt: unixNow + delayMs }
    this.due.set(row, row.trouble.retryAt)
    return delayMs
  }

  private put(reminder: StoredReminder): void {
    const { uuid, name, at } = reminder
    const names = this.rows.get(uuid) ?? new Map<string, Row>()
    this.rows.set(uuid, names)
    const before = names.get(name)
    if (before !== undefined) this.forget(before)
    const row: Row = { reminder, bytes: bytesOf(reminder), failures: 0 }
    names.set(name, row)
    this.due.set(row, at)
    this.total++
    this.totalBytes += row.bytes
  }

  private remove(uuid: ContainerUuid, name: string): void {
    const names = this.rows.get(uuid)
    const row = names?.get(name)
    if (names === undefined || row === undefined) return
    names.delete(name)
    if (names.size === 0) this.rows.delete(uuid)
    this.forget(row)
  }

  private forget(row: Row): void {
    this.due.delete(row)
    this.total--
    this.totalBytes -= row.bytes
  }
}

/** Changes on their way to the disk, each decided as if those before it were there: all of them count, or none does. */
export class ReminderBatch {
  readonly changes: ReminderChange[] = []
  /** By uuid and name; `undefined` for one that is no more. */
  private readonly draft = new Map<ContainerUuid, Map<string, StoredReminder | undefined>>()
  private added = 0
  private addedBytes = 0

  constructor(private readonly table: ReminderTable) {}

  get(uuid: ContainerUuid, name: string): StoredReminder | undefined {
    const drafts = this.draft.get(uuid)
    return drafts?.has(name) === true ? drafts.get(name) : this.table.get(uuid, name)
  }

  /** Throws `OVERLOADED` beyond a limit. */
  set(reminder: StoredReminder): void {
    const { uuid, name } = reminder
    const before = this.get(uuid, name)
    const bytes = bytesOf(reminder) - (before === undefined ? 0 : bytesOf(before))
    if (before === undefined) this.checkNumbers(uuid)
    const all = this.table.bytes + this.addedBytes + bytes
    if (bytes > 0 && all > limits.maxStoredReminderBytes) {
      throw this.full(uuid, `${all} bytes of reminders would be kept`, limits.maxStoredReminderBytes)
    }
    this.note(uuid, name, reminder, before === undefined ? 1 : 0, bytes)
    this.changes.push({ set: reminder })
  }

  /** Answers whether there was one. */
  end(uuid: ContainerUuid, name: string): boolean {
    const before = this.get(uuid, name)
    if (before === undefined) return false
    this.note(uuid, name, undefined, -1, -bytesOf(before))
    this.changes.push({ end: { uuid, name } })
    return true
  }

  private checkNumbers(uuid: ContainerUuid): void {
    const drafts = [...(this.draft.get(uuid) ?? [])]
    const stored = this.table.count(uuid)
    const own = drafts.reduce((sum, [name, reminder]) => {
      return sum + Number(reminder !== undefined) - Number(this.table.get(uuid, name) !== undefined)
    }, stored)
    if (own >= limits.maxReminders) throw this.full(uuid, `It has ${own} reminders`, limits.maxReminders)
    const total = this.table.size + this.added
    if (total >= limits.maxStoredReminders) {
      throw this.full(uuid, `The coordinator keeps ${total} reminders`, limits.maxStoredReminders)
    }
  }

  private note(
    uuid: ContainerUuid,
    name: string,
    reminder: StoredReminder | undefined,
    count: number,
    bytes: number
  ): void {
    const drafts = this.draft.get(uuid) ?? new Map<string, StoredReminder | undefined>()
    this.draft.set(uuid, drafts.set(name, reminder))
    this.added += count
    this.addedBytes += bytes
  }

  private full(uuid: ContainerUuid, what: string, most: number): NetworkError {
    const text = `A reminder of container ${uuid} is not kept. ${what}; at most ${most} are allowed: cancel some`
    return new NetworkError('OVERLOADED', text, { uuid })
  }
}

function keptOf({ reminder, failures, trouble }: Row): KeptReminder {
  const { uuid, kind, name, at, everyMs } = reminder
  const beat = everyMs === undefined ? {} : { everyMs }
  return { uuid, kind, name, at, ...beat, ...(trouble === undefined ? {} : { failures, ...trouble }) }
}

function bytesOf(reminder: StoredReminder): number {
  return Buffer.byteLength(JSON.stringify(reminder))
}
