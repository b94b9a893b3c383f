// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { chmod, mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ZmtpTransport } from '@hcengineering/network-backrpc'
import { messageOf, NetworkError } from '@hcengineering/network-core'

/** Nobody is expected to connect, but another pod that finds out whether this one lives. */
const toNobody = { message: () => {}, disconnected: () => {}, failed: () => {} }

/** What keeps other pods from a ledger, until it is told to let go or the process ends. */
export interface LedgerGuard {
  letGo(): Promise<void>
  /** Why nothing does. */
  readonly missing?: string
}

/**
 * Keeps other pods of this machine from that ledger: by a socket of the file system beside it, which nobody else can listen
 * at meanwhile. There can be none where the path is too long for one, or the file system has none.
 *
 * @throws NetworkError `UNAVAILABLE` when another pod has it, be it paused
 */
export async function guardLedger(path: string): Promise<LedgerGuard> {
  const socket = `${resolve(path)}.lock`
  try {
    await mkdir(dirname(socket), { recursive: true })
    const held = await new ZmtpTransport().listen({ host: `unix:${socket}`, port: 0 }, toNobody)
    // What is left of it after a kill, another user can find out about, too
    await chmod(socket, 0o666)
    return { letGo: async () => await held.close() }
  } catch (cause) {
    if (cause instanceof NetworkError && cause.code === 'UNAVAILABLE') {
      const advice = `end it first, or give this one a LEDGER_FILE of its own; if there is none, remove ${socket}`
      const text = `Another coordinator that runs, or is paused, has the ledger ${path}: ${advice}`
      throw new NetworkError('UNAVAILABLE', text, { cause })
    }
    return { letGo: async () => {}, missing: messageOf(cause) }
  }
}
