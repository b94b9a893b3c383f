// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { accepted, type NetworkError } from '@hcengineering/network-core'
import type { ServerSession } from '../session/server-session'
import type { ServerSessions } from '../session/server-sessions'
import type { ServerTransport } from '../transport/transport'
import type { EventMessage } from '../wire/event-message'
import type { Call } from './call'
import { LastEvent } from './last-event'
import { pass } from './pump'
import type { ServerCounts } from './server-performer'
import type { Turn } from './turn'

/** Tells clients events: at once where nothing waits before them, else at the end of the turn. */
export class EventSender {
  private readonly lastEvent = new LastEvent()

  constructor(
    private readonly sessions: ServerSessions<Call>,
    private readonly turn: Turn,
    private readonly counts: ServerCounts,
    private readonly transport: () => ServerTransport | undefined
  ) {}

  /** Resolves when it is accepted, with the promise `accepted`. */
  send(client: string, body: unknown, route: readonly string[] | undefined): Promise<void> {
    let error: NetworkError | undefined
    try {
      error = this.tell(client, body, route)
    } catch (cause) {
      return Promise.reject(cause as Error)
    }
    if (error === undefined) {
      this.counts.eventsSent++
      return accepted
    }
    if (error.code === 'OVERLOADED') this.counts.dropped++
    return Promise.reject(error)
  }

  private tell(client: string, body: unknown, route: readonly string[] | undefined): NetworkError | undefined {
    const event = this.lastEvent.of(body, route)
    const session = this.sessions.get(client)
    if (session !== undefined) {
      if (this.passes(session, event)) return undefined
      if (!session.conversation.takes(event)) this.turn.hasten()
    }
    const error = this.sessions.send(client, event)
    this.turn.note(event.body.size)
    return error
  }

  /** The usual: nothing waits before it, and its transport, which writes at the end of the turn, takes it. */
  private passes({ address, conversation }: ServerSession<Call>, event: EventMessage): boolean {
    const transport = this.transport()
    if (address === undefined || transport === undefined) return false
    return pass(conversation.outbox, event, (frames) => transport.send(address, frames))
  }
}
