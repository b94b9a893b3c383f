// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { BackRPCOptions } from '@hcengineering/network-backrpc'
import { NetworkClientImpl } from '@hcengineering/network-client'
import type { ClientUuid } from '@hcengineering/network-core'
import type { SimulatedProcess } from '@hcengineering/network-testing/kernel'
import { coordinatorNode } from './coordinator-process'
import { settings } from './settings'

/** What a process, whatever its part, talks to the coordinator with. */
export function networkClient(process: SimulatedProcess, socketOptions: BackRPCOptions): NetworkClientImpl {
  return new NetworkClientImpl(coordinatorNode, settings.coordinatorPort, process.ticks, settings.aliveSeconds, {
    clientId: process.name as ClientUuid,
    requestTimeoutMs: settings.callMs,
    getTimeoutMs: settings.callMs,
    socketOptions
  })
}
