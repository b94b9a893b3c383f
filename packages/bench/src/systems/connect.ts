// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { createNetworkClient, type OperatorClient } from '@hcengineering/network-client'
import { socketOptions } from './transport'
import type { TransportName } from './transport-name'

/** How a process finds the coordinator. */
export interface CoordinatorAddress {
  readonly coordinatorPort: number
  readonly transport: TransportName
}

/** A client that connects in the background. */
export function connectTo(
  { coordinatorPort, transport }: CoordinatorAddress,
  aliveTimeoutSeconds?: number
): OperatorClient {
  const options = { socketOptions: socketOptions(transport) }
  return createNetworkClient(`127.0.0.1:${coordinatorPort}`, aliveTimeoutSeconds, options)
}
