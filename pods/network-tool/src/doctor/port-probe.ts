// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { createConnection } from 'node:net'

/** Why nobody is reached there within that time; undefined when somebody is. */
export async function whyUnreachable(host: string, port: number, withinMs: number): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const socket = createConnection({ host, port })
    const end = (why?: string): void => {
      socket.destroy()
      resolve(why)
    }
    socket.setTimeout(withinMs, () => end(`no answer within ${withinMs} ms`))
    socket.once('connect', () => end())
    socket.once('error', (error) => end(error.message))
  })
}
