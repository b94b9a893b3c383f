// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Reminder } from '../api/activation'
import type { AgentRequestOptions, Caller, CancelSignal } from '../api/call'
import type { ClientUuid, ContainerUuid } from '../api/identifiers'
import type { TickManager } from '../api/time'
import { compareTokens } from '../api/token'
import type { CallChain } from '../api/turns'
import { NetworkError, messageOf } from '../errors'
import { checkName } from '../labels'
import { serves, type ContainerState, type ReadyEffect } from '../state'
import { readValue } from '../unread'
import { bounded } from './bounded'
import { Deadlines, sooner } from './deadlines'
import type { NetworkHooks } from './network-hooks'
import { NetworkKernel, type KernelListener } from './network-kernel'
import type { ResolvedNetworkOptions } from './network-options'
import { ParkedCalls } from './parked-calls'
import { deadlineError, isUnexecuted, RelayedCall, type Serving } from './relayed-call'
import { RelayedConnections } from './relayed-connections'

/** Requests and reminders that go to containers through the coordinator, and wait while one starts or moves. */
export class ContainerCalls implements KernelListener {
  readonly kernel: NetworkKernel
  /** Connections go the same way, and come back before the requests that waited. */
  readonly connections: RelayedConnections
  private readonly deadlines: Deadlines
  private readonly parked: ParkedCalls

  constructor(
    private readonly tickManager: TickManager,
    private readonly options: ResolvedNetworkOptions,
    hooks: NetworkHooks
  ) {
    this.kernel = new NetworkKernel(tickManager, options, this, hooks)
    this.connections = new RelayedConnections(this, tickManager, options, hooks)
    this.deadlines = new Deadlines(tickManager)
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
    await bounded(this.deadlines, agent.passesOn === true ? 0 : timeoutMs, reminded, late)
  }

  ready({ uuid, agentId }: ReadyEffect): void {
    const reconnected = this.connections.follow(uuid, this.kernel.agent(agentId))
    if (reconnected === undefined) return this.parked.release(uuid)
    reconnected
      .then(() => this.parked.release(uuid))
      .catch((error: unknown) => {
        this.options.logger.warn('Failed to let requests go on after a move', { error: messageOf(error) })
      })
  }

  gone(uuid: ContainerUuid, error: NetworkError): void {
    this.connections.gone(uuid)
    this.parked.fail(uuid, error)
  }

  clientRemoved(client: ClientUuid): void {
    this.connections.clientRemoved(client)
  }

  close(): void {
    this.kernel.close()
    this.connections.stop()
    this.parked.failAll(new NetworkError('CLOSED', 'The network was closed'))
    this.deadlines.close()
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
    bounded(this.deadlines, timeoutMs, run, () => call.lateError(agent)).then(
      (result) => call.resolve(result),
      (error: Error) => call.reject(error)
    )
  }

  /** Goes on where the container is now if it saw nothing of the request, else tells the caller. */
  private readonly onFailure = (call: RelayedCall, serving: Serving, error: Error): void => {
    if (isUnexecuted(error) && this.hasMoved(call.uuid, serving)) this.sendWhenServing(call)
    else call.caller.reject(call.explained(error, serving.agent))
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
}
