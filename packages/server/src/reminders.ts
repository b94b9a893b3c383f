// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  limits,
  messageOf,
  NetworkError,
  plainReminderData,
  schedule,
  type ClientUuid,
  type ContainerKind,
  type ContainerUuid,
  type CoordinatorOperations,
  type GetOptions,
  type KeptReminder,
  type Logger,
  type NetworkImpl,
  type Reminder,
  type TickManager
} from '@hcengineering/network-core'
import type { ReminderStore, StoredReminder } from './reminder-store'
import { ReminderWriter } from './reminder-writer'
import { nextOf, ReminderTable } from './state/reminder-table'

/** The clock is looked at this often at least: it may be set, and stands still while a machine sleeps. */
const maxSleepMs = 60_000

/** A container about which its agent speaks, as the coordinator knows it. */
export interface RemindedContainer {
  readonly kind: ContainerKind
  readonly options: GetOptions & { readonly uuid: ContainerUuid }
}

/** What reminders need of the coordinator around them. */
export interface RemindersHost {
  readonly network: NetworkImpl
  readonly tickManager: TickManager
  readonly logger: Logger | undefined
  /** In whose name containers are held while they are reminded. */
  readonly client: ClientUuid
  /** Longest time between two deliveries of one that fail. Default: `defaultTimeoutsMs.reminderRetryMax`. */
  readonly retryMaxMs: number | undefined
}

/** Keeps reminders, and delivers each when it is due, until its container has been reminded. */
export class Reminders {
  private readonly table: ReminderTable
  private readonly writer: ReminderWriter
  private delivering = 0
  private wake: (() => void) | undefined
  private closed = false

  constructor(
    private readonly store: ReminderStore,
    private readonly host: RemindersHost
  ) {
    this.table = new ReminderTable(store.reminders, host.retryMaxMs)
    this.writer = new ReminderWriter(store, this.table, () => this.pump())
    this.pump()
  }

  async set({ kind, options }: RemindedContainer, asked: CoordinatorOperations['rs']['params']): Promise<void> {
    const { uuid, labels, extra } = options
    const { name, data, everyMs } = asked
    if (everyMs !== undefined && everyMs < limits.minReminderIntervalMs) {
      const text = `everyMs of a reminder must be at least ${limits.minReminderIntervalMs}, got ${everyMs}`
      throw new NetworkError('INVALID_ARGUMENT', text, { uuid })
    }
    const reminder: StoredReminder = {
      uuid,
      kind,
      ...(labels === undefined ? {} : { labels }),
      ...(extra === undefined ? {} : { extra: extra as unknown }),
      name,
      at: asked.at ?? Date.now() + (asked.afterMs ?? everyMs ?? 0),
      ...(everyMs === undefined ? {} : { everyMs }),
      ...(data === undefined ? {} : { data: plainReminderData(data) })
    }
    await this.writer.change((batch) => batch.set(reminder))
  }

  async cancel(uuid: ContainerUuid, name: string): Promise<boolean> {
    return await this.writer.change((batch) => batch.end(uuid, name))
  }

  /** For operators: those of containers of one kind, or all. */
  all(kind: ContainerKind | undefined): KeptReminder[] {
    return this.table.kept(kind)
  }

  list(uuid: ContainerUuid): Reminder[] {
    return this.table.of(uuid).map(reminderOf)
  }

  /** Delivers no more; resolves when what was asked for is written down. */
  async close(): Promise<void> {
    this.closed = true
    this.wake?.()
    await this.writer.idle()
    await this.store.close?.()
  }

  /** Delivers what is due, as far as there is room, and sleeps until the next. */
  private pump(): void {
    this.wake?.()
    this.wake = undefined
    while (!this.closed && this.delivering < limits.maxReminderDeliveries) {
      const reminder = this.table.take(Date.now())
      if (reminder === undefined) return this.sleep()
      this.delivering++
      void this.deliver(reminder).finally(() => {
        this.delivering--
        this.pump()
      })
    }
  }

  private sleep(): void {
    const at = this.table.next()
    if (at === undefined) return
    const delayMs = Math.min(maxSleepMs, Math.max(0, at - Date.now()))
    this.wake = schedule(this.host.tickManager, delayMs, () => this.pump())
  }

  /** Never rejects. */
  private async deliver(reminder: StoredReminder): Promise<void> {
    const { uuid, name } = reminder
    try {
      await this.remind(reminder)
      await this.done(reminder)
    } catch (error) {
      if (this.closed) return
      const cause = messageOf(error)
      const retryMs = this.table.failed(reminder, Date.now(), cause)
      if (retryMs === undefined) return
      const fields = { container: uuid, reminder: name, retryMs, error: cause }
      this.host.logger?.warn('A container could not be reminded yet', fields)
    }
  }

  /** Starts the container where it does not run, holds it meanwhile, and lets it go. */
  private async remind(reminder: StoredReminder): Promise<void> {
    const { network, client } = this.host
    const { uuid, kind, labels, extra } = reminder
    const options: GetOptions = { uuid, ...(extra === undefined ? {} : { extra }) }
    if (labels !== undefined) options.labels = [...labels]
    await network.acquire(client, kind, options)
    try {
      await network.remind(uuid, reminderOf(reminder))
    } finally {
      await network.release(client, uuid)
    }
  }

  /** What cannot be written down is delivered again: the container was reminded once at least. */
  private async done(reminder: StoredReminder): Promise<void> {
    const { uuid, name } = reminder
    const next = nextOf(reminder, Date.now())
    await this.writer.change((batch) => {
      // Set anew, or cancelled meanwhile
      if (batch.get(uuid, name) !== reminder) return
      if (next === undefined) batch.end(uuid, name)
      else batch.set(next)
    })
  }
}

function reminderOf({ name, at, everyMs, data }: StoredReminder): Reminder {
  return {
    name,
    at,
    ...(everyMs === undefined ? {} : { everyMs }),
    ...(data === undefined ? {} : { data: data as unknown })
  }
}
