// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { BackRPCSessionInfo } from '../rpc-types'
import type { ServerSession } from '../session/server-session'

/** What is told of a session: as it is now. */
export function sessionInfoOf({ origin, ours, address, conversation }: ServerSession<unknown>): BackRPCSessionInfo {
  return {
    id: origin.id,
    ours,
    protocol: origin.protocol.major,
    connected: address !== undefined,
    aliveTimeoutMs: origin.aliveTimeoutMs,
    pendingRequests: conversation.requests.size,
    runningRequests: conversation.running,
    unsentBytes: conversation.backlog.bytes
  }
}
