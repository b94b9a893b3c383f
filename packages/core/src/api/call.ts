// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Reminders, Timers } from './activation'
import type { ClientUuid } from './identifiers'
import type { ActivationToken } from './token'
import type { CallChain } from './turns'

/** Says that nobody waits for an answer any more; every `AbortSignal` is one. */
export interface CancelSignal {
  /** Nobody waits any more. */
  readonly aborted: boolean
  /** Why, once it is aborted. */
  readonly reason?: unknown
  /** Calls `listener` when it is aborted; not when it is already. */
  addEventListener(type: 'abort', listener: () => void): void
  /** Takes back what `addEventListener` did. */
  removeEventListener(type: 'abort', listener: () => void): void
}

/** Who waits for an answer: told once, of the one or the other. Must not throw. */
export interface Caller {
  /** It has been answered with that. */
  resolve(result: unknown): void
  /** It has failed. */
  reject(error: Error): void
  /** For who may ask again: the data as they are now, told at once unless they cannot travel. What they were made of may change. */
  keep?(data: unknown): void
}

/** What a container is told of a request beyond its data. */
export interface RequestContext {
  /** Aborts when nobody waits for the answer any more: the deadline has passed, the caller cancelled it or is gone. */
  readonly signal: AbortSignal
  /** When the caller stops waiting, Unix milliseconds; absent when it waits without end. */
  readonly deadline?: number
  /** Who asks. */
  readonly caller?: ClientUuid
  /**
   * Of the activation that serves: larger than that of any before it. Stored with what the container writes elsewhere, and
   * compared there, it keeps a copy that was replaced without knowing from overwriting what came after it. Absent where
   * nobody gave one (an agent on its own, a coordinator of 0.7).
   */
  readonly token?: ActivationToken
  /** Of the container, for as long as it serves. */
  readonly timers: Timers
  /** Of the container, for as long as it is not cancelled. */
  readonly reminders: Reminders
}

/** Options of one request. */
export interface RequestOptions {
  /** How long to wait for the answer in milliseconds; 0 waits without end. Default 30 s. */
  timeoutMs?: number
  /** The container may execute it more than once: it is retried when its outcome cannot be known. */
  idempotent?: boolean
  /** Aborting it ends the wait with `CANCELLED`, and tells the container, which may have executed the request all the same. */
  signal?: CancelSignal
}

/** Options of one request as they come to who hosts the container. */
export interface AgentRequestOptions extends RequestOptions {
  /** The calls for which it is made; absent where it is made for none in whose turn it is. */
  readonly chain?: CallChain
}

/** Options of one get. */
export interface GetCallOptions {
  /** How long to wait for the container in milliseconds; 0 waits without end. Default 30 s. */
  timeoutMs?: number
  /** Aborting it ends the wait with `CANCELLED`; a container that comes all the same is let go. */
  signal?: CancelSignal
}
