// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { LeaseLedger, LedgerContent } from '@hcengineering/network-server'
import type { SimulatedProcess } from './process'

/** A write takes so long to be on the disk. */
const writeMs = 3

/** The file of the coordinator: what was written when its process died is there when the next one starts. */
export class LedgerFile {
  private content: LedgerContent = { epoch: 0, leases: new Map(), voided: new Map() }

  /** As a process opens it that starts. */
  open(process: SimulatedProcess): LeaseLedger {
    const epoch = Math.max(this.content.epoch + 1, Date.now())
    this.content = { ...this.content, epoch }
    return {
      ...this.content,
      write: async (content) =>
        await new Promise<void>((resolve) =>
          process.after(writeMs, () => {
            this.content = content
            resolve()
          })
        )
    }
  }
}
