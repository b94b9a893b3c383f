// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import type { EventMessage } from '../wire/event-message'
import { contentOf, type Garbage, type HelloFields, type Message, type RequestId } from '../wire/message'
import { hasStreams, type ProtocolVersion } from '../wire/version'
import type { AnswerRoom } from './answer-room'
import { errorAnswer, noStreams, notKept, SMALL_BYTES, unsayable } from './answers'
import { Backlog } from './backlog'
import type { Execution, Sink } from './conversation-effects'
import { Outbox } from './outbox'
import { OwnRequests } from './own-requests'
import type { PeerKind } from './peer-kind'
import { MAX_UNREAD_ANSWERS, PeerRequests } from './peer-requests'
import type { NewRequest, PendingRequest, RequestTable } from './request-table'
import { eventsOf } from './sent-events'
import { brokenStream } from './session-errors'
import type { SessionLimits } from './session-limits'
import type { Stream } from './stream'
import { StreamEffects } from './stream-effects'
import { StreamTable, type StreamNews, type StreamSink } from './stream-table'

/** Longest wait that a peer can impose by a retry. */
const MAX_RETRY_MS = 1_000

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
  private readonly own: OwnRequests<Tag>
  private readonly ofPeer: PeerRequests<Tag>
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
    streams.unread.onChange = (bytes) => house?.take(bytes)
    this.outbox = new Outbox(requests, this.backlog, streams)
    this.own = new OwnRequests(this, limitsOfSession, house)
    this.ofPeer = new PeerRequests(this, limitsOfSession, kind)
  }

  /** What is kept for a peer that is away: answers that it may ask for again, and what waits to leave. */
  get keptBytes(): number {
    return this.ofPeer.table.keptBytes + this.backlog.bytes + this.backlog.sentBytes + this.streams.bytes
  }

  /** Lets go of that. Who asks again is told that its request was executed, and who missed events how many. */
  giveUpKept(): void {
    this.ofPeer.table.giveUpAnswers()
    this.streams.giveUp()
    this.backlog.giveUp((id) => errorAnswer(id, notKept('a request')), SMALL_BYTES)
  }

  /** Requests of the peer that run. */
  get running(): number {
    return this.ofPeer.table.size
  }

  /** No more should be executed for this peer until it has read what waits. */
  get answersPileUp(): boolean {
    return this.backlog.answersPileUp || this.streams.unread.bytes > this.limitsOfSession.maxAnswerBytes
  }

  /** So many answers of any size could be given now, and none would have to be dropped. */
  get answersThatFit(): number {
    const { maxAnswerBytes } = this.limitsOfSession
    const { answerBytes, maxAnswerBytes: most } = this.backlog
    const free = Math.min(most - answerBytes, MAX_UNREAD_ANSWERS * maxAnswerBytes - this.streams.unread.bytes)
    return Math.max(0, Math.floor(free / maxAnswerBytes))
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
    this.backlog.tellGaps = kind.tellGaps
    this.receivedEvents = 0
    this.ofPeer.forget(kind)
  }

  /** Puts what has to be done into `sink`. */
  receive(message: Message, now: number, sink: Sink<Tag>): void {
    this.clock = now
    switch (message.kind) {
      case 'request':
        this.ofPeer.admit(message, now, sink)
        break
      case 'cancel':
        this.ofPeer.table.cancel(message.id)
        break
      case 'response':
        if (message.inParts === undefined) this.own.answered(message.id, message.body, sink)
        else this.own.announced(Number(message.id), message.inParts, now, sink)
        break
      case 'error':
        this.own.refused(message.id, message.error, sink)
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
    this.ofPeer.table.abandonUnless(new Set<RequestId>(pending), next)
    this.streams.abandonUnless(new Set(pending), next, this.streamSink(sink))
  }

  /** The peer has all answers below that sequence number. */
  settled(below: number | undefined): void {
    if (below !== undefined) this.ofPeer.table.settled(below)
  }

  /** `undefined` when it waits to be sent, else why it does not. */
  ask(asked: NewRequest<Tag>, now: number): PendingRequest<Tag> | NetworkError {
    return this.own.ask(asked, now)
  }

  /** Nobody waits for its answer any more; it fails with that. */
  cancel(request: PendingRequest<Tag>, error: NetworkError, sink: Sink<Tag>): void {
    this.own.cancel(request, error, sink)
  }

  /** The answer of an execution; more than one are ignored. Answers with its size. */
  answer(execution: Execution<Tag>, result: unknown, sink: Sink<Tag>): number {
    return this.ofPeer.answer(execution, result, sink)
  }

  /** The error of an execution. */
  refuse(execution: Execution<Tag>, error: NetworkError, sink: Sink<Tag>): void {
    this.ofPeer.refuse(execution, error, sink)
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
    this.ofPeer.table.cancelAll()
    for (const request of this.requests.drain()) sink.push({ kind: 'failed', request, error: errorOf(request) })
    this.own.clearIncomplete()
    this.streams.endAll(streamError, this.streamSink(sink))
  }

  /** Ends it, but its requests go on in another one. */
  abandon(): void {
    this.over = true
    this.outbox.shut()
    this.ofPeer.table.cancelAll()
  }

  /** When to call `advance` next. */
  nextDeadline(): number {
    return Math.min(this.own.nextDeadline(), this.backlog.keepsUntil)
  }

  /** Fails the requests whose time is over, saying where each was. */
  advance(now: number, where: string, sink: Sink<Tag>): void {
    this.backlog.advance(now)
    this.own.advance(now, where, sink)
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
    this.own.clearIncomplete()
    this.streams.endAll(brokenStream(this.peer, reason), this.streamSink(sink))
  }

  /** The peer cannot be reached for too long to go on with what is open; the session may. */
  failStreams(reason: string, sink: Sink<Tag>): void {
    this.streams.failAll(brokenStream(this.peer, reason), this.streamSink(sink))
  }

  /** What our hello says of our requests: which are under way, where the next begin, and below which all are settled. */
  outstanding(): Pick<HelloFields, 'pending' | 'next' | 'settled'> {
    const { next, settledBelow } = this.requests
    const pending = [...new Set([...this.requests.sentSequences(), ...this.streams.askedSequences])]
    return { pending, next, ...(settledBelow === 0 ? {} : { settled: settledBelow }) }
  }

  /** Something came for a stream that carries an answer. */
  heardOfAnswer(stream: Stream, news: StreamNews, sink: Sink<Tag>): void {
    this.own.heard(stream, news, this.clock, sink)
  }

  private streamSink(sink: Sink<Tag>): StreamSink {
    return new StreamEffects(this, sink)
  }

  /** Somebody waits for the answer to what could not be read: the peer for ours, or we for its own. */
  private receiveGarbage({ about }: Garbage, sink: Sink<Tag>): void {
    if (about === undefined) return
    if (about.what === 'stream') return this.streams.unreadable(about.stream, about.cause, this.streamSink(sink))
    const side = about.what === 'request' ? this.ofPeer : this.own
    side.unreadable(about.id, about.cause, sink)
  }
}
