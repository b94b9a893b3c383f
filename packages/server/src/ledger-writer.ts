// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid } from '@hcengineering/network-core'
import type { LeaseLedger, LedgerContent } from './lease-ledger'

/** Writes the ledger, one write at a time, and knows what is in it for certain. */
export class LedgerWriter {
  /** A write that failed may have succeeded all the same: what is in the ledger either way. */
  private certain: Pick<LedgerContent, 'epoch' | 'leases'>
  private writing: Promise<void> | undefined
  private next: Promise<void> | undefined

  constructor(
    private readonly ledger: LeaseLedger | undefined,
    private readonly content: () => LedgerContent
  ) {
    this.certain = { epoch: ledger?.epoch ?? 0, leases: new Map(ledger?.leases) }
  }

  /** Whether a run after this one would leave that agent its containers for so long. Always, where there is no ledger. */
  covers(agentId: AgentUuid, leaseMs: number, epoch: number): boolean {
    if (this.ledger === undefined) return true
    return this.certain.epoch >= epoch && (this.certain.leases.get(agentId) ?? -1) >= leaseMs
  }

  /** Writes what is true then; who comes while a write runs shares the next. */
  async write(): Promise<void> {
    const { ledger } = this
    if (ledger === undefined) return
    this.next ??= (this.writing ?? Promise.resolve())
      .catch(() => {})
      .then(async () => {
        this.writing = this.next
        this.next = undefined
        await this.replace(ledger, this.content()).finally(() => {
          this.writing = undefined
        })
      })
    await this.next
  }

  private async replace(ledger: LeaseLedger, content: LedgerContent): Promise<void> {
    const { epoch, leases: before } = this.certain
    const both = [...before].filter(([agentId]) => content.leases.has(agentId))
    const shorter = both.map(([agentId, ms]): [AgentUuid, number] => [
      agentId,
      Math.min(ms, content.leases.get(agentId) as number)
    ])
    this.certain = { epoch, leases: new Map(shorter) }
    await ledger.write(content)
    this.certain = content
  }
}
