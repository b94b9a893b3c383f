// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Container, ContainerFactory, ContainerFactoryResult, GetOptions } from '../api/container'
import type { AgentEndpointRef, AgentUuid, ContainerKind } from '../api/identifiers'
import { codeOf, NetworkError, messageOf, type ErrorCode, type NetworkErrorDetails } from '../errors'
import { checkName } from '../labels'
import { didNotStart } from '../state/failures'
import { bounded } from './bounded'
import type { Deadlines } from './deadlines'
import { readTurns } from './turn-options'

/** One call of a factory. */
export interface StartCall {
  readonly agentId: AgentUuid
  readonly kind: ContainerKind
  readonly factory: ContainerFactory
  readonly options: GetOptions
  readonly agentEndpoint: AgentEndpointRef | undefined
  readonly timeoutMs: number
  /** What the predecessor of a container that moves has left. */
  readonly state?: unknown
  /** Whether somebody still waits for it: what nobody does goes on with no state, and ends. Default: always. */
  readonly isWanted?: () => boolean
}

/** Without these it is no container. */
export const containerMethods = ['request', 'ping', 'terminate', 'connect', 'disconnect'] as const

/**
 * Calls the factory and looks at what it answers. Fails with `START_FAILED` or, past its time, with `START_TIMEOUT`; what
 * the factory made all the same, however late, goes to `discard`.
 */
export async function startContainer(
  deadlines: Deadlines,
  call: StartCall,
  discard: (made: unknown) => Promise<void>
): Promise<ContainerFactoryResult> {
  let expired = false
  let result: unknown
  const rehydrated = async (made: unknown): Promise<void> => {
    try {
      await rehydrate(made, call)
    } catch (error) {
      if (!expired) void discard(made)
      throw error
    }
  }
  const work = async (): Promise<ContainerFactoryResult> => {
    result = await call.factory({ ...call.options }, call.agentEndpoint)
    if (expired) void discard(result)
    else if (call.state !== undefined && faultOf(result, call.options) === undefined && call.isWanted?.() !== false)
      await rehydrated(result)
    return result as ContainerFactoryResult
  }
  const late = (): NetworkError => {
    expired = true
    // It hangs over the state of its predecessor
    if (result !== undefined) void discard(result)
    return startError(call, 'START_TIMEOUT', `its factory did not answer within ${call.timeoutMs} ms`)
  }
  let made: ContainerFactoryResult
  try {
    made = await bounded(deadlines, call.timeoutMs, work, late)
  } catch (error) {
    if (expired) throw error
    // A factory that is full says so by this code, after which trying again makes sense.
    const full = codeOf(error) === 'CAPACITY'
    throw startError(call, full ? 'CAPACITY' : 'START_FAILED', messageOf(error), error)
  }
  const fault = faultOf(made, call.options)
  if (fault === undefined) return made
  await discard(made)
  throw startError(call, 'START_FAILED', fault)
}

/** Gives what was just made the state of its predecessor. */
async function rehydrate(made: unknown, { state }: StartCall): Promise<void> {
  const { container } = (made ?? {}) as Partial<ContainerFactoryResult>
  if (state === undefined || typeof container?.rehydrate !== 'function') return
  try {
    await container.rehydrate(state)
  } catch (error) {
    throw new Error(`it could not go on with the state of its predecessor: ${messageOf(error)}`, { cause: error })
  }
}

/** An error of a start, which says of what and where. */
export function startError(
  call: Pick<StartCall, 'agentId' | 'kind' | 'options'>,
  code: ErrorCode,
  reason: string,
  cause?: unknown
): NetworkError {
  const { agentId, kind, options } = call
  const details: NetworkErrorDetails = {
    stage: `starting on agent ${agentId}`,
    kind,
    uuid: options.uuid,
    agentId,
    cause
  }
  return new NetworkError(code, `${didNotStart(kind, options.uuid, agentId)}${reason}`, details)
}

/** Why this cannot be taken for what was asked for. */
function faultOf(made: unknown, options: GetOptions): string | undefined {
  if (typeof made !== 'object' || made === null) return `its factory answered ${String(made)} in place of a container`
  const { uuid, container, endpoint } = made as Partial<Record<keyof ContainerFactoryResult, unknown>>
  if (typeof container !== 'object' || container === null) return 'its factory answered without a container'
  const missing = containerMethods.find((name) => typeof (container as Record<string, unknown>)[name] !== 'function')
  if (missing !== undefined) return `the container has no method '${missing}'`
  const wrong = attempt(() => readTurns(container as Container))
  if (wrong !== undefined) return wrong
  if (typeof endpoint !== 'string') return `its factory answered with endpoint ${String(endpoint)}, which is not text`
  const unnamed = attempt(() => checkName(uuid as string, 'the uuid that its factory answered'))
  if (unnamed !== undefined) return unnamed
  if (options.uuid === undefined || uuid === options.uuid) return undefined
  return `its factory answered with another uuid, ${String(uuid)}`
}

/** Why that cannot be, if it cannot. */
function attempt(check: () => unknown): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}
