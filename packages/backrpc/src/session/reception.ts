// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { HelloFields } from '../wire/message'
import { AnswerRoom } from './answer-room'
import type { ClientLives } from './client-lives'
import type { Conversation } from './conversation'
import type { PeerRecords } from './peer-records'
import type { PendingRequest } from './request-table'
import type { ServerEffect } from './server-effects'
import { originOf, ServerSession } from './server-session'
import type { ServerSessionsOptions } from './server-sessions-options'
import type { SessionDirectory } from './session-directory'
import { lost } from './session-errors'
import type { Strangers } from './strangers'

/** What is known of clients, and of the addresses at which they are. */
export interface Registers<Tag> {
  readonly sessions: SessionDirectory<Tag>
  readonly strangers: Strangers<Tag>
  readonly lives: ClientLives
  readonly peers: PeerRecords
}

/** Receives clients and lets them go: what a hello comes to, and what is left of a session that is over. */
export class Reception<Tag> {
  private readonly house: AnswerRoom
  /** Beyond the numbers of all requests in sessions that have ended: a client may still know those. */
  private firstSequence = 0

  constructor(
    private readonly options: ServerSessionsOptions,
    private readonly registers: Registers<Tag>,
    private readonly sink: ServerEffect<Tag>[]
  ) {
    this.house = new AnswerRoom(options.limits.maxIncompleteBytesOfAll)
  }

  /** A client says that it is at that address: its session begins, in place of an earlier one, or goes on there. */
  hello(peer: string, client: string, fields: HelloFields, now: number): void {
    const { sessions, strangers, lives } = this.registers
    const known = sessions.of(client)
    if (known?.goesOnWith(fields) === true && known.isPast(fields)) return strangers.add(peer, now)
    const repeated = known?.address === peer && known.origin.asked === fields.session
    if (known !== undefined && repeated) {
      this.greet(known, false, fields)
      // It counts from this answer on
      known.conversation.backlog.countAnew()
      if (known.ours) known.resume()
    } else if (known?.goesOnWith(fields) === true) this.resume(known, peer, fields)
    else this.begin(client, peer, fields, known === undefined ? undefined : this.replace(known, now))
    const session = sessions.of(client) as ServerSession<Tag>
    lives.watch(session.origin, now)
  }

  /** The session is over; its connection may stand. */
  letGo(session: ServerSession<Tag>, now: number): void {
    const { address, client, conversation } = session
    this.firstSequence = Math.max(this.firstSequence, conversation.requests.next)
    const { sessions, strangers, lives } = this.registers
    sessions.remove(session, now)
    if (address !== undefined) strangers.add(address, now)
    lives.forget(client)
  }

  private begin(client: string, peer: string, fields: HelloFields, inherited: Conversation<Tag> | undefined): void {
    const { limits, tickMs, newSessionId, unreadRoutes = false } = this.options
    const origin = originOf(client, newSessionId(), fields, this.options)
    const session = new ServerSession<Tag>(origin, limits, tickMs, inherited, this.house, this.firstSequence)
    session.conversation.unreadRoutes = unreadRoutes
    session.conversation.settled(fields.settled)
    session.conversation.speak(origin.protocol, this.sink)
    this.registers.sessions.add(session)
    this.attach(session, peer)
    this.greet(session, false, fields)
    const info = { ours: session.ours, resumed: false, previousSession: fields.session ?? '' } as const
    this.sink.push({ kind: 'hello', client, conversation: session.conversation, info })
  }

  /** Another process under the same name, or one that knows nothing any more: the old session is over. */
  private replace(session: ServerSession<Tag>, now: number): Conversation<Tag> {
    const { client, conversation } = session
    const aliveMs = this.registers.lives.leftMs(session.origin, now)
    this.letGo(session, now)
    this.fail(conversation.requests.restart(), client)
    conversation.abandon()
    conversation.endStreams('which has begun another session since', this.sink)
    this.sink.push({ kind: 'closed', client, timedOut: true, aliveMs })
    return conversation
  }

  private resume(session: ServerSession<Tag>, peer: string, fields: HelloFields): void {
    const moved = session.address !== peer
    const anew = moved || session.isAnew(fields)
    this.attach(session, peer)
    // Over the same connection no events were lost
    if (session.ours && anew) session.conversation.backlog.resume(fields.events ?? 0)
    this.greet(session, true, fields)
    if (session.ours) session.conversation.abandonUnless(fields, this.sink)
    // A 0.7 client may not recognise what it has answered already, so it gets nothing twice
    if (session.ours) session.resume()
    if (session.ours && moved) session.conversation.streams.resume()
    else if (!session.ours && moved) this.fail(session.conversation.requests.restart(), session.client)
    this.registers.sessions.touch(session)
    this.sink.push({ kind: 'resumed', client: session.client })
  }

  private greet(session: ServerSession<Tag>, resumed: boolean, hello: HelloFields): void {
    const { serverId, epochFor } = this.options
    session.welcome({ serverId, epoch: epochFor?.(hello.epoch) }, resumed, hello)
    this.registers.sessions.dirty.add(session)
  }

  private attach(session: ServerSession<Tag>, peer: string): void {
    const { address } = session
    const { sessions, strangers, peers } = this.registers
    // What the old one still says was said before the client moved
    if (address !== undefined && address !== peer) peers.setStale(address)
    sessions.attach(session, peer)
    strangers.delete(peer)
    peers.setFresh(peer)
  }

  private fail(requests: PendingRequest<Tag>[], client: string): void {
    for (const request of requests) this.sink.push({ kind: 'failed', request, error: lost(request, client) })
  }
}
