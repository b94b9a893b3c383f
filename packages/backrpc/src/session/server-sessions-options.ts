// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ProtocolVersion } from '../wire/version'
import type { SessionLimits } from './session-limits'

export interface ServerSessionsOptions {
  /** New at each start of the server. */
  readonly serverId: string
  /** Alive timeout of clients that say none. */
  readonly aliveTimeoutMs: number
  readonly pingIntervalMs: number
  /** Length of one tick of a retry. */
  readonly tickMs: number
  readonly limits: SessionLimits
  /** The newest that is spoken. */
  readonly protocol: ProtocolVersion
  readonly unreadRoutes?: boolean
  /** An id never used before. */
  readonly newSessionId: () => string
  /** The epoch of this run, given the largest that the client knows. */
  readonly epochFor?: (known: number | undefined) => number
}
