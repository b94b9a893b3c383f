// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { LeaseLedger, LedgerContent, ReminderStore, StoredReminder } from '@hcengineering/network-server'
import type { SimulatedProcess } from './process'

/** A write takes so long to be on the disk. */
const writeMs = 3

/** The file of the coordinator: what was written when its process died is there when the next one starts. */
export class LedgerFile {
  /** While the disk is slow. */
  writeMs: number | undefined
  private content: LedgerContent = { epoch: 0, leases: new Map(), voided: new Map() }

  /** As a process opens it that starts. */
  open(process: SimulatedProcess): LeaseLedger {
    const epoch = Math.max(this.content.epoch + 1, Date.now())
    this.content = { ...this.content, epoch }
    return {
      ...this.content,
      write: async (content) =>
        await new Promise<void>((resolve) =>
          process.after(this.writeMs ?? writeMs, () => {
            this.content = content
            resolve()
          })
        )
    }
  }
}

/** The log of the coordinator's reminders: the same. */
export class ReminderFile {
  /** While the disk is slow. */
  writeMs: number | undefined
  private readonly content = new Map<string, StoredReminder>()

  open(process: SimulatedProcess): ReminderStore {
    return {
      reminders: [...this.content.values()],
      write: async (changes) =>
        await new Promise<void>((resolve) =>
          process.after(this.writeMs ?? writeMs, () => {
            for (const change of changes) {
              const { uuid, name } = 'set' in change ? change.set : change.end
              if ('set' in change) this.content.set(`${uuid} ${name}`, change.set)
              else this.content.delete(`${uuid} ${name}`)
            }
            resolve()
          })
        )
    }
  }
}
