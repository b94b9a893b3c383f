// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types: the signatures are fixed since 0.7 */
import type { NetworkAgent, StartContext } from '../api/agent'
import type {
  Container,
  ContainerFactories,
  ContainerFactory,
  ContainerFactoryResult,
  ContainerRecord,
  GetOptions
} from '../api/container'
import { NetworkEventKind, type NetworkEvent } from '../api/events'
import type {
  AgentEndpointRef,
  AgentUuid,
  ClientUuid,
  ContainerEndpointRef,
  ContainerKind,
  ContainerUuid
} from '../api/identifiers'
import type { Network } from '../api/network'
import type { ActivationToken } from '../api/token'
import { NetworkError, messageOf, type ErrorCode } from '../errors'
import { checkGetOptions, checkName } from '../labels'
import { AgentConnections } from './agent-connections'
import { resolveAgentOptions, type AgentOptions, type ResolvedAgentOptions } from './agent-options'
import { AgentStarts, type Start } from './agent-starts'
import { bounded } from './bounded'
import type { Broadcast } from './client-link'
import { Deadlines } from './deadlines'
import { HealthMonitor } from './health'
import { HostedContainer } from './hosted-container'
import { HostedTable } from './hosted-table'
import { startContainer, startError } from './start-container'
import { Visits } from './visits'

/**
 * Hosts containers of the kinds it has factories for, and stateless ones that it is given. It works as soon as it is
 * constructed; `register`, or a client's `register`, makes it known to a network.
 */
export class AgentImpl implements NetworkAgent {
  readonly kinds: ContainerKind[]
  /** Where its server listens; handed to the factories. */
  endpoint?: AgentEndpointRef
  onUpdate?: (event: NetworkEvent) => Promise<void>
  onAgentUpdate?: () => Promise<void>

  private readonly options: ResolvedAgentOptions
  private readonly factories: ReadonlyMap<string, ContainerFactory>
  private readonly table = new HostedTable()
  private readonly starts = new AgentStarts()
  private readonly connections: AgentConnections
  private readonly deadlines: Deadlines
  private readonly health: HealthMonitor
  private readonly visits: Visits
  private closing: Promise<void> | undefined

  /** Throws `INVALID_ARGUMENT` with the argument, its value and its bounds. */
  constructor(
    readonly uuid: AgentUuid,
    factories: ContainerFactories,
    options: AgentOptions = {}
  ) {
    checkName(uuid, 'the uuid of an agent')
    this.factories = readFactories(factories)
    this.kinds = [...this.factories.keys()] as ContainerKind[]
    this.options = resolveAgentOptions(options)
    const { tickManager, logger, reportMs, pingMs, pingIntervalMs } = this.options
    this.connections = new AgentConnections(logger)
    this.deadlines = new Deadlines(tickManager)
    this.visits = new Visits(tickManager, reportMs, (visited) => this.emit(visited, NetworkEventKind.updated))
    this.health = new HealthMonitor(tickManager, {
      pingMs,
      pingIntervalMs,
      changed: (hosted) => this.healthChanged(hosted),
      condemned: (hosted) => void this.end(hosted)
    })
  }

  async get(
    kind: ContainerKind,
    options: GetOptions,
    start?: StartContext
  ): Promise<[ContainerUuid, ContainerEndpointRef]> {
    checkName(kind, 'kind')
    const wanted = checkGetOptions(options)
    for (;;) {
      const hosted = await this.find(kind, wanted, start)
      // What has begun to end meanwhile is waited for, and started anew.
      if (hosted.ended === undefined) return this.answer(hosted, kind, start)
      await hosted.ended
    }
  }

  /**
   * Chooses for a get without uuid when the caller left the choice to this agent, as a 0.7 coordinator does: the oldest
   * healthy container of the kind that carries all the labels. Override it to choose otherwise; `undefined` starts one.
   */
  selectContainer(
    kind: ContainerKind,
    options: GetOptions
  ): ContainerUuid | undefined | Promise<ContainerUuid | undefined> {
    for (const hosted of this.table.ofKind(kind)) {
      if (hosted.state === 'active' && hosted.healthy && hosted.carries(options.labels)) return hosted.uuid
    }
    return undefined
  }

  async getContainer(uuid: ContainerUuid): Promise<Container | undefined> {
    const hosted = this.table.get(uuid)
    return hosted?.ended === undefined ? hosted?.container : undefined
  }

