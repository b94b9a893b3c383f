// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { encode } from '../wire/codec'
import type { EventMessage } from '../wire/event-message'
import type { Frames } from '../wire/frames'
import type { HelloFields, Message, PeerLimits } from '../wire/message'
import { negotiate, protocol1 } from '../wire/version'
import type { ClientEffect } from './client-effects'
import { ClientGate, type ClientState } from './client-gate'
import { helloOf, pingOf } from './client-messages'
import { ClientSchedule } from './client-schedule'
import type { ClientSessionOptions, HoldExcuse } from './client-session-options'
import { Conversation } from './conversation'
import { KnownServer } from './known-server'
import type { PeerKind } from './peer-kind'
import { RequestTable, type NewRequest, type PendingRequest } from './request-table'
import { ServerLife } from './server-life'
import { forgotten, replaced, silent, unanswered } from './session-errors'
import { creditOf } from './session-limits'

/** The client's side of sessions with one server, one after the other. No I/O: `outbox` says what to send. */
export class ClientSession<Tag> {
  readonly conversation: Conversation<Tag>
  private plannedWake = Infinity
  private readonly gate: ClientGate
  private readonly server = new KnownServer()
  private readonly schedule: ClientSchedule
  private readonly life: ServerLife

  constructor(
    private readonly options: ClientSessionOptions,
    private readonly sink: ClientEffect<Tag>[]
  ) {
    const { clientId, where, limits, tickMs, protocol, unreadRoutes = false } = options
    this.schedule = new ClientSchedule(options)
    this.life = new ServerLife(options)
    const requests = new RequestTable<Tag>(clientId, limits)
    this.conversation = new Conversation(where, limits, tickMs, requests, this.serverKind(true, undefined))
    this.conversation.outbox.protocol = protocol
    this.conversation.unreadRoutes = unreadRoutes
    this.gate = new ClientGate(this.conversation.outbox)
  }

  get state(): ClientState {
    return this.gate.state
  }

  /** The server's id of this run, '' before its first hello. */
  get serverId(): string {
    return this.server.id
  }

  /** It is of 0.8 or later. */
  get serverKnowsSessions(): boolean {
    return this.server.knowsSessions
  }

  /** A connection stands: says hello. */
  connected(now: number): void {
    if (this.state === 'closed') return
    this.schedule.connected()
    this.greet(now)
  }

  /** The connection is lost, or was refused. */
  disconnected(cause: NetworkError, now: number): void {
    if (this.state === 'closed') return
    this.gate.disconnect()
    this.conversation.disconnected(now)
    this.life.away()
    this.schedule.stop()
    this.sink.push({ kind: 'disconnected', cause })
  }

  receive(message: Message, now: number): void {
    if (this.state === 'closed' || this.state === 'disconnected') return
    if (message.kind === 'garbage') this.sink.push({ kind: 'garbage', reason: message.reason })
    else this.life.sign(now)
    this.life.heard(now)
    switch (message.kind) {
      case 'hello':
        this.schedule.helloHeard(message.fields.attempt)
        this.welcome(message, now)
        break
      case 'pong':
        this.conversation.settled(message.settled)
        if (this.server.isOther(message.serverId)) this.sayHelloAgain(now)
        else this.confirm(message.at, now)
        break
      case 'sayHello':
        this.server.forgotten = true
        this.sayHelloAgain(now)
        break
      case 'event':
      case 'gap':
        if (!this.schedule.unheard || this.server.is07) this.conversation.receive(message, now, this.sink)
        break
      case 'ping':
      case 'close':
        break
      case 'request':
        // Asked again after the answer to our hello, if still of interest: until then it may be of a session that ended
        if (this.state !== 'greeting' || this.server.is07) this.conversation.receive(message, now, this.sink)
        break
      default:
        this.conversation.receive(message, now, this.sink)
    }
  }

  /** The owner has set up the session of that generation: what was held back leaves. */
  registered(generation: number): void {
    this.gate.registered(generation)
  }

  /** Why it is not accepted, if it is not. Requests made while a session is being set up go before all others. */
  request(asked: NewRequest<Tag>, now: number): PendingRequest<Tag> | NetworkError {
    if (this.state === 'closed') return this.closedError()
    asked.early = this.gate.registering
    return this.conversation.ask(asked, now)
  }

  /** `undefined` when accepted, else why not. */
  send(event: EventMessage): NetworkError | undefined {
    return this.state === 'closed' ? this.closedError() : this.conversation.tell(event)
  }

  /** The server is about to go: requests that have not left wait for a new connection, at most so long, unless excused. */
  hold(forMs: number, now: number, unless?: HoldExcuse): void {
    this.gate.hold(now + forMs, () => this.excuses(unless))
  }

  /** Nobody waits for its answer any more. */
  cancel(request: PendingRequest<Tag>, error: NetworkError): void {
    this.conversation.cancel(request, error, this.sink)
  }

  /** Says goodbye, if there is a connection to say it over, and fails what is pending. */
  close(): Frames | undefined {
    if (this.state === 'closed') return undefined
    const goodbye = this.state === 'disconnected' ? undefined : encode({ kind: 'close' }, protocol1)
    this.gate.close()
    this.conversation.end(() => this.closedError(), this.closedError(), this.sink)
    this.life.ignore()
    this.schedule.stop()
    return goodbye
  }

  /** When to call `advance` next. */
  nextDeadline(): number {
    const { conversation, life, schedule } = this
    this.plannedWake = Math.min(
      schedule.nextPing,
      schedule.nextHello,
      this.redialAt,
      this.streamsEndAt,
      this.gate.heldUntil,
      life.tardyAt,
      conversation.nextDeadline()
    )
    return this.plannedWake
  }

