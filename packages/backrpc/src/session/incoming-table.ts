// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { sizeOf, type Frames } from '../wire/frames'
import type { SessionLimits } from './session-limits'

/** One request of the peer that is being executed. */
export interface IncomingRequest {
  readonly id: string
}

/**
 * What to do with a request that came in: execute it; nothing, because it runs already; send its answer once more; say
 * that it was executed but its answer is gone; or ask to retry, because too many run.
 */
export type Admission =
  | { readonly kind: 'execute'; readonly request: IncomingRequest }
  | { readonly kind: 'running' }
  | { readonly kind: 'answered'; readonly frames: Frames }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'full' }

interface Answer {
  readonly sequence: number
  readonly bytes: number
  /** Absent when the body was given up for its size. */
  frames?: Frames
}

/** Requests of the peer in one session: none is executed twice, and an answer that was lost is sent again. */
export class IncomingTable {
  private readonly running = new Map<string, IncomingRequest>()
  /** In the order of the answers. */
  private readonly answers = new Map<string, Answer>()
  private answerBytes = 0

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

  admit(id: string): Admission {
    if (this.running.has(id)) return { kind: 'running' }
    const answer = this.answers.get(id)
    if (answer !== undefined) {
      return answer.frames === undefined ? { kind: 'forgotten' } : { kind: 'answered', frames: answer.frames }
    }
    if (this.running.size >= this.maxRunning) return { kind: 'full' }
    const request = { id }
    this.running.set(id, request)
    return { kind: 'execute', request }
  }

  /** Notes the answer; `false` when the request is answered already, or is of a session that ended. */
  answer(request: IncomingRequest, frames: Frames): boolean {
    if (this.running.get(request.id) !== request) return false
    this.running.delete(request.id)
    if (this.keepAnswers) this.keep(request.id, frames)
    return true
  }

  /** The peer has the answers of all its requests below that sequence number. */
  settled(below: number): void {
    for (const [id, answer] of this.answers) {
      if (answer.sequence < below) this.drop(id, answer)
    }
  }

  private keep(id: string, frames: Frames): void {
    const { maxAnswered, maxAnsweredBytes } = this.limits
    const bytes = sizeOf(frames)
    this.answers.set(id, { sequence: sequenceOf(id), bytes, frames })
    this.answerBytes += bytes
    for (const [oldId, answer] of this.answers) {
      if (this.answers.size <= maxAnswered) break
      this.drop(oldId, answer)
    }
    if (this.answerBytes <= maxAnsweredBytes) return
    for (const answer of this.answers.values()) {
      if (this.answerBytes <= maxAnsweredBytes) break
      if (answer.frames === undefined) continue
      answer.frames = undefined
      this.answerBytes -= answer.bytes
    }
  }

  private drop(id: string, answer: Answer): void {
    this.answers.delete(id)
    if (answer.frames !== undefined) this.answerBytes -= answer.bytes
  }
}

/** The number at the end of an id. */
function sequenceOf(id: string): number {
  const sequence = Number(id.slice(id.lastIndexOf('-') + 1))
  return Number.isSafeInteger(sequence) ? sequence : Infinity
}
