// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { addressOf, checkAddress } from './address'

/** Where a listener is: a host and a port, or a socket of the file system. */
export type Place =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly text: string }
  | { readonly kind: 'unix'; readonly path: string; readonly text: string }

const UNIX_PREFIX = 'unix:'
/** What fits into a `sockaddr_un` of Linux and of macOS, with its end. */
const MAX_PATH_BYTES = 103

/**
 * Place of `host` and `port`; `unix:/absolute/path` as the host, with port 0, is a socket of the file system.
 *
 * @throws NetworkError `INVALID_ARGUMENT` with the value and the bound
 */
export function placeOf(host: string, port: number, lowestPort: 0 | 1): Place {
  if (typeof host !== 'string' || !host.startsWith(UNIX_PREFIX)) {
    checkAddress(host, port, lowestPort)
    return { kind: 'tcp', host, port, text: addressOf(host, port) }
  }
  const path = host.slice(UNIX_PREFIX.length)
  if (!path.startsWith('/') || path.includes('\0')) {
    throw new NetworkError('INVALID_ARGUMENT', `'${host}' does not name an absolute path`)
  }
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new NetworkError(
      'INVALID_ARGUMENT',
      `'${host}' is longer than the ${MAX_PATH_BYTES} bytes of a socket's path`
    )
  }
  if (port !== 0) throw new NetworkError('INVALID_ARGUMENT', `${host} has no ports: it takes port 0, not ${port}`)
  return { kind: 'unix', path, text: host }
}