  advance(now: number): void {
    if (this.state === 'closed') return
    this.life.forgiveOwnPause(now, this.plannedWake)
    this.conversation.advance(now, this.options.where, this.sink)
    if (this.schedule.pingIsDue(now)) this.ping(now)
    if (now >= this.redialAt) this.redial(now)
    else if (now >= this.schedule.nextHello) this.greet(now)
    if (now >= this.streamsEndAt) this.failStreams()
    this.gate.advance(now)
    this.checkAlive(now)
  }

  /** Somebody says that the server is gone: it has that long to show that it is not. */
  doubt(patienceMs: number, now: number): void {
    if (this.gate.stands && this.life.doubt(patienceMs, now)) this.ping(now)
  }

  /** Judges now whether the server has been silent for too long. */
  checkAlive(now: number): void {
    if (!this.life.isTardy(now)) return
    this.disconnected(silent(this.options.where, this.life.patienceMs), now)
    // The connection may stand all the same: whoever slept answers when it wakes up
    this.greet(now)
  }

  private greet(now: number): void {
    const again = this.gate.greet()
    const { conversation, options, server, schedule } = this
    conversation.outbox.setControl(
      helloOf(options, server, conversation, schedule.helloSaid(now, again), schedule.firstHello)
    )
    if (!again) this.life.ignore()
  }

  /** When a connection on which no hello is answered is given up. */
  private get redialAt(): number {
    return this.state === 'greeting' ? this.schedule.redialAt : Infinity
  }

  /** When streams end that go with the session. */
  private get streamsEndAt(): number {
    const { forgetsAt } = this.life
    return forgetsAt === Infinity || !this.conversation.streams.anyOpened ? Infinity : forgetsAt
  }

  private failStreams(): void {
    this.conversation.failStreams(`which cannot be reached for ${this.options.aliveTimeoutMs} ms`, this.sink)
  }

  private redial(now: number): void {
    const { where, aliveTimeoutMs } = this.options
    this.schedule.putOff(now)
    this.sink.push({ kind: 'redial', cause: unanswered(where, aliveTimeoutMs) })
  }

  /** Whoever answers has been replaced by a later run, and must not be listened to: it does not know what happened since. */
  private refuse({ epoch }: HelloFields, now: number): void {
    this.schedule.putOff(now)
    this.sink.push({ kind: 'disconnected', cause: replaced(this.options.where, epoch, this.server.epoch) })
  }

  private confirm(at: number | undefined, now: number): void {
    if (at !== undefined && at > 0 && at <= now) this.sink.push({ kind: 'confirmed', sentAt: at })
  }

  private sayHelloAgain(now: number): void {
    if (this.state !== 'greeting') this.greet(now)
  }

  private welcome({ id, fields }: Extract<Message, { kind: 'hello' }>, now: number): void {
    const { resumed = false, events, attempt = this.schedule.lastHello } = fields
    // Since then the session it speaks of may have ended: requests sent for it could run again in the next
    if (attempt !== this.schedule.lastHello) return
    if (this.server.isReplaced(fields)) return this.refuse(fields, now)
    const same = this.server.isSame(id, fields)
    // An answer to a hello said twice
    if (same && this.state !== 'greeting') return
    this.server.forgotten = false
    this.schedule.greeted(now)
    this.life.greeted(now)
    this.conversation.speak(negotiate(this.options.protocol, fields.protocol), this.sink)
    if (same && (resumed || fields.session === undefined)) {
      this.conversation.abandonUnless(fields, this.sink)
      this.resume(events)
    } else this.begin(id, fields)
  }

  /** @param events how many of this session the server has got; a 0.7 server does not say */
  private resume(events: number | undefined): void {
    const { requests, backlog } = this.conversation
    requests.resume()
    backlog.resume(events)
    this.conversation.streams.resume()
    this.sink.push({ kind: 'registered', fresh: false, generation: this.gate.resume() })
  }

  private begin(serverId: string, fields: HelloFields): void {
    this.server.begin(serverId, fields)
    const { requests, backlog } = this.conversation
    const { limits } = this.options
    const ours = fields.session !== undefined
    requests.setCredit(ours ? (fields.limits ?? creditOf(limits)) : creditOf(limits, limits.maxInFlightProtocol1))
    this.conversation.forgetIncoming(this.serverKind(ours, fields.limits))
    this.conversation.settled(fields.settled)
    backlog.resume(undefined)
    for (const request of requests.restart()) {
      this.sink.push({ kind: 'failed', request, error: forgotten(request, this.options.where) })
    }
    this.conversation.endStreams('which has lost its session since', this.sink)
    this.sink.push({ kind: 'registered', fresh: true, generation: this.gate.begin() })
  }

  private excuses(excuse: HoldExcuse | undefined): boolean {
    if (excuse === 'asked') return this.conversation.running > 0
    return excuse === 'busy' && (this.options.inFlight?.() ?? 0) > 0
  }

  private ping(now: number): void {
    const { conversation, options, server, schedule } = this
    conversation.outbox.setControl(pingOf(options, server, conversation, now, schedule.lagMs))
    schedule.pingSaid(now)
  }

  private serverKind(ours: boolean, granted: PeerLimits | undefined): PeerKind {
    const { maxInFlight: maxRunning } = this.options.limits
    return { ours, tellGaps: ours, maxRunning, answerBytes: granted?.answerBytes, retries: ours, asksForOthers: true }
  }

  private closedError(): NetworkError {
    return new NetworkError('CLOSED', `The client of ${this.options.where} is closed`)
  }
}
