// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { DeadlineQueue, defaultTimeoutsMs, Liveness, type NetworkError } from '@hcengineering/network-core'
import { encode } from '../wire/codec'
import type { EventMessage } from '../wire/event-message'
import type { HelloFields, Message, Sendable } from '../wire/message'
import { protocol1, protocol2, type ProtocolVersion } from '../wire/version'
import { AnswerRoom } from './answer-room'
import type { Conversation } from './conversation'
import { DetachedSessions } from './detached-sessions'
import { PeerRecords } from './peer-records'
import type { NewRequest, PendingRequest } from './request-table'
import type { ServerEffect } from './server-effects'
import { originOf, ServerSession } from './server-session'
import { gone, lost, lostStream } from './session-errors'
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

/** How long a connection may be used without a session. */
const HELLO_MS = defaultTimeoutsMs.hello

/** Connections that are used without a session at a time. */
const MAX_STRANGERS = 1024

/** Ticks after which somebody unknown shall try again: its hello is through by then. */
const UNKNOWN_RETRY_TICKS = 1

/**
 * All sessions of a server. Clients are known by the id they say in hello; an address only says where a client is now,
 * so an old address can never touch what has moved to a new one.
 */
export class ServerSessions<Tag> {
  /** Sessions with something to send. The owner takes them out. */
  readonly dirty = new Set<ServerSession<Tag>>()
  private readonly byClient = new Map<string, ServerSession<Tag>>()
  private readonly byAddress = new Map<string, ServerSession<Tag>>()
  /** Addresses without a session, and until when they must say hello. */
  private readonly strangers = new DeadlineQueue<string>()
  private clock = 0
  private readonly detached: DetachedSessions<ServerSession<Tag>>
  private readonly peers: PeerRecords
  private readonly house: AnswerRoom
  private readonly liveness = new Liveness<string>()
  private readonly wakes = new DeadlineQueue<ServerSession<Tag>>()
  private nextTick = Infinity
  private plannedWake = Infinity

  constructor(
    private readonly options: ServerSessionsOptions,
    private readonly sink: ServerEffect<Tag>[]
  ) {
    this.peers = new PeerRecords(options.limits.maxGarbage)
    this.detached = new DetachedSessions(options.limits.maxDetachedBytes)
    this.house = new AnswerRoom(options.limits.maxIncompleteBytesOfAll)
  }

  get size(): number {
    return this.byClient.size
  }

  /** Answers go in parts to a client that is connected, and have not arrived. */
  get hasUnread(): boolean {
    for (const { address, conversation } of this.byClient.values()) {
      if (address !== undefined && conversation.unreadBytes > 0) return true
    }
    return false
  }

  get(client: string): ServerSession<Tag> | undefined {
    return this.byClient.get(client)
  }

  /** A message that came from an address. */
  receive(peer: string, message: Message, now: number): void {
    if (this.peers.isCut(peer)) return
    this.clock = now
    if (message.kind === 'hello') {
      this.hello(peer, message, now)
      return
    }
    const session = this.byAddress.get(peer)
    if (message.kind === 'garbage') this.countGarbage(peer, message.reason, now)
    if (session === undefined) {
      this.expectHello(peer)
      if (!this.peers.isStale(peer)) this.replyToStranger(peer, message)
      return
    }
    this.liveness.signal(session.client, now)
    this.receiveIn(session, message, now)
    this.dirty.add(session)
  }

  /** The connection of that address is lost. */
  disconnected(peer: string, now: number): void {
    this.peers.forget(peer)
    this.strangers.delete(peer)
    const session = this.byAddress.get(peer)
    if (session === undefined) return
    this.byAddress.delete(peer)
    session.detach(now)
    this.touch(session)
    this.sink.push({ kind: 'detached', client: session.client })
    this.detached.add(session)
    if (this.detached.size <= this.options.limits.maxDetached) return
    const { oldest } = this.detached
    if (oldest !== undefined) this.end(oldest.client, true)
  }

  /** The transport takes more for that address. */
  writable(peer: string): void {
    const session = this.byAddress.get(peer)
    if (session !== undefined) this.dirty.add(session)
  }

  /** Why it is not accepted, if it is not. */
  request(client: string, asked: NewRequest<Tag>, now: number): PendingRequest<Tag> | NetworkError {
    const session = this.byClient.get(client)
    if (session === undefined) return gone(client)
    const request = session.conversation.ask(asked, now)
    this.touch(session)
    return request
  }

  /** Nobody waits for its answer any more. */
  cancel(client: string, request: PendingRequest<Tag>, error: NetworkError): void {
    const session = this.byClient.get(client)
    if (session === undefined) return
    session.conversation.cancel(request, error, this.sink)
    this.dirty.add(session)
  }

