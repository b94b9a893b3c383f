// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { DeadlineQueue } from '@hcengineering/network-core'
import { DetachedSessions } from './detached-sessions'
import type { ServerSession } from './server-session'

/** The sessions of a server: by client, by address, those without a connection, and which of them have something to do. */
export class SessionDirectory<Tag> {
  /** Sessions with something to send. The owner takes them out. */
  readonly dirty = new Set<ServerSession<Tag>>()
  /** Those without a connection. */
  readonly detached: DetachedSessions<ServerSession<Tag>>
  private readonly byClient = new Map<string, ServerSession<Tag>>()
  private readonly byAddress = new Map<string, ServerSession<Tag>>()
  private readonly wakes = new DeadlineQueue<ServerSession<Tag>>()

  /** @param maxDetachedBytes of what those without a connection keep */
  constructor(maxDetachedBytes: number) {
    this.detached = new DetachedSessions(maxDetachedBytes)
  }

  get size(): number {
    return this.byClient.size
  }

  /** Of that client. */
  of(client: string): ServerSession<Tag> | undefined {
    return this.byClient.get(client)
  }

  /** Of whoever is at that address now. */
  at(address: string): ServerSession<Tag> | undefined {
    return this.byAddress.get(address)
  }

  all(): ServerSession<Tag>[] {
    return [...this.byClient.values()]
  }

  /** Answers go in parts to a client that is connected, and have not arrived. */
  get hasUnread(): boolean {
    for (const { address, conversation } of this.byClient.values()) {
      if (address !== undefined && conversation.streams.unread.bytes > 0) return true
    }
    return false
  }

  add(session: ServerSession<Tag>): void {
    this.byClient.set(session.client, session)
  }

  /** Its client is there now. */
  attach(session: ServerSession<Tag>, address: string): void {
    if (session.address !== undefined && session.address !== address) this.byAddress.delete(session.address)
    this.byAddress.set(address, session)
    session.address = address
    this.detached.delete(session)
  }

  /** The connection at that address is lost. Answers with the session that is without one now. */
  detach(address: string, now: number): ServerSession<Tag> | undefined {
    const session = this.byAddress.get(address)
    if (session === undefined) return undefined
    this.byAddress.delete(address)
    session.detach(now)
    this.touch(session)
    this.detached.add(session)
    return session
  }

  remove(session: ServerSession<Tag>, now: number): void {
    this.byClient.delete(session.client)
    if (session.address !== undefined) this.byAddress.delete(session.address)
    this.detached.delete(session)
    session.detach(now)
    this.wakes.delete(session)
    this.dirty.delete(session)
  }

  /** It may have something to send, and may have to be looked at sooner. */
  touch(session: ServerSession<Tag>): void {
    this.dirty.add(session)
    const next = session.conversation.nextDeadline()
    if (next < (this.wakes.get(session) ?? Infinity)) this.wakes.set(session, next)
  }

  /** It may have something to send, or keep more for its client. */
  filled(session: ServerSession<Tag>): void {
    if (session.address === undefined) this.detached.count(session)
    this.dirty.add(session)
  }

  /** When one has to be looked at next. */
  nextWake(): number {
    return this.wakes.next() ?? Infinity
  }

  /** Those that have to be looked at by now. */
  due(now: number): Iterable<ServerSession<Tag>> {
    return this.wakes.due(now)
  }
}
