// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Reminder } from '../api/activation'
import type { ContainerRecord, GetOptions } from '../api/container'
import { NetworkEventKind, type NetworkContainerEvent } from '../api/events'
import type { AgentUuid, ContainerEndpointRef, ContainerKind, ContainerUuid } from '../api/identifiers'
import type { AgentCapacity, GetPlacement } from '../api/placement'
import type { PreTermination } from '../api/termination'
import type { ActivationToken } from '../api/token'
import { checkLabels } from '../labels'
import { fields, integer, items, name, optional, present, refuse, text } from './fields'

/** Characters of the reason for which a container cannot end yet: it rides in every list. */
export const maxReasonChars = 256

export const reason = (value: unknown): string => text(value, 'its reason').slice(0, maxReasonChars)

/** Of a token: larger ones could not be counted on from. */
const maxTokenPart = 2 ** 52

export function token(value: unknown): ActivationToken {
  const read = fields(value, 'token')
  const part = (of: unknown, what: string): number => {
    const count = integer(of, what)
    return count <= maxTokenPart ? count : refuse(`${what} must be at most ${maxTokenPart}`, of)
  }
  return { epoch: part(read.epoch, 'token.epoch'), counter: part(read.counter, 'token.counter') }
}

export const labels = (value: unknown): string[] =>
  checkLabels(items(value, 'labels').map((label) => text(label, 'a label')))

export function capacity(value: unknown): AgentCapacity {
  const read = fields(value, 'capacity')
  const limit = (of: unknown): number => integer(of, 'a limit of the capacity')
  const byKind = optional(read.byKind, (kinds) =>
    Object.fromEntries(
      Object.entries(fields(kinds, 'capacity.byKind')).map(([kind, of]) => [name(kind, 'kind'), limit(of)])
    )
  )
  return present<AgentCapacity>({ containers: optional(read.containers, limit), byKind })
}

function preTermination(value: unknown): PreTermination {
  const read = fields(value, 'preTermination')
  return present<PreTermination>({
    reason: reason(read.reason),
    until: typeof read.until === 'number' ? read.until : undefined,
    finished: read.finished === true ? true : undefined,
    forced: read.forced === true ? true : undefined
  })
}

/** Options of a get. */
export function readGetOptions(value: unknown): GetOptions {
  const read = fields(value ?? {}, 'the options of a get')
  // Field by field: it comes with every get and every start
  const options: GetOptions = {}
  if (read.uuid !== undefined && read.uuid !== null) options.uuid = name<ContainerUuid>(read.uuid, 'uuid')
  if (read.extra !== undefined && read.extra !== null) options.extra = read.extra as GetOptions['extra']
  if (read.labels !== undefined && read.labels !== null) options.labels = labels(read.labels)
  if (read.placement !== undefined && read.placement !== null) options.placement = placement(read.placement)
  return options
}

/** Only what is known of it. */
function placement(value: unknown): GetPlacement {
  const { agent } = fields(value, 'placement')
  return present<GetPlacement>({ agent: optional(agent, (id) => name<AgentUuid>(id, 'placement.agent')) })
}

/** A container's record as an agent reports it. */
export function readContainerRecord(value: unknown): ContainerRecord {
  const read = fields(value, 'a container record')
  return present<ContainerRecord>({
    agentId: name<AgentUuid>(read.agentId, 'agentId'),
    uuid: name<ContainerUuid>(read.uuid, 'uuid'),
    kind: name<ContainerKind>(read.kind, 'kind'),
    endpoint: text(read.endpoint ?? '', 'endpoint') as ContainerEndpointRef,
    lastVisit: typeof read.lastVisit === 'number' ? read.lastVisit : 0,
    extra: read.extra ?? undefined,
    labels: optional(read.labels, labels),
    stateless: typeof read.stateless === 'boolean' ? read.stateless : undefined,
    token: optional(read.token, token),
    healthy: typeof read.healthy === 'boolean' ? read.healthy : undefined,
    healthError: typeof read.healthError === 'string' ? read.healthError : undefined,
    preTermination: optional(read.preTermination, preTermination),
    ends: read.ends === true ? true : undefined
  })
}

export function readContainerEvent(value: unknown): NetworkContainerEvent {
  const read = fields(value, 'a container event')
  const event = read.event
  if (event !== NetworkEventKind.added && event !== NetworkEventKind.updated && event !== NetworkEventKind.removed) {
    return refuse('event must be 0, 1 or 2', event)
  }
  return { container: readContainerRecord(read.container), event }
}

/** A reminder as it travels. */
export function readReminder(value: unknown): Reminder {
  const read = fields(value, 'a reminder')
  return present<Reminder>({
    name: name(read.name, 'the name of a reminder'),
    at: integer(read.at, 'the time of a reminder'),
    everyMs: optional(read.everyMs, (everyMs) => integer(everyMs, 'everyMs')),
    data: read.data ?? undefined
  })
}

export const readUuid = (value: unknown): { uuid: ContainerUuid } => ({
  uuid: name<ContainerUuid>(fields(value, 'parameters').uuid, 'uuid')
})
