// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  bounded,
  Deadlines,
  NetworkError,
  onAbort,
  type CancelSignal,
  type ContainerKind,
  type CoordinatorOperations,
  type GetOptions,
  type GetResult,
  type TickManager
} from '@hcengineering/network-core'
import type { Coordinator } from './coordinator'
import type { ResolvedClientOptions } from './options'
import type { Location } from './state/reference-book'

/** How long after the coordinator's deadline the caller's own ends the get: the coordinator's explained failure comes first. */
const explainMs = 250

/** It goes on until it is answered. */
const call = { timeoutMs: 0, resend: true }

type GetParams = CoordinatorOperations['gg']['params']

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
  private readonly deadlines: Deadlines
  private nextAsk = 0

  constructor(
    private readonly coordinator: Coordinator,
    tickManager: TickManager,
    private readonly options: ResolvedClientOptions
  ) {
    this.deadlines = new Deadlines(tickManager)
  }

  /**
   * Resolves with what `granted` makes of the answer; rejects when the time of the question is over, also while the
   * coordinator is away.
   *
   * @param granted hears of the answer as it comes, and whether nobody waits for it any more
   */
  get<T>(question: HoldQuestion, granted: (result: GetResult, late: boolean) => T, signal?: CancelSignal): Promise<T> {
    const { timeoutMs } = question
    let late = false
    const work = async (): Promise<T> => {
      const connected = this.coordinator.isUp
      const leftMs = connected ? timeoutMs : await this.coordinator.connectedWithin(timeoutMs)
      return await this.ask({ ...question, timeoutMs: leftMs }, (result) => granted(result, late), signal)
    }
    return bounded(this.deadlines, timeoutMs === 0 ? 0 : timeoutMs + explainMs, work, () => {
      late = true
      return this.lateError(question)
    })
  }

  /**
   * Within the time that a get may take and the silence of a coordinator that is no more.
   *
   * @param granted hears of the answer as it comes, and whether nobody waits for it any more
   */
  async getPatiently(question: HoldQuestion, granted: (result: GetResult, late: boolean) => void): Promise<void> {
    const { aliveTimeoutSeconds, getTimeoutMs } = this.options
    let late = false
    const work = async (): Promise<void> => await this.ask(question, (result) => granted(result, late))
    const patienceMs = question.timeoutMs + getTimeoutMs + aliveTimeoutSeconds * 1000
    await bounded(this.deadlines, patienceMs, work, () => {
      late = true
      return this.lateError(question)
    })
  }

  /**
   * One `gg`: it goes on until it is answered, however long the coordinator is away, since an answer counts a hold that
   * must be known. What comes after its caller has given up is given back.
   */
  private ask<T>(
    { kind, request, timeoutMs, restore }: HoldQuestion,
    granted: (result: GetResult) => T,
    signal?: CancelSignal
  ): Promise<T> {
    const params: GetParams = { kind, request, timeoutMs }
    if (restore !== undefined) params.restore = restore
    const taken = (result: unknown): T => granted(readGetResult(result))
    if (signal === undefined) return this.coordinator.take('gg', params, call, taken)
    return this.askUntil(signal, params, taken)
  }

  private async askUntil<T>(signal: CancelSignal, params: GetParams, taken: (result: unknown) => T): Promise<T> {
    const ask = this.nextAsk++
    // Its own answer says how it ended: granted all the same, it is given back
    const stop = onAbort(signal, () => {
      this.coordinator.call('gx', { ask }, call).catch(() => {})
    })
    try {
      params.ask = ask
      return await this.coordinator.take('gg', params, call, taken)
    } finally {
      stop()
    }
  }

  /** No deadline passes any more. */
  close(): void {
    this.deadlines.close()
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
