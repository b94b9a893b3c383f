// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits, NetworkError, type CallChain } from '@hcengineering/network-core'
import { Body } from '../wire/body'
import type { EventMessage } from '../wire/event-message'
import {
  contentOf,
  type Garbage,
  type HelloFields,
  type Message,
  type Request,
  type RequestId,
  type Sendable,
  type StreamOpening
} from '../wire/message'
import { hasStreams, type ProtocolVersion } from '../wire/version'
import type { PayloadLimits } from '../wire/payload'
import { NOTHING } from '../wire/protocol-2'
import type { AnswerRoom } from './answer-room'
import { errorAnswer, noStreams, notKept, sizeOfAnswer, SMALL_BYTES, unread, unsayable, unsentAnswer } from './answers'
import { Backlog } from './backlog'
import { FULL, IncomingTable, type AnswerMessage, type IncomingRequest } from './incoming-table'
import { partBytesOf } from './answer-parts'
import { IncompleteAnswers, type Assembled } from './incomplete-answers'
import { Outbox } from './outbox'
import type { NewRequest, PendingRequest, RequestTable } from './request-table'
import { eventsOf } from './sent-events'
import type { SessionLimits } from './session-limits'
import type { Stream } from './stream'
import { StreamEffects } from './stream-effects'
import { StreamTable, type StreamNews, type StreamSink } from './stream-table'

/** What the owner of a conversation has to do. */
export type ConversationEffect<Tag> =
  /** A request of ours was answered. */
  | {
      readonly kind: 'answered'
      readonly request: PendingRequest<Tag>
      readonly body: Body
      readonly from: Conversation<Tag>
    }
  /** A request of ours failed: there, where `from` says so, or here. */
  | {
      readonly kind: 'failed'
      readonly request: PendingRequest<Tag>
      readonly error: NetworkError
      readonly from?: Conversation<Tag>
    }
  /** Execute this, and call `answer` or `refuse` with it. */
  | { readonly kind: 'execute'; readonly execution: Execution<Tag> }
  | {
      readonly kind: 'event'
      readonly conversation: Conversation<Tag>
      readonly content: unknown
      /** Of its data, on the wire. */
      readonly bytes: number
    }
  | {
      readonly kind: 'gap'
      readonly conversation: Conversation<Tag>
      readonly lost: number | 'unknown'
      readonly reason: string
    }
  /** Something came for the owner of a stream. */
  | {
      readonly kind: 'stream'
      readonly conversation: Conversation<Tag>
      readonly stream: Stream
      readonly news: StreamNews
    }
  /** The peer broke the rules of streams. */
  | { readonly kind: 'violation'; readonly conversation: Conversation<Tag>; readonly reason: string }
  /** The peer does not read its answers. */
  | { readonly kind: 'overflow'; readonly conversation: Conversation<Tag> }

/** Where effects go; the owner of the conversation takes them out. */
export interface Sink<Tag> {
  push(effect: ConversationEffect<Tag>): void
}

/** A request of the peer, to be executed. */
export interface Execution<Tag> {
  readonly conversation: Conversation<Tag>
  readonly request: IncomingRequest
  readonly method: string
  readonly params: unknown
  /** By the clock of the session; Infinity for none. */
  readonly deadline: number
  /** It opens this, if it is answered. */
  readonly stream?: Stream
  readonly opening?: StreamOpening
  /** The calls for which it is made. */
  readonly chain?: CallChain
}

type Answer = Extract<AnswerMessage, { readonly kind: 'response' }>

/** What kind of peer it is. */
export interface PeerKind {
  /** It told us its session: 0.8 or later. */
  readonly ours: boolean
  /** It understands notices of lost events. */
  readonly tellGaps: boolean
  /** How many of its requests run at a time. */
  readonly maxRunning: number
  /** Bytes of an answer that it takes in parts; absent where it takes none. */
  readonly answerBytes?: number
  /** It understands that it shall try again later; otherwise what is beyond fails. */
  readonly retries: boolean
  /** What it asks for one must not be in the way of what it asks for another. */
  readonly asksForOthers?: boolean
}

