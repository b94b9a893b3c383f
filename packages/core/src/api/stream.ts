// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- items of users' own types: as with requests, their shapes are theirs */
import type { NetworkError } from '../errors'
import type { CancelSignal, RequestContext } from './call'

/** Options of one stream. */
export interface StreamOptions {
  /** What is sent to the container, which reads it as `context.input`; anything that can be iterated. Default: nothing. */
  input?: AsyncIterable<any> | Iterable<any>
  /** How long to wait until the container takes it, in milliseconds; 0 waits without end. Default 30 s. */
  timeoutMs?: number
  /** Aborting it ends the stream with `CANCELLED`, on both sides, however far it is. */
  signal?: CancelSignal
}

/** What a container is told of a stream beyond its data. */
export interface StreamContext extends RequestContext {
  /** What the caller sends, in order; throws what the caller's own iterable threw, or why no more comes. To be read once. */
  readonly input: AsyncIterable<any>
  /**
   * Runs that in a turn of its own, where the container takes turns: a stream runs beside them. Resolves with its result;
   * rejects, without running it, as a request that waits for its turn does, and when nobody reads any more. Nothing that
   * waits for the reader belongs into it.
   */
  turn<T>(work: () => T | Promise<T>): Promise<T>
}

/** What who asks for a stream grants at first, and whether it sends items too. */
export interface StreamOpening {
  /** How many items may be sent before more are granted. */
  readonly items: number
  /** How many bytes of them. */
  readonly bytes: number
  /** The caller sends items, too. */
  readonly input: boolean
}

/**
 * One side of a stream, as the other side sees it: what it is told. Whoever passes a stream on gives each side the other
 * one's. Only `item` throws.
 */
export interface StreamPeer {
  /**
   * The next item; it was granted. Answers with the bytes that it counts.
   *
   * @param bytes where they are known, because it has travelled
   * @throws NetworkError `UNSUPPORTED_VALUE` or `TOO_LARGE` when it cannot travel
   */
  item(value: unknown, bytes?: number): number
  /** No more items come: these were all, or that happened. Said once. */
  end(error?: NetworkError): void
  /**
   * So many items and bytes may have been sent, since the beginning, to who says it; while there are bytes left, one more
   * item may go, however large.
   */
  grant(items: number, bytes: number): void
  /** Who says it takes no more items: it has all, or wants none. */
  stop(): void
}
