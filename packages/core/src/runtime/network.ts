// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types: the signatures are fixed since 0.7 */
import type { Reminder } from '../api/activation'
import type { AgentRecord, AgentRecordInfo, DrainOptions, DrainResult, NetworkAgent } from '../api/agent'
import type { AgentRequestOptions, Caller } from '../api/call'
import type { ContainerRecord, GetOptions } from '../api/container'
import type {
  ContainerExplanation,
  ContainerSummary,
  FailedGets,
  KindWait,
  TerminateOptions,
  TerminateResult
} from '../api/diagnosis'
import type { NetworkContainerEvent, NetworkEvent } from '../api/events'
import type { AgentUuid, ClientUuid, ContainerEndpointRef, ContainerKind, ContainerUuid } from '../api/identifiers'
import type { Network, NetworkWithClients } from '../api/network'
import type { AgentLoad } from '../api/placement'
import type { StreamOpening, StreamPeer } from '../api/stream'
import type { TickManager } from '../api/time'
import type { ActivationToken } from '../api/token'
import type { WaitReport, WaitVerdict } from '../api/turns'
import { checkArray, checkObject, checkOptions } from '../arguments'
import { checkGetOptions, checkName } from '../labels'
import type { GetResult } from '../operations'
import type { ClientOptions, ContainerLookup, NetworkStats } from '../state'
import { readValue } from '../unread'
import { recordOfAgent } from './agent-record'
import { currentChain } from './call-scope'
import type { Broadcast } from './client-link'
import { checkTickManager } from './collaborators'
import { ContainerCalls, type RelayGapListener } from './container-calls'
import { RelayedStreams } from './relayed-streams'
import type { AcquireOptions, AgentProbe, GiveUpWriter, NetworkKernel } from './network-kernel'
import { OperatorService } from './operator-service'
import { resolveNetworkOptions, type NetworkOptions, type ResolvedNetworkOptions } from './network-options'

/**
 * The coordinator in one process: `NetworkKernel` keeps who is where, `ContainerCalls` carries what is said.
 * In-process agents register with it directly; `NetworkServer` puts it on the network.
 */
export class NetworkImpl implements Network, NetworkWithClients {
  private readonly resolved: ResolvedNetworkOptions
  private readonly calls: ContainerCalls
  private readonly kernel: NetworkKernel
  private readonly streams: RelayedStreams
  private readonly operator: OperatorService
  private readonly startedAt: number

  /** Throws `INVALID_ARGUMENT` with the option, its value and its bounds. */
  constructor(
    readonly tickManager: TickManager,
    options: NetworkOptions = {}
  ) {
    checkTickManager(tickManager)
    this.resolved = resolveNetworkOptions(options, Date.now())
    this.calls = new ContainerCalls(tickManager, this.resolved)
    this.kernel = this.calls.kernel
    this.streams = new RelayedStreams(this.calls, tickManager, this.resolved.requestMs)
    this.operator = new OperatorService(this.kernel, tickManager)
    this.startedAt = tickManager.now()
    if (options.voided !== undefined) this.kernel.state.void(options.voided)
    if (options.leases !== undefined) this.kernel.apply((now) => this.kernel.state.beginRecovery(now, options.leases))
  }

  /** Set by `NetworkServer`, which can ask the owner's process. */
  get onProbe(): AgentProbe | undefined {
    return this.kernel.onProbe
  }

  set onProbe(probe: AgentProbe | undefined) {
    this.kernel.onProbe = probe
  }

  /** Set by `NetworkServer`, which has the ledger. */
  get onGivenUp(): GiveUpWriter | undefined {
    return this.kernel.onGivenUp
  }

  set onGivenUp(write: GiveUpWriter | undefined) {
    this.kernel.onGivenUp = write
  }

  /** Set by `NetworkServer`, which can tell the client. */
  get onRelayGap(): RelayGapListener | undefined {
    return this.calls.onRelayGap
  }

