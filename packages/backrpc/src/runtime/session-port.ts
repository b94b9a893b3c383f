// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import type { PendingRequest } from '../session/request-table'
import type { Call } from './call'
import type { StreamPort } from './streams'
import type { Turn } from './turn'

/** The sessions of which requests are made. */
export interface AskedSessions<Peer> {
  /** Why it is not accepted, if it is not. */
  request(peer: Peer, asked: Call): PendingRequest<Call> | NetworkError
  cancel(peer: Peer, request: PendingRequest<Call>, error: NetworkError): void
  /** A stream with that peer has something to send. */
  filled(peer: Peer): void
}

/** Makes requests of sessions: they leave at the end of the turn, with what else it asks for. */
export class SessionPort<Peer> implements StreamPort<Peer> {
  constructor(
    private readonly sessions: AskedSessions<Peer>,
    private readonly turn: Turn
  ) {}

  ask(peer: Peer, asked: Call): PendingRequest<Call> | NetworkError {
    const { sessions, turn } = this
    let request = sessions.request(peer, asked)
    // What waited only for the end of the turn is in nobody's way
    if (request instanceof NetworkError && turn.hasten()) request = sessions.request(peer, asked)
    turn.note(asked.body.size)
    return request
  }

  cancel(peer: Peer, request: PendingRequest<Call>, error: NetworkError): void {
    this.sessions.cancel(peer, request, error)
  }

  note(peer: Peer): void {
    this.sessions.filled(peer)
    this.turn.note(0)
  }
}
