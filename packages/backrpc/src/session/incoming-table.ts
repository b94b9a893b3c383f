// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { sizeOf, type Frames } from '../wire/frames'
import { Fifo } from './fifo'
import type { SessionLimits } from './session-limits'

/** One request of the peer that is being executed. */
export interface IncomingRequest {
  readonly id: string
  readonly sequence: number
  /** Of its payload. */
  readonly bytes: number
}

/**
 * What to do with a request that came in: execute it; nothing, because it runs already; send its answer once more; say
 * that it was executed but its answer is gone; or ask to retry, because too many or too large ones run.
 */
export type Admission =
  | { readonly kind: 'execute'; readonly request: IncomingRequest }
  | { readonly kind: 'running' }
  | { readonly kind: 'answered'; readonly frames: Frames }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'full' }

/** An answer that was given. */
interface Answer {
  readonly id: string
  readonly sequence: number
  readonly body: Body
  /** In the queue of those to be forgotten. */
  waiting: boolean
}

/** What an answer says. */
interface Body {
  readonly frames: Frames
  readonly bytes: number
  /** In the queue of those to be given up for their size. */
  waiting: boolean
}

/** Requests of the peer in one session: none is executed twice, and an answer that was lost is sent again. */
export class IncomingTable {
  private readonly running = new Map<string, IncomingRequest>()
  private readonly answers = new Map<string, Answer>()
  private readonly oldest = new Fifo<Answer>()
  private readonly oldestBodies = new Fifo<Body>()
  private answerBytes = 0
  private runningBytes = 0

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
  admit(id: string, bytes: number): Admission {
    if (this.running.has(id)) return { kind: 'running' }
    const answer = this.answers.get(id)
    if (answer !== undefined) {
      return answer.body.waiting ? { kind: 'answered', frames: answer.body.frames } : { kind: 'forgotten' }
    }
    if (this.running.size >= this.maxRunning) return { kind: 'full' }
    // One larger than all that may be in flight still runs, alone
    const fits = this.running.size === 0 || this.runningBytes + bytes <= this.limits.maxInFlightBytes
    if (!fits) return { kind: 'full' }
    const request = { id, sequence: sequenceOf(id), bytes }
    this.running.set(id, request)
    this.runningBytes += bytes
    return { kind: 'execute', request }
  }

  /** Notes the answer; `false` when the request is answered already, or is of a session that ended. */
  answer(request: IncomingRequest, frames: Frames): boolean {
    if (this.running.get(request.id) !== request) return false
    this.stop(request)
    if (this.keepAnswers) this.keep(request.id, frames)
    return true
  }

  /**
   * The peer waits for no answer below that sequence number: it has it, or has given it up at its deadline. What still
   * runs of those gives its place to others, and its answer goes nowhere.
   */
  settled(below: number): void {
    for (const request of this.running.values()) {
      if (request.sequence < below) this.stop(request)
    }
    for (const answer of this.answers.values()) {
      if (answer.sequence < below) this.forget(answer)
    }
  }

  private stop(request: IncomingRequest): void {
    this.running.delete(request.id)
    this.runningBytes -= request.bytes
  }

  private keep(id: string, frames: Frames): void {
    const { maxAnswered, maxAnsweredBytes } = this.limits
    const body: Body = { frames, bytes: sizeOf(frames), waiting: true }
    const answer: Answer = { id, sequence: sequenceOf(id), body, waiting: true }
    this.answers.set(id, answer)
    this.oldest.push(answer)
    this.oldestBodies.push(body)
    this.answerBytes += body.bytes
    if (this.answers.size > maxAnswered) this.forget(this.oldest.peek() as Answer)
    while (this.answerBytes > maxAnsweredBytes) this.giveUp(this.oldestBodies.peek() as Body)
  }

  private forget(answer: Answer): void {
    answer.waiting = false
    this.answers.delete(answer.id)
    this.giveUp(answer.body)
  }

  private giveUp(body: Body): void {
    if (!body.waiting) return
    body.waiting = false
    this.answerBytes -= body.bytes
  }
}

/** The number at the end of an id. */
function sequenceOf(id: string): number {
  const sequence = Number(id.slice(id.lastIndexOf('-') + 1))
  return Number.isSafeInteger(sequence) ? sequence : Infinity
}
