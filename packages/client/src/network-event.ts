// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  NetworkEventKind,
  readContainerRecord,
  type NetworkAgentEvent,
  type NetworkContainerEvent,
  type NetworkEvent
} from '@hcengineering/network-core'

const kinds: ReadonlySet<unknown> = new Set([
  NetworkEventKind.added,
  NetworkEventKind.updated,
  NetworkEventKind.removed
])

/** What of a body from the coordinator is a network event; entries that are none are left out. */
export function readNetworkEvent(body: unknown): NetworkEvent | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { agents, containers } = body as { agents?: unknown; containers?: unknown }
  if (!Array.isArray(agents) && !Array.isArray(containers)) return undefined
  return {
    agents: entries(agents).filter(isAgentEvent),
    containers: entries(containers).flatMap(readContainerEvent)
  }
}

function entries(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : []
}

function isAgentEvent(value: unknown): value is NetworkAgentEvent {
  if (typeof value !== 'object' || value === null) return false
  const { id, kinds: offered, event } = value as Partial<NetworkAgentEvent>
  return typeof id === 'string' && Array.isArray(offered) && kinds.has(event)
}

function readContainerEvent(value: unknown): NetworkContainerEvent[] {
  if (typeof value !== 'object' || value === null) return []
  const { container, event } = value as Partial<NetworkContainerEvent>
  if (event === undefined || !kinds.has(event)) return []
  try {
    return [{ container: readContainerRecord(container), event }]
  } catch {
    return []
  }
}
