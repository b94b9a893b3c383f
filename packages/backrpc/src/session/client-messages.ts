// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Sendable } from '../wire/message'
import type { ClientSessionOptions } from './client-session-options'
import type { Conversation } from './conversation'
import type { KnownServer } from './known-server'
import { creditOf } from './session-limits'

/** What a client says of itself, and of the session that it would go on with. @param attempt number of this hello; @param since of the first of this connection */
export function helloOf(
  { clientId, aliveTimeoutMs, protocol, limits }: ClientSessionOptions,
  { sessionId, epoch }: KnownServer,
  conversation: Conversation<unknown>,
  attempt: number,
  since: number
): Sendable {
  const fields = {
    aliveTimeout: aliveTimeoutMs / 1000,
    session: sessionId,
    events: conversation.receivedEvents,
    attempt,
    since,
    ...(epoch === undefined ? {} : { epoch }),
    ...(protocol.major === 1 ? {} : { protocol, limits: creditOf(limits), ...conversation.outstanding() })
  }
  return { kind: 'hello', id: clientId, fields }
}

/** A sign of life, with what the server may forget, and how busy this process is. @param lagMs how late it is */
export function pingOf(
  { inFlight }: ClientSessionOptions,
  { knowsSessions }: KnownServer,
  { requests }: Conversation<unknown>,
  now: number,
  lagMs: number
): Sendable {
  // A 0.7 server gets what it knows: an empty ping
  if (!knowsSessions) return { kind: 'ping' }
  const running = inFlight?.()
  const load = running === undefined ? {} : { load: { inFlight: running, lagMs } }
  return { kind: 'ping', settled: requests.settledBelow, at: Math.floor(now), ...load }
}
