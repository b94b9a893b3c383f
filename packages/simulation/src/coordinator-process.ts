// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkImpl } from '@hcengineering/network-core'
import { NetworkServer, type LeaseLedger } from '@hcengineering/network-server'
import type { SimulatedProcess } from '@hcengineering/network-testing/kernel'
import { settings } from './settings'
import type { World } from './world'

/** The node's name, and the coordinator's in the history: it is one, whatever process it runs in. */
export const coordinatorNode = 'coordinator'

/** The coordinator, from its start to its end. */
export class CoordinatorProcess {
  readonly network: NetworkImpl
  readonly server: NetworkServer

  constructor(
    readonly process: SimulatedProcess,
    world: World,
    ledger: LeaseLedger
  ) {
    this.network = new NetworkImpl(process.ticks, {
      epoch: ledger.epoch,
      leases: ledger.leases,
      voided: ledger.voided,
      timeouts: {
        aliveSeconds: settings.aliveSeconds,
        unusedContainerSeconds: settings.unusedContainerSeconds,
        startMs: settings.startMs,
        terminateMs: settings.terminateMs,
        preTerminationMs: settings.preTerminationMs
      }
    })
    this.server = new NetworkServer(this.network, process.ticks, '*', settings.coordinatorPort, {
      ledger,
      transport: world.links.transport(coordinatorNode, process),
      protocol: world.protocolOf(coordinatorNode),
      probePort: async (host, port) => await world.probe(coordinatorNode, host, port)
    })
  }

  async close(): Promise<void> {
    await this.server.close()
    await this.network.close()
  }
}
