// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkAgent } from '../api/agent'
import type { CancelSignal, RequestOptions } from '../api/call'
import type { AgentUuid, ClientUuid, ContainerUuid } from '../api/identifiers'
import type { TickManager } from '../api/time'
import { compareTokens, type ActivationToken } from '../api/token'
import { NetworkError, messageOf, type ErrorCode } from '../errors'
import { checkName } from '../labels'
import { serves, type ContainerState, type ReadyEffect } from '../state'
import { requestName } from '../operations'
import { readValue } from '../unread'
import { Deadlines } from './deadlines'
import { NetworkKernel, type KernelListener } from './network-kernel'
import type { ResolvedNetworkOptions } from './network-options'
import { ParkedCalls } from './parked-calls'
import { Relays, type Broadcast, type Relay } from './relays'

const explainMs = 250

/** What waits here ends a little before its caller's own deadline: that knows only that there was no answer, this knows why. */
function sooner(leftMs: number): number {
  return leftMs === 0 ? 0 : Math.max(1, leftMs - Math.min(explainMs, leftMs / 10))
}

/** An agent that was lost between a request and its answer. */
function lostWith({ uuid, operation }: Asked, agent: NetworkAgent, cause: NetworkError): NetworkError {
  const text = `Agent ${agent.uuid} was lost: ${requestName(uuid, operation)} was sent to it and not answered`
  const stage = `sent to agent ${agent.uuid} and not answered`
  return new NetworkError('OUTCOME_UNKNOWN', text, { uuid, agentId: agent.uuid, stage, cause })
}

/** A request to a container. */
interface Asked {
  readonly uuid: ContainerUuid
  readonly operation: string
  readonly data: unknown
  readonly clientId: ClientUuid | undefined
  readonly signal: CancelSignal | undefined
  readonly timeoutMs: number
  readonly startedAt: number
}

/** Where a container serves, and by which activation. */
interface Serving {
  agent: NetworkAgent
  token: ActivationToken | undefined
}

/** Codes with which an agent says that the container saw nothing of the request: it may go to the next activation. */
const neverExecuted: ReadonlySet<ErrorCode> = new Set(['UNAVAILABLE', 'NOT_FOUND', 'NOT_ACTIVE', 'TERMINATING'])

/** What goes to containers through the coordinator: requests, which wait while a container moves, and connections, which follow it. */
export class ContainerCalls implements KernelListener {
  readonly kernel: NetworkKernel
  private readonly deadlines: Deadlines
  private readonly parked: ParkedCalls
  private readonly relays = new Relays()

  constructor(
    private readonly tickManager: TickManager,
    private readonly options: ResolvedNetworkOptions
  ) {
    this.kernel = new NetworkKernel(tickManager, options, this)
    this.deadlines = new Deadlines(tickManager)
    this.parked = new ParkedCalls(options.maxParkedRequests)
  }

  /** As few promises as can be where the container serves. */
  request(
    uuid: ContainerUuid,
    operation: string,
    data: unknown,
    clientId: ClientUuid | undefined,
    { timeoutMs = this.options.requestMs, signal }: RequestOptions
  ): Promise<unknown> {
    const asked = { uuid, operation, data, clientId, signal, timeoutMs, startedAt: this.tickManager.now() }
    let serving: Serving | ContainerState
    try {
      checkName(operation, 'operation')
      serving = this.servingNow(uuid)
    } catch (error) {
      return Promise.reject(error as Error)
    }
    if (typeof serving === 'string') return this.whenServing(asked)
    const { agent } = serving
    return this.ask(asked, agent).catch((error: unknown) => {
      this.checkRepeatable(asked, serving, error)
      return this.whenServing(asked)
    })
  }

