// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { SessionLimits } from '@hcengineering/network-backrpc'
import {
  diagnoseProcess,
  type CoordinatorDiagnosis,
  type NetworkImpl,
  type TickManager
} from '@hcengineering/network-core'

/** What the server knows beyond its network. */
export interface ServerFacts {
  readonly limits: SessionLimits
  /** Leases outlive this process. */
  readonly ledger: boolean
}

/** Facts about this coordinator and its process. */
export async function diagnoseCoordinator(
  network: NetworkImpl,
  tickManager: TickManager,
  { limits, ledger }: ServerFacts,
  sampleMs?: number
): Promise<CoordinatorDiagnosis> {
  const facts = await diagnoseProcess(tickManager, sampleMs)
  const { epoch, recovering, agents, clients, containers, references, pendingGets } = network.stats
  return {
    ...facts,
    epoch,
    recovering,
    agents,
    clients,
    containers,
    references,
    pendingGets,
    waits: network.operator.waits(),
    failedGets: network.operator.failedGets(),
    ledger,
    limits: { ...limits }
  }
}
