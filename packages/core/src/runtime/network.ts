// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types: the signatures are fixed since 0.7 */
import type { Reminder } from '../api/activation'
import type { AgentRecord, AgentRecordInfo, NetworkAgent } from '../api/agent'
import type { AgentRequestOptions, Caller } from '../api/call'
import type { ContainerRecord, GetOptions } from '../api/container'
import type { NetworkContainerEvent, NetworkEvent } from '../api/events'
import type { AgentUuid, ClientUuid, ContainerEndpointRef, ContainerKind, ContainerUuid } from '../api/identifiers'
import type { Logger } from '../api/logger'
import type { Network, NetworkWithClients } from '../api/network'
import type { AgentLoad } from '../api/placement'
import type { TickManager } from '../api/time'
import type { WaitReport, WaitVerdict } from '../api/turns'
import { checkArray, checkObject, checkOptions } from '../arguments'
import { checkGetOptions, checkName } from '../labels'
import type { GetResult } from '../operations'
import type { ClientOptions, ContainerLookup, NetworkStats } from '../state'
import { recordOfAgent } from './agent-record'
import { currentChain } from './call-scope'
import { checkTickManager } from './collaborators'
import { ContainerCalls } from './container-calls'
import type { NetworkHooks } from './network-hooks'
import type { AcquireOptions, NetworkKernel } from './network-kernel'
import { resolveNetworkOptions, type NetworkOptions } from './network-options'
import { NetworkRun } from './network-run'
import { OperatorService } from './operator-service'
import type { RelayedConnections } from './relayed-connections'
import { RelayedStreams } from './relayed-streams'

/**
 * The coordinator in one process: `NetworkKernel` keeps who is where, `ContainerCalls` carries what is said.
 * In-process agents register with it directly; `NetworkServer` puts it on the network.
 */
export class NetworkImpl implements Network, NetworkWithClients {
  /** What an operator asks. */
  readonly operator: OperatorService
  /** Connections that run through here. */
  readonly connections: RelayedConnections
  /** Streams that run through here. */
  readonly streams: RelayedStreams
  /** This run of the coordinator, among those before and after it. */
  readonly run: NetworkRun
  /** For who puts it on the network. */
  readonly hooks: NetworkHooks = {}
  private readonly logger: Logger
  private readonly calls: ContainerCalls
  private readonly kernel: NetworkKernel

  /** Throws `INVALID_ARGUMENT` with the option, its value and its bounds. */
  constructor(
    readonly tickManager: TickManager,
    options: NetworkOptions = {}
  ) {
    checkTickManager(tickManager)
    const resolved = resolveNetworkOptions(options, Date.now())
    this.logger = resolved.logger
    this.calls = new ContainerCalls(tickManager, resolved, this.hooks)
    this.kernel = this.calls.kernel
    this.connections = this.calls.connections
    this.streams = new RelayedStreams(this.calls, tickManager, resolved.requestMs)
    this.operator = new OperatorService(this.kernel, tickManager)
    this.run = new NetworkRun(this.kernel, tickManager, resolved.state.aliveTimeoutMs, options)
  }

  /** Of the tables; cheap. */
  get stats(): NetworkStats {
    return this.kernel.state.stats()
  }

  /** @param client whose agent it is: it lives as long as that client */
  async register(record: AgentRecord, agent: NetworkAgent, client?: ClientUuid): Promise<ContainerUuid[]> {
    this.kernel.checkOpen('register an agent')
    const { agentId, kinds, containers } = checkObject(record, 'the record of an agent')
    checkName(agentId, 'agentId')
    checkArray(kinds, 'kinds')
    checkArray(containers, 'containers')
    checkObject(agent, 'agent')
    this.listen(agent, client)
    return await this.kernel.register(record, agent, client)
  }

  async unregister(agentId: AgentUuid): Promise<void> {
    this.kernel.apply((now) => this.kernel.state.unregister(agentId, now))
  }

  ping(id: AgentUuid | ClientUuid): void {
    this.kernel.apply((now) => this.kernel.state.ping(id, now))
  }

  async agents(): Promise<AgentRecordInfo[]> {
    return this.kernel.state.agents()
  }

  async kinds(): Promise<ContainerKind[]> {
    return this.kernel.state.kinds()
  }

  async list(kind?: ContainerKind): Promise<ContainerRecord[]> {
    return this.kernel.state.list(kind)
  }

  async get(
    client: ClientUuid,
    kind: ContainerKind,
    options: GetOptions
  ): Promise<[ContainerUuid, ContainerEndpointRef]> {
    const [uuid, endpoint] = await this.acquire(client, kind, options)
    return [uuid, endpoint]
  }

  /** `get` with a deadline of its own, answering with the agent and its endpoint too. */
  async acquire(
    client: ClientUuid,
    kind: ContainerKind,
    options: GetOptions,
    call: AcquireOptions = {}
  ): Promise<GetResult> {
    this.kernel.checkOpen('get a container')
    checkName(kind, 'kind')
    checkOptions(call, 'the call options of a get')
    return await this.kernel.acquire(client, kind, checkGetOptions(options), call)
  }

  async release(client: ClientUuid, uuid: ContainerUuid): Promise<void> {
    this.kernel.apply((now) => this.kernel.state.release(client, uuid, now))
  }