  /** `undefined` when accepted, else why not. */
  send(client: string, event: EventMessage): NetworkError | undefined {
    const session = this.byClient.get(client)
    if (session === undefined) return gone(client)
    const error = session.conversation.tell(event)
    if (session.address === undefined) this.detached.count(session)
    this.dirty.add(session)
    return error
  }

  /** The answer of an execution was put into its session. */
  answered(client: string): void {
    const session = this.byClient.get(client)
    if (session === undefined) return
    if (session.address === undefined) this.detached.count(session)
    this.dirty.add(session)
  }

  /** It broke the rules of streams. */
  violated(client: string, reason: string): void {
    const address = this.byClient.get(client)?.address
    if (address !== undefined) this.countGarbage(address, reason, this.clock)
  }

  /** Ends a session: as dead, or after a goodbye. */
  end(client: string, timedOut: boolean): void {
    const session = this.byClient.get(client)
    if (session === undefined) return
    const aliveMs = timedOut ? this.aliveMs(session) : 0
    this.remove(session)
    session.conversation.end((request) => lost(request, client), lostStream(client), this.sink)
    this.sink.push({ kind: 'closed', client, timedOut, aliveMs })
  }

  /** Ends all, without announcing it: the server itself ends. */
  close(): void {
    for (const session of [...this.byClient.values()]) {
      this.remove(session)
      const { client, conversation } = session
      conversation.end((request) => lost(request, client), lostStream(client), this.sink)
    }
  }

  /** When to call `advance` next. */
  nextDeadline(): number {
    const silence = this.liveness.nextDeadline() ?? Infinity
    const hello = this.strangers.next() ?? Infinity
    this.plannedWake = Math.min(this.nextTick, silence, hello, this.wakes.next() ?? Infinity)
    return this.plannedWake
  }

  /** @param late the transport has something that is not received yet */
  advance(now: number, late: boolean = false): void {
    this.clock = now
    this.forgiveOwnPause(now)
    for (const peer of this.strangers.due(now)) {
      this.sink.push({ kind: 'drop', peer, reason: `no hello within ${HELLO_MS} ms` })
    }
    for (const session of this.wakes.due(now)) {
      session.conversation.advance(now, session.client, this.sink)
      this.detached.count(session)
      this.touch(session)
    }
    // Ticks only so that a pause of this process is noticed
    if (now >= this.nextTick) this.nextTick = this.size > 0 ? now + this.options.pingIntervalMs : Infinity
    this.checkAlive(now, late)
  }

  /** Judges now who has been silent for too long. While something waits to be received, it may be theirs. */
  checkAlive(now: number, late: boolean = false): void {
    for (const client of this.liveness.tardy(now)) {
      const session = this.byClient.get(client)
      if (late && session !== undefined) this.forgive(session, now)
      else this.end(client, true)
    }
  }

  /** It gets another two ping intervals. */
  private forgive({ client, origin: { aliveTimeoutMs } }: ServerSession<Tag>, now: number): void {
    this.liveness.watch(
      client,
      aliveTimeoutMs,
      now - aliveTimeoutMs + Math.min(aliveTimeoutMs, 2 * this.options.pingIntervalMs)
    )
  }

  /**
   * Woken much later than planned, it is this process that was away: what the clients sent meanwhile has not been read
   * yet, and their connections may have been lost. So each gets another two ping intervals.
   */
  private forgiveOwnPause(now: number): void {
    const { pingIntervalMs } = this.options
    if (now - this.plannedWake < pingIntervalMs / 2) return
    for (const peer of this.strangers.due(Infinity)) this.strangers.set(peer, now + HELLO_MS)
    for (const { client, origin } of this.byClient.values()) {
      const { aliveTimeoutMs } = origin
      this.liveness.signal(client, now - aliveTimeoutMs + Math.min(aliveTimeoutMs, 2 * pingIntervalMs))
    }
  }

  private hello(peer: string, { id: client, fields }: Extract<Message, { kind: 'hello' }>, now: number): void {
    const holder = this.byAddress.get(peer)
    if (holder !== undefined && holder.client !== client) {
      this.countGarbage(peer, 'a hello under a second name', now)
      return
    }
    const known = this.byClient.get(client)
    if (known?.goesOnWith(fields) === true && known.isPast(fields)) return this.expectHello(peer)
    const repeated = known?.address === peer && known.origin.asked === fields.session
    if (known !== undefined && repeated) {
      this.greet(known, false, fields)
      // It counts from this answer on
      known.conversation.backlog.countAnew()
      if (known.ours) known.resume()
    } else if (known?.goesOnWith(fields) === true) this.resume(known, peer, fields)
    else this.begin(client, peer, fields, known)
    const session = this.byClient.get(client) as ServerSession<Tag>
    this.liveness.watch(client, session.origin.aliveTimeoutMs, now)
    if (this.nextTick === Infinity) this.nextTick = now + this.options.pingIntervalMs
  }

