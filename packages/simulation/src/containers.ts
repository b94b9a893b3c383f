// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  containerOnAgentEndpointRef,
  type ActivationToken,
  type AgentEndpointRef,
  type ClientUuid,
  type Container,
  type ContainerEndpointRef,
  type ContainerFactory,
  type ContainerUuid,
  type RequestContext,
  type StreamContext,
  type TerminateContext
} from '@hcengineering/network-core'
import type { Fact, History, Id, SimulatedProcess } from '@hcengineering/network-testing/kernel'
import { statelessKind } from './names'
import type { EndBehaviour, RequestBehaviour, StartBehaviour } from './plan'
import { settings } from './settings'

/** What a request carries. */
export interface RequestData {
  /** Absent from requests that only find out whether somebody answers. */
  readonly id?: Id
  readonly behaviour: RequestBehaviour
  readonly ms: number
}

/** The answer to a request for a large one. */
export function largeAnswer(id: Id): string {
  return `${id}`.padEnd(settings.largeAnswer, '.')
}

/** What is asked of a stream. */
export interface StreamData {
  readonly stream: Id
  readonly count: number
  readonly paceMs: number
}

/** One item of a stream. */
export interface StreamItem {
  readonly instance: Id
  readonly number: number
}

/** An event of a container. */
export interface EventData {
  readonly instance: Id
  /** Counts the events of this activation to this client. */
  readonly number: number
}

/** What containers need of the world. */
export interface ContainerHost {
  readonly history: History
  nextInstance(): Id
  /** What becomes of the next start of that uuid, `''` for a start without one. */
  nextStart(uuid: string): StartBehaviour
  nextEnd(uuid: string): EndBehaviour
  /** What the coordinator asked for last, by process and uuid. */
  readonly tokens: ReadonlyMap<string, ActivationToken>
  readonly living: Map<Id, SimulatedContainer>
  /** Containers that are not well, by uuid. */
  readonly sick: ReadonlyMap<string, 'reject' | 'hang'>
}

type Listener = (data: EventData) => Promise<void>

/** A container that does as it is told and says what happens to it. */
export class SimulatedContainer implements Container {
  private readonly listeners = new Map<ClientUuid, Listener>()
  /** Events so far, by client; a client that comes back goes on counting. */
  private readonly sent = new Map<ClientUuid, number>()

  constructor(
    readonly id: Id,
    readonly uuid: string,
    readonly kind: string,
    readonly process: SimulatedProcess,
    private readonly host: ContainerHost,
    readonly labels: readonly string[] = []
  ) {
    host.living.set(id, this)
    host.history.record({
      type: 'created',
      instance: id,
      uuid,
      kind,
      process: process.name,
      stateless: kind === statelessKind
    })
    const token = host.tokens.get(`${process.name} ${uuid}`)
    if (token !== undefined) host.history.record({ type: 'activated', instance: id, token })
  }

  protected note(fact: Fact): void {
    this.host.history.record(fact)
  }

  /** Clients that are connected. */
  get clients(): string[] {
    return [...this.listeners.keys()]
  }

  async request(
    operation: string,
    data: RequestData,
    clientId?: ClientUuid,
    context?: RequestContext
  ): Promise<unknown> {
    if (data.id !== undefined) {
      const { token } = context ?? {}
      this.host.history.record({ type: 'executed', request: data.id, instance: this.id, client: clientId ?? '', token })
    }
    if (operation === 'remind') return await this.remind(data, context)
    if (operation === 'tick') {
      const { token } = context ?? {}
      context?.timers.every(data.ms, () => this.host.history.record({ type: 'ticked', instance: this.id, token }))
      return data.id
    }
    if (operation === 'broadcast') return await this.broadcast(data.ms)
    switch (data.behaviour) {
      case 'echo':
        return data.id ?? 'here'
      case 'large':
        return largeAnswer(data.id ?? 0)
      case 'slow':
        await this.process.ticks.waitTick(data.ms / 50)
        return data.id
      case 'throw':
        throw new Error(`refused ${data.id}`)
      case 'never':
        return await new Promise<never>(() => {})
    }
  }

  async reminded(name: string): Promise<void> {
    this.host.history.record({ type: 'reminded', name, instance: this.id })
  }

  /** Counts; where its caller counts too, only as far as that has come. */
  async *stream(
    _operation: string,
    { stream, count, paceMs }: StreamData,
    { input, signal }: StreamContext
  ): AsyncIterable<StreamItem> {
    const { history } = this.host
    history.record({ type: 'stream-begun', stream, instance: this.id })
    try {
      const heard = (input as AsyncIterable<number>)[Symbol.asyncIterator]()
      for (let number = 0; number < count && !signal.aborted; number++) {
        if (paceMs > 0) await this.process.ticks.waitTick(paceMs / 50)
        const next = await heard.next()
        if (next.done !== true) history.record({ type: 'stream-heard', stream, number: next.value })
        yield { instance: this.id, number }
      }
    } finally {
      history.record({ type: 'stream-left', stream })
    }
  }

