// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ContainerKind, ContainerUuid } from '../api/identifiers'
import { NetworkError, messageOf, type ErrorCode } from '../errors'
import type { Wish } from './candidates'
import type { Offer } from './offer'
import { triedOf, type AgentRow, type ContainerRow, type PendingGet } from './rows'

/** Kinds named in a message, at most: a network may have very many. */
const maxKindsNamed = 20

/** Agents named in a message, at most. */
const maxAgentsNamed = 8

/** 'container c1 of kind k', as far as known. */
export function nameOf(row: Pick<ContainerRow, 'uuid' | 'kind'>): string {
  return row.uuid === undefined ? `a container of kind ${row.kind}` : `container ${row.uuid} of kind ${row.kind}`
}

function details(
  row: ContainerRow,
  agentId = row.agentId
): { kind: ContainerRow['kind']; uuid?: ContainerUuid; agentId?: AgentUuid } {
  return { kind: row.kind, uuid: row.uuid, agentId }
}

export function kindMismatch(get: PendingGet, row: ContainerRow): NetworkError {
  const what = `Container ${row.uuid} is of kind ${row.kind}, not ${get.kind}; a uuid names one container in the whole network`
  return new NetworkError('KIND_MISMATCH', `${what}: ask for ${row.kind}, or use another uuid`, {
    ...details(row),
    stage: 'looking up the uuid',
    kind: get.kind
  })
}

const retryableStarts: ReadonlySet<ErrorCode> = new Set(['CAPACITY', 'START_TIMEOUT'])

/** The agent's own reason, or why its answer cannot be used. */
export function startFailed(
  row: ContainerRow,
  agentId: AgentUuid,
  cause: unknown,
  code: ErrorCode = 'START_FAILED'
): NetworkError {
  const stage = `starting on agent ${agentId}`
  // An agent of ours has said all of this already.
  const complete = cause instanceof NetworkError && cause.stage !== undefined && cause.agentId === agentId
  const said = messageOf(cause)
  const message = complete ? said : `Agent ${agentId} failed to start ${nameOf(row)}: ${said}`
  // Codes after which trying again makes sense are kept.
  const kept = cause instanceof NetworkError && retryableStarts.has(cause.code) ? cause.code : code
  const retryAfterMs = cause instanceof NetworkError ? cause.retryAfterMs : undefined
  const error = new NetworkError(kept, message, { ...details(row, agentId), stage, retryAfterMs, cause })
  const told = didNotStart(row.kind, row.uuid, agentId)
  return because(said.startsWith(told) ? said.slice(told.length) : said, error)
}

/** How an agent of ours begins to tell that. */
export function didNotStart(kind: ContainerKind, uuid: ContainerUuid | undefined, agentId: AgentUuid): string {
  const name = uuid === undefined ? '' : ` ${uuid}`
  return `Container${name} of kind '${kind}' did not start on agent ${agentId}: `
}

export function startTimedOut(row: ContainerRow, agentId: AgentUuid, waitedMs: number): NetworkError {
  return new NetworkError(
    'START_TIMEOUT',
    `Agent ${agentId} did not start ${nameOf(row)} within ${waitedMs} ms; what it makes later is terminated. ` +
      'Get it again, or allow its kind a longer start',
    { ...details(row, agentId), stage: `starting on agent ${agentId} for ${waitedMs} ms` }
  )
}

export function wrongUuid(row: ContainerRow, agentId: AgentUuid, answered: ContainerUuid): NetworkError {
  return startFailed(
    row,
    agentId,
    `its factory answered with uuid ${answered}, which it must not choose when one is given`
  )
}

export function uuidConflict(row: ContainerRow, agentId: AgentUuid, live: ContainerRow): NetworkError {
  const where = live.agentId === undefined ? 'known to the network' : `live on agent ${live.agentId}`
  const cause = `its factory answered with uuid ${live.uuid}, which is ${where} as kind ${live.kind}; it must choose an unused one`
  return startFailed(row, agentId, cause, 'UUID_CONFLICT')
}

export function startLost(get: PendingGet, agentId: AgentUuid): NetworkError {
  const message = `Starting a container of kind ${get.kind} ended ${get.losses} times with the loss of the agent, the last ${agentId}`
  return new NetworkError('START_FAILED', `${message}; look at what its factory does to the process`, {
    stage: `starting on agent ${agentId}`,
    kind: get.kind,
    uuid: get.options.uuid,
    agentId
  })
}

/** Whoever offers the kind has no room for one more. */
export function allFull(wish: Wish, uuid: ContainerUuid | undefined, offer: Offer | undefined): NetworkError {
  const { kind, pinned } = wish
  const named = fullNames(wish, offer)
  const whose = pinned === undefined ? 'no agent that offers it has' : 'the agent it is pinned to does not have'
  const message = `A container of kind ${kind} cannot start: ${whose} room (${named}); add agents, raise their capacity, or try later`
  return new NetworkError('CAPACITY', message, { kind, uuid, agentId: pinned, stage: 'choosing an agent' })
}

/** Agents that could not start it, the last for want of room, of which the coordinator knew nothing. */
export function allRefused(row: ContainerRow, last: NetworkError): NetworkError {
  const tried = [...triedOf(row)]
  if (last.code !== 'CAPACITY' || tried.length < 2) return last
  const named = tried.slice(0, maxAgentsNamed).join(', ')
  const more = tried.length > maxAgentsNamed ? ` and ${tried.length - maxAgentsNamed} more` : ''
  const message = `None of the agents ${named}${more} could start ${nameOf(row)}; the last of them: ${last.message}`
  const { agentId, stage, retryAfterMs } = last
  return new NetworkError('CAPACITY', message, { ...details(row, agentId), stage, retryAfterMs, cause: last })
}

