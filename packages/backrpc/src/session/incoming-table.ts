// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { RequestId, Sendable } from '../wire/message'
import type { SessionLimits } from './session-limits'

/** One request of the peer that is being executed. */
export interface IncomingRequest {
  readonly id: RequestId
  readonly sequence: number
  /** Of its payload. */
  readonly bytes: number
  /** Nobody waits for its answer any more. */
  cancelled: boolean
  /** Called when that has become so. */
  onCancelled?: () => void
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

/** An answer that was given, and what of it is kept. */
interface Answered {
  answer: AnswerMessage | undefined
  bytes: number
}

const RUNNING: Admission = { kind: 'running' }
const FORGOTTEN: Admission = { kind: 'forgotten' }
const FULL: Admission = { kind: 'full' }

/** Requests of the peer in one session: none is executed twice, and an answer that was lost is sent again. */
export class IncomingTable {
  private readonly running = new Map<RequestId, IncomingRequest>()
  /** In the order in which they were given. */
  private readonly answers = new Map<RequestId, Answered>()
  private answerBytes = 0
  private runningBytes = 0
  /** Nothing is kept below this sequence number. */
  private floor = 0
  /** Ids are texts, as in protocol 1. */
  private named = false

  /**
   * @param maxRunning how many may run at a time
   * @param keepAnswers a peer that never repeats what was answered (0.7) needs none
   */
  constructor(
    private readonly limits: SessionLimits,
    private readonly maxRunning: number,
    private readonly keepAnswers: boolean
  ) {}

  get size(): number {
    return this.running.size
  }

  get answeredSize(): number {
    return this.answers.size
  }

  /** @param bytes of its payload: what runs holds no more than may be in flight, whoever asks */
  admit(id: RequestId, bytes: number): Admission {
    if (this.running.has(id)) return RUNNING
    const answered = this.answers.get(id)
    if (answered !== undefined) {
      return answered.answer === undefined ? FORGOTTEN : { kind: 'answered', answer: answered.answer }
    }
    // Long settled: whoever says it again is not answered again
    const sequence = sequenceOf(id)
    if (sequence < this.floor) return FORGOTTEN
    if (this.running.size >= this.maxRunning) return FULL
    // One larger than all that may be in flight still runs, alone
    const fits = this.running.size === 0 || this.runningBytes + bytes <= this.limits.maxInFlightBytes
    if (!fits) return FULL
    const request: IncomingRequest = { id, sequence, bytes, cancelled: false, onCancelled: undefined }
    this.running.set(id, request)
    this.runningBytes += bytes
    this.named ||= typeof id === 'string'
    return { kind: 'execute', request }
  }

  /**
   * Notes the answer; `false` when the request is answered already, is waited for no more, or is of a session that ended.
   *
   * @param bytes of its payload
   */
  answer(request: IncomingRequest, answer: AnswerMessage, bytes: number): boolean {
    if (this.running.get(request.id) !== request) return false
    this.stop(request)
    if (this.keepAnswers) this.keep(request, answer, bytes)
    return true
  }

  /** Nobody waits for its answer any more, and nobody asks for it again. It gives its place to others. */
  cancel(id: RequestId): void {
    const request = this.running.get(id)
    if (request === undefined) return
    this.stop(request)
    request.cancelled = true
    request.onCancelled?.()
  }

  /** The session is over: nobody waits for anything. */
  cancelAll(): void {
    for (const id of [...this.running.keys()]) this.cancel(id)
  }

  /**
   * The peer waits for no answer below that sequence number: it has it, or has given it up at its deadline. What still
   * runs of those gives its place to others, and its answer goes nowhere.
   */
  settled(below: number): void {
    if (below <= this.floor) return
    const { running, answers } = this
    // Numbers follow each other: mostly few since the last time
    const few = !this.named && below - this.floor <= running.size + answers.size
    if (few) for (let sequence = this.floor; sequence < below; sequence++) this.settle(sequence)
    else for (const id of [...running.keys(), ...answers.keys()]) if (sequenceOf(id) < below) this.settle(id)
    this.floor = below
  }

  private settle(id: RequestId): void {
    this.cancel(id)
    const answered = this.answers.get(id)
    if (answered === undefined) return
    this.answers.delete(id)
    this.answerBytes -= answered.bytes
  }

  private stop(request: IncomingRequest): void {
    this.running.delete(request.id)
    this.runningBytes -= request.bytes
  }

  private keep({ id }: IncomingRequest, answer: AnswerMessage, bytes: number): void {
    const { maxAnswered, maxAnsweredBytes } = this.limits
    this.answers.set(id, { answer, bytes })
    this.answerBytes += bytes
    if (this.answers.size > maxAnswered) {
      for (const oldest of this.answers.keys()) {
        this.settle(oldest)
        break
      }
    }
    if (this.answerBytes <= maxAnsweredBytes) return
    for (const answered of this.answers.values()) {
      this.answerBytes -= answered.bytes
      answered.bytes = 0
      answered.answer = undefined
      if (this.answerBytes <= maxAnsweredBytes) break
    }
  }
}

/** The number at the end of an id. */
function sequenceOf(id: RequestId): number {
  if (typeof id === 'number') return id
  const sequence = Number(id.slice(id.lastIndexOf('-') + 1))
  return Number.isSafeInteger(sequence) ? sequence : Infinity
}
