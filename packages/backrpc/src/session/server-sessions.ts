// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkError } from '@hcengineering/network-core'
import type { EventMessage } from '../wire/event-message'
import type { HelloFields, Message } from '../wire/message'
import { AnswerRoom } from './answer-room'
import { ClientLives } from './client-lives'
import type { Conversation } from './conversation'
import { PeerRecords } from './peer-records'
import type { NewRequest, PendingRequest } from './request-table'
import type { ServerEffect } from './server-effects'
import { originOf, ServerSession } from './server-session'
import type { ServerSessionsOptions } from './server-sessions-options'
import { SessionDirectory } from './session-directory'
import { gone, lost, lostStream } from './session-errors'
import { Strangers } from './strangers'

/**
 * All sessions of a server. Clients are known by the id they say in hello; an address only says where a client is now,
 * so an old address can never touch what has moved to a new one.
 */
export class ServerSessions<Tag> {
  private readonly sessions: SessionDirectory<Tag>
  private readonly strangers: Strangers<Tag>
  private clock = 0
  private readonly peers: PeerRecords
  private readonly house: AnswerRoom
  private readonly lives: ClientLives
  private nextTick = Infinity
  private plannedWake = Infinity
  /** Beyond the numbers of all requests in sessions that have ended: a client may still know those. */
  private firstSequence = 0

  constructor(
    private readonly options: ServerSessionsOptions,
    private readonly sink: ServerEffect<Tag>[]
  ) {
    this.sessions = new SessionDirectory(options.limits.maxDetachedBytes)
    this.strangers = new Strangers(sink)
    this.lives = new ClientLives(options.pingIntervalMs)
    this.peers = new PeerRecords(options.limits.maxGarbage)
    this.house = new AnswerRoom(options.limits.maxIncompleteBytesOfAll)
  }

  get size(): number {
    return this.sessions.size
  }

  /** Sessions with something to send. The owner takes them out. */
  get dirty(): Set<ServerSession<Tag>> {
    return this.sessions.dirty
  }

  /** Answers go in parts to a client that is connected, and have not arrived. */
  get hasUnread(): boolean {
    return this.sessions.hasUnread
  }

  get(client: string): ServerSession<Tag> | undefined {
    return this.sessions.of(client)
  }

  /** A message that came from an address. */
  receive(peer: string, message: Message, now: number): void {
    if (this.peers.isCut(peer)) return
    this.clock = now
    if (message.kind === 'hello') {
      this.hello(peer, message, now)
      return
    }
    const session = this.sessions.at(peer)
    if (message.kind === 'garbage') this.countGarbage(peer, message.reason, now)
    if (session === undefined) {
      this.strangers.add(peer, now)
      if (!this.peers.isStale(peer)) this.strangers.reply(peer, message)
      return
    }
    this.lives.signal(session.client, now)
    this.receiveIn(session, message, now)
    this.sessions.dirty.add(session)
  }

  /** The connection of that address is lost. */
  disconnected(peer: string, now: number): void {
    this.peers.forget(peer)
    this.strangers.delete(peer)
    const session = this.sessions.detach(peer, now)
    if (session === undefined) return
    this.sink.push({ kind: 'detached', client: session.client })
    const { oldest, size } = this.sessions.detached
    if (size <= this.options.limits.maxDetached) return
    if (oldest !== undefined) this.end(oldest.client, true)
  }

  /** The transport takes more for that address. */
  writable(peer: string): void {
    const session = this.sessions.at(peer)
    if (session !== undefined) this.dirty.add(session)
  }

  /** Why it is not accepted, if it is not. */
  request(client: string, asked: NewRequest<Tag>, now: number): PendingRequest<Tag> | NetworkError {
    const session = this.sessions.of(client)
    if (session === undefined) return gone(client)
    const request = session.conversation.ask(asked, now)
    this.sessions.touch(session)
    return request
  }

  /** Nobody waits for its answer any more. */
  cancel(client: string, request: PendingRequest<Tag>, error: NetworkError): void {
    const session = this.sessions.of(client)
    if (session === undefined) return
    session.conversation.cancel(request, error, this.sink)
    this.sessions.dirty.add(session)
  }

