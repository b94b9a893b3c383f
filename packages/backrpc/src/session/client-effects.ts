// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkError } from '@hcengineering/network-core'
import type { ConversationEffect } from './conversation-effects'

/** What the owner of a client's session has to do. */
export type ClientEffect<Tag> =
  | ConversationEffect<Tag>
  /** A session began (`fresh`: the server knows nothing of us; set it up, then call `registered`), or it goes on. */
  | { readonly kind: 'registered'; readonly fresh: boolean; readonly generation: number }
  | { readonly kind: 'disconnected'; readonly cause: NetworkError }
  /** The connection stands and carries nothing: make another one. */
  | { readonly kind: 'redial'; readonly cause: NetworkError }
  | { readonly kind: 'garbage'; readonly reason: string }
  /** The server has had the ping that was said at `sentAt`. */
  | { readonly kind: 'confirmed'; readonly sentAt: number }
