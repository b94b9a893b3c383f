// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import type { Frames } from '../wire/frames'
import type { Garbage, Message } from '../wire/message'
import { backrpcOperations } from '../wire/operations'
import { encodePayload } from '../wire/payload'
import { errorFrames, eventFrames, responseFrames, retryFrames } from '../wire/protocol-1'
import { Backlog } from './backlog'
import { IncomingTable, type IncomingRequest } from './incoming-table'
import { Outbox } from './outbox'
import { RequestTable, type NewRequest, type PendingRequest } from './request-table'
import type { SessionLimits } from './session-limits'

/** What the owner of a conversation has to do. */
export type ConversationEffect<Tag> =
  /** A request of ours was answered. */
  | { readonly kind: 'answered'; readonly request: PendingRequest<Tag>; readonly result: unknown }
  /** A request of ours failed, there or here. */
  | { readonly kind: 'failed'; readonly request: PendingRequest<Tag>; readonly error: NetworkError }
  /** Execute this, and call `answer` or `refuse` with it. */
  | { readonly kind: 'execute'; readonly execution: Execution<Tag> }
  | { readonly kind: 'event'; readonly conversation: Conversation<Tag>; readonly body: unknown }
  | {
      readonly kind: 'gap'
      readonly conversation: Conversation<Tag>
      readonly lost: number | 'unknown'
      readonly reason: string
    }
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
}

type Asked = Extract<Message, { kind: 'request' }>

/** What kind of peer it is. */
export interface PeerKind {
  /** It told us its session: 0.8 or later. */
  readonly ours: boolean
  /** It understands notices of lost events. */
  readonly tellGaps: boolean
  /** How many of its requests run at a time. */
  readonly maxRunning: number
  /** It understands that it shall try again later; otherwise what is beyond fails. */
  readonly retries: boolean
}

/** What we ask a peer to wait before it tries again, in ticks: what is in flight ends soon. */
const RETRY_TICKS = 1
/** Longest wait that a peer can impose by a retry. */
const MAX_RETRY_MS = 1_000

/** Characters of an error's text that travel: a longer one helps nobody, and must not exceed what a peer accepts. */
const MAX_ERROR_TEXT = 64 * 1024

/** One side of one session: its requests, the other side's, and what waits to leave. Both sides are alike. */
export class Conversation<Tag> {
  readonly requests: RequestTable<Tag>
  readonly backlog: Backlog
  readonly outbox: Outbox<Tag>
  /** Events of the peer in this session. */
  receivedEvents = 0
  private incoming: IncomingTable
  private kind: PeerKind
  private over = false

  /**
   * @param peer name of the other side
   * @param tickMs length of one tick of a retry
   * @param requests those that go on from an earlier session
   */
  constructor(
    readonly peer: string,
    private readonly limitsOfSession: SessionLimits,
    private readonly tickMs: number,
    requests: RequestTable<Tag>,
    kind: PeerKind
  ) {
    this.requests = requests
    this.backlog = new Backlog(limitsOfSession, kind.tellGaps)
    this.outbox = new Outbox(requests, this.backlog)
    this.kind = kind
    this.incoming = new IncomingTable(limitsOfSession, kind.maxRunning, kind.ours)
  }

  /** Requests of the peer that run. */
  get running(): number {
    return this.incoming.size
  }

  /** It ended: answers go nowhere. */
  get ended(): boolean {
    return this.over
  }

  /** The peer knows nothing any more, or is another one: what ran for it ends without an answer. */
  forgetIncoming(kind: PeerKind): void {
    this.kind = kind
    this.backlog.tellGaps = kind.tellGaps
    this.receivedEvents = 0
    this.incoming = new IncomingTable(this.limitsOfSession, kind.maxRunning, kind.ours)
  }

  /** Puts what has to be done into `sink`. */
  receive(message: Message, now: number, sink: Sink<Tag>): void {
    switch (message.kind) {
      case 'request':
        this.admit(message, sink)
        break
      case 'response':
        this.settle(message.id, sink, (request) => ({ kind: 'answered', request, result: message.result }))
        break
      case 'error':
        this.settle(message.id, sink, (request) => {
          return { kind: 'failed', request, error: NetworkError.fromPayload(message.error) }
        })
        break
      case 'event':
        this.receivedEvents++
        sink.push({ kind: 'event', conversation: this, body: message.body })
        break
      case 'gap':
        sink.push({ kind: 'gap', conversation: this, lost: message.lost, reason: message.reason })
        break
      case 'retry':
        this.requests.retry(message.id, now + Math.min(message.ticks * this.tickMs, MAX_RETRY_MS))
        break
      case 'garbage':
        this.receiveGarbage(message, sink)
    }
  }

  /** The peer has all answers below that sequence number. */
  settled(below: number | undefined): void {
    if (below !== undefined) this.incoming.settled(below)
  }

  /** The answer of an execution; more than one are ignored. */
  answer(execution: Execution<Tag>, result: unknown, sink: Sink<Tag>): void {
    try {
      const { id } = execution.request
      this.finish(execution, responseFrames(id, encodePayload(result)), sink)
    } catch (error) {
      this.refuse(execution, NetworkError.from(error), sink)
    }
  }