/** What we ask a peer to wait before it tries again, in ticks: what is in flight ends soon. */
const RETRY_TICKS = 1
/** Longest wait that a peer can impose by a retry. */
const MAX_RETRY_MS = 1_000

/** Answers in parts that have not arrived, in units of `maxAnswerBytes`: beyond, one more fails. */
const MAX_UNREAD_ANSWERS = 4

/** One side of one session: its requests, the other side's, and what waits to leave. Both sides are alike. */
export class Conversation<Tag> {
  readonly requests: RequestTable<Tag>
  readonly backlog: Backlog
  readonly outbox: Outbox<Tag>
  readonly streams: StreamTable
  /** Events of the peer in this session, those that it has told as lost among them. */
  receivedEvents = 0
  /** Data that comes with a route is handed on unread: its owner asked for that. */
  unreadRoutes = false
  private incoming: IncomingTable
  private readonly incomplete: IncompleteAnswers
  private kind: PeerKind
  private over = false
  private clock = 0

  /**
   * @param peer name of the other side
   * @param tickMs length of one tick of a retry
   * @param requests those that go on from an earlier session
   * @param streams what they open
   * @param house the memory for answers in parts that this session shares with others
   */
  constructor(
    readonly peer: string,
    private readonly limitsOfSession: SessionLimits,
    private readonly tickMs: number,
    requests: RequestTable<Tag>,
    kind: PeerKind,
    streams: StreamTable = new StreamTable(limitsOfSession.maxStreams),
    house?: AnswerRoom
  ) {
    this.requests = requests
    this.streams = streams
    this.backlog = new Backlog(limitsOfSession, kind.tellGaps)
    streams.onUnread = (bytes) => house?.take(bytes)
    this.outbox = new Outbox(requests, this.backlog, streams)
    this.incomplete = new IncompleteAnswers(streams, limitsOfSession, house)
    this.kind = kind
    this.incoming = new IncomingTable(limitsOfSession, kind.maxRunning, kind.ours)
  }

  /** What is kept for a peer that is away: answers that it may ask for again, and what waits to leave. */
  get keptBytes(): number {
    return this.incoming.keptBytes + this.backlog.bytes + this.backlog.sentBytes + this.streams.bytes
  }

  /** Of answers that go to the peer in parts, and have not arrived. */
  get unreadBytes(): number {
    return this.streams.unreadBytes
  }

  /** Lets go of that. Who asks again is told that its request was executed, and who missed events how many. */
  giveUpKept(): void {
    this.incoming.giveUpAnswers()
    this.streams.giveUp()
    this.backlog.giveUp((id) => errorAnswer(id, notKept('a request')), SMALL_BYTES)
  }

  /** Requests of the peer that run. */
  get running(): number {
    return this.incoming.size
  }

  /** It ended: answers go nowhere. */
  get ended(): boolean {
    return this.over
  }

  /**
   * From now on that is spoken. What cannot be said in it fails, or is lost.
   */
  speak(protocol: ProtocolVersion, sink: Sink<Tag>): void {
    const { outbox, requests, backlog } = this
    const { major } = outbox.protocol
    const losesStreams = hasStreams(outbox.protocol) && !hasStreams(protocol)
    outbox.protocol = protocol
    if (protocol.major === major && !losesStreams) return
    for (const request of requests.pending()) {
      const error =
        losesStreams && request.stream !== undefined ? noStreams(this.peer) : unsayable(request.asked.body, protocol)
      if (error === undefined) continue
      requests.settle(request.sequence)
      sink.push({ kind: 'failed', request, error })
    }
    backlog.filterEvents((message) => message.kind !== 'event' || unsayable(message.body, protocol) === undefined)
  }

  /** The peer knows nothing any more, or is another one: what ran for it ends without an answer. */
  forgetIncoming(kind: PeerKind): void {
    this.kind = kind
    this.backlog.tellGaps = kind.tellGaps
    this.receivedEvents = 0
    this.incoming.cancelAll()
    this.incoming = new IncomingTable(this.limitsOfSession, kind.maxRunning, kind.ours)
  }

