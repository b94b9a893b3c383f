// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Reminder } from '../api/activation'
import type { NetworkAgent } from '../api/agent'
import type { AgentRequestOptions, Caller, CancelSignal } from '../api/call'
import type { AgentUuid, ClientUuid, ContainerUuid } from '../api/identifiers'
import type { TickManager } from '../api/time'
import { compareTokens } from '../api/token'
import type { CallChain } from '../api/turns'
import { NetworkError, messageOf } from '../errors'
import { checkName } from '../labels'
import { serves, type ContainerState, type ReadyEffect } from '../state'
import { readValue } from '../unread'
import type { RelayGap } from '../operations'
import type { Broadcast } from './client-link'
import { Deadlines, sooner } from './deadlines'
import { NetworkKernel, type KernelListener } from './network-kernel'
import type { ResolvedNetworkOptions } from './network-options'
import { ParkedCalls } from './parked-calls'
import { deadlineError, isUnexecuted, RelayedCall, type Serving } from './relayed-call'
import { RelayRetries } from './relay-retries'
import { Relays, type Relay } from './relays'

/** Tells a client of events that it may have missed. */
export type RelayGapListener = (client: ClientUuid, gap: RelayGap) => void

/** What goes to containers through the coordinator: requests, which wait while a container moves, and connections, which follow it. */
export class ContainerCalls implements KernelListener {
  readonly kernel: NetworkKernel
  private readonly deadlines: Deadlines
  private readonly parked: ParkedCalls
  private readonly relays = new Relays()
  private readonly retries: RelayRetries
  /** Told of a client that listens to a container by a connection that could not be made again yet. */
  onRelayGap?: RelayGapListener

  constructor(
    private readonly tickManager: TickManager,
    private readonly options: ResolvedNetworkOptions
  ) {
    this.kernel = new NetworkKernel(tickManager, options, this)
    this.deadlines = new Deadlines(tickManager)
    this.retries = new RelayRetries(tickManager)
    this.parked = new ParkedCalls(options.maxParkedRequests)
  }

