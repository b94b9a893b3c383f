// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  NetworkError,
  type ContainerUuid,
  type ErrorCode,
  type RequestOptions,
  type TickManager
} from '@hcengineering/network-core'
import type { Coordinator } from './coordinator'
import type { Holds } from './holds'
import { duration, type ResolvedClientOptions } from './options'
import type { LocalCalls } from './local-calls'
import { Backoff, Deadline, Pause, unlessAborted } from './waits'

/** The container is not where it was asked, so it saw nothing of the request. */
export const notThere: ReadonlySet<ErrorCode> = new Set(['NOT_FOUND', 'NOT_ACTIVE', 'TERMINATING', 'UNAVAILABLE'])

/** Requests that go to containers through the coordinator, which knows where they are. */
export class ContainerRequests {
  constructor(
    private readonly coordinator: Coordinator,
    private readonly holds: Holds,
    private readonly localCalls: LocalCalls,
    private readonly tickManager: TickManager,
    private readonly options: ResolvedClientOptions
  ) {}

  /** Executed at most once, unless `idempotent`. */
  async request(uuid: ContainerUuid, operation: string, data: unknown, options: RequestOptions): Promise<unknown> {
    return await unlessAborted(options.signal, async () => await this.attempt(uuid, operation, data, options))
  }

  private async attempt(
    uuid: ContainerUuid,
    operation: string,
    data: unknown,
    { timeoutMs = this.options.requestTimeoutMs, idempotent = false, signal }: RequestOptions
  ): Promise<unknown> {
    const deadline = new Deadline(this.tickManager, duration('timeoutMs', timeoutMs))
    const agentId = this.holds.book.get(uuid)?.location.agentId
    const local = this.options.localAgents?.find(agentId)
    if (local !== undefined) {
      try {
        return await new Promise((resolve, reject) => {
          const call = { timeoutMs, idempotent, signal, resolve, reject }
          this.localCalls.request(local.agent, uuid, operation, data, call)
        })
      } catch (error) {
        // It is not there any more: the coordinator knows where
        if (!(error instanceof NetworkError) || !notThere.has(error.code)) throw error
      }
    }
    const backoff = new Backoff(20, 2000)
    for (;;) {
      // A coordinator that started anew does not know the container before it knows the hold.
      await this.holds.held(uuid, deadline.leftMs)
      const call = { timeoutMs: deadline.leftMs, resend: idempotent, signal }
      try {
        return await new Promise((resolve, reject) => {
          this.coordinator.askContainer(uuid, operation, data, call, { resolve, reject })
        })
      } catch (error) {
        if (
          !(error instanceof NetworkError) ||
          deadline.expired ||
          signal?.aborted === true ||
          !this.mayRepeat(error, uuid, idempotent)
        )
          throw error
        await new Pause(this.tickManager).wait(Math.min(backoff.next(), deadline.leftMs || Infinity))
      }
    }
  }

  private mayRepeat(error: NetworkError, uuid: ContainerUuid, idempotent: boolean): boolean {
    if (idempotent && (error.code === 'OUTCOME_UNKNOWN' || error.code === 'UNAVAILABLE')) return true
    // It reached a coordinator that had not heard of the hold yet.
    return error.code === 'NOT_FOUND' && this.holds.book.get(uuid)?.granted === 0
  }
}
