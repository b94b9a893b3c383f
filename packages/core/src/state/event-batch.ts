// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkEventKind, type NetworkAgentEvent, type NetworkContainerEvent, type NetworkEvent } from '../api/events'
import type { AgentUuid, ContainerUuid } from '../api/identifiers'

const { added, updated, removed } = NetworkEventKind

/** What two changes of one id, one after the other, come to; undefined: nothing. */
export function mergeEvents(first: NetworkEventKind, second: NetworkEventKind): NetworkEventKind | undefined {
  if (first === added) return second === removed ? undefined : added
  if (second === removed) return removed
  return updated
}

/** Changes merged per id, in order of their first. */
export class EventBatch {
  private readonly agents = new Map<AgentUuid, NetworkAgentEvent>()
  private readonly containers = new Map<ContainerUuid, NetworkContainerEvent>()

  addAgent(change: NetworkAgentEvent): void {
    put(this.agents, change.id, change)
  }

  addContainer(change: NetworkContainerEvent): void {
    put(this.containers, change.container.uuid, change)
  }

  /** What was collected, if anything; the batch is empty afterwards. */
  take(): NetworkEvent | undefined {
    if (this.agents.size + this.containers.size === 0) return undefined
    const event = { agents: [...this.agents.values()], containers: [...this.containers.values()] }
    this.agents.clear()
    this.containers.clear()
    return event
  }
}

function put<K, E extends { event: NetworkEventKind }>(changes: Map<K, E>, id: K, change: E): void {
  const before = changes.get(id)
  const event = before === undefined ? change.event : mergeEvents(before.event, change.event)
  if (event === undefined) changes.delete(id)
  else changes.set(id, { ...change, event })
}
