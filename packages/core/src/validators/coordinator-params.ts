// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentEndpointRef, AgentUuid, ContainerKind, ContainerUuid } from '../api/identifiers'
import type { CoordinatorOperations } from '../operations'
import { duration, fields, integer, items, name, optional, present, text } from './fields'
import { readDrainOptions, readSample } from './options'
import { capacity, readContainerEvent, readContainerRecord, readGetOptions, readUuid, reason, token } from './records'
import { containerWaits } from './waits'

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
      draining: read.draining === true ? true : undefined,
      capacity: optional(read.capacity, capacity),
      settled: optional(read.settled, token)
    })
  },
  au: readAgentId,
  al: () => undefined,
  ak: () => undefined,
  cl: readListParams,
  gg: (value) => {
    const read = fields(value, 'parameters')
    const params: CoordinatorOperations['gg']['params'] = {
      kind: name<ContainerKind>(read.kind, 'kind'),
      request: readGetOptions(read.request)
    }
    const timeoutMs = optional(read.timeoutMs, duration)
    const ask = optional(read.ask, (given) => integer(given, 'ask'))
    const restore = optional(read.restore, (agent) => (agent === '' ? '' : name<AgentUuid>(agent, 'restore')))
    if (timeoutMs !== undefined) params.timeoutMs = timeoutMs
    if (ask !== undefined) params.ask = ask
    if (restore !== undefined) params.restore = restore
    return params
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
  cw: (value) => {
    const read = fields(value, 'parameters')
    return {
      uuid: name<AgentUuid>(read.uuid, 'uuid'),
      heard: integer(read.heard, 'heard'),
      containers: items(read.containers, 'containers').map(containerWaits)
    }
  },
  nw: () => undefined,
  ex: readUuid,
  lu: readListParams,
  lr: readListParams,
  xr: (value) => ({ ...readUuid(value), name: readReminderName(value) }),
  ct: (value) => {
    const read = fields(value, 'parameters')
    return present({
      reason: optional(read.reason, reason),
      force: read.force === true ? true : undefined,
      ...readUuid(value)
    })
  },
  ad: (value) => present({ ...readAgentId(value), ...readDrainOptions(value) }),
  di: (value) => {
    const { agent } = fields(value ?? {}, 'parameters')
    return present({ agent: optional(agent, (id) => name<AgentUuid>(id, 'agent')), ...readSample(value) })
  },
  rs: (value) => {
    const read = fields(value, 'parameters')
    const time = (one: unknown): number => integer(one, 'a time of a reminder')
    return present({
      ...readRemindersParams(value),
      name: readReminderName(value),
      afterMs: optional(read.afterMs, time),
      at: optional(read.at, time),
      everyMs: optional(read.everyMs, time),
      data: read.data ?? undefined
    })
  },
  rc: (value) => ({ ...readRemindersParams(value), name: readReminderName(value) }),
  rl: (value) => readRemindersParams(value)
}

function part(value: unknown): [number, number] {
  const [index, count] = items(value, 'part')
  return [integer(index, 'the index of the part'), integer(count, 'the count of parts')]
}

function readListParams(value: unknown): CoordinatorOperations['cl']['params'] {
  const read = fields(value ?? {}, 'parameters')
  return present({
    kind: optional(read.kind, (kind) => name<ContainerKind>(kind, 'kind')),
    page: optional(read.page, (page) => text(page, 'page'))
  })
}

function readAgentId(value: unknown): { uuid: AgentUuid } {
  return { uuid: name<AgentUuid>(fields(value, 'parameters').uuid, 'uuid') }
}

function readReminderName(value: unknown): string {
  return name(fields(value, 'parameters').name, 'the name of a reminder')
}

function readRemindersParams(value: unknown): CoordinatorOperations['rl']['params'] {
  const read = fields(value, 'parameters')
  return present({
    agent: name<AgentUuid>(read.agent, 'agent'),
    uuid: name<ContainerUuid>(read.uuid, 'uuid'),
    token: optional(read.token, token)
  })
}
