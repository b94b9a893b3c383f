// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentEndpointRef, AgentUuid, ClientUuid } from '../api/identifiers'
import type { RelayGap } from '../operations'

/** Finds out whether the owner of an agent id still lives; tells by `removeClient` or `unregister`. */
export type AgentProbe = (
  agentId: AgentUuid,
  client: ClientUuid | undefined,
  endpoint: AgentEndpointRef | undefined
) => void

/**
 * Agents of an earlier run are given up, since they did not come back: resolves when that is durable, and must not reject;
 * `undefined` where nothing is.
 */
export type GiveUpWriter = (agents: readonly AgentUuid[]) => Promise<void> | undefined

/** Tells a client of events that it may have missed. */
export type RelayGapListener = (client: ClientUuid, gap: RelayGap) => void

/** What only who puts a network on the network can do for it: `NetworkServer` sets them, and takes them back when it closes. */
export interface NetworkHooks {
  /** It can ask the owner's process. */
  onProbe?: AgentProbe
  /** It has the ledger. */
  onGivenUp?: GiveUpWriter
  /** It can tell the client: one that listens to a container by a connection that could not be made again yet. */
  onRelayGap?: RelayGapListener
}
