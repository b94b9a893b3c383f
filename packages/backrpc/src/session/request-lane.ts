// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits } from '@hcengineering/network-core'
import type { PeerLimits } from '../wire/message'
import { Fifo, type Waiting } from './fifo'

/** Places in flight that one lane leaves to the other, at most. */
const MAX_RESERVED = 64
/** Of all there are, the most that are left. */
const RESERVED_PART = 4

/** What a lane counts of a request. */
interface Counted extends Waiting {
  readonly bytes: number
}

/** Requests of a table that have their own order: those that wait, and how much there is of them. */
export class RequestLane<R extends Counted> {
  readonly queue = new Fifo<R>()
  /** Not settled. */
  count = 0
  bytes = 0
  inFlight = 0
  inFlightBytes = 0

  /** It is in the table, or no more. */
  note(request: R, sign: 1 | -1): void {
    this.count += sign
    this.bytes += sign * request.bytes
  }

  /** It is in flight, or no more. */
  flies(request: R, sign: 1 | -1): void {
    this.inFlight += sign
    this.inFlightBytes += sign * request.bytes
  }

  /** One more may be in flight, so that the other lane finds room. */
  leavesRoom({ bytes }: R, { requests, requestBytes }: PeerLimits): boolean {
    if (this.inFlight === 0) return true
    const places = Math.min(MAX_RESERVED, Math.floor(requests / RESERVED_PART))
    // For one request of any size
    const room = Math.min(limits.maxPayloadBytes, Math.floor(requestBytes / RESERVED_PART))
    return this.inFlight < requests - places && this.inFlightBytes + bytes <= requestBytes - room
  }
}