  /**
   * Opens a connection that runs through the coordinator; `CONNECT_UNSUPPORTED` when the agent cannot. It is wanted from
   * now on: it follows a container that moves meanwhile, and a `disconnect` that comes meanwhile ends it.
   */
  async connect(client: ClientUuid, uuid: ContainerUuid, broadcast: Broadcast): Promise<void> {
    this.checkClient(client, uuid)
    const known = this.relays.find(client, uuid)
    const relay = known ?? this.relays.add(client, uuid, broadcast)
    const wanted = (): boolean => this.relays.find(client, uuid) === relay
    try {
      for (;;) {
        const serving = await this.serving(uuid, this.options.requestMs)
        this.checkClient(client, uuid)
        if (!wanted()) throw new NetworkError('CANCELLED', `Disconnected from container ${uuid} meanwhile`, { uuid })
        try {
          return await this.open(client, uuid, relay, serving.agent)
        } catch (error) {
          if (!wanted() || !this.hasMoved(uuid, serving)) throw error
        }
      }
    } catch (error) {
      if (known === undefined && wanted()) this.relays.remove(client, uuid)
      throw NetworkError.from(error)
    }
  }

  /** Closes what {@link connect} opened. */
  async disconnect(client: ClientUuid, uuid: ContainerUuid): Promise<void> {
    const relay = this.relays.remove(client, uuid)
    if (relay?.agent === undefined) return
    // It may have registered anew since.
    await this.kernel.agent(relay.agent.uuid)?.disconnect?.(uuid, client, relay.broadcast)
  }

  /** Passes an event of a container on to a client that listens through here, if `owned` says that it comes from its agent. */
  async relay(client: string, uuid: string, data: unknown, owned: (agentId: AgentUuid) => boolean): Promise<void> {
    const agentId = this.kernel.state.lookup(uuid as ContainerUuid)?.agentId
    if (agentId === undefined || !owned(agentId)) return
    await this.relays.find(client as ClientUuid, uuid as ContainerUuid)?.broadcast(data)
  }

  /** By client, the containers that it listens to through here, on the agents that are `owned`. */
  relayedFrom(owned: (agentId: AgentUuid) => boolean): Map<ClientUuid, ContainerUuid[]> {
    const byClient = new Map<ClientUuid, ContainerUuid[]>()
    for (const [uuid, clients] of this.relays.all()) {
      const agentId = this.kernel.state.lookup(uuid)?.agentId
      if (agentId === undefined || !owned(agentId)) continue
      for (const client of clients) byClient.set(client, [...(byClient.get(client) ?? []), uuid])
    }
    return byClient
  }

  /** The relayed connections come back before the requests that waited. */
  ready({ uuid, agentId }: ReadyEffect): void {
    const agent = this.kernel.agent(agentId)
    const relays = agent?.connect === undefined ? [] : this.relays.of(uuid)
    if (agent === undefined || relays.length === 0) return this.parked.release(uuid)
    const connects = relays.map(async ([client, relay]) => await this.open(client, uuid, relay, agent))
    const reconnected = Promise.allSettled(connects).then(() => this.parked.release(uuid))
    this.background(reconnected, 'reconnect clients to a container that moved')
  }

  gone(uuid: ContainerUuid, error: NetworkError): void {
    for (const [client] of this.relays.of(uuid)) this.relays.remove(client, uuid)
    this.parked.fail(uuid, error)
  }

  clientRemoved(client: ClientUuid): void {
    for (const uuid of this.relays.uuidsOf(client)) {
      this.background(this.disconnect(client, uuid), 'close a connection of a client that is gone')
    }
  }

  close(): void {
    this.kernel.close()
    this.parked.failAll(new NetworkError('CLOSED', 'The network was closed'))
    this.deadlines.close()
  }

  /** Asks the agent for it; once more changes nothing. */
  private async open(client: ClientUuid, uuid: ContainerUuid, relay: Relay, agent: NetworkAgent): Promise<void> {
    if (agent.connect === undefined) {
      throw new NetworkError(
        'CONNECT_UNSUPPORTED',
        `Agent ${agent.uuid} has no endpoint and cannot carry connections through the coordinator; give it an endpoint or upgrade it to 0.8`,
        { uuid, agentId: agent.uuid }
      )
    }
    relay.agent = agent
    await agent.connect(uuid, client, relay.broadcast)
  }

  private async whenServing(asked: Asked): Promise<unknown> {
    for (;;) {
      const serving = await this.serving(asked.uuid, sooner(this.leftMs(asked)), asked.signal)
      try {
        return await this.ask(asked, serving.agent)
      } catch (error) {
        this.checkRepeatable(asked, serving, error)
      }
    }
  }