  private begin(client: string, peer: string, fields: HelloFields, known: ServerSession<Tag> | undefined): void {
    const { limits, tickMs, newSessionId, unreadRoutes = false } = this.options
    const inherited = known === undefined ? undefined : this.replace(known)
    const origin = originOf(client, newSessionId(), fields, this.options)
    const session = new ServerSession<Tag>(origin, limits, tickMs, inherited, this.house)
    session.conversation.unreadRoutes = unreadRoutes
    session.conversation.speak(origin.protocol, this.sink)
    this.byClient.set(client, session)
    this.attach(session, peer)
    this.greet(session, false, fields)
    const info = { ours: session.ours, resumed: false, previousSession: fields.session ?? '' } as const
    this.sink.push({ kind: 'hello', client, conversation: session.conversation, info })
  }

  /** Another process under the same name, or one that knows nothing any more: the old session is over. */
  private replace(session: ServerSession<Tag>): Conversation<Tag> {
    const { client, conversation } = session
    const aliveMs = this.aliveMs(session)
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
    this.touch(session)
    this.sink.push({ kind: 'resumed', client: session.client })
  }

  private greet(session: ServerSession<Tag>, resumed: boolean, hello: HelloFields): void {
    const { serverId, epochFor } = this.options
    session.welcome({ serverId, epoch: epochFor?.(hello.epoch) }, resumed, hello)
    this.dirty.add(session)
  }

  private attach(session: ServerSession<Tag>, peer: string): void {
    const { address } = session
    if (address !== undefined && address !== peer) {
      this.byAddress.delete(address)
      // What it still says was said before the client moved
      this.peers.setStale(address)
    }
    this.byAddress.set(peer, session)
    this.strangers.delete(peer)
    this.peers.setFresh(peer)
    session.address = peer
    this.detached.delete(session)
  }

  /** What is left of its alive timeout. */
  private aliveMs({ client, origin }: ServerSession<Tag>): number {
    const silentMs = this.liveness.silentMs(client, this.clock) ?? origin.aliveTimeoutMs
    return Math.max(0, origin.aliveTimeoutMs - silentMs)
  }

  private remove(session: ServerSession<Tag>): void {
    this.byClient.delete(session.client)
    if (session.address !== undefined) {
      this.byAddress.delete(session.address)
      this.expectHello(session.address)
    }
    this.detached.delete(session)
    session.detach(this.clock)
    this.liveness.forget(session.client)
    this.wakes.delete(session)
    this.dirty.delete(session)
  }

  private touch(session: ServerSession<Tag>): void {
    this.dirty.add(session)
    const next = session.conversation.nextDeadline()
    if (next < (this.wakes.get(session) ?? Infinity)) this.wakes.set(session, next)
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
        if (message.kind === 'retry' || message.inParts !== undefined) this.touch(session)
        break
      default:
        conversation.receive(message, now, this.sink)
    }
  }

  /** Its connection stands, but nobody is known to be at the other end: that is not for long, and not for many. */
  private expectHello(peer: string): void {
    if (this.strangers.has(peer)) return
    this.strangers.set(peer, this.clock + HELLO_MS)
    if (this.strangers.size <= MAX_STRANGERS) return
    const oldest = this.strangers.take(Infinity)
    if (oldest !== undefined) {
      this.sink.push({ kind: 'drop', peer: oldest, reason: `more than ${MAX_STRANGERS} have said no hello` })
    }
  }

  /** Somebody without a session must say hello first; its request was not executed, and may come again. */
  private replyToStranger(peer: string, message: Message): void {
    if (message.kind === 'close' || message.kind === 'garbage') return
    if (message.kind === 'request') this.reply(peer, { kind: 'retry', id: message.id, ticks: UNKNOWN_RETRY_TICKS })
    this.reply(peer, { kind: 'sayHello' })
  }

  private reply(peer: string, message: Sendable): void {
    // Who has a number for an id speaks protocol 2
    const version = message.kind === 'retry' && typeof message.id === 'number' ? protocol2 : protocol1
    const frames = encode(message, version)
    if (frames !== undefined) this.sink.push({ kind: 'reply', peer, frames })
  }

  private countGarbage(peer: string, reason: string, now: number): void {
    this.sink.push({ kind: 'garbage', peer, reason })
    if (!this.peers.countGarbage(peer, now)) return
    this.sink.push({ kind: 'cut', peer })
    const session = this.byAddress.get(peer)
    if (session !== undefined) this.end(session.client, true)
  }

  private fail(requests: PendingRequest<Tag>[], client: string): void {
    for (const request of requests) this.sink.push({ kind: 'failed', request, error: lost(request, client) })
  }
}