/** Who offers the kind, and how full each is; the first of them. */
export function fullNames({ kind, pinned }: Wish, offer: Offer | undefined): string {
  const full: string[] = []
  for (const agent of offer?.all.values() ?? []) {
    if (pinned !== undefined && agent.agentId !== pinned) continue
    full.push(fullness(agent, kind))
    if (full.length === maxAgentsNamed) break
  }
  const left = pinned === undefined ? (offer?.all.size ?? 0) - full.length : 0
  return full.join(', ') + (left > 0 ? `, and ${left} more` : '')
}

function fullness({ agentId, seats, capacity }: AgentRow, kind: ContainerKind): string {
  const ofKind = capacity?.byKind.get(kind) ?? Infinity
  if (seats.of(kind) >= ofKind) return `${agentId} has ${seats.of(kind)} of ${ofKind} of this kind`
  return `${agentId} has ${seats.total} of ${capacity?.containers} containers`
}

/** The row ended since its agent did. */
export function agentLeft(row: ContainerRow, agentId: AgentUuid, why: string): NetworkError {
  const message = `Agent ${agentId}, which had ${nameOf(row)}, ${why}, and nobody holds it; get it anew`
  return because(
    `agent ${agentId} ${why}`,
    withoutStack(() => gone(row, message, agentId))
  )
}

/** The row ended in order. */
export function ended(row: ContainerRow, how: string): NetworkError {
  const message = `The network no longer has ${nameOf(row)}: ${how}; get it anew`
  return because(
    how,
    withoutStack(() => gone(row, message))
  )
}

/** The bare reason in an error of {@link startFailed}, {@link agentLeft} or {@link ended}; of any other, its message. */
export function howOf(error: NetworkError & { readonly how?: string }): string {
  return error.how ?? error.message
}

function because(how: string, error: NetworkError): NetworkError {
  return Object.assign(error, { how })
}

function gone(row: ContainerRow, message: string, agentId = row.agentId): NetworkError {
  return new NetworkError('NOT_FOUND', message, { ...details(row, agentId), stage: 'looking up the uuid' })
}

/** Every end of a container has its error, though mostly nobody waits for it; where it was made costs most of it. */
function withoutStack(make: () => NetworkError): NetworkError {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return make()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

export function clientGone(get: PendingGet): NetworkError {
  const message = `Client ${get.client.id} left the network while its get of kind ${get.kind} waited`
  return new NetworkError('CANCELLED', message, { stage: waitOf(get), kind: get.kind, uuid: get.options.uuid })
}

/** Its deadline passed: says what it waited for. */
export function getExpired(get: PendingGet, offered: readonly string[], now: number): NetworkError {
  const { kind, place } = get
  const stage = waitOf(get)
  const waited = `${Math.round(now - get.since)} ms`
  const more = { stage, kind, uuid: get.options.uuid, agentId: place.at === 'row' ? place.row.agentId : undefined }
  const offers = offered.includes(kind)
  if (place.at === 'queue' || (place.at === 'row' && place.row.state === 'lost' && !offers)) {
    const named = offered.slice(0, maxKindsNamed).join(', ') + (offered.length > maxKindsNamed ? ', …' : '')
    const pinned = get.options.placement?.agent
    if (pinned !== undefined) {
      const message = `Agent ${pinned}, to which the container is pinned, did not offer kind ${kind} within ${waited}; start it, or pin the container to none`
      return new NetworkError('NO_AGENT', message, { ...more, agentId: pinned })
    }
    const offer = offered.length === 0 ? 'no agent offers any kind' : `kinds on offer: ${named}`
    const message = `No agent that offers kind ${kind} could be had within ${waited} (${offer}); start one with a factory for it`
    return new NetworkError('NO_AGENT', message, more)
  }
  const lastError = place.at === 'row' ? place.row.trouble?.lastError : undefined
  const why = lastError === undefined ? '' : `, since its last start failed (${lastError.message})`
  const message = `The get of kind ${kind} reached its deadline after ${waited}: ${stage}${why}; allow it more time, or look why that takes so long`
  return new NetworkError('DEADLINE_EXCEEDED', message, more)
}

export function closed(what: string): NetworkError {
  return new NetworkError('CLOSED', `The network was closed: ${what} cannot go on; connect to a running one`)
}

export function agentIdTaken(agentId: AgentUuid, owner: string, waitedMs: number): NetworkError {
  return new NetworkError(
    'AGENT_ID_TAKEN',
    `Agent id ${agentId} belongs to ${owner}, which still lived after ${Math.round(waitedMs)} ms; ` +
      'stop that one, or register under another id',
    { agentId, stage: `waiting for the end of ${owner}` }
  )
}

export function registrationEnded(agentId: AgentUuid, why: string): NetworkError {
  return new NetworkError('CANCELLED', `The registration of agent ${agentId} ended before it was decided: ${why}`, {
    agentId,
    stage: 'waiting for the end of the owner of that agent id'
  })
}

/** What that get waits for, as the stage of its error. */
export function waitOf(get: PendingGet): string {
  const { place } = get
  if (place.at === 'queue') return `waiting for an agent that offers kind ${get.kind}`
  if (place.at === 'held') return 'waiting for the agents to come back after the restart of the coordinator'
  if (place.at === 'nowhere') return 'placing'
  const { row } = place
  if (row.state === 'starting') return `starting on agent ${row.agentId}`
  if (row.state === 'moving') return `waiting for the container, which leaves agent ${row.agentId} to start elsewhere`
  if (row.state === 'terminating') return `waiting for the end of the earlier container on agent ${row.agentId}`
  if (row.state === 'recovering') return 'waiting for the agent that has it after the restart of the coordinator'
  return `waiting for an agent that can start kind ${get.kind} again`
}
