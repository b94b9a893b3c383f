// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Liveness, NetworkError } from '@hcengineering/network-core'
import { encode } from '../wire/codec'
import type { EventMessage } from '../wire/event-message'
import type { Frames } from '../wire/frames'
import type { HelloFields, Message, PeerLimits } from '../wire/message'
import { negotiate, protocol1, type ProtocolVersion } from '../wire/version'
import { Conversation, type ConversationEffect, type PeerKind } from './conversation'
import { RequestTable, type NewRequest, type PendingRequest } from './request-table'
import { creditOf, type SessionLimits } from './session-limits'

/**
 * Where a client's session is: without a connection; connected, hello said and not answered; `registering` while the
 * owner sets up a new session, and only requests made meanwhile leave; open; closed for ever.
 */
export type ClientState = 'disconnected' | 'greeting' | 'registering' | 'open' | 'closed'

export type ClientEffect<Tag> =
  | ConversationEffect<Tag>
  /** A session began (`fresh`: the server knows nothing of us; set it up, then call `registered`), or it goes on. */
  | { readonly kind: 'registered'; readonly fresh: boolean; readonly generation: number }
  | { readonly kind: 'disconnected'; readonly cause: NetworkError }
  /** The connection stands and carries nothing: make another one. */
  | { readonly kind: 'redial'; readonly cause: NetworkError }
  | { readonly kind: 'garbage'; readonly reason: string }
  /** The server has had the ping that was said at `sentAt`. */
  | { readonly kind: 'confirmed'; readonly sentAt: number }

export interface ClientSessionOptions {
  readonly clientId: string
  /** `host:port` of the server, for texts. */
  readonly where: string
  /** Silence after which the server counts as lost, and we do for it. */
  readonly aliveTimeoutMs: number
  readonly pingIntervalMs: number
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

/** The interval between hellos that are not answered doubles so often. */
const MAX_DOUBLINGS = 4

const SERVER = 'server'
type Server = typeof SERVER

/** The client's side of sessions with one server, one after the other. No I/O: `outbox` says what to send. */
export class ClientSession<Tag> {
  readonly conversation: Conversation<Tag>
  /** The server's id of this run, '' before its first hello. */
  serverId = ''
  private phase: ClientState = 'disconnected'
  private sessionId = ''
  /** The largest that a server has said. */
  private epoch: number | undefined
  /** The server said that it does not know us. */
  private forgotten = false
  /** The owner sets up this session: counted, since it may begin anew meanwhile. */
  private generation = 0
  private registering = false
  /** The first hello of this connection, until it or a later one is answered: events that come are of the one before, and come again. */
  private unheardFrom: number | undefined
  /** Counts the hellos: only the answer to the last says how things are. */
  private hellos = 0
  /** Since then no hello was answered. */
  private greetingSince = 0
  /** Hellos without an answer before the last one. */
  private unanswered = 0
  private nextPing = Infinity
  /** How late the last ping was that was due. */
  private lagMs = 0
  private nextHello = Infinity
  private plannedWake = Infinity
  /** Until then, or until it is connected anew, requests wait. */
  private heldUntil = Infinity
  /** Silence after which the server counts as lost: shorter while it is doubted. */
  private patienceMs = 0
  private heardAt = 0
  /** The server was heard last then, and the connection is lost since. */
  private awaySince = Infinity
  private readonly liveness = new Liveness<Server>()

  constructor(
    private readonly options: ClientSessionOptions,
    private readonly sink: ClientEffect<Tag>[]
  ) {
    const { clientId, where, limits, tickMs, protocol, unreadRoutes = false } = options
    const requests = new RequestTable<Tag>(clientId, limits)
    this.conversation = new Conversation(where, limits, tickMs, requests, this.serverKind(true, undefined))
    this.conversation.outbox.protocol = protocol
    this.conversation.unreadRoutes = unreadRoutes
  }

  get state(): ClientState {
    return this.phase
  }

  /** It is of 0.8 or later. */
  get serverKnowsSessions(): boolean {
    return this.sessionId !== ''
  }

  /** A connection stands: says hello. */
  connected(now: number): void {
    if (this.phase === 'closed') return
    this.greet(now)
    this.unheardFrom = this.hellos
  }

