// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { RequestId, Sendable } from '../wire/message'
import { Fifo } from './fifo'
import { SequenceTable } from './sequence-table'
import type { SessionLimits } from './session-limits'

/** One request of the peer: executed, and answered later. */
export class IncomingRequest {
  /** Runs; when answered it is kept for a repeat. */
  state: 'running' | 'answered' | 'over' = 'running'
  /** What a repeat gets, unless it was too large to be kept. */
  answer: AnswerMessage | undefined = undefined
  answerBytes = 0
  /** Called when nobody waits for its answer any more. */
  onCancelled: (() => void) | undefined = undefined
  /** Nobody waits for its answer any more. */
  cancelled = false
  /** Where it counts as one that goes on though nobody waits for it. */
  abandonedBy: IncomingTable | undefined = undefined

  /** @param bytes of its payload */
  constructor(
    readonly id: RequestId,
    readonly sequence: number,
    readonly bytes: number
  ) {}

  /** Its answer is kept. */
  get waiting(): boolean {
    return this.state === 'answered'
  }
}

/** What an answer is: it must be possible to give it again. */
export type AnswerMessage = Extract<Sendable, { readonly kind: 'response' | 'error' }>

/**
 * What to do with a request that came in: execute it; nothing, because it runs already; send its answer once more; say
 * that it was executed but its answer is gone; or ask to retry, because too many or too large ones run.
 */
export type Admission =
  | { readonly kind: 'execute'; readonly request: IncomingRequest }
  | { readonly kind: 'running' }
  | { readonly kind: 'answered'; readonly answer: AnswerMessage }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'full' }

/** How many times what may run may go on besides, though nobody waits for it any more. */
const MAX_ABANDONED = 4

const RUNNING: Admission = { kind: 'running' }
const FORGOTTEN: Admission = { kind: 'forgotten' }
export const FULL: Admission = { kind: 'full' }

/** Requests of the peer in one session: none is executed twice, and an answer that was lost is sent again. */
export class IncomingTable {
  private readonly requests = new SequenceTable<IncomingRequest>()
  /** Those whose ids are texts, as in protocol 1. */
  private readonly named = new Map<string, IncomingRequest>()
  /** In the order in which they were answered: a peer that repeats lacks the last ones. */
  private readonly answered = new Fifo<IncomingRequest>()
  private runningCount = 0
  private abandonedCount = 0
  private abandonedBytes = 0
  private answeredCount = 0
  private answerBytes = 0
  private runningBytes = 0
  /** Nothing is kept below this sequence number. */
  private floor = 0

  /**
   * @param maxRunning how many may run at a time
   * @param keepAnswers a peer that never repeats what was answered (0.7) needs none
   * @param arriving the answer to that request is still on its way, in parts, however many later ones have arrived
   */
  constructor(
    private readonly limits: SessionLimits,
    private readonly maxRunning: number,
    private readonly keepAnswers: boolean,
    private readonly arriving: (sequence: number) => boolean = () => false
  ) {}

  /** Requests that run. */
  get size(): number {
    return this.runningCount
  }

  get answeredSize(): number {
    return this.answeredCount
  }

  /** Of the answers kept for a repeat. */
  get keptBytes(): number {
    return this.answerBytes
  }

  /** @param bytes of its payload: what runs holds no more than may be in flight, whoever asks */
  admit(id: RequestId, bytes: number): Admission {
    const known = this.find(id)
    if (known !== undefined) {
      if (known.state === 'running') return RUNNING
      return known.answer === undefined ? FORGOTTEN : { kind: 'answered', answer: known.answer }
    }
    // Long settled: whoever says it again is not answered again
    const sequence = sequenceOf(id)
    if (sequence < this.floor) return FORGOTTEN
    if (this.runningCount >= this.maxRunning || this.abandonedCount >= MAX_ABANDONED * this.maxRunning) return FULL
    // One larger than all that may be in flight still runs, alone
    const { maxInFlightBytes } = this.limits
    const fits = this.runningCount === 0 || this.runningBytes + bytes <= maxInFlightBytes
    if (this.abandonedBytes > MAX_ABANDONED * maxInFlightBytes) return FULL
    if (!fits) return FULL
    const request = new IncomingRequest(id, sequence, bytes)
    if (typeof id === 'number') this.requests.add(request)
    else this.named.set(id, request)
    this.runningCount++
    this.runningBytes += bytes
    return { kind: 'execute', request }
  }

