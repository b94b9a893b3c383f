// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecordInfo } from '../api/agent'
import type { ContainerKind, ContainerUuid } from '../api/identifiers'
import type { AgentCapacity } from '../api/placement'
import type { ContainerLookup, NetworkStats } from './queries'
import type { Seats } from './seats'
import type { Tables } from './tables'

export function lookup({ containers, agents }: Tables, uuid: ContainerUuid): ContainerLookup | undefined {
  const row = containers.get(uuid)
  if (row === undefined) return undefined
  const { kind, state, stateless, agentId, endpoint, token } = row
  return {
    uuid,
    kind,
    state,
    stateless,
    agentId,
    endpoint,
    agentEndpoint: agentId === undefined ? undefined : agents.get(agentId)?.endpoint,
    token,
    waitable: state === 'starting' || state === 'moving' || state === 'lost' || state === 'recovering'
  }
}

export function agentInfos({ agents, containers }: Tables): AgentRecordInfo[] {
  return [...agents.all()].map(({ agentId, endpoint, kinds, draining, givenCapacity, seats, load }) => ({
    agentId,
    ...(endpoint === undefined ? {} : { endpoint }),
    containers: containers.countActive(agentId),
    kinds: [...kinds],
    ...(draining ? { draining } : {}),
    ...(givenCapacity === undefined ? {} : { capacity: givenCapacity, placed: placed(givenCapacity, seats) }),
    ...(load.inFlight + load.lagMs === 0 ? {} : { load })
  }))
}

function placed({ containers, byKind }: AgentCapacity, seats: Seats): AgentCapacity {
  const ofKinds = Object.keys(byKind ?? {}).map((kind) => [kind, seats.of(kind as ContainerKind)])
  return {
    ...(containers === undefined ? {} : { containers: seats.total }),
    ...(byKind === undefined ? {} : { byKind: Object.fromEntries(ofKinds) as Record<string, number> })
  }
}

export function statsOf(tables: Tables, waitingRegistrations: number): NetworkStats {
  const { agents, clients, containers, references, gets, starts, terminations, tokens, recovery, meter } = tables
  return {
    epoch: tokens.epoch,
    recovering: recovery?.open === true,
    agents: agents.size,
    clients: clients.size,
    containers: containers.counts(),
    standbys: containers.standbys,
    references: references.total,
    pendingGets: gets.size,
    pendingStarts: starts.size,
    pendingTerminations: terminations.size,
    waitingRegistrations,
    visits: meter.visits
  }
}
