// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type {
  ActivationToken,
  CallChain,
  CancelSignal,
  ContainerUuid,
  EventGap,
  StreamOpening,
  StreamPeer
} from '@hcengineering/network-core'

/** What a line tells those who use it for one container. Must not throw. */
export interface LineListener {
  /** One event of the container. @param bytes of its data on the wire, where it came over one */
  event(data: unknown, bytes?: number): void
  /** Events were lost on the way. */
  gap(gap: EventGap): void
  /** The connection is lost; the line goes on trying. */
  down(cause: Error): void
  /** The connection is back and everything is as it was. */
  up(): void
  /** The connection is back and the other side knows nothing of this client any more. */
  fresh(): void
}

/** One request on a line, and who is told of its answer, once. */
export interface LineCall {
  /** What is left of its deadline; 0 is no deadline. */
  readonly timeoutMs: number
  /** When that is, by the clock of the tick manager; Infinity where there is none. */
  readonly deadlineAt: number
  /** It may be sent again to a peer that may have executed it. */
  readonly idempotent: boolean
  readonly signal?: CancelSignal
  /** The calls for which it is made. */
  readonly chain?: CallChain
  resolve(result: unknown): void
  reject(error: Error): void
  /** The data as they are now. */
  keep?(data: unknown): void
}

/** One stream that is asked for on a line. */
export interface LineStream {
  readonly uuid: ContainerUuid
  readonly operation: string
  readonly data: unknown
  /** What is left of the time in which the container has to take it; 0 is no deadline. */
  readonly timeoutMs: number
  /** Of the opening: nobody waits for it any more. */
  readonly signal: CancelSignal
  /** The calls for which it is read. */
  readonly chain: CallChain | undefined
}

/** One way to containers: through their agent's server, their own server or the coordinator. */
export interface Line {
  readonly key: string
  /** For messages: where it leads. */
  readonly name: string
  /** It leads to the container itself: what that answers is the container's word, not its agent's. */
  readonly own: boolean
  /** The connection stands. */
  readonly isUp: boolean
  /** Resolves when the connection stands. */
  ready(timeoutMs: number): Promise<void>
  /** The other side may be gone: it is lost soon if it gives no sign of life. */
  doubt(): void
  listen(uuid: ContainerUuid, listener: LineListener): () => void
  /**
   * Resolves with the activation that was connected, where the other side says it.
   *
   * @param leg the number of who connects
   * @param heard called as the answer comes: before a session after the one that it speaks of
   */
  connect(uuid: ContainerUuid, leg: number, timeoutMs: number, heard: () => void): Promise<ActivationToken | undefined>
  /**
   * Nothing happens when another leg has connected since.
   *
   * @param leg the number of who leaves
   * @param later of the activation that the container has elsewhere now, where that is known: the one here ends
   *
   * Resolves when it was heard; while the line is down at once, and it is said when the line is back.
   */
  disconnect(uuid: ContainerUuid, leg: number, later?: ActivationToken): Promise<void>
  request(uuid: ContainerUuid, operation: string, data: unknown, call: LineCall): void
  /** Resolves with the container's side when that has taken the stream. */
  openStream(stream: LineStream, opening: StreamOpening, asker: StreamPeer): Promise<StreamPeer>
}
