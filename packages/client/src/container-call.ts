// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, toCaller, type Bagged, type CallChain, type CancelSignal } from '@hcengineering/network-core'
import type { Leg } from './leg'
import type { LineCall } from './line'
import type { Deadline } from './waits'

/** Who waits for an answer: told once. */
export interface Asker {
  resolve(result: unknown): void
  /** Absent where a promise waits: then that is resolved with the failure. */
  readonly reject?: (error: Error) => void
}

/** It has failed. */
export function fail({ resolve, reject }: Asker, error: Error): void {
  if (reject === undefined) resolve(toCaller(error))
  else reject(error)
}

/** What a user asked of a container, and who waits for it. */
export interface AskedRequest extends Asker {
  readonly operation: string
  /** The caller's own, until it has been asked: then as it was. */
  data: unknown
  readonly deadline: Deadline
  /** It may be executed more than once. */
  readonly idempotent: boolean
  readonly signal: CancelSignal | undefined
  /** The calls for which it is made. */
  readonly chain: CallChain | undefined
}

/** One try of a request, on one leg: what is said of it after it was given up changes nothing. */
export class ContainerCall implements LineCall, Bagged {
  place = 0
  private leg: Leg | undefined

  /**
   * @param attempt counts from 1
   * @param timeoutMs what is left of its deadline; 0 is no deadline
   * @param goesOn the request is tried again after that error
   */
  constructor(
    readonly asked: AskedRequest,
    readonly attempt: number,
    readonly timeoutMs: number,
    private readonly goesOn: (call: ContainerCall, leg: Leg, error: NetworkError) => boolean
  ) {}

  get deadlineAt(): number {
    return this.asked.deadline.at
  }

  get idempotent(): boolean {
    return this.asked.idempotent
  }

  get signal(): CancelSignal | undefined {
    return this.asked.signal
  }

  get chain(): CallChain | undefined {
    return this.asked.chain
  }

  /** That leg takes it. */
  take(leg: Leg): void {
    this.leg = leg
  }

  keep(data: unknown): void {
    this.asked.data = data
  }

  resolve(result: unknown): void {
    if (this.leave() !== undefined) this.asked.resolve(result)
  }

  reject(error: Error): void {
    const leg = this.leave()
    if (leg === undefined) return
    if (error instanceof NetworkError && this.goesOn(this, leg, error)) return
    fail(this.asked, error)
  }

  private leave(): Leg | undefined {
    const { leg } = this
    this.leg = undefined
    leg?.settled(this)
    return leg
  }
}
