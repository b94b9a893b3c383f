// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types: the signatures are fixed since 0.7 */
import type { Reminder, ReminderKeeper } from '../api/activation'
import type { DrainOptions, DrainResult, NetworkAgent, StartContext } from '../api/agent'
import type { AgentRequestOptions, RequestOptions } from '../api/call'
import type { Container, ContainerFactories, ContainerRecord, GetOptions } from '../api/container'
import type { NetworkEvent } from '../api/events'
import type {
  AgentEndpointRef,
  AgentUuid,
  ClientUuid,
  ContainerEndpointRef,
  ContainerKind,
  ContainerUuid
} from '../api/identifiers'
import type { Network } from '../api/network'
import type { AgentCapacity } from '../api/placement'
import type { StreamOpening, StreamPeer } from '../api/stream'
import type { RetireOptions, RetireOutcome } from '../api/termination'
import { compareTokens, type ActivationToken } from '../api/token'
import type { WaitReport, WaitVerdict } from '../api/turns'
import { checkMethods, checkOptions, refuseArgument } from '../arguments'
import { checkGetOptions, checkName } from '../labels'
import { defaultTimeoutsMs } from '../timeouts'
import { checkMs, resolveAgentOptions, type AgentOptions } from './agent-options'
import { AgentParts } from './agent-parts'
import { recordOfAgent } from './agent-record'
import type { Broadcast } from './client-link'
import { readFactories } from './factories'
import { containerMethods } from './start-container'

/**
 * Hosts containers of the kinds it has factories for, and stateless ones that it is given. It works as soon as it is
 * constructed; `register`, or a client's `register`, makes it known to a network.
 */
export class AgentImpl implements NetworkAgent {
  readonly kinds: ContainerKind[]
  /** Set by `drain` and `close`: the network starts nothing here any more. */
  draining = false
  /** How many containers it takes; absent: any number. */
  readonly capacity?: AgentCapacity
  /** Where its server listens; handed to the factories. */
  endpoint?: AgentEndpointRef
  onUpdate?: (event: NetworkEvent) => Promise<void>
  onAgentUpdate?: () => Promise<void>
  reminders?: ReminderKeeper
  onTurnWaits?: (report: WaitReport) => Promise<WaitVerdict>

  private readonly parts: AgentParts
  private readonly networks = new Set<Network>()
  private drained: Promise<DrainResult> | undefined
  private closing: Promise<void> | undefined

  /** Throws `INVALID_ARGUMENT` with the argument, its value and its bounds. */
  constructor(
    readonly uuid: AgentUuid,
    factories: ContainerFactories,
    options: AgentOptions = {}
  ) {
    checkName(uuid, 'the uuid of an agent')
    const makers = readFactories(factories)
    const resolved = resolveAgentOptions(options)
    this.kinds = [...makers.keys()] as ContainerKind[]
    if (resolved.capacity !== undefined) this.capacity = resolved.capacity
    this.parts = new AgentParts(this, makers, resolved)
  }

  async get(
    kind: ContainerKind,
    options: GetOptions,
    start?: StartContext
  ): Promise<[ContainerUuid, ContainerEndpointRef]> {
    checkName(kind, 'kind')
    const wanted = checkGetOptions(options)
    // With a uuid nothing is awaited before the start is known: a request that comes next must find it.
    const left = wanted.uuid === undefined && start === undefined
    const hosted = await this.parts.host.obtain(kind, left ? await this.choose(kind, wanted) : wanted, start)
    this.parts.serve(hosted, start?.token)
    return [hosted.uuid, hosted.parts.endpoint]
  }

  /**
   * Chooses for a get without uuid when the caller left the choice to this agent, as a 0.7 coordinator does: the oldest
   * healthy container of the kind that carries all the labels. Override it to choose otherwise; `undefined` starts one.
   */
  selectContainer(
    kind: ContainerKind,
    options: GetOptions
  ): ContainerUuid | undefined | Promise<ContainerUuid | undefined> {
    for (const hosted of this.parts.host.table.ofKind(kind)) {
      if (hosted.state === 'active' && hosted.healthy && hosted.carries(options.labels)) return hosted.uuid
    }
    return undefined
  }