  request(
    uuid: ContainerUuid,
    operation: string,
    data: unknown,
    clientId: ClientUuid | undefined,
    options: AgentRequestOptions
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.ask(uuid, operation, data, clientId, options, { resolve, reject })
    })
  }

  /** {@link request} for who keeps no promise: where the container serves and the agent takes a caller there is none. */
  ask(
    uuid: ContainerUuid,
    operation: string,
    data: unknown,
    clientId: ClientUuid | undefined,
    { timeoutMs = this.options.requestMs, signal, chain }: AgentRequestOptions,
    caller: Caller
  ): void {
    let serving: Serving | ContainerState
    try {
      checkName(operation, 'operation')
      serving = this.servingNow(uuid, chain)
    } catch (error) {
      return caller.reject(error as Error)
    }
    const now = this.tickManager.now()
    const call = new RelayedCall(this.onFailure, uuid, operation, data, clientId, signal, timeoutMs, now, caller, chain)
    if (typeof serving === 'string') this.sendWhenServing(call)
    else this.send(call, serving)
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
          await this.open(client, uuid, relay, serving.agent)
          return this.retries.stop(relay)
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

  /** Reminds a container where it serves, waiting for a start or a move. */
  async remind(uuid: ContainerUuid, reminder: Reminder): Promise<void> {
    const timeoutMs = this.options.requestMs
    const { agent } = await this.serving(uuid, timeoutMs)
    if (agent.remind === undefined) {
      const text = `Agent ${agent.uuid} cannot remind its containers; upgrade it to 0.8`
      throw new NetworkError('UNKNOWN_OPERATION', text, { uuid, agentId: agent.uuid })
    }
    const reminded = async (): Promise<void> => await agent.remind?.(uuid, reminder, { timeoutMs })
    const late = (): NetworkError => deadlineError(uuid, timeoutMs, `sent to agent ${agent.uuid} and not answered`)
    await this.withDeadline(agent.passesOn === true ? 0 : timeoutMs, reminded, late)
  }

  /** The relayed connections come back before the requests that waited. */
  ready({ uuid, agentId }: ReadyEffect): void {
    const agent = this.kernel.agent(agentId)
    const relays = agent?.connect === undefined ? [] : this.relays.of(uuid)
    if (agent === undefined || relays.length === 0) return this.parked.release(uuid)
    const connects = relays.map(async ([client, relay]) => await this.reopen(client, uuid, relay, agent))
    const reconnected = Promise.all(connects).then(() => this.parked.release(uuid))
    this.background(reconnected, 'let requests go on after a move')
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
    this.retries.close()
    this.parked.failAll(new NetworkError('CLOSED', 'The network was closed'))
    this.deadlines.close()
  }

  /** Its container has come to that agent. Whom the first attempt fails is told, since nobody else tries. */
  private async reopen(client: ClientUuid, uuid: ContainerUuid, relay: Relay, agent: NetworkAgent): Promise<void> {
    await this.retries.begin(relay, {
      // It may have registered anew since
      open: async () => await this.open(client, uuid, relay, this.kernel.agent(agent.uuid) ?? agent),
      isWanted: () => this.relays.find(client, uuid) === relay,
      failed: (error) => {
        const cause = messageOf(error)
        this.options.logger.warn('A relayed connection could not be made again yet', { client, uuid, cause })
        this.onRelayGap?.(client, { uuid, reason: `the connection could not be made again yet: ${cause}` })
      }
    })
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

  private sendWhenServing(call: RelayedCall): void {
    this.serving(call.uuid, sooner(call.leftMs(this.tickManager.now())), call.signal).then(
      (serving) => this.send(call, serving),
      (error: Error) => call.caller.reject(error)
    )
  }

  private send(call: RelayedCall, serving: Serving): void {
    const { uuid, operation, data, clientId, signal, chain } = call
    const { agent } = serving
    call.serving = serving
    this.kernel.state.touch(uuid, Date.now())
    const options = { timeoutMs: call.leftMs(this.tickManager.now()), signal, chain }
    if (agent.ask !== undefined) return agent.ask(uuid, operation, data, clientId, options, call)
    const run = async (): Promise<unknown> => {
      const known: unknown = agent.passesOn === true ? data : readValue(data)
      return await agent.request(uuid, operation, known, clientId, options)
    }
    // Who passes it on keeps the deadline itself
    const timeoutMs = agent.passesOn === true ? 0 : options.timeoutMs
    this.withDeadline(timeoutMs, run, () => call.lateError(agent)).then(
      (result) => call.resolve(result),
      (error: Error) => call.reject(error)
    )
  }

  /** Goes on where the container is now if it saw nothing of the request, else tells the caller. */
  private readonly onFailure = (call: RelayedCall, serving: Serving, error: Error): void => {
    if (isUnexecuted(error) && this.hasMoved(call.uuid, serving)) this.sendWhenServing(call)
    else call.caller.reject(call.explained(error, serving.agent))
  }

  private checkClient(client: ClientUuid, uuid: ContainerUuid): void {
    if (!this.kernel.state.hasClient(client))
      throw new NetworkError('CLOSED', `Client ${client} has gone meanwhile`, { uuid })
  }

  /** Another activation serves than that. */
  hasMoved(uuid: ContainerUuid, { token }: Serving): boolean {
    const at = this.kernel.state.lookup(uuid)
    return at?.state === 'moving' || compareTokens(at?.token, token) !== 0
  }

  /** The agent on which the container serves, waiting for a start or a move. */
  async serving(uuid: ContainerUuid, timeoutMs: number, signal?: CancelSignal): Promise<Serving> {
    for (;;) {
      const serving = this.servingNow(uuid)
      if (typeof serving !== 'string') return serving
      const late = (): NetworkError => {
        const why = this.kernel.state.whyNotServed(uuid, this.tickManager.now()) ?? serving
        return deadlineError(uuid, timeoutMs, `waiting for the container, which is ${why}`)
      }
      await this.parked.wait(uuid, {
        onExpiry: (fail) => this.deadlines.after(timeoutMs, () => fail(late())),
        signal
      })
    }
  }

  /** Where the container serves, or the state in which it can be waited for. Throws when there is nothing to wait for. */
  private servingNow(uuid: ContainerUuid, chain?: CallChain): Serving | ContainerState {
    this.kernel.checkOpen(`reach container ${uuid}`)
    const at = this.kernel.state.lookup(uuid)
    if (at === undefined) throw new NetworkError('NOT_FOUND', `Container ${uuid} not found; get it first`, { uuid })
    const agent = at.agentId === undefined ? undefined : this.kernel.agent(at.agentId)
    if (serves(at.state) && agent !== undefined) return { agent, token: at.token }
    // It may be made for what the container does last there, which waits for it
    if (at.state === 'moving' && agent !== undefined && chain?.some((hop) => hop.uuid === uuid) === true) {
      return { agent, token: at.token }
    }
    if (at.waitable) return at.state
    throw new NetworkError('TERMINATING', `Container ${uuid} terminates; get it anew`, { uuid, agentId: at.agentId })
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