  async list(kind?: ContainerKind): Promise<ContainerRecord[]> {
    const hosted = kind === undefined || kind === null ? this.table.all() : this.table.ofKind(kind)
    return [...hosted].filter(({ ended }) => ended === undefined).map(({ record }) => record)
  }

  async request(uuid: ContainerUuid, operation: string, data?: any, clientId?: ClientUuid): Promise<any> {
    const hosted = await this.serving(uuid)
    hosted.checkServing()
    this.visits.note(hosted, Date.now())
    return await hosted.request(operation, data, clientId)
  }

  async terminate(uuid: ContainerUuid): Promise<void> {
    const start = this.starts.get(uuid)
    if (start !== undefined) {
      start.doomed ??= this.error('TERMINATING', `Container ${uuid} was terminated while it started`, uuid)
      await this.starts.settled(uuid)
    }
    const hosted = this.table.get(uuid)
    if (hosted !== undefined) await this.end(hosted)
  }

  async connect(uuid: ContainerUuid, clientId: ClientUuid, broadcast: Broadcast): Promise<void> {
    this.connections.open(await this.serving(uuid), clientId, broadcast)
  }

  /** Without `broadcast`: all connections of that client to that container. */
  async disconnect(uuid: ContainerUuid, clientId: ClientUuid, broadcast?: Broadcast): Promise<void> {
    await this.starts.settled(uuid)
    const hosted = this.table.get(uuid)
    if (hosted !== undefined) this.connections.close(hosted, clientId, broadcast)
  }

  /** That client is gone: all its connections to all containers here end. */
  disconnectClient(clientId: ClientUuid): void {
    this.connections.closeClient(clientId)
  }

  /**
   * Offers a container that exists already, under that uuid: standby until the network chooses this copy. Throws
   * `UUID_CONFLICT` when another container has that uuid here.
   */
  addStatelessContainer(
    uuid: ContainerUuid,
    kind: ContainerKind,
    endpoint: ContainerEndpointRef,
    container: Container
  ): void {
    this.checkOpen()
    checkName(uuid, 'uuid')
    checkName(kind, 'kind')
    const existing = this.table.get(uuid)
    if ((existing !== undefined && existing.ended === undefined) || this.starts.get(uuid) !== undefined) {
      throw this.error('UUID_CONFLICT', `Agent ${this.uuid} already has a container ${uuid}`, uuid)
    }
    this.host({ uuid, container, endpoint }, kind, {}, true)
    this.agentChanged()
  }

  /** Takes it back: it is not offered any more, its connections end; its `terminate()` is not called. */
  removeStatelessContainer(uuid: ContainerUuid): void {
    const hosted = this.table.get(uuid)
    if (hosted === undefined || !hosted.parts.stateless || hosted.ended !== undefined) return
    const wasActive = hosted.state === 'active'
    hosted.state = 'terminating'
    hosted.ended = Promise.resolve()
    this.leave(hosted, wasActive)
  }

  /** This copy of a stateless container serves from now on; `get` does it too. For networks that never say so. */
  activate(uuid: ContainerUuid, token?: ActivationToken): void {
    const hosted = this.table.get(uuid)
    const wasStandby = hosted?.state === 'standby'
    hosted?.activate(token)
    if (hosted !== undefined && wasStandby && !hosted.healthy) this.emit([hosted], NetworkEventKind.updated)
  }

  async deactivate(uuid: ContainerUuid): Promise<void> {
    const hosted = this.table.get(uuid)
    if (hosted === undefined || !hosted.parts.stateless || hosted.state !== 'active') return
    hosted.state = 'standby'
    hosted.token = undefined
    this.connections.closeContainer(hosted)
  }

  /** Registers with a network in the same process, and terminates what that has live elsewhere. */
  async register(network: Network): Promise<void> {
    const { uuid: agentId, kinds, endpoint } = this
    const record = { agentId, containers: await this.list(), kinds, endpoint }
    const elsewhere = await network.register(record, this)
    await Promise.all(elsewhere.map(async (uuid) => await this.terminate(uuid)))
  }

  /** Terminates all containers, those that start included; bounded by their `terminateMs`. */
  async close(): Promise<void> {
    this.closing ??= this.shutDown()
    await this.closing
  }

