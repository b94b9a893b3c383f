// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type ContainerUuid, type ErrorCode, type TickManager } from '@hcengineering/network-core'
import type { Holds } from './holds'
import { Pause, type Deadline } from './waits'

/** The container is not where it was asked, so it saw nothing of the request. */
export const notThere: ReadonlySet<ErrorCode> = new Set(['NOT_FOUND', 'NOT_ACTIVE', 'TERMINATING', 'UNAVAILABLE'])

/** Of a connection: trying again soon changes nothing, whoever waits is told. */
export const final: ReadonlySet<ErrorCode> = new Set([
  'CONNECT_UNSUPPORTED',
  'KIND_MISMATCH',
  'INVALID_ARGUMENT',
  'REMOTE_ERROR',
  'CLOSED',
  'UNAUTHENTICATED',
  'PERMISSION_DENIED'
])

const firstPauseMs = 20
const maxPauseMs = 2000

/** What was asked through the coordinator, was not executed, and is asked again where the container is then. */
export class Repeats {
  private readonly pauses = new Map<ContainerUuid, Pause>()
  private closed = false

  constructor(
    private readonly holds: Holds,
    private readonly tickManager: TickManager
  ) {}

  /** @param session in which it was asked */
  mayRepeat({ code, retryAfterMs }: NetworkError, uuid: ContainerUuid, session: number): boolean {
    // What is held comes back
    if (notThere.has(code) && this.holds.book.get(uuid) !== undefined) return true
    // It reached a coordinator that is about to go
    if (code === 'UNAVAILABLE' && retryAfterMs !== undefined) return true
    // It reached a coordinator that had not heard of the holds yet, though it may have by now
    return code === 'NOT_FOUND' && session !== this.holds.session
  }

  /**
   * Resolves when it is time to ask again: after a pause that grows, or when the container is said to be elsewhere. Rejects at
   * the deadline, saying what `what` has waited for, and when the client closes.
   *
   * @param attempt counts from 1
   */
  async wait(
    what: string,
    uuid: ContainerUuid,
    attempt: number,
    deadline: Deadline,
    cause: NetworkError
  ): Promise<void> {
    const pause = this.pauses.get(uuid) ?? new Pause(this.tickManager)
    this.pauses.set(uuid, pause)
    const pauseMs = Math.min(firstPauseMs * 2 ** (attempt - 1), maxPauseMs)
    if (!this.closed) await pause.wait(Math.min(pauseMs, deadline.leftMs || Infinity))
    if (this.closed) throw new NetworkError('CLOSED', 'The network client is closed', { uuid })
    if (pause.idle && this.pauses.get(uuid) === pause) this.pauses.delete(uuid)
    if (!deadline.expired) return
    const text = `The ${what} was not executed within ${deadline.timeoutMs} ms: ${cause.message}`
    const stage = 'waiting for the next activation'
    throw new NetworkError('DEADLINE_EXCEEDED', text, { uuid, stage, cause })
  }

  /** Nothing is asked again: who waits is told. */
  close(): void {
    this.closed = true
    for (const pause of this.pauses.values()) pause.end()
  }

  /** It is, or may be, somewhere else. */
  moved(uuid: ContainerUuid): void {
    this.pauses.get(uuid)?.end()
  }
}
