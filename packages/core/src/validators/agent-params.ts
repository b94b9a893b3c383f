// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerKind, ContainerUuid } from '../api/identifiers'
import type { RetireOptions, RetireOutcome } from '../api/termination'
import type { ActivationToken } from '../api/token'
import type { AgentOperations, ConnectionOperations, HoldParams } from '../operations'
import { duration, fields, isDuration, items, name, optional, text, type Fields } from './fields'
import { readDrainOptions, readSample } from './options'
import { readGetOptions, readReminder, readUuid, reason, token } from './records'

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
  cx: (value) => {
    const [uuid, upTo] = items(value, 'parameters')
    return [name<ContainerUuid>(uuid, 'uuid'), optional(upTo, token)]
  },
  ad: (value) => [readDrainOptions(items(value, 'parameters')[0])],
  di: (value) => [readSample(items(value, 'parameters')[0])],
  rd: (value) => {
    const [uuid, reminder] = items(value, 'parameters')
    return [name<ContainerUuid>(uuid, 'uuid'), readReminder(reminder)]
  }
}

function readUuidAndClient(value: unknown): AgentOperations['cc']['params'] {
  const [uuid, client] = items(value, 'parameters')
  return [name<ContainerUuid>(uuid, 'uuid'), name(client, 'clientId')]
}

function retireOptions(value: unknown): RetireOptions {
  const { reason, final, move } = fields(value, 'the end')
  return { reason: text(reason, 'its reason'), final: final !== false, ...(move === true ? { move } : {}) }
}

/**
 * What an agent answers to `ct`; whatever else it says means that the container has ended. One that cannot end yet serves on,
 * however little can be made of the rest: taken for ended it would be started again beside that.
 */
export function readRetireOutcome(value: unknown): RetireOutcome {
  if (typeof value !== 'object' || value === null) return {}
  const { notYet, state } = value as Fields
  if (notYet === undefined || notYet === null) return state === undefined ? {} : { state }
  const { reason: why, withinMs } = notYet as Fields
  const read = { reason: typeof why === 'string' ? reason(why) : '' }
  return { notYet: isDuration(withinMs) ? { ...read, withinMs } : read }
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

/** The activation that an agent's server says it has connected; none where it says nothing of it. */
export function readConnected(result: unknown): ActivationToken | undefined {
  return result === 'ok' ? undefined : optional(fields(result, 'what was connected').token, token)
}

/** What the coordinator answered to a registration; a coordinator of 0.7 tells no token. */
export function readRegistered(result: unknown): { terminate: ContainerUuid[]; token?: ActivationToken } {
  const uuids = (value: unknown): ContainerUuid[] =>
    items(value, 'what is to end').map((uuid) => name<ContainerUuid>(uuid, 'uuid'))
  if (Array.isArray(result)) return { terminate: uuids(result) }
  const read = fields(result, 'the answer to a registration')
  return { terminate: uuids(read.terminate), token: token(read.token) }
}

/** For how long a coordinator that is about to go wants to be asked nothing, and who asks it all the same. */
export function readHold(value: unknown): HoldParams {
  const { withinMs, unless } = fields(value, 'parameters')
  return { withinMs: duration(withinMs), ...(unless === 'asked' || unless === 'busy' ? { unless } : {}) }
}