  async ping(): Promise<void> {
    const how = this.host.sick.get(this.uuid)
    if (how === 'reject') throw new Error('not well')
    if (how === 'hang') await new Promise<never>(() => {})
  }

  async terminate(context?: TerminateContext): Promise<void> {
    const { host, id, uuid, process } = this
    const behaviour = host.nextEnd(uuid)
    if (behaviour.type === 'not-yet' && context?.final === false) {
      context.notYet({ reason: 'it is busy' })
      void process.ticks.waitTick(behaviour.ms / 50).then(() => context.finished())
      return
    }
    host.history.record({ type: 'terminating', instance: id, reason: context?.reason ?? '' })
    host.living.delete(id)
    if (behaviour.type === 'throw') throw new Error(`no end of ${uuid} today`)
    if (behaviour.type === 'never') await new Promise<never>(() => {})
    if (behaviour.type === 'slow') await process.ticks.waitTick(behaviour.ms / 50)
  }

  restore(): void {
    this.host.history.record({ type: 'restored', instance: this.id })
  }

  async dehydrate(): Promise<Id> {
    this.host.history.record({ type: 'dehydrated', instance: this.id })
    return this.id
  }

  async rehydrate(state: Id): Promise<void> {
    this.host.history.record({ type: 'rehydrated', instance: this.id, predecessor: state })
  }

  connect(clientId: ClientUuid, broadcast: (data: EventData) => Promise<void>): void {
    if (this.host.sick.get(this.uuid) === 'reject') throw new Error('not well')
    this.host.history.record({ type: 'connected', instance: this.id, client: clientId })
    this.listeners.set(clientId, broadcast)
  }

  disconnect(clientId: ClientUuid): void {
    this.host.history.record({ type: 'disconnected', instance: this.id, client: clientId })
    this.listeners.delete(clientId)
  }

  private async remind({ id, ms }: RequestData, context: RequestContext | undefined): Promise<unknown> {
    const name = `reminder ${id}`
    const dueAt = this.process.ticks.now() + ms
    await context?.reminders.set(name, { afterMs: ms })
    this.host.history.record({ type: 'reminder-set', name, uuid: this.uuid, dueAt })
    return id
  }

  private async broadcast(count: number): Promise<number> {
    const sends: Promise<void>[] = []
    for (let i = 0; i < count; i++) {
      for (const [client, listener] of this.listeners) {
        const number = (this.sent.get(client) ?? 0) + 1
        this.sent.set(client, number)
        this.host.history.record({ type: 'sent', instance: this.id, client, number })
        sends.push(listener({ instance: this.id, number }))
      }
    }
    await Promise.allSettled(sends) // a client that is gone is no failure of ours
    return count
  }
}

/** Makes containers of one kind in one process, with the behaviour that the plan has for each start. */
export function simulatedFactory(
  kind: string,
  process: SimulatedProcess,
  opaque: boolean,
  host: ContainerHost,
  make: (...parts: ConstructorParameters<typeof SimulatedContainer>) => SimulatedContainer = (...parts) =>
    new SimulatedContainer(...parts)
): ContainerFactory {
  return async ({ uuid: asked, labels }, agentEndpoint) => {
    const behaviour = host.nextStart(asked ?? '')
    if (behaviour.type === 'throw') throw new Error(`no ${kind} today`)
    if (behaviour.type === 'never') return await new Promise<never>(() => {})
    if (behaviour.type === 'slow') await process.ticks.waitTick(behaviour.ms / 50)
    const id = host.nextInstance()
    const uuid = behaviour.type === 'wrong-uuid' ? `wrong-${id}` : (asked ?? `${kind}-auto-${id}`)
    const container = make(id, uuid, kind, process, host, labels)
    return { uuid: uuid as ContainerUuid, container, endpoint: endpointOf(uuid, agentEndpoint, opaque) }
  }
}

/** Ours where the agent has one, else any text. */
export function endpointOf(
  uuid: string,
  agentEndpoint: AgentEndpointRef | undefined,
  opaque: boolean
): ContainerEndpointRef {
  if (opaque || agentEndpoint === undefined) return `sim://container/${uuid}` as ContainerEndpointRef
  return containerOnAgentEndpointRef(agentEndpoint, uuid as ContainerUuid)
}
