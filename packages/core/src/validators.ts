// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { DrainOptions } from './api/agent'
import type { ContainerRecord, GetOptions } from './api/container'
import { NetworkEventKind, type NetworkContainerEvent } from './api/events'
import type { AgentEndpointRef, AgentUuid, ContainerEndpointRef, ContainerKind, ContainerUuid } from './api/identifiers'
import type { PreTermination, RetireOptions, RetireOutcome } from './api/termination'
import type { ActivationToken } from './api/token'
import { NetworkError } from './errors'
import { checkLabels, checkName } from './labels'
import type { AgentOperations, ConnectionOperations, CoordinatorOperations } from './operations'

/** Characters of the reason for which a container cannot end yet: it rides in every list. */
const maxReasonChars = 256

/** What arrived from a peer, before anything is known of it. */
type Fields = Readonly<Record<string, unknown>>

const refuse = (what: string, value: unknown): never => {
  const shown =
    typeof value === 'object'
      ? value === null
        ? 'null'
        : 'an object'
      : `${typeof value} ${String(value).slice(0, 64)}`
  throw new NetworkError('PROTOCOL_ERROR', `${what}, got ${shown}`)
}

const fields = (value: unknown, what: string): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : refuse(`${what} must be an object`, value)

const items = (value: unknown, what: string): readonly unknown[] =>
  Array.isArray(value) ? value : refuse(`${what} must be an array`, value)

const text = (value: unknown, what: string): string =>
  typeof value === 'string' ? value : refuse(`${what} must be text`, value)

/** 0.7 carries `undefined` as `null`: both mean absent. */
const optional = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === undefined || value === null ? undefined : read(value)

const name = <T extends string>(value: unknown, what: string): T => checkName(text(value, what), what) as T

const duration = (value: unknown): number =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
    ? value
    : refuse('timeoutMs must be a number of milliseconds', value)

const integer = (value: unknown, what: string): number =>
  Number.isSafeInteger(value) && (value as number) >= 0
    ? (value as number)
    : refuse(`${what} must be a whole number`, value)

function token(value: unknown): ActivationToken {
  const read = fields(value, 'token')
  return { epoch: integer(read.epoch, 'token.epoch'), counter: integer(read.counter, 'token.counter') }
}

function part(value: unknown): [number, number] {
  const [index, count] = items(value, 'part')
  return [integer(index, 'the index of the part'), integer(count, 'the count of parts')]
}

const labels = (value: unknown): string[] => checkLabels(items(value, 'labels').map((label) => text(label, 'a label')))

function preTermination(value: unknown): PreTermination {
  const read = fields(value, 'preTermination')
  return present<PreTermination>({
    reason: text(read.reason, 'its reason').slice(0, maxReasonChars),
    until: typeof read.until === 'number' ? read.until : undefined,
    finished: read.finished === true ? true : undefined,
    forced: read.forced === true ? true : undefined
  })
}

function retireOptions(value: unknown): RetireOptions {
  const { reason, final, move } = fields(value, 'the end')
  return { reason: text(reason, 'its reason'), final: final !== false, ...(move === true ? { move } : {}) }
}

/** What an agent answers to `ct`; whatever else it says means that the container has ended. */
export function readRetireOutcome(value: unknown): RetireOutcome {
  if (typeof value !== 'object' || value === null) return {}
  const { notYet, state } = value as Fields
  if (notYet === undefined || notYet === null) return state === undefined ? {} : { state }
  const { reason, withinMs } = fields(notYet, 'notYet')
  const why = text(reason, 'its reason').slice(0, maxReasonChars)
  return { notYet: { reason: why, ...present({ withinMs: optional(withinMs, duration) }) } }
}

/** Keeps only what is there, so that records compare and travel without `undefined`. */
function present<T extends object>(value: T): T {
  // Made anew: an object of which something was deleted is slow from then on
  const kept: Partial<T> = {}
  for (const key of Object.keys(value) as (keyof T)[]) if (value[key] !== undefined) kept[key] = value[key]
  return kept as T
}

/** Options of a get. */
export function readGetOptions(value: unknown): GetOptions {
  const read = fields(value ?? {}, 'the options of a get')
  return present<GetOptions>({
    uuid: optional(read.uuid, (uuid) => name<ContainerUuid>(uuid, 'uuid')),
    extra: read.extra ?? undefined,
    labels: optional(read.labels, labels)
  })
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
    preTermination: optional(read.preTermination, preTermination)
  })
}

function readContainerEvent(value: unknown): NetworkContainerEvent {
  const read = fields(value, 'a container event')
  const event = read.event
  if (event !== NetworkEventKind.added && event !== NetworkEventKind.updated && event !== NetworkEventKind.removed) {
    return refuse('event must be 0, 1 or 2', event)
  }
  return { container: readContainerRecord(read.container), event }
}

const readUuid = (value: unknown): { uuid: ContainerUuid } => ({
  uuid: name<ContainerUuid>(fields(value, 'parameters').uuid, 'uuid')
})

const readAgentId = (value: unknown): { uuid: AgentUuid } => ({
  uuid: name<AgentUuid>(fields(value, 'parameters').uuid, 'uuid')
})

