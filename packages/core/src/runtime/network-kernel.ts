// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecord, NetworkAgent } from '../api/agent'
import type { CancelSignal } from '../api/call'
import type { GetOptions } from '../api/container'
import type { NetworkEvent } from '../api/events'
import type { AgentUuid, ClientUuid, ContainerEndpointRef, ContainerKind, ContainerUuid } from '../api/identifiers'
import type { TickManager } from '../api/time'
import { NetworkError, messageOf } from '../errors'
import type { GetResult } from '../operations'
import { Deadlocks, NetworkState, type NetworkEffect, type ReadyEffect, type StartEffect } from '../state'
import { onAbort } from './abort-listeners'
import { EndRequests } from './end-requests'
import { DeadlineTimer } from './deadline-timer'
import type { NetworkHooks } from './network-hooks'
import type { ResolvedNetworkOptions } from './network-options'
import { promised } from './promised'
import type { Settler } from './settler'

const nothing = (): void => {}

/** Options of a get beyond what it asks for. */
export interface AcquireOptions {
  /** Milliseconds until the get fails; 0 for none. Default: the network's `timeouts.getMs`. */
  timeoutMs?: number
  /** The client held this uuid before the coordinator restarted, last seen on that agent ('' when unknown). */
  restore?: AgentUuid | ''
  /** Aborting it fails the get with `CANCELLED`, unless it has been granted. */
  signal?: CancelSignal
}

/** Who acts when containers and clients come and go. */
export interface KernelListener {
  ready(effect: ReadyEffect): void
  gone(uuid: ContainerUuid, error: NetworkError): void
  clientRemoved(client: ClientUuid): void
}

/** Runs what {@link NetworkState} decides: one input at a time, its effects in order, one timer for its next deadline. */
export class NetworkKernel {
  readonly state: NetworkState
  /** Who receives the events for a client. */
  readonly listeners = new Map<ClientUuid, (event: NetworkEvent) => Promise<void>>()
  readonly deadlocks = new Deadlocks()
  readonly ends: EndRequests
  private readonly effects: NetworkEffect[] = []
  private readonly timer: DeadlineTimer
  private readonly objects = new Map<AgentUuid, NetworkAgent>()
  private readonly registering = new Map<number, NetworkAgent>()
  private readonly registrations = new Map<number, Settler<ContainerUuid[]>>()
  private readonly gets = new Map<number, Settler<GetResult>>()
  private readonly unregister: () => void
  private nextId = 1
  private running = false
  private closed = false

  constructor(
    private readonly tickManager: TickManager,
    private readonly options: ResolvedNetworkOptions,
    private readonly listener: KernelListener,
    private readonly hooks: NetworkHooks
  ) {
    this.state = new NetworkState(options.state, (effect) => this.effects.push(effect))
    this.ends = new EndRequests(this, tickManager, options.logger)
    this.timer = new DeadlineTimer(tickManager, () => this.apply((now) => this.state.advance(now)))
    // Nothing depends on ticks; but who runs the handlers by hand, as 0.7 tests do, means the network to get on.
    this.unregister = tickManager.register(() => this.apply((now) => this.state.flush(now)), 1)
  }

  /** Throws `CLOSED` after {@link close}. */
  checkOpen(what: string): void {
    if (this.closed) throw new NetworkError('CLOSED', `Cannot ${what}: the network was closed`)
  }

  agent(agentId: AgentUuid): NetworkAgent | undefined {
    return this.objects.get(agentId)
  }

  async register(record: AgentRecord, agent: NetworkAgent, client: ClientUuid | undefined): Promise<ContainerUuid[]> {
    const id = this.nextId++
    this.registering.set(id, agent)
    return await new Promise<ContainerUuid[]>((resolve, reject) => {
      this.registrations.set(id, { resolve, reject })
      const said = agent.retire === undefined ? { ...record, moves: false } : record
      this.apply((now) => this.state.register(id, said, client, now))
    })
  }

  acquire(client: ClientUuid, kind: ContainerKind, options: GetOptions, call: AcquireOptions): Promise<GetResult> {
    const { signal, restore, timeoutMs = this.options.getMs } = call
    const cancelled = (): NetworkError =>
      new NetworkError('CANCELLED', `The get of a ${kind} was cancelled by its caller`, { kind })
    if (signal?.aborted === true) return Promise.reject(cancelled())
    const getId = this.nextId++
    return new Promise<GetResult>((resolve, reject) => {
      let stop = nothing
      this.gets.set(getId, {
        resolve: (result) => {
          stop()
          resolve(result)
        },
        reject: (error) => {
          stop()
          reject(error)
        }
      })
      this.apply((now) => {
        const get = { getId, client, kind, options, deadline: timeoutMs === 0 ? undefined : now + timeoutMs }
        if (restore === undefined) this.state.get(get, now)
        else this.state.restore({ ...get, agentId: restore === '' ? undefined : restore }, now)
      })
      if (signal === undefined || !this.gets.has(getId)) return
      stop = onAbort(signal, () => this.apply((now) => this.state.cancelGet(getId, cancelled(), now)))
    })
  }