  /** Puts what has to be done into `sink`. */
  receive(message: Message, now: number, sink: Sink<Tag>): void {
    this.clock = now
    switch (message.kind) {
      case 'request':
        this.incoming.settled(message.settled ?? 0)
        this.admit(message, now, sink)
        break
      case 'cancel':
        this.incoming.cancel(message.id)
        break
      case 'response':
        if (message.inParts !== undefined) return this.announced(Number(message.id), message.inParts, sink)
        this.settle(message.id, sink, (request) => {
          if (request.stream !== undefined) request.stream.opened = true
          return { kind: 'answered', request, body: message.body, from: this }
        })
        break
      case 'error':
        this.settle(message.id, sink, (request) => {
          return { kind: 'failed', request, error: NetworkError.fromPayload(message.error), from: this }
        })
        break
      case 'event':
        this.receivedEvents++
        this.receiveEvent(message, sink)
        break
      case 'gap':
        this.receivedEvents += eventsOf(message)
        sink.push({ kind: 'gap', conversation: this, lost: message.lost, reason: message.reason })
        break
      case 'retry':
        this.requests.retry(message.id, now + Math.min(message.ticks * this.tickMs, MAX_RETRY_MS))
        break
      case 'item':
      case 'end':
      case 'grant':
      case 'stop':
        this.streams.receive(message, this.streamSink(sink))
        break
      case 'garbage':
        this.receiveGarbage(message, sink)
    }
  }

  /** The connection is lost. */
  disconnected(now: number): void {
    this.outbox.shut()
    this.backlog.disconnected(now)
  }

  /** The peer waits for the answers of these, of what it has sent before, and of no others. */
  abandonUnless({ pending, next = 0 }: HelloFields, sink: Sink<Tag>): void {
    // Where ids are texts these numbers say nothing
    if (pending === undefined || this.outbox.protocol.major === 1) return
    this.incoming.abandonUnless(new Set<RequestId>(pending), next)
    this.streams.abandonUnless(new Set(pending), next, this.streamSink(sink))
  }

  /** The peer has all answers below that sequence number. */
  settled(below: number | undefined): void {
    if (below !== undefined) this.incoming.settled(below)
  }

  /** The answer of an execution; more than one are ignored. Answers with its size. */
  answer(execution: Execution<Tag>, result: unknown, sink: Sink<Tag>): number {
    try {
      const body = Body.of(result, undefined, this.answerBounds)
      const error = unsayable(body, this.outbox.protocol) ?? this.tooLarge(body)
      if (error !== undefined) throw error
      if (this.goesInParts(body)) {
        this.finishInParts(execution, body, sink)
        return body.size
      }
      this.finish(execution, { kind: 'response', id: execution.request.id, body }, SMALL_BYTES + body.size, sink)
      return body.size
    } catch (error) {
      this.refuse(execution, unsentAnswer(error), sink)
      return 0
    }
  }

  /** The error of an execution. */
  refuse(execution: Execution<Tag>, error: NetworkError, sink: Sink<Tag>): void {
    this.finish(execution, errorAnswer(execution.request.id, error), SMALL_BYTES + error.message.length, sink)
  }

  /** `undefined` when it waits to be sent, else why it does not. */
  ask(asked: NewRequest<Tag>, now: number): PendingRequest<Tag> | NetworkError {
    const { opening } = asked
    const error = (opening === undefined ? undefined : this.unopenable()) ?? unsayable(asked.body, this.outbox.protocol)
    if (error !== undefined) return error
    const request = this.requests.add(asked, now)
    if (request !== undefined) {
      if (opening !== undefined) request.stream = this.streams.ask(request.sequence, opening)
      return request
    }
    const count = this.requests.waitingCount
    return new NetworkError('OVERLOADED', `${count} requests wait to be sent to ${this.peer} already`, {
      stage: `queued behind ${count} requests`
    })
  }

  /** Nobody waits for its answer any more; it fails with that. */
  cancel(request: PendingRequest<Tag>, error: NetworkError, sink: Sink<Tag>): void {
    if (this.requests.settle(request.sequence) === undefined) return
    this.incomplete.drop(request.sequence)
    sink.push({ kind: 'failed', request, error })
    this.tellCancelled(request)
  }

