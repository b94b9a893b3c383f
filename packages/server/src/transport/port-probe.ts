// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { createConnection } from 'node:net'

/** What a fresh connection to an address met: somebody, nobody (the port is closed), or no answer either way. */
export type PortProbe = 'listening' | 'refused' | 'unknown'

/** Knocks at a port. Only `refused` proves that its process is gone: a stopped process still accepts, a cut-off one is silent. */
export async function probePort(host: string, port: number, timeoutMs: number): Promise<PortProbe> {
  return await new Promise<PortProbe>((resolve) => {
    const socket = createConnection({ host, port, timeout: timeoutMs })
    const finish = (found: PortProbe): void => {
      socket.destroy()
      resolve(found)
    }
    socket.once('connect', () => finish('listening'))
    socket.once('timeout', () => finish('unknown'))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      finish(error.code === 'ECONNREFUSED' ? 'refused' : 'unknown')
    )
    socket.unref()
  })
}