  /** `undefined` when accepted, else why not. */
  send(client: string, event: EventMessage): NetworkError | undefined {
    const session = this.sessions.of(client)
    if (session === undefined) return gone(client)
    const error = session.conversation.tell(event)
    this.sessions.filled(session)
    return error
  }

  /** The answer of an execution was put into its session. */
  answered(client: string): void {
    const session = this.sessions.of(client)
    if (session !== undefined) this.sessions.filled(session)
  }

  /** It broke the rules of streams. */
  violated(client: string, reason: string): void {
    const address = this.sessions.of(client)?.address
    if (address !== undefined) this.countGarbage(address, reason, this.clock)
  }

  /** Ends a session: as dead, or after a goodbye. */
  end(client: string, timedOut: boolean): void {
    const session = this.sessions.of(client)
    if (session === undefined) return
    const aliveMs = timedOut ? this.lives.leftMs(session.origin, this.clock) : 0
    this.remove(session)
    session.conversation.end((request) => lost(request, client), lostStream(client), this.sink)
    this.sink.push({ kind: 'closed', client, timedOut, aliveMs })
  }

  /** Ends all, without announcing it: the server itself ends. */
  close(): void {
    for (const session of this.sessions.all()) {
      this.remove(session)
      const { client, conversation } = session
      conversation.end((request) => lost(request, client), lostStream(client), this.sink)
    }
  }

  /** When to call `advance` next. */
  nextDeadline(): number {
    const silence = this.lives.nextDeadline()
    const hello = this.strangers.nextDeadline()
    this.plannedWake = Math.min(this.nextTick, silence, hello, this.sessions.nextWake())
    return this.plannedWake
  }

  /** @param late the transport has something that is not received yet */
  advance(now: number, late: boolean = false): void {
    this.clock = now
    this.forgiveOwnPause(now)
    this.strangers.advance(now)
    for (const session of this.sessions.due(now)) {
      session.conversation.advance(now, session.client, this.sink)
      this.sessions.detached.count(session)
      this.sessions.touch(session)
    }
    // Ticks only so that a pause of this process is noticed
    if (now >= this.nextTick) this.nextTick = this.size > 0 ? now + this.options.pingIntervalMs : Infinity
    this.checkAlive(now, late)
  }

  /** Judges now who has been silent for too long. While something waits to be received, it may be theirs. */
  checkAlive(now: number, late: boolean = false): void {
    for (const client of this.lives.tardy(now)) {
      const session = this.sessions.of(client)
      if (late && session !== undefined) this.lives.watchAgain(session.origin, now)
      else this.end(client, true)
    }
  }

  /**
   * Woken much later than planned, it is this process that was away: what the clients sent meanwhile has not been read
   * yet, and their connections may have been lost.
   */
  private forgiveOwnPause(now: number): void {
    if (now - this.plannedWake < this.options.pingIntervalMs / 2) return
    this.strangers.forgive(now)
    for (const { origin } of this.sessions.all()) this.lives.forgive(origin, now)
  }

  private hello(peer: string, { id: client, fields }: Extract<Message, { kind: 'hello' }>, now: number): void {
    const holder = this.sessions.at(peer)
    if (holder !== undefined && holder.client !== client) {
      this.countGarbage(peer, 'a hello under a second name', now)
      return
    }
    const known = this.sessions.of(client)
    if (known?.goesOnWith(fields) === true && known.isPast(fields)) return this.strangers.add(peer, now)
    const repeated = known?.address === peer && known.origin.asked === fields.session
    if (known !== undefined && repeated) {
      this.greet(known, false, fields)
      // It counts from this answer on
      known.conversation.backlog.countAnew()
      if (known.ours) known.resume()
    } else if (known?.goesOnWith(fields) === true) this.resume(known, peer, fields)
    else this.begin(client, peer, fields, known)
    const session = this.sessions.of(client) as ServerSession<Tag>
    this.lives.watch(session.origin, now)
    if (this.nextTick === Infinity) this.nextTick = now + this.options.pingIntervalMs
  }