  private async shutDown(): Promise<void> {
    this.health.stop()
    const ends = [...this.table.all()].map(async (hosted) => await this.end(hosted))
    await Promise.all([...ends, ...this.starts.list().map(async (start) => await this.endStart(start))])
    this.visits.stop()
    this.deadlines.close()
  }

  private async endStart(start: Start): Promise<void> {
    const closed = this.error(
      'CLOSED',
      `Agent ${this.uuid} was closed while a container of kind '${start.kind}' started`
    )
    start.doomed ??= closed
    const ended = async (): Promise<unknown> => await start.outcome.catch(() => {})
    await bounded(this.deadlines, this.options.terminateMs(start.kind), ended, () => closed).catch(start.abandon)
  }

  private checkOpen(): void {
    if (this.closing !== undefined) throw this.error('CLOSED', `Agent ${this.uuid} is closed`)
  }

  private error(code: ErrorCode, message: string, uuid?: ContainerUuid): NetworkError {
    return new NetworkError(code, message, { uuid, agentId: this.uuid })
  }

  /** What is hosted already, else what a start makes. */
  private async find(kind: ContainerKind, wanted: GetOptions, start?: StartContext): Promise<HostedContainer> {
    const uuid = wanted.uuid ?? (start === undefined ? await this.selectContainer(kind, wanted) : undefined)
    this.checkOpen()
    const hosted = uuid === undefined ? undefined : this.table.get(uuid)
    if (hosted !== undefined) return hosted
    if (wanted.uuid === undefined) return await this.begin(kind, wanted).outcome
    const current = this.starts.get(wanted.uuid)
    if (current === undefined) return await this.begin(kind, wanted).outcome
    if (current.doomed !== undefined) {
      await this.starts.settled(wanted.uuid)
      return await this.find(kind, wanted, start)
    }
    if (current.kind !== kind) throw this.kindMismatch(wanted.uuid, current.kind, kind)
    return await current.outcome
  }

  private answer(
    hosted: HostedContainer,
    kind: ContainerKind,
    start?: StartContext
  ): [ContainerUuid, ContainerEndpointRef] {
    if (hosted.kind !== kind) throw this.kindMismatch(hosted.uuid, hosted.kind, kind)
    this.activate(hosted.uuid, start?.token)
    return [hosted.uuid, hosted.parts.endpoint]
  }

  private kindMismatch(uuid: ContainerUuid, has: ContainerKind, asked: ContainerKind): NetworkError {
    return this.error('KIND_MISMATCH', `Container ${uuid} is of kind '${has}', not of kind '${asked}'`, uuid)
  }

  private begin(kind: ContainerKind, wanted: GetOptions): Start {
    const factory = this.factories.get(kind)
    if (factory === undefined) {
      const offered = this.kinds.length === 0 ? 'none' : this.kinds.join(', ')
      const message = `Agent ${this.uuid} has no factory for kind '${kind}'; it has: ${offered}`
      throw new NetworkError('NOT_FOUND', message, { kind, uuid: wanted.uuid, agentId: this.uuid })
    }
    return this.starts.begin(kind, wanted.uuid, async (start) => await this.run(start, factory, wanted))
  }

  private async run(start: Start, factory: ContainerFactory, wanted: GetOptions): Promise<HostedContainer> {
    const { kind } = start
    const timeoutMs = this.options.startMs(kind)
    const call = { agentId: this.uuid, kind, factory, options: wanted, agentEndpoint: this.endpoint, timeoutMs }
    const made = await startContainer(this.deadlines, call, async (result) => await this.discard(result, kind))
    for (;;) {
      const existing = this.table.get(made.uuid)
      if (start.doomed !== undefined) {
        await this.discard(made, kind)
        throw start.doomed
      }
      if (existing === undefined) return this.host(made, kind, wanted, false)
      if (existing.ended === undefined) {
        await this.discard(made, kind)
        if (existing.kind === kind) return existing
        throw startError(call, 'UUID_CONFLICT', `uuid ${made.uuid} is that of a container of kind '${existing.kind}'`)
      }
      if (existing.container === made.container) {
        throw startError(call, 'START_FAILED', 'its factory answered with a container that terminates')
      }
      await existing.ended
    }
  }

  private host(
    made: ContainerFactoryResult,
    kind: ContainerKind,
    wanted: GetOptions,
    stateless: boolean
  ): HostedContainer {
    const { uuid, container, endpoint } = made
    const { labels, extra } = wanted
    const parts = { agentId: this.uuid, uuid, kind, endpoint, container, stateless, labels, extra: extra as unknown }
    const hosted = new HostedContainer(parts, Date.now())
    this.table.add(hosted)
    this.health.watch(hosted)
    return hosted
  }