  /**
   * Notes the answer; `false` when the request is answered already, is waited for no more, or is of a session that ended.
   *
   * @param bytes of its payload
   */
  answer(request: IncomingRequest, answer: AnswerMessage, bytes: number): boolean {
    if (request.abandonedBy === this) this.ended(request)
    if (request.state !== 'running' || this.find(request.id) !== request) return false
    this.stop(request)
    // What it would call holds the data of the request, and may be kept longer than it runs
    request.onCancelled = undefined
    if (this.keepAnswers) this.keep(request, answer, bytes)
    else this.forget(request)
    return true
  }

  /** Keeps no answer any more, but still knows what was executed. */
  giveUpAnswers(): void {
    for (const request of this.answered.all()) this.giveUp(request)
  }

  /** Nobody waits for its answer any more, and nobody asks for it again. It gives its place to others. */
  cancel(id: RequestId): void {
    const request = this.find(id)
    if (request?.state === 'running') this.abandon(request)
  }

  /** What runs goes on only if it is among these, or was asked later. @param next number of the first that was */
  abandonUnless(ids: ReadonlySet<RequestId>, next: number): void {
    for (const request of this.all()) {
      if (request.state === 'running' && request.sequence < next && !ids.has(request.id)) this.abandon(request)
    }
  }

  /** One that was abandoned has ended, or is never begun. */
  ended(request: IncomingRequest): void {
    request.abandonedBy = undefined
    this.abandonedCount--
    this.abandonedBytes -= request.bytes
  }

  /** The session is over: nobody waits for anything. */
  cancelAll(): void {
    for (const request of this.all()) this.settle(request)
  }

  /**
   * The peer waits for no answer below that sequence number: it has it, or has given it up at its deadline. What still
   * runs of those gives its place to others, and its answer goes nowhere.
   */
  settled(below: number): void {
    if (below <= this.floor) return
    const { requests } = this
    // Numbers follow each other: mostly few since the last time
    const few = this.named.size === 0 && below - this.floor <= requests.size
    if (few) {
      for (let sequence = this.floor; sequence < below; sequence++) this.settle(requests.get(sequence))
    } else {
      for (const request of this.all()) if (request.sequence < below) this.settle(request)
    }
    this.floor = below
  }

  private find(id: RequestId): IncomingRequest | undefined {
    return typeof id === 'number' ? this.requests.get(id) : this.named.get(id)
  }

  private all(): IncomingRequest[] {
    return [...this.named.values(), ...this.requests.inOrder()]
  }

  private settle(request: IncomingRequest | undefined): void {
    if (request === undefined) return
    if (request.state === 'running') this.abandon(request)
    this.forget(request)
  }

  private abandon(request: IncomingRequest): void {
    this.stop(request)
    // Should it come again all the same, it is not executed again
    if (this.keepAnswers) this.keep(request, undefined, 0)
    else this.forget(request)
    // It may go on: whoever asks and takes back, again and again, is not served for ever
    request.abandonedBy = this
    this.abandonedCount++
    this.abandonedBytes += request.bytes
    request.cancelled = true
    const { onCancelled } = request
    request.onCancelled = undefined
    onCancelled?.()
  }

  private stop(request: IncomingRequest): void {
    request.state = 'over'
    this.runningCount--
    this.runningBytes -= request.bytes
  }

  private keep(request: IncomingRequest, answer: AnswerMessage | undefined, bytes: number): void {
    const { maxAnswered, maxAnsweredBytes } = this.limits
    request.state = 'answered'
    request.answer = answer
    request.answerBytes = bytes
    this.answerBytes += bytes
    this.answeredCount++
    this.answered.push(request)
    if (this.answeredCount > maxAnswered) this.forgetOldest()
    if (this.answerBytes <= maxAnsweredBytes) return
    for (const old of this.answered.all()) {
      this.giveUp(old)
      if (this.answerBytes <= maxAnsweredBytes) break
    }
  }

  /** None whose answer the peer lacks: it would ask again, and have it executed again. */
  private forgetOldest(): void {
    for (let left = this.answeredCount; left > 0; left--) {
      const oldest = this.answered.peek()
      if (oldest === undefined) return
      if (!this.arriving(oldest.sequence)) return this.forget(oldest)
      this.answered.rotate()
    }
  }

  private forget(request: IncomingRequest): void {
    if (typeof request.id === 'number') this.requests.delete(request)
    else this.named.delete(request.id)
    if (request.state === 'answered') this.answeredCount--
    request.state = 'over'
    this.giveUp(request)
  }

  private giveUp(request: IncomingRequest): void {
    this.answerBytes -= request.answerBytes
    request.answerBytes = 0
    request.answer = undefined
  }
}

/** The number at the end of an id. */
function sequenceOf(id: RequestId): number {
  if (typeof id === 'number') return id
  const sequence = Number(id.slice(id.lastIndexOf('-') + 1))
  return Number.isSafeInteger(sequence) ? sequence : Infinity
}
