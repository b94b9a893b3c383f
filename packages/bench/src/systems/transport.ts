// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { ZeromqTransport, type Transport } from '@hcengineering/network-backrpc'
import type { TransportName } from './transport-name'

// The one place that knows how a transport is made: a new one is a name and a line here
const makers: Readonly<Record<TransportName, () => Transport | undefined>> = {
  default: () => undefined,
  zeromq: () => new ZeromqTransport()
}

/** The transport of that name; undefined leaves the choice to the product. */
export function makeTransport(name: TransportName): Transport | undefined {
  return makers[name]()
}

/** The same as options of a socket. */
export function socketOptions(name: TransportName): { transport?: Transport } {
  const transport = makeTransport(name)
  return transport === undefined ? {} : { transport }
}