  /** One input: the state changes first, then its effects run in order, then the timer follows. */
  apply(input: (now: number) => void): void {
    input(this.tickManager.now())
    if (this.running) return
    this.running = true
    try {
      // Effects may cause inputs, whose effects join the end.
      for (let i = 0; i < this.effects.length; i++) this.attempt(this.effects[i])
    } finally {
      this.effects.length = 0
      this.running = false
    }
    this.timer.rearm(this.closed ? undefined : this.state.nextDeadline())
  }

  /** What one effect throws, as a listener of a user may, takes nothing from the others. */
  private attempt(effect: NetworkEffect): void {
    try {
      this.run(effect)
    } catch (error) {
      this.options.logger.error('An effect failed', { effect: effect.type, error: messageOf(error) })
    }
  }

  private run(effect: NetworkEffect): void {
    switch (effect.type) {
      case 'start':
        return this.start(effect)
      case 'terminate':
        return this.ends.ask(effect)
      case 'restore':
        return this.background(this.objects.get(effect.agentId)?.restore?.(effect.uuid), 'restore a container')
      case 'deactivate':
        return this.background(
          this.objects.get(effect.agentId)?.deactivate?.(effect.uuid, effect.upTo),
          'make a container standby'
        )
      case 'get-settled': {
        const { uuid, endpoint, agentEndpoint, agentId, token } = effect
        const result: GetResult = [uuid, endpoint, agentEndpoint ?? null, agentId]
        if (token !== undefined) result.push(token)
        return this.take(this.gets, effect.getId)?.resolve(result)
      }
      case 'hold-counted':
        return this.take(this.gets, effect.getId)?.resolve([effect.uuid, '' as ContainerEndpointRef])
      case 'get-failed':
        return this.take(this.gets, effect.getId)?.reject(effect.error)
      case 'registered': {
        const agent = this.take(this.registering, effect.registrationId)
        if (agent !== undefined) this.objects.set(effect.agentId, agent)
        const { agentId, terminate } = effect
        const what = agent?.draining === true ? 'An agent drains' : 'An agent registered'
        this.options.logger.info(what, { agentId, kinds: agent?.kinds, ended: terminate.length })
        return this.take(this.registrations, effect.registrationId)?.resolve(effect.terminate)
      }
      case 'registration-failed':
        this.registering.delete(effect.registrationId)
        return this.take(this.registrations, effect.registrationId)?.reject(effect.error)
      case 'recovery-ends': {
        const end = (): void => this.apply((now) => this.state.endRecovery(now))
        const written = this.hooks.onGivenUp?.(effect.agents)
        this.options.logger.warn('Agents of the earlier coordinator are not back, and given up', {
          agents: effect.agents
        })
        if (written === undefined) end()
        else void written.then(end)
        return
      }
      case 'probe':
        return this.hooks.onProbe?.(effect.agentId, effect.client, effect.endpoint)
      case 'ready':
        return this.listener.ready(effect)
      case 'gone':
        return this.listener.gone(effect.uuid, effect.error)
      case 'agent-removed':
        this.objects.delete(effect.agentId)
        this.deadlocks.forget(effect.agentId)
        this.options.logger.info('An agent left', { agentId: effect.agentId })
        return
      case 'client-removed':
        this.listeners.delete(effect.client)
        this.options.logger.debug('A client left', { client: effect.client })
        return this.listener.clientRemoved(effect.client)
      case 'events':
        return this.background(this.listeners.get(effect.client)?.(effect.event), 'deliver network events')
    }
  }

  private take<T>(from: Map<number, T>, id: number): T | undefined {
    const value = from.get(id)
    from.delete(id)
    return value
  }

  private start({ startId, agentId, kind, options, token, state }: StartEffect): void {
    promised(() => {
      const agent = this.objects.get(agentId)
      if (agent === undefined) throw new NetworkError('UNAVAILABLE', `Agent ${agentId} has left`, { agentId })
      return agent.get(kind, options, state === undefined ? { token } : { token, state })
    }).then(
      ([uuid, endpoint]) => this.apply((now) => this.state.startSucceeded(startId, uuid, endpoint, now, Date.now())),
      (error: unknown) => {
        this.options.logger.warn('A start failed', { kind, uuid: options.uuid, agentId, error: messageOf(error) })
        this.apply((now) => this.state.startFailed(startId, NetworkError.from(error, 'START_FAILED'), now))
      }
    )
  }

  /** Ends what is pending and the timer; idempotent. */
  close(): void {
    if (this.closed) return
    this.closed = true
    this.unregister()
    this.apply((now) => this.state.close(now))
    const error = new NetworkError('CLOSED', 'The network was closed')
    for (const settlers of [this.gets, this.registrations]) {
      for (const settler of settlers.values()) settler.reject(error)
      settlers.clear()
    }
    this.ends.close(error)
    this.timer.rearm(undefined)
  }

  private background(work: Promise<unknown> | undefined, what: string): void {
    work?.catch((error: unknown) => this.options.logger.warn(`Failed to ${what}`, { error: messageOf(error) }))
  }
}
