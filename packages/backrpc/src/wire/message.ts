// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentLoad, CallChain, NetworkError } from '@hcengineering/network-core'
import type { Body } from './body'
import type { ProtocolVersion } from './version'

/** What a peer takes at a time, as it says in hello. */
export interface PeerLimits {
  /** Requests sent and not answered. */
  readonly requests: number
  /** Bytes of their payloads. */
  readonly requestBytes: number
  /** Bytes of an answer, which comes in parts where it does not fit a message. Absent: it takes none in parts. */
  readonly answerBytes?: number
}

/** What a hello says beyond the id. Only `aliveTimeout` is known to 0.7. */
export interface HelloFields {
  /** A client's: seconds of silence after which it counts as dead. */
  readonly aliveTimeout?: number
  /** A client's: the session that it thinks it has, '' for none. A server's: the one it has from now on. */
  readonly session?: string
  /** A server's: the session goes on, with everything that is pending in it. */
  readonly resumed?: boolean
  /**
   * How many events of that session who says it has got, or been told of as lost: a client's, and a server's where the
   * session goes on.
   */
  readonly events?: number
  /** A client's: counts its hellos. A server's: which of them it answers, since the answer to an earlier one says nothing. */
  readonly attempt?: number
  /** A client's: its first hello of this connection, as far as it knows. Events that came before the answer to that it has not taken. */
  readonly since?: number
  /** A client's: the newest that it speaks. A server's: what both speak from now on. */
  readonly protocol?: ProtocolVersion
  /** Protocol 2, where the session goes on: the requests of who says it that were sent and are not settled; no others are waited for. */
  readonly pending?: readonly number[]
  /** With it, the number of the next request: what has it or a higher one was asked later. */
  readonly next?: number
  /** Protocol 2: all requests of who says it below that number are settled, those of its earlier sessions too: one that comes late is not executed. */
  readonly settled?: number
  /** The credit that who says it grants. */
  readonly limits?: PeerLimits
  /** A server's: of its run, larger than that of any before. A client's: the largest that it knows. */
  readonly epoch?: number
}

/** A message that is none. */
export interface Garbage {
  readonly kind: 'garbage'
  readonly reason: string
  /** Known when it is a request, or the answer to one, so that somebody can be told. */
  readonly about?:
    | { readonly what: 'request' | 'answer'; readonly id: RequestId; readonly cause: NetworkError }
    | { readonly what: 'stream'; readonly stream: number; readonly cause: NetworkError }
}

/** A request within its session: text in protocol 1, a sequence number in protocol 2. */
export type RequestId = string | number

/** Asks for something. */
export interface Request {
  readonly kind: 'request'
  readonly id: RequestId
  readonly method: string
  /** Texts that say where it goes, apart from the data, so that whoever passes it on need not read that. */
  readonly route?: readonly string[]
  /** All parameters; with a route what comes after it. */
  readonly body: Body
  /** What is left of its deadline in milliseconds; 0 for none. */
  readonly timeoutMs: number
  /** Requests with a smaller sequence number are settled, so their answers may be forgotten. */
  readonly settled?: number
  /** It opens a stream, if it is answered. */
  readonly stream?: StreamOpening
  /** The calls for which it is made. */
  readonly chain?: CallChain
}

/** What a peer may send at first, in a stream, and whether it will hear anything. */
export interface StreamOpening {
  /** Items that may be sent to who asks. */
  readonly items: number
  /** Bytes of them: while less have been sent, one more item may go. */
  readonly bytes: number
  /** Who asks sends items, too. */
  readonly input: boolean
}

/**
 * Of a stream, or of an answer in parts. Its number is twice that of the request which opened it, and one more where the receiver of the message
 * made that request.
 */
export type StreamMessage =
  /** @property index counts the items of this direction, from 0 */
  | { readonly kind: 'item'; readonly stream: number; readonly index: number; readonly body: Body }
  /** No items come any more: as many as `index` were sent, or they ended with that error. */
  | { readonly kind: 'end'; readonly stream: number; readonly index: number; readonly error?: unknown }
  /** So many items and bytes may be sent to who says this, since the beginning; what is left says what was consumed. */
  | { readonly kind: 'grant'; readonly stream: number; readonly items: number; readonly bytes: number }
  /** Who says it takes no more items, having all or wanting none. */
  | { readonly kind: 'stop'; readonly stream: number }

/** Everything that can be said, in one protocol or the other. */
export type Message =
  | { readonly kind: 'hello'; readonly id: string; readonly fields: HelloFields }
  | Request
  /** @property inParts the answer has so many bytes and comes as items of a stream; the body says nothing then */
  | { readonly kind: 'response'; readonly id: RequestId; readonly body: Body; readonly inParts?: number }
  | { readonly kind: 'error'; readonly id: RequestId; readonly error: unknown }
  | { readonly kind: 'event'; readonly route?: readonly string[]; readonly body: Body }
  | { readonly kind: 'gap'; readonly lost: number | 'unknown'; readonly reason: string }
  /**
   * @param at when it was said, by the clock of who says it; the pong gives it back
   * @param load protocol 2: how busy the process is
   */
  | { readonly kind: 'ping'; readonly settled?: number; readonly at?: number; readonly load?: AgentLoad }
  | { readonly kind: 'pong'; readonly serverId: string; readonly settled?: number; readonly at?: number }
  | { readonly kind: 'retry'; readonly id: RequestId; readonly ticks: number }
  /** Protocol 2: nobody waits for the answer any more. */
  | { readonly kind: 'cancel'; readonly id: RequestId }
  /** Protocol 2.1. */
  | StreamMessage
  | { readonly kind: 'close' }
  | { readonly kind: 'sayHello' }
  /** Of a later minor version: skipped. */
  | { readonly kind: 'unknown' }
  | Garbage

/** What can be sent. */
export type Sendable = Exclude<Message, { readonly kind: 'garbage' | 'unknown' }>

/** What has data, and may say apart from it where it goes. */
export interface Addressed {
  readonly route?: readonly string[]
  readonly body: Body
}

/**
 * Parameters or an event as handlers get them: where there is a route, it and then the data.
 *
 * @param unread the handler passes on what comes with a route, and reads it where it is for itself
 */
export function contentOf({ route, body }: Addressed, unread: boolean): unknown {
  if (route === undefined) return body.value
  const content: unknown[] = route.slice()
  content.push(unread ? body : body.value)
  return content
}
