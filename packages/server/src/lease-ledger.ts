// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ActivationToken, AgentUuid } from '@hcengineering/network-core'

/** What a coordinator must not forget, or its next run would start what somebody else still serves. */
export interface LedgerContent {
  /** The largest epoch that was used. */
  readonly epoch: number
  /** By agent, for how many milliseconds it may serve without hearing of a coordinator. */
  readonly leases: ReadonlyMap<AgentUuid, number>
  /** Agents given up as silent, and the last token then: others may have had since what they had up to it. */
  readonly voided: ReadonlyMap<AgentUuid, ActivationToken>
}

/**
 * Keeps {@link LedgerContent} beyond the end of the process: in a file ({@link openLeaseFile}), or wherever users have a
 * store of their own. `epoch` is that of this run, larger than the one written before, and written already; the rest is
 * that of the run before.
 */
export interface LeaseLedger extends LedgerContent {
  /** Resolves when it is durable; rejects when it cannot be. One call at a time. */
  write(content: LedgerContent): Promise<void>
}
