// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import type { Body } from '../wire/body'
import type { RequestId } from '../wire/message'
import { hasStreams } from '../wire/version'
import type { AnswerRoom } from './answer-room'
import { noStreams, SMALL_BYTES, unsayable } from './answers'
import type { Conversation } from './conversation'
import type { Sink } from './conversation-effects'
import { IncompleteAnswers, type Assembled } from './incomplete-answers'
import type { NewRequest, PendingRequest } from './request-table'
import type { SessionLimits } from './session-limits'
import type { Stream } from './stream'
import type { StreamNews } from './stream-table'

/** The requests that one side makes in a conversation: what becomes of each, and of answers that come in parts. */
export class OwnRequests<Tag> {
  private readonly incomplete: IncompleteAnswers

  /** @param house the memory for answers in parts that this session shares with others */
  constructor(
    private readonly conversation: Conversation<Tag>,
    limits: SessionLimits,
    house?: AnswerRoom
  ) {
    this.incomplete = new IncompleteAnswers(conversation.streams, limits, house)
  }

  /** `undefined` when it waits to be sent, else why it does not. */
  ask(asked: NewRequest<Tag>, now: number): PendingRequest<Tag> | NetworkError {
    const { outbox, peer, requests, streams } = this.conversation
    const { opening } = asked
    const error = (opening === undefined ? undefined : this.unopenable()) ?? unsayable(asked.body, outbox.protocol)
    if (error !== undefined) return error
    const request = requests.add(asked, now)
    if (request !== undefined) {
      if (opening !== undefined) request.stream = streams.ask(request.sequence, opening)
      return request
    }
    const count = requests.waitingCount
    return new NetworkError('OVERLOADED', `${count} requests wait to be sent to ${peer} already`, {
      stage: `queued behind ${count} requests`
    })
  }

  /** Nobody waits for its answer any more; it fails with that. */
  cancel(request: PendingRequest<Tag>, error: NetworkError, sink: Sink<Tag>): void {
    if (this.settle(request.sequence) === undefined) return
    sink.push({ kind: 'failed', request, error })
    this.tellCancelled(request)
  }

  /** The peer has answered. */
  answered(id: RequestId, body: Body, sink: Sink<Tag>): void {
    const request = this.settle(id)
    if (request === undefined) return
    if (request.stream !== undefined) request.stream.opened = true
    sink.push({ kind: 'answered', request, body, from: this.conversation })
  }

  /** The peer has answered with that error. */
  refused(id: RequestId, error: unknown, sink: Sink<Tag>): void {
    const request = this.settle(id)
    if (request === undefined) return
    sink.push({ kind: 'failed', request, error: NetworkError.fromPayload(error), from: this.conversation })
  }

  /** The peer has answered with something that cannot be read. */
  unreadable(id: RequestId, error: NetworkError, sink: Sink<Tag>): void {
    const request = this.settle(id)
    if (request !== undefined) sink.push({ kind: 'failed', request, error })
  }

  /** The peer answers in parts, of so many bytes all together. */
  announced(sequence: number, bytes: number, now: number, sink: Sink<Tag>): void {
    const { requests, streams } = this.conversation
    // Who has given it up does not take it
    if (!requests.has(sequence)) streams.refuse(sequence)
    else this.assembled(this.incomplete.announced(sequence, bytes, now), sink)
  }

  /** Something came of an answer in parts. */
  heard(stream: Stream, news: StreamNews, now: number, sink: Sink<Tag>): void {
    this.assembled(this.incomplete.heard(stream, news, now), sink)
  }

  /** Lets go of what has come of answers: the session is over. */
  clearIncomplete(): void {
    this.incomplete.clear()
  }

  /** When to call `advance` next. */
  nextDeadline(): number {
    const { outbox, requests } = this.conversation
    // Without a connection nothing can come
    if (this.incomplete.size === 0 || outbox.gate === 'shut') return requests.nextDeadline()
    return Math.min(requests.nextDeadline(), this.incomplete.nextDeadline())
  }

  /** Fails those whose time is over, saying where each was. */
  advance(now: number, where: string, sink: Sink<Tag>): void {
    const { outbox, requests } = this.conversation
    if (this.incomplete.size > 0 && outbox.gate !== 'shut') {
      for (const stalled of this.incomplete.advance(now)) this.assembled(stalled, sink)
    }
    for (const request of requests.advance(now)) {
      this.incomplete.drop(request.sequence)
      const stage = this.stageOf(request, where)
      const text = `No answer to ${request.what} within ${request.asked.timeoutMs} ms: ${stage}`
      sink.push({ kind: 'failed', request, error: new NetworkError('DEADLINE_EXCEEDED', text, { stage }) })
      this.tellCancelled(request)
    }
  }

  /** Takes it off the table, and what has come of its answer. */
  private settle(id: RequestId): PendingRequest<Tag> | undefined {
    const request = this.conversation.requests.settle(id)
    if (request !== undefined) this.incomplete.drop(request.sequence)
    return request
  }

  private assembled(answer: Assembled | undefined, sink: Sink<Tag>): void {
    if (answer === undefined) return
    const { conversation } = this
    const { sequence, outcome, broken } = answer
    if (broken !== undefined) sink.push({ kind: 'violation', conversation, reason: broken })
    const request = this.settle(sequence)
    if (request === undefined) return
    if (outcome instanceof NetworkError) sink.push({ kind: 'failed', request, error: outcome, from: conversation })
    else sink.push({ kind: 'answered', request, body: outcome, from: conversation })
  }

  /** It may run there: it need not go on. */
  private tellCancelled(request: PendingRequest<Tag>): void {
    const { backlog, outbox } = this.conversation
    if (request.attempts === 0 || outbox.protocol.major === 1) return
    backlog.pushAnswer({ kind: 'cancel', id: request.sequence }, SMALL_BYTES)
  }

  /** Why no stream can be opened, if none can. */
  private unopenable(): NetworkError | undefined {
    const { outbox, peer, streams } = this.conversation
    if (!hasStreams(outbox.protocol)) return noStreams(peer)
    if (!streams.full) return undefined
    return new NetworkError('OVERLOADED', `Too many streams with ${peer} are open already`)
  }

  private stageOf({ attempts }: PendingRequest<Tag>, where: string): string {
    const { outbox, requests } = this.conversation
    if (attempts > 0) return 'sent and not answered'
    if (outbox.gate !== 'open') return `waiting for the connection to ${where}`
    return `queued behind ${requests.size} requests`
  }
}
