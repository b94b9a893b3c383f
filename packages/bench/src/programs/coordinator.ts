// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkImpl, TickManagerImpl, type NetworkTimeouts, type PlacementOptions } from '@hcengineering/network-core'
import { NetworkServer, openLeaseFile, openReminderLog } from '@hcengineering/network-server'
import { serveCommands } from '../harness/serve-commands'
import { makeTransport } from '../systems/transport'
import type { TransportName } from '../systems/transport-name'

/** What a coordinator may be told besides where it listens. */
export interface CoordinatorOptions extends PlacementOptions {
  timeouts?: NetworkTimeouts
  /** Path of its ledger, beside which its reminders are, as the pod has them; without it, it keeps neither. */
  ledgerFile?: string
}

/** How a coordinator is started. */
export interface CoordinatorStart extends CoordinatorOptions {
  port: number
  transport: TransportName
}

const tickManager = new TickManagerImpl(20)
let server: NetworkServer | undefined

const commands = {
  start: async ({ port, transport, ledgerFile, ...options }: CoordinatorStart): Promise<void> => {
    tickManager.start()
    const ledger = ledgerFile === undefined ? undefined : await openLeaseFile(ledgerFile)
    const reminders = ledgerFile === undefined ? undefined : await openReminderLog(`${ledgerFile}.reminders`)
    const network = new NetworkImpl(tickManager, { ...ledger, ...options })
    const serverOptions = { transport: makeTransport(transport), ledger, reminders }
    server = new NetworkServer(network, tickManager, '127.0.0.1', port, serverOptions)
    await server.ready()
  },
  /** How many it knows, without making a list of them. */
  containers: async (): Promise<number> => {
    const agents = (await server?.network.agents()) ?? []
    return agents.reduce((sum, { containers }) => sum + containers, 0)
  },
  /** It leaves in good order. */
  close: async (): Promise<void> => {
    await server?.close()
  }
}

/** What a scenario may ask of a coordinator. */
export type CoordinatorCommands = typeof commands

serveCommands(commands)
