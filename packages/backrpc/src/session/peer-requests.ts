// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits, NetworkError } from '@hcengineering/network-core'
import { Body, NOTHING } from '../wire/body'
import { contentOf, type Request, type RequestId, type Sendable } from '../wire/message'
import type { PayloadLimits } from '../wire/payload'
import { partBytesOf } from './answer-parts'
import { errorAnswer, notKept, sizeOfAnswer, SMALL_BYTES, unread, unsayable, unsentAnswer } from './answers'
import type { Conversation } from './conversation'
import type { Execution, Sink } from './conversation-effects'
import { FULL, IncomingTable, type AnswerMessage, type IncomingRequest } from './incoming-table'
import type { PeerKind } from './peer-kind'
import type { SessionLimits } from './session-limits'

type Answer = Extract<AnswerMessage, { readonly kind: 'response' }>

/** What we ask a peer to wait before it tries again, in ticks: what is in flight ends soon. */
const RETRY_TICKS = 1

/** Answers in parts that have not arrived, in units of `maxAnswerBytes`: beyond, one more fails. */
export const MAX_UNREAD_ANSWERS = 4

/** The requests of the peer in a conversation: which of them are executed, and how they are answered. */
export class PeerRequests<Tag> {
  /** Another one for each session. */
  table: IncomingTable
  /** See {@link answerBounds}: every answer asks for them. */
  private bounds?: PayloadLimits

  constructor(
    private readonly conversation: Conversation<Tag>,
    private readonly limitsOfSession: SessionLimits,
    private kind: PeerKind
  ) {
    this.table = this.newTable()
  }

  /** The peer knows nothing any more, or is another one: what ran for it ends without an answer. */
  forget(kind: PeerKind): void {
    this.kind = kind
    this.bounds = undefined
    this.table.cancelAll()
    this.table = this.newTable()
  }

  /** One came: it is executed, or answered again, or shall come later. */
  admit(asked: Request, now: number, sink: Sink<Tag>): void {
    const { id, method, settled = 0 } = asked
    this.table.settled(settled)
    // What is answered and not read is not added to. Who asks for others has its requests wait for their turns; streams would not
    const waits = this.kind.asksForOthers === true && asked.stream === undefined
    const refused = this.conversation.answersPileUp && !waits
    const admission = refused ? FULL : this.table.admit(id, asked.body.size)
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

  /** One came that cannot be read. */
  unreadable(id: RequestId, cause: NetworkError, sink: Sink<Tag>): void {
    this.push(errorAnswer(id, cause), SMALL_BYTES, sink)
  }

  /** The answer of an execution; more than one are ignored. Answers with its size. */
  answer(execution: Execution<Tag>, result: unknown, sink: Sink<Tag>): number {
    try {
      const body = Body.of(result, undefined, this.answerBounds)
      const error = unsayable(body, this.conversation.outbox.protocol) ?? this.tooLarge(body)
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

  private newTable(): IncomingTable {
    const { maxRunning, ours } = this.kind
    return new IncomingTable(this.limitsOfSession, maxRunning, ours, (sequence) =>
      this.conversation.streams.unread.has(sequence)
    )
  }

  private execute(asked: Request, request: IncomingRequest, now: number, sink: Sink<Tag>): void {
    const { conversation } = this
    const { method, timeoutMs, stream: opening, chain } = asked
    const deadline = timeoutMs === 0 ? Infinity : now + timeoutMs
    let params: unknown
    try {
      params = contentOf(asked, conversation.unreadRoutes)
    } catch (error) {
      return this.refuse({ conversation, request, method, params, deadline }, NetworkError.from(error), sink)
    }
    const execution = { conversation, request, method, params, deadline, chain }
    if (opening === undefined) {
      sink.push({ kind: 'execute', execution })
      return
    }
    const stream = conversation.streams.serve(request.sequence, opening)
    if (stream instanceof NetworkError) this.refuse(execution, stream, sink)
    else sink.push({ kind: 'execute', execution: { stream, opening: stream.opening, ...execution } })
  }

  /** Why an answer that was given cannot be given again, if it cannot. */
  private unrepeatable({ id, body, inParts }: Answer, method: string): NetworkError | undefined {
    const { outbox, streams } = this.conversation
    if (inParts === undefined) return unsayable(body, outbox.protocol)
    // Its parts are kept by their stream, until they have arrived
    return streams.has(2 * Number(id) + 1) ? undefined : notKept(`'${method}'`)
  }

  private overloaded(): NetworkError {
    return new NetworkError('OVERLOADED', `${this.table.size} requests of this peer run already`)
  }

  /** What the peer takes of an answer. */
  private get answerBounds(): PayloadLimits {
    const { answerBytes = 0 } = this.kind
    if (this.conversation.outbox.protocol.major === 1 || answerBytes <= limits.maxPayloadBytes) return limits
    const maxPayloadBytes = Math.min(answerBytes, this.limitsOfSession.maxAnswerBytes)
    this.bounds ??= { ...limits, maxPayloadBytes }
    return this.bounds
  }

  private goesInParts(body: Body): boolean {
    const { answerBytes = 0 } = this.kind
    const { maxWholeAnswerBytes } = this.limitsOfSession
    if (body.size <= maxWholeAnswerBytes || this.conversation.outbox.protocol.major === 1) return false
    return body.length > maxWholeAnswerBytes && body.length <= answerBytes
  }

  /** Why an answer that came from elsewhere does not go on, if it does not. */
  private tooLarge(body: Body): NetworkError | undefined {
    if (body.size <= limits.maxPayloadBytes) return undefined
    const { maxPayloadBytes } = this.answerBounds
    if (body.size <= maxPayloadBytes) return undefined
    const text = `A payload of ${body.size} bytes exceeds the maximum of ${maxPayloadBytes} bytes`
    return new NetworkError('TOO_LARGE', text)
  }

  private finishInParts(execution: Execution<Tag>, body: Body, sink: Sink<Tag>): void {
    const { request } = execution
    const { ended, peer, streams } = this.conversation
    const { maxAnswerBytes, answerPartBytes } = this.limitsOfSession
    const { bytes: unreadBytes } = streams.unread
    const allowed = MAX_UNREAD_ANSWERS * maxAnswerBytes
    const fits = unreadBytes === 0 || unreadBytes + body.length <= allowed
    if (!fits) return this.refuse(execution, unread(peer, body.length, unreadBytes, allowed), sink)
    if (streams.has(2 * request.sequence + 1)) return this.refuse(execution, notKept('a request'), sink)
    const answer = { kind: 'response', id: request.id, body: NOTHING, inParts: body.length } as const
    if (ended || !this.table.answer(request, answer, SMALL_BYTES)) return
    streams.answer(request.sequence, body.parts(partBytesOf(body.length, answerPartBytes)), body.length)
    this.push(answer, SMALL_BYTES, sink)
  }

  private finish(execution: Execution<Tag>, answer: AnswerMessage, bytes: number, sink: Sink<Tag>): void {
    const { request } = execution
    const { backlog, ended, peer } = this.conversation
    if (ended || !this.table.answer(request, answer, bytes) || backlog.pushAnswer(answer, bytes)) return
    const error = unread(peer, bytes, backlog.answerBytes, backlog.maxAnswerBytes)
    this.push(errorAnswer(request.id, error), SMALL_BYTES, sink)
  }

  private push(message: Sendable, bytes: number, sink: Sink<Tag>): void {
    const { conversation } = this
    if (!conversation.backlog.pushAnswer(message, bytes)) sink.push({ kind: 'overflow', conversation })
  }
}
