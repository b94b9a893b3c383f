// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerRecord } from './container'
import type { AgentUuid, ContainerKind } from './identifiers'

/** What happened to an agent or a container. */
export enum NetworkEventKind {
  /** It is there. */
  added = 0,
  /** Something of it has changed: where it is, its health, what it offers. */
  updated = 1,
  /** It is gone. */
  removed = 2
}

/** One agent's change. */
export interface NetworkAgentEvent {
  id: AgentUuid
  kinds: ContainerKind[]
  event: NetworkEventKind
  /** It is being emptied: nothing starts there any more. Coordinators before 0.8 never say so. */
  draining?: true
}

/** One container's change. */
export interface NetworkContainerEvent {
  container: ContainerRecord
  event: NetworkEventKind
}

/** A batch of changes, merged per id, in order. */
export interface NetworkEvent {
  agents: NetworkAgentEvent[]
  containers: NetworkContainerEvent[]
}

/** Receives batches of network events. */
export type NetworkUpdateListener = (event: NetworkEvent) => Promise<void>
