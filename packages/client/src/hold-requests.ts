// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  NetworkError,
  onAbort,
  type CancelSignal,
  type ContainerKind,
  type GetOptions,
  type GetResult,
  type TickManager
} from '@hcengineering/network-core'
import type { Coordinator } from './coordinator'
import type { ResolvedClientOptions } from './options'
import type { Location } from './state/reference-book'
import { within } from './waits'

/** How long after the coordinator's deadline the caller's own ends the get: the coordinator's explained failure comes first. */
const explainMs = 250

/** What a get asks the coordinator. */
export interface HoldQuestion {
  readonly kind: ContainerKind
  readonly request: GetOptions
  /** How long the coordinator may take; 0 is no deadline. */
  readonly timeoutMs: number
  /** Re-established: where it was seen last. */
  readonly restore?: Location['agentId'] | ''
}

/** How holds are asked of the coordinator. Each answer counts one there, so none is lost: it is told when it comes late too. */
export class HoldRequests {
  private nextAsk = 0

  constructor(
    private readonly coordinator: Coordinator,
    private readonly tickManager: TickManager,
    private readonly options: ResolvedClientOptions
  ) {}

  /**
   * Resolves with what `granted` makes of the answer; rejects when the time of the question is over, also while the
   * coordinator is away.
   *
   * @param granted hears of the answer, and whether nobody waits for it any more
   */
  async get<T>(
    question: HoldQuestion,
    granted: (result: GetResult, late: boolean) => T,
    signal?: CancelSignal
  ): Promise<T> {
    const { timeoutMs } = question
    let late = false
    const answer = this.coordinator.connectedWithin(timeoutMs).then(async (leftMs) => {
      return granted(await this.ask({ ...question, timeoutMs: leftMs }, signal), late)
    })
    return await within(this.tickManager, timeoutMs === 0 ? 0 : timeoutMs + explainMs, answer, () => {
      late = true
      return this.lateError(question)
    })
  }

  /**
   * Within the time that a get may take and the silence of a coordinator that is no more.
   *
   * @param unwanted hears of an answer for which nobody waits any more
   */
  async getPatiently(question: HoldQuestion, unwanted: (result: GetResult) => void): Promise<GetResult> {
    const { aliveTimeoutSeconds, getTimeoutMs } = this.options
    let late = false
    const answer = this.ask(question).then((result) => {
      if (late) unwanted(result)
      return result
    })
    const patienceMs = question.timeoutMs + getTimeoutMs + aliveTimeoutSeconds * 1000
    return await within(this.tickManager, patienceMs, answer, () => {
      late = true
      return this.lateError(question)
    })
  }

  /**
   * One `gg`: it goes on until it is answered, however long the coordinator is away, since an answer counts a hold that
   * must be known. What comes after its caller has given up is given back.
   */
  private async ask({ kind, request, timeoutMs, restore }: HoldQuestion, signal?: CancelSignal): Promise<GetResult> {
    const call = { timeoutMs: 0, resend: true }
    const params = { kind, request, timeoutMs, ...(restore === undefined ? {} : { restore }) }
    if (signal === undefined) return readGetResult(await this.coordinator.call('gg', params, call))
    const ask = this.nextAsk++
    // Its own answer says how it ended: granted all the same, it is given back
    const stop = onAbort(signal, () => {
      this.coordinator.call('gx', { ask }, call).catch(() => {})
    })
    try {
      return readGetResult(await this.coordinator.call('gg', { ...params, ask }, call))
    } finally {
      stop()
    }
  }

  private lateError({ kind, request: { uuid }, timeoutMs }: HoldQuestion): NetworkError {
    const stage = this.coordinator.isUp ? 'asked the coordinator, not answered' : `waiting for ${this.coordinator.name}`
    const text = `No container of kind ${kind} within ${timeoutMs} ms: ${stage}`
    return new NetworkError('DEADLINE_EXCEEDED', text, { kind, uuid, stage })
  }
}

function readGetResult(result: unknown): GetResult {
  const [uuid, endpoint, agentEndpoint, agentId, token] = Array.isArray(result) ? (result as GetResult) : []
  if (typeof uuid === 'string' && typeof endpoint === 'string')
    return [uuid, endpoint, agentEndpoint, agentId ?? undefined, token ?? undefined]
  throw new NetworkError('PROTOCOL_ERROR', 'The coordinator answered a get with something else than a container')
}