  get inFlight(): number {
    return this.parts.calls.inFlight
  }

  async getContainer(uuid: ContainerUuid): Promise<Container | undefined> {
    const hosted = this.parts.host.table.get(uuid)
    return hosted?.ended === undefined ? hosted?.container : undefined
  }

  async list(kind?: ContainerKind): Promise<ContainerRecord[]> {
    const { table } = this.parts.host
    const hosted = kind === undefined || kind === null ? table.all() : table.ofKind(kind)
    return [...hosted].filter(({ ended }) => ended === undefined).map(({ record }) => record)
  }

  ending(): ContainerRecord[] {
    return [...this.parts.host.table.all()]
      .filter(({ endsServing }) => endsServing)
      .map(({ record }) => ({ ...record, ends: true }))
  }

  request(
    uuid: ContainerUuid,
    operation: string,
    data?: any,
    clientId?: ClientUuid,
    options?: AgentRequestOptions
  ): Promise<any> {
    const hosted = this.parts.host.table.get(uuid)
    if (hosted !== undefined) return this.parts.calls.ask(hosted, operation, data, clientId, options)
    return this.parts.host
      .reach(uuid, options?.signal)
      .then((reached) => this.parts.calls.ask(reached, operation, data, clientId, options))
  }

  async stream(
    uuid: ContainerUuid,
    operation: string,
    data: any,
    clientId: ClientUuid | undefined,
    opening: StreamOpening,
    asker: StreamPeer,
    options?: AgentRequestOptions
  ): Promise<StreamPeer> {
    const hosted = await this.parts.host.reach(uuid, options?.signal)
    await this.parts.calls.admitted(hosted, options)
    this.parts.visits.note(hosted, Date.now())
    return this.parts.streams.open(hosted, operation, data, clientId, opening, asker, options?.chain)
  }

  async remind(uuid: ContainerUuid, reminder: Reminder, options?: RequestOptions): Promise<void> {
    await this.parts.calls.remind(await this.parts.host.reach(uuid, options?.signal), reminder, options)
  }

  async terminate(uuid: ContainerUuid): Promise<void> {
    const start = this.parts.host.settled(uuid)
    await this.parts.host.retire(uuid, { reason: 'its agent was told to terminate it', final: true })
    await start
  }

  async retire(uuid: ContainerUuid, options: RetireOptions): Promise<RetireOutcome> {
    return await this.parts.host.retire(uuid, options)
  }

  async restore(uuid: ContainerUuid): Promise<void> {
    const hosted = this.parts.host.table.get(uuid)
    if (hosted !== undefined) this.parts.host.restore(hosted)
  }

  async connect(uuid: ContainerUuid, clientId: ClientUuid, broadcast: Broadcast): Promise<ActivationToken | undefined> {
    const hosted = await this.parts.host.reach(uuid)
    this.parts.connections.open(hosted, clientId, broadcast)
    return hosted.token
  }

  /** Without `broadcast`: all connections of that client to that container. */
  async disconnect(uuid: ContainerUuid, clientId: ClientUuid, broadcast?: Broadcast): Promise<void> {
    const hosted = await this.parts.host.settled(uuid)
    if (hosted !== undefined) this.parts.connections.close(hosted, clientId, broadcast)
  }

  /** That client is gone: all its connections to all containers here end. */
  disconnectClient(clientId: ClientUuid): void {
    this.parts.connections.closeClient(clientId)
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
    checkName(uuid, 'uuid')
    checkName(kind, 'kind')
    if (typeof endpoint !== 'string') refuseArgument('the endpoint of a container', endpoint, 'text')
    checkMethods(container, 'container', containerMethods)
    this.parts.host.add({ uuid, kind, endpoint, container, stateless: true })
    this.parts.reports.agentChanged()
  }