  /** An event would not be dropped. */
  takes({ body }: EventMessage): boolean {
    return this.backlog.takes(SMALL_BYTES + body.size)
  }

  /** `undefined` when it waits to be sent, else why it does not. */
  tell(event: EventMessage): NetworkError | undefined {
    const { body } = event
    const error = unsayable(body, this.outbox.protocol)
    if (error !== undefined) return error
    if (this.backlog.pushEvent(event, SMALL_BYTES + body.size)) return undefined
    const { bytes } = this.backlog
    return new NetworkError('OVERLOADED', `${this.peer} reads too slowly: ${bytes} bytes wait to be sent to it`)
  }

  /** Ends it: requests fail with what `errorOf` says of each, streams that are open with `streamError`. */
  end(errorOf: (request: PendingRequest<Tag>) => NetworkError, streamError: NetworkError, sink: Sink<Tag>): void {
    this.over = true
    this.outbox.shut()
    this.incoming.cancelAll()
    for (const request of this.requests.drain()) sink.push({ kind: 'failed', request, error: errorOf(request) })
    this.incomplete.clear()
    this.streams.endAll(streamError, this.streamSink(sink))
  }

  /** Ends it, but its requests go on in another one. */
  abandon(): void {
    this.over = true
    this.outbox.shut()
    this.incoming.cancelAll()
  }

  /** When to call `advance` next. */
  nextDeadline(): number {
    const own = Math.min(this.requests.nextDeadline(), this.backlog.keepsUntil)
    // Without a connection nothing can come
    if (this.incomplete.size === 0 || this.outbox.gate === 'shut') return own
    return Math.min(own, this.incomplete.nextDeadline())
  }

  /** Fails the requests whose time is over, saying where each was. */
  advance(now: number, where: string, sink: Sink<Tag>): void {
    this.backlog.advance(now)
    if (this.incomplete.size > 0 && this.outbox.gate !== 'shut') {
      for (const stalled of this.incomplete.advance(now)) this.assembled(stalled, sink)
    }
    for (const request of this.requests.advance(now)) {
      this.incomplete.drop(request.sequence)
      const stage = this.stageOf(request, where)
      const text = `No answer to ${request.what} within ${request.asked.timeoutMs} ms: ${stage}`
      sink.push({ kind: 'failed', request, error: new NetworkError('DEADLINE_EXCEEDED', text, { stage }) })
      this.tellCancelled(request)
    }
  }

  /** It may run there: it need not go on. */
  private tellCancelled(request: PendingRequest<Tag>): void {
    if (request.attempts === 0 || this.outbox.protocol.major === 1) return
    this.backlog.pushAnswer({ kind: 'cancel', id: request.sequence }, SMALL_BYTES)
  }

  private receiveEvent(message: Extract<Message, { kind: 'event' }>, sink: Sink<Tag>): void {
    try {
      sink.push({
        kind: 'event',
        conversation: this,
        content: contentOf(message, this.unreadRoutes),
        bytes: message.body.size
      })
    } catch (error) {
      sink.push({ kind: 'gap', conversation: this, lost: 1, reason: NetworkError.from(error).message })
    }
  }

  /** The session is over: what is open ends, and what is not opened yet is opened in the next. */
  endStreams(reason: string, sink: Sink<Tag>): void {
    const error = new NetworkError('OUTCOME_UNKNOWN', `The stream was open with ${this.peer}, ${reason}`)
    this.incomplete.clear()
    this.streams.endAll(error, this.streamSink(sink))
  }

  /** The peer cannot be reached for too long to go on with what is open; the session may. */
  failStreams(reason: string, sink: Sink<Tag>): void {
    const error = new NetworkError('OUTCOME_UNKNOWN', `The stream was open with ${this.peer}, ${reason}`)
    this.streams.failAll(error, this.streamSink(sink))
  }

  /** The numbers of what is under way that we asked for, and of the next request that will be made. */
  outstanding(): { pending: number[]; next: number } {
    const { pending, next } = this.requests.outstanding()
    return { pending: [...new Set([...pending, ...this.streams.askedSequences])], next }
  }

