// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ProtocolVersion } from '../wire/version'
import type { SessionLimits } from './session-limits'

/** How often a client speaks, and how long the server may be silent. */
export interface ClientTimes {
  /** Silence after which the server counts as lost, and we do for it. */
  readonly aliveTimeoutMs: number
  readonly pingIntervalMs: number
}

export interface ClientSessionOptions extends ClientTimes {
  readonly clientId: string
  /** `host:port` of the server, for texts. */
  readonly where: string
  /** Length of one tick of a retry. */
  readonly tickMs: number
  readonly limits: SessionLimits
  /** The newest that is spoken. */
  readonly protocol: ProtocolVersion
  readonly unreadRoutes?: boolean
  /** Requests that this process is at, said with every ping; undefined, or absent: nothing is said. */
  readonly inFlight?: () => number | undefined
}

/** Requests leave though they are held back: while those of the server run here, or while `inFlight` says that any do. */
export type HoldExcuse = 'asked' | 'busy'
