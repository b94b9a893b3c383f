// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  NetworkEventKind,
  readContainerRecord,
  type NetworkAgentEvent,
  type NetworkContainerEvent,
  type NetworkEvent,
  type LeaseNotice,
  type RelayGap
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

/** What of a body from the coordinator tells that events of relayed connections were lost. */
export function readRelayGaps(body: unknown): RelayGap[] {
  if (typeof body !== 'object' || body === null) return []
  return entries((body as { gaps?: unknown }).gaps).filter(isRelayGap)
}

/** What a coordinator that will be away says to the agents of this client. */
export function readLease(body: unknown): number | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { leaseMs } = body as Partial<LeaseNotice>
  return typeof leaseMs === 'number' && leaseMs > 0 ? leaseMs : undefined
}

function isRelayGap(value: unknown): value is RelayGap {
  if (typeof value !== 'object' || value === null) return false
  const { uuid, reason } = value as Partial<RelayGap>
  return typeof uuid === 'string' && typeof reason === 'string'
}

function entries(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : []
}

function isAgentEvent(value: unknown): value is NetworkAgentEvent {
  if (typeof value !== 'object' || value === null) return false
  const { id, kinds: offered, event, draining } = value as Partial<NetworkAgentEvent>
  const known = draining === undefined || draining === true
  return typeof id === 'string' && Array.isArray(offered) && kinds.has(event) && known
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