  /** The connection is lost, or was refused. */
  disconnected(cause: NetworkError, now: number): void {
    if (this.phase === 'closed') return
    this.phase = 'disconnected'
    this.heldUntil = Infinity
    if (this.awaySince === Infinity) this.awaySince = this.heardAt
    this.conversation.disconnected(now)
    this.liveness.forget(SERVER)
    this.nextPing = this.nextHello = Infinity
    this.sink.push({ kind: 'disconnected', cause })
  }

  receive(message: Message, now: number): void {
    if (this.phase === 'closed' || this.phase === 'disconnected') return
    if (message.kind === 'garbage') this.sink.push({ kind: 'garbage', reason: message.reason })
    else this.sign(now)
    this.heardAt = now
    switch (message.kind) {
      case 'hello':
        if ((message.fields.attempt ?? Infinity) >= (this.unheardFrom ?? 0)) this.unheardFrom = undefined
        this.welcome(message, now)
        break
      case 'pong':
        this.conversation.settled(message.settled)
        if (this.serverId !== '' && message.serverId !== this.serverId) this.sayHelloAgain(now)
        else this.confirm(message.at, now)
        break
      case 'sayHello':
        this.forgotten = true
        this.sayHelloAgain(now)
        break
      case 'event':
      case 'gap':
        if (this.unheardFrom === undefined || this.is07) this.conversation.receive(message, now, this.sink)
        break
      case 'ping':
      case 'close':
        break
      case 'request':
        // Asked again after the answer to our hello, if still of interest: until then it may be of a session that ended
        if (this.phase !== 'greeting' || this.is07) this.conversation.receive(message, now, this.sink)
        break
      default:
        this.conversation.receive(message, now, this.sink)
    }
  }

  /** The owner has set up the session of that generation: what was held back leaves. */
  registered(generation: number): void {
    if (!this.registering || generation !== this.generation) return
    this.registering = false
    if (this.phase === 'registering') this.open()
  }

  /** Why it is not accepted, if it is not. Requests made while a session is being set up go before all others. */
  request(asked: NewRequest<Tag>, now: number): PendingRequest<Tag> | NetworkError {
    if (this.phase === 'closed') return this.closedError()
    asked.early = this.registering
    return this.conversation.ask(asked, now)
  }

  /** `undefined` when accepted, else why not. */
  send(event: EventMessage): NetworkError | undefined {
    return this.phase === 'closed' ? this.closedError() : this.conversation.tell(event)
  }

  /** The server is about to go: requests that have not left wait for a new connection, at most so long, unless excused. */
  hold(forMs: number, now: number, unless?: HoldExcuse): void {
    if (this.phase !== 'open') return
    this.conversation.outbox.gate = 'held'
    this.conversation.outbox.excused = () => this.excuses(unless)
    this.heldUntil = now + forMs
  }

  /** Nobody waits for its answer any more. */
  cancel(request: PendingRequest<Tag>, error: NetworkError): void {
    this.conversation.cancel(request, error, this.sink)
  }

  /** Says goodbye, if there is a connection to say it over, and fails what is pending. */
  close(): Frames | undefined {
    if (this.phase === 'closed') return undefined
    const goodbye = this.phase === 'disconnected' ? undefined : encode({ kind: 'close' }, protocol1)
    this.phase = 'closed'
    this.conversation.end(() => this.closedError(), this.closedError(), this.sink)
    this.liveness.forget(SERVER)
    this.nextPing = this.nextHello = this.heldUntil = Infinity
    return goodbye
  }

  /** When to call `advance` next. */
  nextDeadline(): number {
    const silence = this.liveness.nextDeadline() ?? Infinity
    const conversation = this.conversation.nextDeadline()
    this.plannedWake = Math.min(
      this.nextPing,
      this.nextHello,
      this.redialAt,
      this.streamsEndAt,
      this.heldUntil,
      silence,
      conversation
    )
    return this.plannedWake
  }

  advance(now: number): void {
    if (this.phase === 'closed') return
    this.forgiveOwnPause(now)
    this.conversation.advance(now, this.options.where, this.sink)
    if (now >= this.nextPing) {
      this.lagMs = Math.floor(now - this.nextPing)
      this.ping(now)
    }
    if (now >= this.redialAt) this.redial(now)
    else if (now >= this.nextHello) this.greet(now)
    if (now >= this.streamsEndAt) this.failStreams()
    if (now >= this.heldUntil && this.phase === 'open') this.open()
    this.checkAlive(now)
  }