  private begin(client: string, peer: string, fields: HelloFields, known: ServerSession<Tag> | undefined): void {
    const { limits, tickMs, newSessionId, unreadRoutes = false } = this.options
    const inherited = known === undefined ? undefined : this.replace(known)
    const origin = originOf(client, newSessionId(), fields, this.options)
    const session = new ServerSession<Tag>(origin, limits, tickMs, inherited, this.house, this.firstSequence)
    session.conversation.unreadRoutes = unreadRoutes
    session.conversation.settled(fields.settled)
    session.conversation.speak(origin.protocol, this.sink)
    this.sessions.add(session)
    this.attach(session, peer)
    this.greet(session, false, fields)
    const info = { ours: session.ours, resumed: false, previousSession: fields.session ?? '' } as const
    this.sink.push({ kind: 'hello', client, conversation: session.conversation, info })
  }

  /** Another process under the same name, or one that knows nothing any more: the old session is over. */
  private replace(session: ServerSession<Tag>): Conversation<Tag> {
    const { client, conversation } = session
    const aliveMs = this.lives.leftMs(session.origin, this.clock)
    this.remove(session)
    const { requests } = conversation
    this.fail(requests.restart(), client)
    conversation.abandon()
    conversation.endStreams('which has begun another session since', this.sink)
    this.sink.push({ kind: 'closed', client, timedOut: true, aliveMs })
    return conversation
  }

  private resume(session: ServerSession<Tag>, peer: string, fields: HelloFields): void {
    const moved = session.address !== peer
    this.attach(session, peer)
    // Over the same connection no events were lost
    if (session.ours && moved) session.conversation.backlog.resume(fields.events ?? 0)
    this.greet(session, true, fields)
    if (session.ours) session.conversation.abandonUnless(fields, this.sink)
    // A 0.7 client may not recognise what it has answered already, so it gets nothing twice
    if (session.ours) session.resume()
    if (session.ours && moved) session.conversation.streams.resume()
    else if (!session.ours && moved) this.fail(session.conversation.requests.restart(), session.client)
    this.sessions.touch(session)
    this.sink.push({ kind: 'resumed', client: session.client })
  }

  private greet(session: ServerSession<Tag>, resumed: boolean, hello: HelloFields): void {
    const { serverId, epochFor } = this.options
    session.welcome({ serverId, epoch: epochFor?.(hello.epoch) }, resumed, hello)
    this.sessions.dirty.add(session)
  }

  private attach(session: ServerSession<Tag>, peer: string): void {
    const { address } = session
    // What the old one still says was said before the client moved
    if (address !== undefined && address !== peer) this.peers.setStale(address)
    this.sessions.attach(session, peer)
    this.strangers.delete(peer)
    this.peers.setFresh(peer)
  }

  private remove(session: ServerSession<Tag>): void {
    const { address, client, conversation } = session
    this.firstSequence = Math.max(this.firstSequence, conversation.requests.next)
    this.sessions.remove(session, this.clock)
    if (address !== undefined) this.strangers.add(address, this.clock)
    this.lives.forget(client)
  }

  private receiveIn(session: ServerSession<Tag>, message: Exclude<Message, { kind: 'hello' }>, now: number): void {
    const { conversation, client } = session
    switch (message.kind) {
      case 'ping': {
        conversation.settled(message.settled)
        const settled = session.ours ? conversation.requests.settledBelow : undefined
        conversation.outbox.setControl({ kind: 'pong', serverId: this.options.serverId, settled, at: message.at })
        this.sink.push({ kind: 'ping', client, load: message.load })
        break
      }
      case 'close':
        this.end(client, false)
        break
      case 'retry':
      case 'response':
        conversation.receive(message, now, this.sink)
        // Something may have to be looked at sooner now
        if (message.kind === 'retry' || message.inParts !== undefined) this.sessions.touch(session)
        break
      default:
        conversation.receive(message, now, this.sink)
    }
  }

  private countGarbage(peer: string, reason: string, now: number): void {
    this.sink.push({ kind: 'garbage', peer, reason })
    if (!this.peers.countGarbage(peer, now)) return
    this.sink.push({ kind: 'cut', peer })
    const session = this.sessions.at(peer)
    if (session !== undefined) this.end(session.client, true)
  }

  private fail(requests: PendingRequest<Tag>[], client: string): void {
    for (const request of requests) this.sink.push({ kind: 'failed', request, error: lost(request, client) })
  }
}
