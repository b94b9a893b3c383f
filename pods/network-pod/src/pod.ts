// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkImpl, TickManagerImpl, timeouts, type Logger } from '@hcengineering/network-core'
import { NetworkServer, openLeaseFile, openReminderLog } from '@hcengineering/network-server'

import type { PodConfig } from './config'
import { guardLedger } from './ledger-guard'

/** Time for telling the peers goodbye and closing sockets, after the requests in flight had theirs. */
export const goodbyeMs = 500

/** How an orderly end went. */
export type CloseResult = 'closed' | 'out of time'

/** The coordinator as this process runs it. */
export interface Pod {
  /** The port once it listens; rejects with address and cause. */
  ready(): Promise<number>
  /** Answers what is being asked, tells the peers, ends; `out of time` after `drainTimeoutMs` and {@link goodbyeMs}. */
  close(): Promise<CloseResult>
}

/**
 * Starts the coordinator; it listens when `ready()` says so. Rejects when its ledger cannot be used, or another pod has it: a coordinator that
 * forgets what it has granted would start containers that others still serve.
 */
export async function startPod(config: PodConfig, logger: Logger): Promise<Pod> {
  // Sessions read the process-wide defaults
  timeouts.aliveTimeout = config.aliveTimeoutSeconds
  timeouts.pingInterval = config.pingIntervalSeconds
  timeouts.unusedContainerTimeout = config.timeouts.unusedContainerSeconds

  const { ledgerFile } = config
  const guard = ledgerFile === undefined ? undefined : await guardLedger(ledgerFile)
  const ledger = ledgerFile === undefined ? undefined : await openLeaseFile(ledgerFile)
  const reminders = ledgerFile === undefined ? undefined : await openReminderLog(`${ledgerFile}.reminders`, { logger })
  // Not before: what is wrong with the folder, opening the ledger says
  if (guard?.missing !== undefined) {
    logger.warn('Nothing keeps a second coordinator from this ledger', { ledger: ledgerFile, why: guard.missing })
  }
  const tickManager = new TickManagerImpl(20)
  const network = new NetworkImpl(tickManager, {
    timeouts: config.timeouts,
    maxParkedRequests: config.maxParkedRequests,
    ...config.placement,
    epoch: ledger?.epoch,
    leases: ledger?.leases,
    voided: ledger?.voided,
    logger
  })
  const { host, port, drainTimeoutMs } = config
  let listening = false
  const server = new NetworkServer(network, tickManager, host, port, {
    drainTimeoutMs,
    ledger,
    reminders,
    transport: config.transport,
    logger: {
      ...logger,
      // Until it listens, whoever waits for ready() reports what is wrong: once is enough
      error: (message, fields) => (listening ? logger.error : logger.debug)(message, fields)
    }
  })

  const close = async (): Promise<CloseResult> => {
    await server.close()
    await network.close()
    await guard?.letGo()
    return 'closed'
  }
  return {
    ready: async () => {
      const bound = await server.ready()
      listening = true
      return bound
    },
    close: async () => {
      let timer: NodeJS.Timeout | undefined
      const outOfTime = new Promise<CloseResult>((resolve) => {
        timer = setTimeout(() => resolve('out of time'), drainTimeoutMs + goodbyeMs)
      })
      try {
        return await Promise.race([close(), outOfTime])
      } finally {
        clearTimeout(timer)
      }
    }
  }
}