  /** Somebody says that the server is gone: it has that long to show that it is not. */
  doubt(patienceMs: number, now: number): void {
    if ((this.phase !== 'open' && this.phase !== 'registering') || patienceMs >= this.patienceMs) return
    this.bear(patienceMs, now)
    this.ping(now)
  }

  /** Judges now whether the server has been silent for too long. */
  checkAlive(now: number): void {
    if (this.liveness.tardy(now).length === 0) return
    const cause = new NetworkError('UNAVAILABLE', `${this.options.where} has been silent for ${this.patienceMs} ms`)
    this.disconnected(cause, now)
    // The connection may stand all the same: whoever slept answers when it wakes up
    this.greet(now)
  }

  /**
   * Woken much later than planned, it is we who were away: what the server sent meanwhile has not been read yet, so it
   * gets another ping interval, or all the time again that it has while it is doubted.
   */
  private forgiveOwnPause(now: number): void {
    const { patienceMs } = this
    const { pingIntervalMs } = this.options
    if (now - this.plannedWake < Math.min(pingIntervalMs, patienceMs) / 2) return
    this.liveness.signal(SERVER, now - patienceMs + Math.min(patienceMs, 2 * pingIntervalMs))
  }

  /** The server lives, and is doubted no more. */
  private sign(now: number): void {
    if (this.patienceMs === this.options.aliveTimeoutMs) this.liveness.signal(SERVER, now)
    else if (this.liveness.has(SERVER)) this.bear(this.options.aliveTimeoutMs, now)
  }

  private bear(patienceMs: number, now: number): void {
    this.patienceMs = patienceMs
    this.liveness.watch(SERVER, patienceMs, now)
  }

  private greet(now: number): void {
    const { clientId, aliveTimeoutMs, pingIntervalMs, protocol, limits } = this.options
    const again = this.phase === 'greeting'
    this.phase = 'greeting'
    const fields = {
      aliveTimeout: aliveTimeoutMs / 1000,
      session: this.sessionId,
      events: this.conversation.receivedEvents,
      attempt: ++this.hellos,
      ...(this.epoch === undefined ? {} : { epoch: this.epoch }),
      ...(protocol.major === 1 ? {} : { protocol, limits: creditOf(limits), ...this.conversation.outstanding() })
    }
    this.conversation.outbox.gate = 'control'
    this.conversation.outbox.setControl({ kind: 'hello', id: clientId, fields })
    this.nextPing = Infinity
    // Seldomer and seldomer: only the answer to the last counts, and a busy server takes its time
    this.unanswered = again ? this.unanswered + 1 : 0
    if (!again) this.greetingSince = now
    this.nextHello = now + pingIntervalMs * 2 ** Math.min(this.unanswered, MAX_DOUBLINGS)
    if (!again) this.liveness.forget(SERVER)
  }

  /** When a connection on which no hello is answered is given up. */
  private get redialAt(): number {
    return this.phase === 'greeting' ? this.greetingSince + this.options.aliveTimeoutMs : Infinity
  }

  /** When it is too long that the server was heard: it has ended the session, or cannot be told from one that has. */
  private get streamsEndAt(): number {
    if (this.awaySince === Infinity || !this.conversation.streams.anyOpened) return Infinity
    return this.awaySince + this.options.aliveTimeoutMs
  }

  private failStreams(): void {
    this.conversation.failStreams(`which cannot be reached for ${this.options.aliveTimeoutMs} ms`, this.sink)
  }

  private redial(now: number): void {
    const { where, aliveTimeoutMs } = this.options
    this.greetingSince = now
    this.nextHello = now + aliveTimeoutMs
    const text = `${where} has not answered a hello for ${aliveTimeoutMs} ms`
    this.sink.push({ kind: 'redial', cause: new NetworkError('UNAVAILABLE', text) })
  }

  /** Whoever answers has been replaced by a later run, and must not be listened to: it does not know what happened since. */
  private refuse(epoch: number, now: number): void {
    const { where, aliveTimeoutMs } = this.options
    this.greetingSince = now
    this.nextHello = now + aliveTimeoutMs
    const text = `${where} answers as run ${epoch} of the server, but run ${this.epoch} is known: two of them run; stop the older one`
    this.sink.push({ kind: 'disconnected', cause: new NetworkError('UNAVAILABLE', text) })
  }

