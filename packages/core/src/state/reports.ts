// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecordInfo } from '../api/agent'
import type { ContainerUuid } from '../api/identifiers'
import type { ContainerLookup, NetworkStats } from './queries'
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
  return [...agents.all()].map(({ agentId, endpoint, kinds, draining, givenCapacity, load }) => ({
    agentId,
    ...(endpoint === undefined ? {} : { endpoint }),
    containers: containers.countActive(agentId),
    kinds: [...kinds],
    ...(draining ? { draining } : {}),
    ...(givenCapacity === undefined ? {} : { capacity: givenCapacity }),
    ...(load.inFlight + load.lagMs === 0 ? {} : { load })
  }))
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
