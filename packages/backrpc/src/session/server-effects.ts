// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentLoad } from '@hcengineering/network-core'
import type { Frames } from '../wire/frames'
import type { Conversation } from './conversation'
import type { ConversationEffect } from './conversation-effects'

/** What the client that said hello is. */
export interface HelloInfo {
  /** It knows sessions: 0.8 or later. */
  readonly ours: boolean
  /** Only new sessions are announced. */
  readonly resumed: false
  /** The session that it thought it had, of an earlier server or one of this server's that ended; '' for none. Begins with its server's uuid. */
  readonly previousSession: string
}

/** What the owner of the sessions has to do. `client` is always the id said in hello. */
export type ServerEffect<Tag> =
  | ConversationEffect<Tag>
  | {
      readonly kind: 'hello'
      readonly client: string
      readonly conversation: Conversation<Tag>
      readonly info: HelloInfo
    }
  /** The connection is lost; the session is kept. */
  | { readonly kind: 'detached'; readonly client: string }
  | { readonly kind: 'resumed'; readonly client: string }
  /** @param aliveMs what is left of its alive timeout: so long it may believe that it is known; 0 after a goodbye */
  | { readonly kind: 'closed'; readonly client: string; readonly timedOut: boolean; readonly aliveMs: number }
  | { readonly kind: 'ping'; readonly client: string; readonly load?: AgentLoad }
  /** Send this to a peer without a session. */
  | { readonly kind: 'reply'; readonly peer: string; readonly frames: Frames }
  /** End the connection of this peer, where the transport can: it may come back. */
  | { readonly kind: 'drop'; readonly peer: string; readonly reason: string }
  /** Listen to this peer no more. */
  | { readonly kind: 'cut'; readonly peer: string }
  | { readonly kind: 'garbage'; readonly peer: string; readonly reason: string }
