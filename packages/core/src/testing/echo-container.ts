// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Container, ContainerFactory, GetOptions } from '../api/container'
import type { ClientUuid, ContainerEndpointRef, ContainerUuid } from '../api/identifiers'
import type { TerminateContext } from '../api/termination'
import { containerUuid } from '../endpoint'

/** What {@link EchoContainer} answers. */
export interface EchoAnswer {
  /** What was asked for. */
  operation: string
  /** What was sent; `null` for nothing. */
  data: unknown
  /** Who asked; `null` when nobody said so. */
  clientId: ClientUuid | null
}

/** Replaces parts of an {@link EchoContainer}'s behaviour: to fail, to hang, to answer late. */
export interface EchoBehaviour {
  /** Answers in its place. */
  request?(operation: string, data: unknown, clientId: ClientUuid | undefined): unknown
  /** Resolves while healthy. */
  ping?(): Promise<void>
  /** Takes as long as this; may say `context.notYet`. */
  terminate?(container: EchoContainer, context: TerminateContext | undefined): Promise<void>
  /** Called when it is wanted again. */
  restore?(container: EchoContainer): void
  /** What it leaves when it moves. Default: nothing. */
  dehydrate?(container: EchoContainer): Promise<unknown>
  /** Called with what its predecessor left. */
  rehydrate?(container: EchoContainer, state: unknown): Promise<void>
  /** Called when a client has connected. */
  connect?(container: EchoContainer, clientId: ClientUuid): void
}

/** A container that answers with what it was asked and by whom, and writes down what happens to it. */
export class EchoContainer implements Container {
  /** What was called, in order: `request say`, `connect c1`, `terminate`, … */
  readonly calls: string[] = []
  /** Who is connected, and how each is sent an event. */
  readonly clients = new Map<ClientUuid, (data: unknown) => Promise<void>>()

  constructor(private readonly behaviour: EchoBehaviour = {}) {}

  async request(operation: string, data?: unknown, clientId?: ClientUuid): Promise<unknown> {
    this.calls.push(`request ${operation}`)
    if (this.behaviour.request !== undefined) return await this.behaviour.request(operation, data, clientId)
    const answer: EchoAnswer = { operation, data: data ?? null, clientId: clientId ?? null }
    return answer
  }

  async ping(): Promise<void> {
    this.calls.push('ping')
    await this.behaviour.ping?.()
  }

  async terminate(context?: TerminateContext): Promise<void> {
    this.calls.push('terminate')
    await this.behaviour.terminate?.(this, context)
  }

  restore(): void {
    this.calls.push('restore')
    this.behaviour.restore?.(this)
  }

  async dehydrate(): Promise<unknown> {
    if (this.behaviour.dehydrate === undefined) return undefined
    this.calls.push('dehydrate')
    return await this.behaviour.dehydrate(this)
  }

  async rehydrate(state: unknown): Promise<void> {
    this.calls.push('rehydrate')
    await this.behaviour.rehydrate?.(this, state)
  }

  connect(clientId: ClientUuid, broadcast: (data: unknown) => Promise<void>): void {
    this.calls.push(`connect ${clientId}`)
    this.clients.set(clientId, broadcast)
    this.behaviour.connect?.(this, clientId)
  }

  disconnect(clientId: ClientUuid): void {
    this.calls.push(`disconnect ${clientId}`)
    this.clients.delete(clientId)
  }

  onTerminated(): void {
    this.calls.push('onTerminated')
  }

  /** Sends one event to all clients. */
  async broadcast(data: unknown): Promise<void> {
    await Promise.all([...this.clients.values()].map(async (send) => await send(data)))
  }
}

/** A factory of {@link EchoContainer}s, which remembers what it was asked for and what it made. */
export class EchoFactory {
  /** The options of every call. */
  readonly asked: GetOptions[] = []
  /** Every container made, oldest first. */
  readonly made: EchoContainer[] = []

  constructor(private readonly behaviour: EchoBehaviour = {}) {}

  /** The last container made. */
  get last(): EchoContainer {
    const last = this.made.at(-1)
    if (last === undefined) throw new Error('The factory has made nothing yet')
    return last
  }

  /** To be given to an agent. */
  readonly create: ContainerFactory = async (options) => {
    const container = new EchoContainer(this.behaviour)
    const uuid: ContainerUuid = options.uuid ?? containerUuid()
    this.asked.push(options)
    this.made.push(container)
    return { uuid, container, endpoint: `echo://${uuid}` as ContainerEndpointRef }
  }
}
