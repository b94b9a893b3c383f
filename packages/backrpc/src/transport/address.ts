// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'
import { messageOf, NetworkError } from '@hcengineering/network-core'

const WILDCARD_HOSTS: ReadonlySet<string> = new Set(['*', '0.0.0.0', '::'])
const MAX_PORT = 65_535
/** A host that does not answer within this is not there, as far as a text about it is concerned. */
const PROBE_TIMEOUT_MS = 1_000

/** `host:port` for texts and for urls. */
export function addressOf(host: string, port: number | '*'): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** @throws NetworkError `INVALID_ARGUMENT` with the value and the bound */
export function checkAddress(host: string, port: number, lowestPort: 0 | 1): void {
  if (typeof host !== 'string' || host === '' || /[\s/]/.test(host)) {
    throw new NetworkError('INVALID_ARGUMENT', `'${String(host)}' is not a host`)
  }
  if (!Number.isInteger(port) || port < lowestPort || port > MAX_PORT) {
    throw new NetworkError('INVALID_ARGUMENT', `${host}:${port}: a port is a whole number ${lowestPort}..${MAX_PORT}`)
  }
}

/** Only this machine reaches what listens there. */
export function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1'
}

/**
 * The numeric address to bind to; `*` for all interfaces.
 *
 * @throws NetworkError `INVALID_ARGUMENT` for a host that nobody knows
 */
export async function bindAddressOf(host: string): Promise<string> {
  if (WILDCARD_HOSTS.has(host)) return '*'
  try {
    const found = await lookup(host, { all: true })
    const preferred = found.find(({ family }) => family === 4) ?? found[0]
    return preferred.address
  } catch (error) {
    throw new NetworkError('INVALID_ARGUMENT', `Cannot listen at ${host}: ${messageOf(error)}`, { cause: error })
  }
}

/** Why nobody can be reached there, by a connection attempt; `undefined` when somebody can. */
export async function connectFailure(host: string, port: number): Promise<Error | undefined> {
  return await new Promise((resolve) => {
    const socket = connect({ host, port })
    const done = (error?: Error): void => {
      socket.destroy()
      resolve(error)
    }
    socket.unref()
    socket.setTimeout(PROBE_TIMEOUT_MS, () => done(new Error(`no answer within ${PROBE_TIMEOUT_MS} ms`)))
    socket.once('connect', () => done())
    socket.once('error', done)
  })
}

/** What a failed bind says to whoever wanted to listen. */
export function bindError(address: string, error: NodeJS.ErrnoException): NetworkError {
  const text = `Cannot listen at ${address}: ${messageOf(error)}`
  const busy = error.code === 'EADDRINUSE'
  return new NetworkError(busy ? 'UNAVAILABLE' : 'INVALID_ARGUMENT', text, { cause: error })
}