  private confirm(at: number | undefined, now: number): void {
    if (at !== undefined && at > 0 && at <= now) this.sink.push({ kind: 'confirmed', sentAt: at })
  }

  private sayHelloAgain(now: number): void {
    if (this.phase !== 'greeting') this.greet(now)
  }

  private welcome({ id, fields }: Extract<Message, { kind: 'hello' }>, now: number): void {
    const { session = '', resumed = false, events, attempt = this.hellos } = fields
    // Since then the session it speaks of may have ended: requests sent for it could run again in the next
    if (attempt !== this.hellos) return
    if (fields.epoch !== undefined) {
      if (this.epoch !== undefined && fields.epoch < this.epoch) return this.refuse(fields.epoch, now)
      this.epoch = fields.epoch
    }
    const ours = fields.session !== undefined
    const same = id === this.serverId && (ours ? session === this.sessionId : this.sessionId === '' && !this.forgotten)
    // An answer to a hello said twice
    if (same && this.phase !== 'greeting') return
    this.forgotten = false
    this.nextHello = Infinity
    this.awaySince = Infinity
    this.nextPing = now + this.options.pingIntervalMs
    this.bear(this.options.aliveTimeoutMs, now)
    this.conversation.speak(negotiate(this.options.protocol, fields.protocol), this.sink)
    if (same && (resumed || !ours)) {
      this.conversation.abandonUnless(fields, this.sink)
      this.resume(events)
    } else this.begin(id, session, fields)
  }

  /** @param events how many of this session the server has got; a 0.7 server does not say */
  private resume(events: number | undefined): void {
    const { requests, backlog } = this.conversation
    requests.resume()
    backlog.resume(events)
    this.conversation.streams.resume()
    if (this.registering) this.openEarly()
    else this.open()
    this.sink.push({ kind: 'registered', fresh: false, generation: this.generation })
  }

  private begin(serverId: string, sessionId: string, fields: HelloFields): void {
    this.serverId = serverId
    this.sessionId = sessionId
    const { requests, backlog } = this.conversation
    const { limits } = this.options
    const ours = fields.session !== undefined
    requests.setCredit(ours ? (fields.limits ?? creditOf(limits)) : creditOf(limits, limits.maxInFlightProtocol1))
    this.conversation.forgetIncoming(this.serverKind(ours, fields.limits))
    backlog.resume(undefined)
    for (const request of requests.restart()) {
      const text = `${request.what} was sent to ${this.options.where}, which has lost its session since`
      this.sink.push({ kind: 'failed', request, error: new NetworkError('OUTCOME_UNKNOWN', text) })
    }
    this.conversation.endStreams('which has lost its session since', this.sink)
    this.registering = true
    this.openEarly()
    this.sink.push({ kind: 'registered', fresh: true, generation: ++this.generation })
  }

  private openEarly(): void {
    this.phase = 'registering'
    this.conversation.outbox.gate = 'early'
  }

  private excuses(excuse: HoldExcuse | undefined): boolean {
    if (excuse === 'asked') return this.conversation.running > 0
    return excuse === 'busy' && (this.options.inFlight?.() ?? 0) > 0
  }

  private open(): void {
    this.phase = 'open'
    this.heldUntil = Infinity
    this.conversation.outbox.gate = 'open'
  }

  private ping(now: number): void {
    // A 0.7 server gets what it knows: an empty ping
    const ours = this.sessionId !== ''
    const said = ours ? { settled: this.conversation.requests.settledBelow, at: Math.floor(now) } : {}
    const inFlight = ours ? this.options.inFlight?.() : undefined
    const load = inFlight === undefined ? {} : { load: { inFlight, lagMs: this.lagMs } }
    this.conversation.outbox.setControl({ kind: 'ping', ...said, ...load })
    this.nextPing = now + this.options.pingIntervalMs
  }

  /** The server is of 0.7: it knows no sessions, and asks nothing twice. */
  private get is07(): boolean {
    return this.serverId !== '' && this.sessionId === ''
  }

  private serverKind(ours: boolean, granted: PeerLimits | undefined): PeerKind {
    const { maxInFlight: maxRunning } = this.options.limits
    return { ours, tellGaps: ours, maxRunning, answerBytes: granted?.answerBytes, retries: ours, asksForOthers: true }
  }

  private closedError(): NetworkError {
    return new NetworkError('CLOSED', `The client of ${this.options.where} is closed`)
  }
}