  /** @param clientId who asks: the container is told */
  async request(
    uuid: ContainerUuid,
    operation: string,
    data?: any,
    clientId?: ClientUuid,
    options: AgentRequestOptions = {}
  ): Promise<any> {
    checkName(uuid, 'uuid')
    const given = checkObject(options, 'the options of a request')
    const { timeoutMs, idempotent, signal, chain = currentChain() } = given
    return await this.calls.request(uuid, operation, data, clientId, { timeoutMs, idempotent, signal, chain })
  }

  /** `request` for who keeps no promise. */
  ask(
    uuid: ContainerUuid,
    operation: string,
    data: unknown,
    clientId: ClientUuid,
    options: AgentRequestOptions,
    caller: Caller
  ): void {
    this.calls.ask(uuid, operation, data, clientId, options, caller)
  }

  addClient(clientUuid: ClientUuid, onContainer?: (event: NetworkEvent) => Promise<void>): void {
    this.addListener(clientUuid, onContainer, { watch: onContainer !== undefined })
  }

  /** `addClient` with options: whether it hears of everything or of what it holds, and its own patience. */
  addListener(
    client: ClientUuid,
    onEvent: ((event: NetworkEvent) => Promise<void>) | undefined,
    options: ClientOptions
  ): void {
    if (onEvent !== undefined) this.kernel.listeners.set(client, onEvent)
    this.kernel.apply((now) => this.kernel.state.addClient(client, options, now))
  }

  /** The client wants the events of the whole network from now on. */
  watch(client: ClientUuid): void {
    this.kernel.apply(() => this.kernel.state.watch(client))
  }

  /**
   * @param leaseMs for how long agents of that client may still serve: nothing that they had starts elsewhere before. Default 0
   * @param written nor before this resolves: it is durable that they were given up. Must not reject
   */
  removeClient(clientUuid: ClientUuid, leaseMs: number = 0, written?: Promise<void>): void {
    const { kernel } = this
    const givenUp = written && { written: false, rows: [] }
    kernel.apply((now) => kernel.state.removeClient(clientUuid, now, leaseMs, givenUp))
    if (givenUp !== undefined) void written?.then(() => kernel.apply((now) => kernel.state.written(givenUp, now)))
  }

  mapAgent(clientUuid: ClientUuid, agentUuid: AgentUuid): void {
    this.kernel.apply((now) => this.kernel.state.mapAgent(clientUuid, agentUuid, now))
  }

  unmapAgent(clientUuid: ClientUuid, agentUuid: AgentUuid): void {
    this.kernel.apply((now) => this.kernel.state.unmapAgent(clientUuid, agentUuid, now))
  }

  /** Its connection is lost: not a death, but a registration of its agents by another client may then prove one. */
  clientDetached(client: ClientUuid): void {
    this.kernel.apply((now) => this.kernel.state.clientDetached(client, now))
  }

  /** Its connection is back. */
  clientAttached(client: ClientUuid): void {
    this.kernel.apply((now) => this.kernel.state.clientAttached(client, now))
  }

  /** How busy the process of that client is, and so each of its agents. */
  clientLoad(client: ClientUuid, load: AgentLoad): void {
    this.kernel.state.load(client, load)
  }

  /** What an agent reports of its containers without being asked. */
  containerUpdates(agentId: AgentUuid, events: NetworkContainerEvent[]): void {
    this.kernel.apply((now) => this.kernel.state.containerUpdates(agentId, events, now))
  }

  /** Where a container is, and with what it was started; `undefined` for one that nobody knows. */
  find(uuid: ContainerUuid): (ContainerLookup & { readonly options: GetOptions }) | undefined {
    const { state } = this.kernel
    const at = state.lookup(uuid)
    return at === undefined ? undefined : { ...at, options: state.startOf(uuid) ?? { uuid } }
  }

  /** Tells a container of a reminder, waiting for a start or a move; rejects when it is not known to have been reminded. */
  async remind(uuid: ContainerUuid, reminder: Reminder): Promise<void> {
    await this.calls.remind(uuid, reminder)
  }

  /** What an agent says of the calls that have waited long for their turns there. */
  turnWaits(agentId: AgentUuid, report: WaitReport): WaitVerdict {
    const verdict = this.kernel.deadlocks.report(agentId, report)
    for (const deadlock of verdict.deadlocks) this.logger.warn('A deadlock is broken', { agentId, ...deadlock })
    return verdict
  }

  /** How many holds that client has on that container. */
  holds(client: ClientUuid, uuid: ContainerUuid): number {
    return this.kernel.state.holds(client, uuid)
  }

  async close(): Promise<void> {
    this.calls.close()
  }

  private listen(agent: NetworkAgent, client: ClientUuid | undefined): void {
    agent.onUpdate ??= async (event) => this.containerUpdates(agent.uuid, event.containers)
    agent.onAgentUpdate ??= async () => await this.renew(agent, client)
    agent.onTurnWaits ??= async (report) => this.turnWaits(agent.uuid, report)
  }

  private async renew(agent: NetworkAgent, client: ClientUuid | undefined): Promise<void> {
    const record = recordOfAgent(agent, await agent.list())
    for (const uuid of await this.register(record, agent, client)) await agent.terminate(uuid)
  }
}