  /** Why no stream can be opened, if none can. */
  private unopenable(): NetworkError | undefined {
    if (!hasStreams(this.outbox.protocol)) return noStreams(this.peer)
    if (!this.streams.full) return undefined
    return new NetworkError('OVERLOADED', `Too many streams with ${this.peer} are open already`)
  }

  /** Something came for a stream that carries an answer. */
  heardOfAnswer(stream: Stream, news: StreamNews, sink: Sink<Tag>): void {
    this.assembled(this.incomplete.heard(stream, news, this.clock), sink)
  }

  private announced(sequence: number, bytes: number, sink: Sink<Tag>): void {
    // Who has given it up does not take it
    if (!this.requests.has(sequence)) this.streams.refuse(sequence)
    else this.assembled(this.incomplete.announced(sequence, bytes, this.clock), sink)
  }

  private assembled(answer: Assembled | undefined, sink: Sink<Tag>): void {
    if (answer === undefined) return
    const { sequence, outcome, broken } = answer
    if (broken !== undefined) sink.push({ kind: 'violation', conversation: this, reason: broken })
    this.settle(sequence, sink, (request) =>
      outcome instanceof NetworkError
        ? { kind: 'failed', request, error: outcome, from: this }
        : { kind: 'answered', request, body: outcome, from: this }
    )
  }

  private streamSink(sink: Sink<Tag>): StreamSink {
    return new StreamEffects(this, sink)
  }

  private overloaded(): NetworkError {
    return new NetworkError('OVERLOADED', `${this.incoming.size} requests of this peer run already`)
  }

  private stageOf({ attempts }: PendingRequest<Tag>, where: string): string {
    if (attempts > 0) return 'sent and not answered'
    if (this.outbox.gate !== 'open') return `waiting for the connection to ${where}`
    return `queued behind ${this.requests.size} requests`
  }

  private admit(asked: Request, now: number, sink: Sink<Tag>): void {
    const { id, method } = asked
    // What is answered and not read is not added to. Who asks for others has its requests wait for their turns; streams would not
    const waits = this.kind.asksForOthers === true && asked.stream === undefined
    const refused = !waits && this.answersPileUp
    const admission = refused ? FULL : this.incoming.admit(id, asked.body.size)
    switch (admission.kind) {
      case 'execute':
        this.execute(asked, admission.request, now, sink)
        break
      case 'answered': {
        const { answer } = admission
        const error = answer.kind === 'response' ? this.unrepeatable(answer, method) : undefined
        const told = error === undefined ? answer : errorAnswer(id, new NetworkError('OUTCOME_UNKNOWN', error.message))
        this.push(told, sizeOfAnswer(told), sink)
        break
      }
      case 'forgotten':
        this.push(errorAnswer(id, notKept(`'${method}'`)), SMALL_BYTES, sink)
        break
      case 'full': {
        const answer = this.kind.retries
          ? ({ kind: 'retry', id, ticks: RETRY_TICKS } as const)
          : errorAnswer(id, this.overloaded())
        this.push(answer, SMALL_BYTES, sink)
      }
    }
  }

  private execute(asked: Request, request: IncomingRequest, now: number, sink: Sink<Tag>): void {
    const { method, timeoutMs, stream: opening, chain } = asked
    const deadline = timeoutMs === 0 ? Infinity : now + timeoutMs
    let params: unknown
    try {
      params = contentOf(asked, this.unreadRoutes)
    } catch (error) {
      return this.refuse({ conversation: this, request, method, params, deadline }, NetworkError.from(error), sink)
    }
    if (opening === undefined) {
      sink.push({ kind: 'execute', execution: { conversation: this, request, method, params, deadline, chain } })
      return
    }
    const stream = this.streams.serve(request.sequence, opening)
    const execution = { conversation: this, request, method, params, deadline, chain }
    if (stream instanceof NetworkError) this.refuse(execution, stream, sink)
    else sink.push({ kind: 'execute', execution: { ...execution, stream, opening } })
  }

