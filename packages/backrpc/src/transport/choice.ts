// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type Logger } from '@hcengineering/network-core'
import type { Transport } from './transport'
import { ZeromqTransport } from './zeromq'
import { ZmtpTransport } from './zmtp'

/** Transports by name: `zmtp` over sockets of Node, `zeromq` by the native binding. They speak to each other. */
export type TransportName = 'zmtp' | 'zeromq'

/** The transport that an option asks for. Else `INVALID_ARGUMENT`. */
export function chooseTransport(choice: Transport | TransportName = 'zmtp', logger?: Logger): Transport {
  if (typeof choice === 'object') return choice
  switch (choice) {
    case 'zmtp':
      return new ZmtpTransport({ logger })
    case 'zeromq':
      return new ZeromqTransport({ logger })
    default:
      throw new NetworkError(
        'INVALID_ARGUMENT',
        `The transport must be 'zmtp', 'zeromq' or one of your own, got ${String(choice)}`
      )
  }
}
