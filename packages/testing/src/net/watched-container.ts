// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type {
  ActivationToken,
  ClientUuid,
  Container,
  ContainerFactory,
  RequestContext,
  TerminateContext
} from '@hcengineering/network-core'
import type { History, Id } from '../kernel/history'
import type { SimulatedProcess } from '../kernel/process'
import { unwrapped } from './envelope'
import { nodeOf, type AgentName } from './names'

/** One copy of a container that exists now. */
export interface LivingContainer {
  /** Its name. */
  readonly uuid: string
  /** Its kind. */
  readonly kind: string
  readonly agent: AgentName
  /** What your factory made. */
  readonly container: Container
}

/** What containers need of the network to be watched. */
export interface Watch {
  readonly history: History
  /** Copies that exist, in the order of their making. */
  readonly living: Map<Id, LivingContainer>
  nextInstance(): Id
}

/** Who a watched container is. */
export interface Watched {
  readonly uuid: string
  readonly kind: string
  readonly stateless: boolean
}

/** A user's container, unchanged but that the history is told what happens to it. */
export function watched(
  container: Container,
  { uuid, kind, stateless }: Watched,
  process: SimulatedProcess,
  { history, living, nextInstance }: Watch
): Container {
  const instance = nextInstance()
  living.set(instance, { uuid, kind, agent: nodeOf(process.name) as AgentName, container })
  history.record({ type: 'created', instance, uuid, kind, process: process.name, stateless })
  const ended = (): void => {
    if (living.delete(instance)) history.record({ type: 'terminating', instance })
  }
  const executed = (request: Id, client: string, token: ActivationToken | undefined): void =>
    history.record({ type: 'executed', request, instance, client, token })

  const request = async (
    operation: string,
    carried: unknown,
    clientId?: ClientUuid,
    context?: RequestContext
  ): Promise<unknown> => {
    const { id, data } = unwrapped(carried)
    if (id !== undefined) executed(id, clientId ?? '', context?.token)
    return (await container.request(operation, data, clientId, context)) as unknown
  }
  const terminate = async (context?: TerminateContext): Promise<void> => {
    // Whoever may say that it cannot yet has ended only when it has not said so
    let goesOn = false
    if (context?.final !== false) ended()
    const given: TerminateContext | undefined = context && {
      reason: context.reason,
      final: context.final,
      deadline: context.deadline,
      notYet: (why) => {
        context.notYet(why)
        goesOn = true
      },
      finished: () => context.finished()
    }
    try {
      await container.terminate(given)
    } finally {
      if (!goesOn) ended()
    }
  }
  const replaced: Partial<Record<PropertyKey, unknown>> = { request, terminate }
  return new Proxy(container, {
    get: (target, name) => {
      const own = replaced[name]
      if (own !== undefined) return own
      const value = Reflect.get(target, name, target) as unknown
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
    set: (target, name, value) => Reflect.set(target, name, value, target)
  })
}

/** A user's factory, whose containers are watched. */
export function watchedFactory(
  kind: string,
  factory: ContainerFactory,
  process: SimulatedProcess,
  watch: Watch
): ContainerFactory {
  return async (options, agentEndpoint) => {
    const made = await factory(options, agentEndpoint)
    const container = watched(made.container, { uuid: made.uuid, kind, stateless: false }, process, watch)
    return { ...made, container }
  }
}
