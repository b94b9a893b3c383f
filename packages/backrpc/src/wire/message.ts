// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkError } from '@hcengineering/network-core'

/** What a hello says beyond the id. Only `aliveTimeout` is known to 0.7. */
export interface HelloFields {
  /** A client's: seconds of silence after which it counts as dead. */
  readonly aliveTimeout?: number
  /** A client's: the session that it thinks it has, '' for none. A server's: the one it has from now on. */
  readonly session?: string
  /** A server's: the session goes on, with everything that is pending in it. */
  readonly resumed?: boolean
  /** How many events of that session who says it has got: a client's, and a server's where the session goes on. */
  readonly events?: number
  /** A client's: counts its hellos. A server's: which of them it answers, since the answer to an earlier one says nothing. */
  readonly attempt?: number
}

/** A message that is none. */
export interface Garbage {
  readonly kind: 'garbage'
  readonly reason: string
  /** Known when operation and id could be read, so that somebody can be told. */
  readonly about?: { readonly operation: number; readonly id: string; readonly cause: NetworkError }
}

/** Everything that protocol 1 can say. */
export type Message =
  | { readonly kind: 'hello'; readonly id: string; readonly fields: HelloFields }
  | {
      readonly kind: 'request'
      readonly id: string
      readonly method: string
      readonly params: unknown
      /** Of its payload. */ readonly bytes: number
    }
  | { readonly kind: 'response'; readonly id: string; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: string; readonly error: unknown }
  | { readonly kind: 'event'; readonly body: unknown }
  | { readonly kind: 'gap'; readonly lost: number | 'unknown'; readonly reason: string }
  | { readonly kind: 'ping'; readonly settled?: number }
  | { readonly kind: 'pong'; readonly serverId: string; readonly settled?: number }
  | { readonly kind: 'retry'; readonly id: string; readonly ticks: number }
  | { readonly kind: 'close' }
  | { readonly kind: 'sayHello' }
  | Garbage