/** Parameters of what a client asks of the coordinator: `PROTOCOL_ERROR` or `INVALID_ARGUMENT` when they are not what they must be. */
export const readCoordinatorParams: {
  readonly [N in keyof CoordinatorOperations]: (value: unknown) => CoordinatorOperations[N]['params']
} = {
  ar: (value) => {
    const read = fields(value, 'parameters')
    return present({
      uuid: name<AgentUuid>(read.uuid, 'uuid'),
      containers: items(read.containers, 'containers').map(readContainerRecord),
      kinds: items(read.kinds, 'kinds').map((kind) => name<ContainerKind>(kind, 'kind')),
      endpoint: optional(read.endpoint, (endpoint) => text(endpoint, 'endpoint') as AgentEndpointRef),
      part: optional(read.part, part),
      draining: read.draining === true ? true : undefined
    })
  },
  au: readAgentId,
  al: () => undefined,
  ak: () => undefined,
  cl: (value) => {
    const read = fields(value ?? {}, 'parameters')
    return present({
      kind: optional(read.kind, (kind) => name<ContainerKind>(kind, 'kind')),
      page: optional(read.page, (page) => text(page, 'page'))
    })
  },
  gg: (value) => {
    const read = fields(value, 'parameters')
    return present({
      kind: name<ContainerKind>(read.kind, 'kind'),
      request: readGetOptions(read.request),
      timeoutMs: optional(read.timeoutMs, duration),
      ask: optional(read.ask, (ask) => integer(ask, 'ask')),
      restore: optional(read.restore, (agent) => (agent === '' ? '' : name<AgentUuid>(agent, 'restore')))
    })
  },
  gx: (value) => ({ ask: integer(fields(value, 'parameters').ask, 'ask') }),
  cr: readUuid,
  cs: (value) => {
    const [uuid, operation, data, options] = items(value, 'parameters')
    const timeoutMs = optional(options, (given) => optional(fields(given, 'options').timeoutMs, duration))
    const limit = timeoutMs === undefined ? {} : { timeoutMs }
    return [name<ContainerUuid>(uuid, 'uuid'), name(operation, 'operation'), data ?? undefined, limit]
  },
  cc: readUuid,
  cd: readUuid,
  cu: (value) => {
    const read = fields(value, 'parameters')
    return {
      uuid: name<AgentUuid>(read.uuid, 'uuid'),
      containers: items(read.containers, 'containers').map(readContainerEvent)
    }
  },
  nw: () => undefined,
  ex: readUuid,
  ct: (value) => {
    const read = fields(value, 'parameters')
    return present({
      ...readUuid(value),
      reason: optional(read.reason, (reason) => text(reason, 'its reason').slice(0, maxReasonChars)),
      force: read.force === true ? true : undefined
    })
  },
  ad: (value) => present({ ...readAgentId(value), ...readDrainOptions(value) }),
  di: (value) => {
    const { agent } = fields(value ?? {}, 'parameters')
    return present({ agent: optional(agent, (id) => name<AgentUuid>(id, 'agent')), ...readSample(value) })
  }
}

function readDrainOptions(value: unknown): DrainOptions {
  return present({ timeoutMs: optional(fields(value ?? {}, 'the options').timeoutMs, duration) })
}

function readSample(value: unknown): { sampleMs?: number } {
  return present({ sampleMs: optional(fields(value ?? {}, 'the options').sampleMs, duration) })
}

/** Parameters of what the coordinator asks of an agent, after the agent's own id. */
export const readAgentParams: {
  readonly [N in keyof AgentOperations]: (value: unknown) => AgentOperations[N]['params']
} = {
  gg: (value) => {
    const [kind, options, start] = items(value, 'parameters')
    const read: AgentOperations['gg']['params'] = [name<ContainerKind>(kind, 'kind'), readGetOptions(options)]
    const context = optional(start, (given) => {
      const { token: activation, state } = fields(given, 'the start')
      return { token: token(activation), ...(state === undefined ? {} : { state }) }
    })
    if (context !== undefined) read.push(context)
    return read
  },
  cl: (value) => [optional(items(value ?? [], 'parameters')[0], (kind) => name<ContainerKind>(kind, 'kind'))],
  cs: (value) => {
    const [uuid, operation, data, client] = items(value, 'parameters')
    return [
      name<ContainerUuid>(uuid, 'uuid'),
      name(operation, 'operation'),
      data ?? undefined,
      optional(client, (id) => name(id, 'clientId'))
    ]
  },
  ct: (value) => {
    const [uuid, how] = items(value, 'parameters')
    const options = optional(how, retireOptions)
    return options === undefined ? [name<ContainerUuid>(uuid, 'uuid')] : [name<ContainerUuid>(uuid, 'uuid'), options]
  },
  cc: (value) => readUuidAndClient(value),
  cd: (value) => readUuidAndClient(value),
  ca: (value) => [name<ContainerUuid>(items(value, 'parameters')[0], 'uuid')],
  cx: (value) => [name<ContainerUuid>(items(value, 'parameters')[0], 'uuid')],
  ad: (value) => [readDrainOptions(items(value, 'parameters')[0])],
  di: (value) => [readSample(items(value, 'parameters')[0])]
}

/** The activation that an agent's server says it has connected; none where it says nothing of it. */
export function readConnected(result: unknown): ActivationToken | undefined {
  return result === 'ok' ? undefined : optional(fields(result, 'what was connected').token, token)
}

function readUuidAndClient(value: unknown): AgentOperations['cc']['params'] {
  const [uuid, client] = items(value, 'parameters')
  return [name<ContainerUuid>(uuid, 'uuid'), name(client, 'clientId')]
}

/** Parameters of what a client asks of an agent's server. */
export const readConnectionParams: {
  readonly [N in keyof ConnectionOperations]: (value: unknown) => ConnectionOperations[N]['params']
} = {
  cc: readUuid,
  cd: (value) => {
    const later = optional(fields(value, 'parameters').token, token)
    return { ...readUuid(value), ...(later === undefined ? {} : { token: later }) }
  },
  cs: (value) => {
    const [uuid, operation, data] = items(value, 'parameters')
    return [name<ContainerUuid>(uuid, 'uuid'), name(operation, 'operation'), data ?? undefined]
  }
}
