// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkError } from '@hcengineering/network-core'
import type { EventMessage } from '../wire/event-message'
import type { Message } from '../wire/message'
import { ClientLives } from './client-lives'
import { PeerRecords } from './peer-records'
import { Reception } from './reception'
import type { NewRequest, PendingRequest } from './request-table'
import type { ServerEffect } from './server-effects'
import type { ServerSession } from './server-session'
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
  private readonly lives: ClientLives
  private readonly reception: Reception<Tag>
  private nextTick = Infinity
  private plannedWake = Infinity

  constructor(
    private readonly options: ServerSessionsOptions,
    private readonly sink: ServerEffect<Tag>[]
  ) {
    this.sessions = new SessionDirectory(options.limits.maxDetachedBytes)
    this.strangers = new Strangers(sink)
    this.lives = new ClientLives(options.pingIntervalMs)
    this.peers = new PeerRecords(options.limits.maxGarbage)
    const { sessions, strangers, lives, peers } = this
    this.reception = new Reception(options, { sessions, strangers, lives, peers }, sink)
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
    this.reception.letGo(session, this.clock)
    session.conversation.end((request) => lost(request, client), lostStream(client), this.sink)
    this.sink.push({ kind: 'closed', client, timedOut, aliveMs })
  }

  /** Ends all, without announcing it: the server itself ends. */
  close(): void {
    for (const session of this.sessions.all()) {
      this.reception.letGo(session, this.clock)
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
    this.reception.hello(peer, client, fields, now)
    if (this.nextTick === Infinity) this.nextTick = now + this.options.pingIntervalMs
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
}