  /** Resolves with the container, once it has started, or throws what its start failed with. */
  private async serving(uuid: ContainerUuid): Promise<HostedContainer> {
    const hosted = this.table.get(uuid) ?? (await this.starts.get(uuid)?.outcome)
    if (hosted === undefined) throw this.error('NOT_FOUND', `Container ${uuid} not found on agent ${this.uuid}`, uuid)
    return hosted
  }

  /** Ends it once; never rejects. */
  private end(hosted: HostedContainer): Promise<void> {
    if (hosted.ended !== undefined) return hosted.ended
    const wasActive = hosted.state === 'active'
    hosted.state = 'terminating'
    const terminated = async (): Promise<void> => {
      await this.stop(hosted.container, hosted.kind, hosted.uuid)
      this.leave(hosted, wasActive)
      this.told(hosted.container, hosted.uuid)
    }
    // Assigned before the container's code runs, which may ask for its own end again.
    hosted.ended = Promise.resolve().then(terminated)
    return hosted.ended
  }

  /** Out of every table; whoever the agent is registered with learns of it. */
  private leave(hosted: HostedContainer, wasActive: boolean): void {
    this.connections.closeContainer(hosted)
    this.health.forget(hosted)
    this.visits.forget(hosted)
    this.table.remove(hosted)
    if (wasActive) this.emit([hosted], NetworkEventKind.removed)
    if (hosted.parts.stateless) this.agentChanged()
  }

  /** Terminates what a factory made and nobody gets, unless it is hosted here already. */
  private async discard(made: unknown, kind: ContainerKind): Promise<void> {
    const { uuid, container } = (made ?? {}) as Partial<ContainerFactoryResult>
    if (typeof container?.terminate !== 'function') return
    if (uuid !== undefined && this.table.get(uuid)?.container === container) return
    await this.stop(container, kind, uuid)
    this.told(container, uuid)
  }

  private async stop(container: Container, kind: ContainerKind, uuid: ContainerUuid | undefined): Promise<void> {
    const timeoutMs = this.options.terminateMs(kind)
    const expired = (): NetworkError =>
      this.error('DEADLINE_EXCEEDED', `terminate() took longer than ${timeoutMs} ms`, uuid)
    try {
      await bounded(this.deadlines, timeoutMs, async () => await container.terminate(), expired)
    } catch (error) {
      this.options.logger.warn('A container did not terminate in order', { uuid, kind, error: messageOf(error) })
    }
  }

  private told(container: Container, uuid: ContainerUuid | undefined): void {
    try {
      container.onTerminated?.()
    } catch (error) {
      this.options.logger.warn('onTerminated of a container failed', { uuid, error: messageOf(error) })
    }
  }

  private healthChanged(hosted: HostedContainer): void {
    const { uuid, kind, healthy } = hosted
    this.options.logger.info(healthy ? 'A container is healthy again' : 'A container is unhealthy', { uuid, kind })
    if (hosted.state === 'active') this.emit([hosted], NetworkEventKind.updated)
  }

  private emit(hosted: HostedContainer[], event: NetworkEventKind): void {
    if (hosted.length === 0) return
    const containers = hosted.map(({ record }) => ({ container: record, event }))
    this.report(async () => await this.onUpdate?.({ agents: [], containers }))
  }

  private agentChanged(): void {
    this.report(async () => await this.onAgentUpdate?.())
  }

  private report(tell: () => Promise<void>): void {
    tell().catch((error: unknown) => {
      this.options.logger.warn('What changed on the agent could not be reported', { error: messageOf(error) })
    })
  }
}

function readFactories(factories: ContainerFactories): ReadonlyMap<string, ContainerFactory> {
  if (typeof factories !== 'object' || factories === null) {
    throw new NetworkError(
      'INVALID_ARGUMENT',
      `factories must be an object of functions by kind, got ${String(factories)}`
    )
  }
  for (const [kind, factory] of Object.entries(factories)) {
    checkName(kind, 'kind')
    if (typeof factory === 'function') continue
    throw new NetworkError(
      'INVALID_ARGUMENT',
      `The factory of kind '${kind}' must be a function, got ${typeof factory}`
    )
  }
  return new Map(Object.entries(factories))
}
