// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below the range from which Linux takes source ports (32768–60999), which could take a port before its owner listens. */
const LOWEST = 20_000
const BEYOND = 32_000

let next = randomInt(LOWEST, BEYOND)

/** A port of 127.0.0.1 that nobody listens on; another one at each call. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next
    next = port + 1 < BEYOND ? port + 1 : LOWEST
    if (await canListen(port)) return port
  }
}

async function canListen(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
