// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { CallChain, NetworkError } from '@hcengineering/network-core'
import type { Body } from '../wire/body'
import type { StreamOpening } from '../wire/message'
import type { Conversation } from './conversation'
import type { IncomingRequest } from './incoming-table'
import type { PendingRequest } from './request-table'
import type { Stream } from './stream'
import type { StreamNews } from './stream-table'

/** What the owner of a conversation has to do. */
export type ConversationEffect<Tag> =
  /** A request of ours was answered. */
  | {
      readonly kind: 'answered'
      readonly request: PendingRequest<Tag>
      readonly body: Body
      readonly from: Conversation<Tag>
    }
  /** A request of ours failed: there, where `from` says so, or here. */
  | {
      readonly kind: 'failed'
      readonly request: PendingRequest<Tag>
      readonly error: NetworkError
      readonly from?: Conversation<Tag>
    }
  /** Execute this, and call `answer` or `refuse` with it. */
  | { readonly kind: 'execute'; readonly execution: Execution<Tag> }
  | {
      readonly kind: 'event'
      readonly conversation: Conversation<Tag>
      readonly content: unknown
      /** Of its data, on the wire. */
      readonly bytes: number
    }
  | {
      readonly kind: 'gap'
      readonly conversation: Conversation<Tag>
      readonly lost: number | 'unknown'
      readonly reason: string
    }
  /** Something came for the owner of a stream. */
  | {
      readonly kind: 'stream'
      readonly conversation: Conversation<Tag>
      readonly stream: Stream
      readonly news: StreamNews
    }
  /** The peer broke the rules of streams. */
  | { readonly kind: 'violation'; readonly conversation: Conversation<Tag>; readonly reason: string }
  /** The peer does not read its answers. */
  | { readonly kind: 'overflow'; readonly conversation: Conversation<Tag> }

/** Where effects go; the owner of the conversation takes them out. */
export interface Sink<Tag> {
  push(effect: ConversationEffect<Tag>): void
}

/** A request of the peer, to be executed. */
export interface Execution<Tag> {
  readonly conversation: Conversation<Tag>
  readonly request: IncomingRequest
  readonly method: string
  readonly params: unknown
  /** By the clock of the session; Infinity for none. */
  readonly deadline: number
  /** It opens this, if it is answered. */
  readonly stream?: Stream
  readonly opening?: StreamOpening
  /** The calls for which it is made. */
  readonly chain?: CallChain
}