  /** The error of an execution. */
  refuse(execution: Execution<Tag>, error: NetworkError, sink: Sink<Tag>): void {
    this.finish(execution, errorAnswer(execution.request.id, error), sink)
  }

  /** `undefined` when it waits to be sent, else why it does not. */
  ask(asked: NewRequest<Tag>, now: number): NetworkError | undefined {
    if (this.requests.add(asked, now) !== undefined) return undefined
    const count = this.requests.waitingCount
    return new NetworkError('OVERLOADED', `${count} requests wait to be sent to ${this.peer} already`, {
      stage: `queued behind ${count} requests`
    })
  }

  /** `undefined` when it waits to be sent, else why it does not. */
  tell(body: unknown): NetworkError | undefined {
    if (this.backlog.pushEvent(eventFrames(encodePayload(body)))) return undefined
    const { bytes } = this.backlog
    return new NetworkError('OVERLOADED', `${this.peer} reads too slowly: ${bytes} bytes wait to be sent to it`)
  }

  /** Ends it: requests fail with what `errorOf` says of each. */
  end(errorOf: (request: PendingRequest<Tag>) => NetworkError, sink: Sink<Tag>): void {
    this.over = true
    this.outbox.shut()
    for (const request of this.requests.drain()) sink.push({ kind: 'failed', request, error: errorOf(request) })
  }

  /** Ends it, but its requests go on in another one. */
  abandon(): void {
    this.over = true
    this.outbox.shut()
  }

  /** Fails the requests whose time is over, saying where each was. */
  advance(now: number, where: string, sink: Sink<Tag>): void {
    for (const request of this.requests.advance(now)) {
      const stage = this.stageOf(request, where)
      const text = `No answer to ${request.what} within ${request.asked.timeoutMs} ms: ${stage}`
      sink.push({ kind: 'failed', request, error: new NetworkError('DEADLINE_EXCEEDED', text, { stage }) })
    }
  }

  private overloaded(): NetworkError {
    return new NetworkError('OVERLOADED', `${this.incoming.size} requests of this peer run already`)
  }

  private stageOf({ attempts }: PendingRequest<Tag>, where: string): string {
    if (attempts > 0) return 'sent and not answered'
    if (this.outbox.gate !== 'open') return `waiting for the connection to ${where}`
    return `queued behind ${this.requests.size} requests`
  }

  private admit({ id, method, params, bytes }: Asked, sink: Sink<Tag>): void {
    const admission = this.incoming.admit(id, bytes)
    switch (admission.kind) {
      case 'execute':
        sink.push({ kind: 'execute', execution: { conversation: this, request: admission.request, method, params } })
        break
      case 'answered':
        this.push(admission.frames, sink)
        break
      case 'forgotten': {
        const text = `'${method}' was executed, but its answer is not kept any more`
        this.push(errorAnswer(id, new NetworkError('OUTCOME_UNKNOWN', text)), sink)
        break
      }
      case 'full':
        this.push(this.kind.retries ? retryFrames(id, RETRY_TICKS) : errorAnswer(id, this.overloaded()), sink)
    }
  }

  /** Somebody waits for the answer to what could not be read: the peer for ours, or we for its own. */
  private receiveGarbage({ about }: Garbage, sink: Sink<Tag>): void {
    if (about === undefined) return
    if (about.operation === backrpcOperations.request && about.id !== '') {
      this.push(errorAnswer(about.id, about.cause), sink)
    } else if (about.operation === backrpcOperations.response || about.operation === backrpcOperations.error) {
      this.settle(about.id, sink, (request) => ({ kind: 'failed', request, error: about.cause }))
    }
  }

  private settle(
    id: string,
    sink: Sink<Tag>,
    effectOf: (request: PendingRequest<Tag>) => ConversationEffect<Tag>
  ): void {
    const request = this.requests.settle(id)
    if (request !== undefined) sink.push(effectOf(request))
  }

  private finish(execution: Execution<Tag>, frames: Frames, sink: Sink<Tag>): void {
    const { request } = execution
    if (this.over || !this.incoming.answer(request, frames) || this.backlog.pushAnswer(frames)) return
    const text = `${this.peer} reads too slowly, or asks for too much at once: the answer did not fit what waits for it`
    this.push(errorAnswer(request.id, new NetworkError('OUTCOME_UNKNOWN', text)), sink)
  }

  private push(frames: Frames, sink: Sink<Tag>): void {
    if (!this.backlog.pushAnswer(frames)) sink.push({ kind: 'overflow', conversation: this })
  }
}

/** Frames of an error that fit, whatever its text is. */
function errorAnswer(id: string, error: NetworkError): Frames {
  const fields = Object.entries(error.toPayload()).map(([name, value]): [string, unknown] => [
    name,
    typeof value === 'string' ? value.slice(0, MAX_ERROR_TEXT) : value
  ])
  return errorFrames(id, encodePayload(Object.fromEntries(fields)))
}