  set onRelayGap(tell: RelayGapListener | undefined) {
    this.calls.onRelayGap = tell
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

  /** Opens a stream with a container: resolves with its side when it has taken it; `asker` may be told items before. */
  async stream(
    uuid: ContainerUuid,
    operation: string,
    data: any,
    clientId: ClientUuid | undefined,
    opening: StreamOpening,
    asker: StreamPeer,
    options: AgentRequestOptions = {}
  ): Promise<StreamPeer> {
    checkName(operation, 'operation')
    return await this.streams.open(uuid, operation, data, clientId, opening, asker, options)
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

  /**
   * Opens a connection that runs through the coordinator; `CONNECT_UNSUPPORTED` when the agent cannot.
   *
   * @param options its `unread`: `broadcast` passes events on as they came, see `readValue`
   */
  async connect(
    client: ClientUuid,
    uuid: ContainerUuid,
    broadcast: Broadcast,
    options: { readonly unread?: boolean } = {}
  ): Promise<void> {
    const read: Broadcast = async (data) => await broadcast(readValue(data))
    await this.calls.connect(client, uuid, options.unread === true ? broadcast : read)
  }

  /** Closes what `connect` opened. */
  async disconnect(client: ClientUuid, uuid: ContainerUuid): Promise<void> {
    await this.calls.disconnect(client, uuid)
  }

  /** Passes an event of a container on to a client that listens through here, if `owned` says that it comes from its agent. */
  async relay(client: string, uuid: string, data: unknown, owned: (agentId: AgentUuid) => boolean): Promise<void> {
    await this.calls.relay(client, uuid, data, owned)
  }

  /** By client, the containers that it listens to through the coordinator, on the agents that are `owned`. */
  relayedFrom(owned: (agentId: AgentUuid) => boolean): Map<ClientUuid, ContainerUuid[]> {
    return this.calls.relayedFrom(owned)
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

  /**
   * A peer remembers an earlier coordinator: for the alive timeout nothing is started whose whereabouts cannot be known.
   * Believed only while this network is younger than that: later, everybody has given the earlier one up, unless they are
   * coming back all the while.
   */
  beginRecovery(): void {
    const { state } = this.kernel
    if (this.isYoung || state.recovering) this.kernel.apply((now) => state.beginRecovery(now))
  }

  /** First part of the activation tokens of this run. */
  get epoch(): number {
    return this.kernel.state.epoch
  }

  /** The last token that was given or seen: every activation until now has this or a smaller one. */
  get lastToken(): ActivationToken {
    return this.kernel.state.lastToken
  }

  /** One that is given to nothing: larger than every token until now, and than every answer to a registration. */
  newToken(): ActivationToken {
    return this.kernel.state.newToken()
  }

  /**
   * The epoch of this run, after one that somebody knows if that is larger: it is believed only while this network is young.
   * Later it may be that of another coordinator which has taken the place of this one.
   */
  epochAfter(known: number | undefined): number {
    if (known !== undefined && known > this.epoch && this.isYoung) this.kernel.state.seeEpoch(known)
    return this.epoch
  }

  /** All that is known of one container, or of what last had that uuid; throws `NOT_FOUND` when nothing is. */
  async explain(uuid: ContainerUuid): Promise<ContainerExplanation> {
    return this.operator.explain(checkName(uuid, 'uuid'))
  }

  /** What starts, ends or is lost, of one kind or of all: `list` has the others. */
  async unserved(kind?: ContainerKind): Promise<ContainerSummary[]> {
    return this.operator.unserved(kind)
  }

  /** What gets, and held containers that are not served, wait for; looks at all of them. */
  get waits(): KindWait[] {
    return this.operator.waits()
  }

  /** Which gets failed in the last ten minutes, as far as that is remembered. */
  get failedGets(): FailedGets[] {
    return this.operator.failedGets()
  }

  /** Ends a container by hand; resolves when it has ended there, or says that it cannot yet. */
  async terminate(uuid: ContainerUuid, options: TerminateOptions = {}): Promise<TerminateResult> {
    this.kernel.checkOpen('end a container')
    return await this.kernel.ends.request(checkName(uuid, 'uuid'), checkOptions(options, 'the options of an end'))
  }

  /** Empties an agent: see `NetworkAgent.drain`. Throws `NOT_FOUND`, or `UNKNOWN_OPERATION` for one that cannot. */
  async drainAgent(agentId: AgentUuid, options: DrainOptions = {}): Promise<DrainResult> {
    checkOptions(options, 'the options of a drain')
    return await this.operator.drainAgent(checkName(agentId, 'agentId'), options)
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
    for (const deadlock of verdict.deadlocks)
      this.resolved.logger.warn('A deadlock is broken', { agentId, ...deadlock })
    return verdict
  }

  /** How many holds that client has on that container. */
  holds(client: ClientUuid, uuid: ContainerUuid): number {
    return this.kernel.state.holds(client, uuid)
  }

  async close(): Promise<void> {
    this.calls.close()
  }

  private get isYoung(): boolean {
    return this.tickManager.now() - this.startedAt < this.resolved.state.aliveTimeoutMs
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
