// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ZmtpTransport } from '@hcengineering/network-backrpc'
import { messageOf, NetworkError, type Logger } from '@hcengineering/network-core'

/** Nobody is expected to connect, but another pod that finds out whether this one lives. */
const toNobody = { message: () => {}, disconnected: () => {}, failed: () => {} }

/**
 * Keeps other pods of this machine from that ledger until the function that it answers is called, or the process ends: by
 * a socket of the file system beside it, which nobody else can listen at meanwhile. Where there can be none, that is logged.
 *
 * @throws NetworkError `UNAVAILABLE` when another pod has it, be it paused
 */
export async function guardLedger(path: string, logger: Logger): Promise<() => Promise<void>> {
  const socket = `${resolve(path)}.lock`
  try {
    await mkdir(dirname(socket), { recursive: true })
    const held = await new ZmtpTransport().listen({ host: `unix:${socket}`, port: 0 }, toNobody)
    return async () => await held.close()
  } catch (cause) {
    if (cause instanceof NetworkError && cause.code === 'UNAVAILABLE') {
      const advice = 'end it first, or give this one a LEDGER_FILE of its own'
      const text = `Another coordinator that runs, or is paused, has the ledger ${path}: ${advice}`
      throw new NetworkError('UNAVAILABLE', text, { cause })
    }
    // What is wrong with the folder, opening the ledger says
    logger.debug('Nothing keeps a second coordinator from this ledger', { path, why: messageOf(cause) })
    return async () => {}
  }
}