  /** Takes it back: it is not offered any more, its connections end; its `terminate()` is not called. */
  removeStatelessContainer(uuid: ContainerUuid): void {
    const hosted = this.parts.host.table.get(uuid)
    if (hosted?.parts.stateless === true && hosted.ended === undefined) this.parts.host.release(hosted)
  }

  /** This copy of a stateless container serves from now on; `get` does it too. For networks that never say so. */
  activate(uuid: ContainerUuid, token?: ActivationToken): void {
    const hosted = this.parts.host.table.get(uuid)
    if (hosted !== undefined) this.parts.serve(hosted, token)
  }

  leaseGranted(forMs: number): void {
    this.parts.lease.grant(forMs)
  }

  /** What was started later elsewhere is the one that counts: this copy ends, or is standby again. */
  superseded(uuid: ContainerUuid, token: ActivationToken): void {
    const hosted = this.parts.host.table.get(uuid)
    if (hosted?.token === undefined || !hosted.serves || compareTokens(hosted.token, token) >= 0) return
    if (hosted.parts.stateless) void this.deactivate(uuid)
    else void this.parts.host.end(hosted, { reason: 'it was started anew elsewhere', final: true })
  }

  async deactivate(uuid: ContainerUuid, upTo?: ActivationToken): Promise<void> {
    const hosted = this.parts.host.table.get(uuid)
    if (hosted?.parts.stateless !== true || !hosted.serves) return
    // Said before it was activated anew, and late
    if (upTo === undefined || compareTokens(hosted.token, upTo) <= 0) this.parts.deactivate(hosted)
  }

  /** Registers with a network in the same process until `close`, and terminates what that has live elsewhere. */
  async register(network: Network): Promise<void> {
    this.parts.host.checkOpen()
    checkMethods(network, 'network', ['register'])
    this.networks.add(network)
    const record = recordOfAgent(this, await this.list())
    const elsewhere = await network.register(record, this)
    await Promise.all(elsewhere.map(async (uuid) => await this.terminate(uuid)))
  }

  /**
   * Empties the agent before it leaves: the network starts nothing here any more, moves what is held to other agents, with
   * its state where it has `dehydrate` and `rehydrate`, and ends the rest. What nobody else offers stays and serves on.
   * The agent is to be closed afterwards. Who calls while it drains gets the same result.
   *
   * @throws NetworkError `INVALID_ARGUMENT` for a time that is none
   */
  async drain(options: DrainOptions = {}): Promise<DrainResult> {
    const { timeoutMs = defaultTimeoutsMs.agentDrain } = checkOptions(options, 'the options of a drain')
    checkMs('timeoutMs of a drain', timeoutMs)
    this.draining = true
    this.drained ??= this.parts.drainage
      .run(async () => await this.onAgentUpdate?.(), timeoutMs)
      .finally(() => (this.drained = undefined))
    return await this.drained
  }

  /** Terminates all containers, those that start included, bounded by their `terminateMs`; then leaves. None hands on its state. */
  async close(): Promise<void> {
    this.closing ??= this.leave()
    await this.closing
  }

  private async leave(): Promise<void> {
    this.draining = true
    this.parts.closing()
    this.parts.reports.agentChanged()
    // What ends here is started elsewhere only when it has ended
    await this.parts.host.close()
    await Promise.all([...this.networks].map(async (network) => await this.parts.reports.leaving(network, this.uuid)))
    this.parts.stop()
  }

  private async choose(kind: ContainerKind, wanted: GetOptions): Promise<GetOptions> {
    const uuid = await this.selectContainer(kind, wanted)
    return uuid === undefined || this.parts.host.table.get(uuid) === undefined ? wanted : { ...wanted, uuid }
  }
}
