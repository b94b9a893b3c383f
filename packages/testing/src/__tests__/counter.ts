// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  containerOnAgentEndpointRef,
  containerUuid,
  type AgentEndpointRef,
  type ClientUuid,
  type Container,
  type ContainerFactory,
  type ContainerKind,
  type ContainerUuid
} from '@hcengineering/network-core'

export const counterKind = 'counter' as ContainerKind
export const counterUuid = 'counter-1' as ContainerUuid

/** A container as users write them: it counts, and after a while by itself. */
export class Counter implements Container {
  count = 0
  ended = false
  readonly #clients = new Map<ClientUuid, (data: unknown) => Promise<void>>()

  constructor(readonly name: string = '') {}

  /** A factory of what `make` makes. */
  static factory(make: () => Container): ContainerFactory {
    return async ({ uuid = containerUuid() }, agentEndpoint) => ({
      uuid,
      container: make(),
      endpoint: containerOnAgentEndpointRef(agentEndpoint as AgentEndpointRef, uuid)
    })
  }

  async request(operation: string, data?: number): Promise<unknown> {
    switch (operation) {
      case 'name':
        return this.name
      case 'add':
        this.count += data ?? 1
        for (const send of this.#clients.values()) await send(this.count)
        return this.count
      case 'slow':
        await new Promise((resolve) => setTimeout(resolve, data))
        return this.count
      case 'immediate':
        for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
        return Date.now()
      case 'never':
        return await new Promise(() => {})
      case 'throw':
        throw new Error('no counting today')
      default:
        return this.count
    }
  }

  async *stream(_operation: string, count: number): AsyncIterable<number> {
    for (let i = 0; i < count; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      yield i
    }
  }

  async ping(): Promise<void> {}

  async terminate(): Promise<void> {
    this.ended = true
  }

  connect(clientId: ClientUuid, broadcast: (data: unknown) => Promise<void>): void {
    this.#clients.set(clientId, broadcast)
  }

  disconnect(clientId: ClientUuid): void {
    this.#clients.delete(clientId)
  }
}

export const counters = { counter: Counter.factory(() => new Counter()) }
