// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { messageOf, NetworkError } from '@hcengineering/network-core'
import type { ReminderStore } from './reminder-store'
import { ReminderBatch, type ReminderTable } from './state/reminder-table'

/** Changes that are written together at most: bounds the memory and the time of one write. */
const MAX_BATCH = 256

/** Decides on a change when its turn has come; what it answers is the caller's when that is on the disk. */
type Decide<T> = (batch: ReminderBatch) => T

interface Waiting {
  /** Throws what it is refused with. */
  decide(batch: ReminderBatch): void
  done(): void
  failed(error: unknown): void
}

/** Changes reminders on the disk and then in the table, one write at a time: who comes while one runs shares the next. */
export class ReminderWriter {
  private waiting: Waiting[] = []
  private writing: Promise<void> | undefined

  constructor(
    private readonly store: ReminderStore,
    private readonly table: ReminderTable,
    private readonly changed: () => void
  ) {}

  /** Resolves when it is durable; rejects with `UNAVAILABLE` when it cannot be, or with what `decide` throws. */
  async change<T>(decide: Decide<T>): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      let answer: T
      this.waiting.push({
        decide: (batch) => {
          answer = decide(batch)
        },
        done: () => resolve(answer),
        failed: reject
      })
      this.writing ??= this.run()
    })
  }

  /** Resolves when everything has been written, or refused. */
  async idle(): Promise<void> {
    await this.writing
  }

  private async run(): Promise<void> {
    // What is asked for in this turn is written together
    await Promise.resolve()
    while (this.waiting.length > 0) await this.write(this.waiting.splice(0, MAX_BATCH))
    this.writing = undefined
  }

  private async write(asked: readonly Waiting[]): Promise<void> {
    const { store, table } = this
    const batch = new ReminderBatch(table)
    const decided = asked.filter((one) => {
      try {
        one.decide(batch)
        return true
      } catch (error) {
        one.failed(error)
        return false
      }
    })
    try {
      if (batch.changes.length > 0) await store.write(batch.changes, table)
    } catch (cause) {
      const text = `The coordinator cannot write down reminders: ${messageOf(cause)}`
      for (const one of decided) one.failed(new NetworkError('UNAVAILABLE', text, { cause }))
      return
    }
    for (const change of batch.changes) table.apply(change)
    for (const one of decided) one.done()
    this.changed()
  }
}