  private ask(asked: Asked, agent: NetworkAgent): Promise<unknown> {
    const { uuid, operation, data, clientId, signal } = asked
    this.kernel.state.touch(uuid, Date.now())
    const call = { timeoutMs: this.leftMs(asked), signal }
    if (agent.passesOn === true) return agent.request(uuid, operation, data, clientId, call)
    const run = async (): Promise<unknown> => await agent.request(uuid, operation, readValue(data), clientId, call)
    return this.withDeadline(call.timeoutMs, run, () => this.lateError(asked, agent))
  }

  /** Throws what its caller is told, unless the container saw nothing of the request and is elsewhere now. */
  private checkRepeatable(asked: Asked, serving: Serving, error: unknown): void {
    const { agent } = serving
    if (!(error instanceof NetworkError)) throw error
    // It keeps the deadline itself, but does not know who waited for how long
    if (agent.passesOn === true && error.code === 'DEADLINE_EXCEEDED') throw this.lateError(asked, agent)
    if (agent.passesOn === true && error.code === 'OUTCOME_UNKNOWN') throw lostWith(asked, agent, error)
    if (!this.hasMoved(asked.uuid, serving) || !neverExecuted.has(error.code)) throw error
  }

  /** At least 1: 0 would mean that there is no deadline. */
  private leftMs({ timeoutMs, startedAt }: Asked): number {
    return timeoutMs === 0 ? 0 : Math.max(1, Math.ceil(timeoutMs - (this.tickManager.now() - startedAt)))
  }

  private lateError({ uuid, timeoutMs }: Asked, agent: NetworkAgent): NetworkError {
    return this.deadlineError(uuid, timeoutMs, `sent to agent ${agent.uuid} and not answered`)
  }

  private checkClient(client: ClientUuid, uuid: ContainerUuid): void {
    if (!this.kernel.state.hasClient(client))
      throw new NetworkError('CLOSED', `Client ${client} has gone meanwhile`, { uuid })
  }

  private hasMoved(uuid: ContainerUuid, { token }: Serving): boolean {
    const at = this.kernel.state.lookup(uuid)
    return at?.state === 'moving' || compareTokens(at?.token, token) !== 0
  }

  /** The agent on which the container serves, waiting for a start or a move. */
  private async serving(uuid: ContainerUuid, timeoutMs: number, signal?: CancelSignal): Promise<Serving> {
    for (;;) {
      const serving = this.servingNow(uuid)
      if (typeof serving !== 'string') return serving
      const stage = `waiting for the container, which is ${serving}`
      await this.parked.wait(uuid, {
        onExpiry: (fail) => this.deadlines.after(timeoutMs, () => fail(this.deadlineError(uuid, timeoutMs, stage))),
        signal
      })
    }
  }

  /** Where the container serves, or the state in which it can be waited for. Throws when there is nothing to wait for. */
  private servingNow(uuid: ContainerUuid): Serving | ContainerState {
    this.kernel.checkOpen(`reach container ${uuid}`)
    const at = this.kernel.state.lookup(uuid)
    if (at === undefined) throw new NetworkError('NOT_FOUND', `Container ${uuid} not found; get it first`, { uuid })
    const agent = at.agentId === undefined ? undefined : this.kernel.agent(at.agentId)
    if (serves(at.state) && agent !== undefined) return { agent, token: at.token }
    if (at.waitable) return at.state
    throw new NetworkError('TERMINATING', `Container ${uuid} terminates; get it anew`, { uuid, agentId: at.agentId })
  }

  private deadlineError(uuid: ContainerUuid, timeoutMs: number, stage: string): NetworkError {
    return new NetworkError('DEADLINE_EXCEEDED', `Request to container ${uuid} ended after ${timeoutMs} ms: ${stage}`, {
      stage,
      uuid
    })
  }

  private async withDeadline<T>(timeoutMs: number, run: () => Promise<T>, expired: () => NetworkError): Promise<T> {
    if (timeoutMs === 0) return await run()
    return await new Promise<T>((resolve, reject) => {
      const cancel = this.deadlines.after(timeoutMs, () => reject(expired()))
      const settled = run().finally(cancel)
      settled.then(resolve, reject)
    })
  }

  private background(work: Promise<unknown> | undefined, what: string): void {
    work?.catch((error: unknown) => this.options.logger.warn(`Failed to ${what}`, { error: messageOf(error) }))
  }
}