  /** Somebody waits for the answer to what could not be read: the peer for ours, or we for its own. */
  private receiveGarbage({ about }: Garbage, sink: Sink<Tag>): void {
    if (about === undefined) return
    if (about.what === 'stream') return this.streams.unreadable(about.stream, about.cause, this.streamSink(sink))
    if (about.what === 'request') this.push(errorAnswer(about.id, about.cause), SMALL_BYTES, sink)
    else this.settle(about.id, sink, (request) => ({ kind: 'failed', request, error: about.cause }))
  }

  private settle(
    id: RequestId,
    sink: Sink<Tag>,
    effectOf: (request: PendingRequest<Tag>) => ConversationEffect<Tag>
  ): void {
    const request = this.requests.settle(id)
    if (request === undefined) return
    this.incomplete.drop(request.sequence)
    sink.push(effectOf(request))
  }

  /** No more should be executed for this peer until it has read what waits. */
  get answersPileUp(): boolean {
    return this.backlog.answersPileUp || this.streams.unreadBytes > this.limitsOfSession.maxAnswerBytes
  }

  /** Why an answer that was given cannot be given again, if it cannot. */
  private unrepeatable({ id, body, inParts }: Answer, method: string): NetworkError | undefined {
    if (inParts === undefined) return unsayable(body, this.outbox.protocol)
    // Its parts are kept by their stream, until they have arrived
    return this.streams.has(2 * Number(id) + 1) ? undefined : notKept(`'${method}'`)
  }

  /** What the peer takes of an answer. */
  private get answerBounds(): PayloadLimits {
    const { answerBytes = 0 } = this.kind
    if (this.outbox.protocol.major === 1 || answerBytes <= limits.maxPayloadBytes) return limits
    return { ...limits, maxPayloadBytes: Math.min(answerBytes, this.limitsOfSession.maxAnswerBytes) }
  }

  private goesInParts(body: Body): boolean {
    const { answerBytes = 0 } = this.kind
    if (body.size <= this.limitsOfSession.maxWholeAnswerBytes || this.outbox.protocol.major === 1) return false
    return body.length > this.limitsOfSession.maxWholeAnswerBytes && body.length <= answerBytes
  }

  /** Why an answer that came from elsewhere does not go on, if it does not. */
  private tooLarge(body: Body): NetworkError | undefined {
    if (body.size <= limits.maxPayloadBytes) return undefined
    const { maxPayloadBytes } = this.answerBounds
    if (body.size <= maxPayloadBytes) return undefined
    return new NetworkError(
      'TOO_LARGE',
      `A payload of ${body.size} bytes exceeds the maximum of ${maxPayloadBytes} bytes`
    )
  }

  private finishInParts(execution: Execution<Tag>, body: Body, sink: Sink<Tag>): void {
    const { request } = execution
    const { maxAnswerBytes, answerPartBytes } = this.limitsOfSession
    const { unreadBytes } = this.streams
    const allowed = MAX_UNREAD_ANSWERS * maxAnswerBytes
    const fits = unreadBytes === 0 || unreadBytes + body.length <= allowed
    if (!fits) return this.refuse(execution, unread(this.peer, body.length, unreadBytes, allowed), sink)
    if (this.streams.has(2 * request.sequence + 1)) return this.refuse(execution, notKept('a request'), sink)
    const answer = { kind: 'response', id: request.id, body: NOTHING, inParts: body.length } as const
    if (this.over || !this.incoming.answer(request, answer, SMALL_BYTES)) return
    this.streams.answer(request.sequence, body.parts(partBytesOf(body.length, answerPartBytes)), body.length)
    this.push(answer, SMALL_BYTES, sink)
  }

  private finish(execution: Execution<Tag>, answer: AnswerMessage, bytes: number, sink: Sink<Tag>): void {
    const { request } = execution
    const { backlog, peer } = this
    if (this.over || !this.incoming.answer(request, answer, bytes) || backlog.pushAnswer(answer, bytes)) return
    const error = unread(peer, bytes, backlog.answerBytes, backlog.maxAnswerBytes)
    this.push(errorAnswer(request.id, error), SMALL_BYTES, sink)
  }

  private push(message: Sendable, bytes: number, sink: Sink<Tag>): void {
    if (!this.backlog.pushAnswer(message, bytes)) sink.push({ kind: 'overflow', conversation: this })
  }
}
