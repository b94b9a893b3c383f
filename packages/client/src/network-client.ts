// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types: the signatures are fixed since 0.7 */
import { randomUUID } from 'node:crypto'
import {
  checkFunction,
  checkGetOptions,
  checkMethods,
  checkName,
  checkOptions,
  checkTickManager,
  defaultTimeoutsMs,
  NetworkError,
  opNames,
  readHold,
  outsideCalls,
  toCaller,
  type AgentRecordInfo,
  type AgentUuid,
  type ClientUuid,
  type ContainerExplanation,
  type ContainerKind,
  type CoordinatorDiagnosis,
  type DiagnoseOptions,
  type DrainOptions,
  type DrainResult,
  type KeptReminder,
  type ContainerRecord,
  type ContainerSummary,
  type ContainerUuid,
  type GetCallOptions,
  type GetOptions,
  type NetworkAgent,
  type NetworkClient,
  type NetworkUpdateListener,
  type ProcessDiagnosis,
  type RequestOptions,
  type TerminateOptions,
  type TerminateResult,
  type TickManager
} from '@hcengineering/network-core'
import { AgentRequests } from './agent-requests'
import { Connections } from './connections'
import { ContainerReferenceImpl } from './container-reference'
import { ContainerRequests } from './container-requests'
import { ContainerStreams } from './container-streams'
import { Coordinator, type CallOptions, type CoordinatorHandlers } from './coordinator'
import type { DisposableReference } from './disposable'
import { DrainReport } from './drain-report'
import { Holds } from './holds'
import { LocalCalls } from './local-calls'
import { NetworkWatch } from './network-watch'
import { OperatorCalls, type NetworkOperator } from './operator-calls'
import { readLease, readNetworkEvent, readRelayGaps } from './network-event'
import {
  callOptions,
  duration,
  resolveClientOptions,
  type NetworkClientOptions,
  type ResolvedClientOptions
} from './options'
import { Registrations } from './registrations'
import { RelayLine } from './relay-line'
import { Repeats } from './repeats'
import type { HeldContainer } from './state/reference-book'
import { unlessAborted } from './waits'

/** A client of the network: connects in the background, keeps trying, and heals what it holds by itself. */
export class NetworkClientImpl implements NetworkClient, NetworkOperator {
  readonly clientId: ClientUuid
  private readonly options: ResolvedClientOptions
  private readonly coordinator: Coordinator
  private readonly agentRequests: AgentRequests
  private readonly registrations: Registrations
  private readonly holds: Holds
  private readonly repeats: Repeats
  private readonly requests: ContainerRequests
  private readonly streams: ContainerStreams
  private readonly relay: RelayLine
  private readonly localCalls: LocalCalls
  private readonly connections: Connections
  private readonly watch: NetworkWatch
  private readonly operator: OperatorCalls
  private readonly drainReport: DrainReport
  private readonly open = new Set<ContainerReferenceImpl>()
  private closing: Promise<void> | undefined

  /**
   * Throws only for what is syntactically wrong.
   *
   * @param aliveTimeout seconds of silence after which the coordinator takes this client for dead, and this client the
   * coordinator for lost. Default 3. The default deadlines are at least this long.
   */
  constructor(
    /** Of the coordinator. */
    readonly host: string,
    /** Of the coordinator. */
    readonly port: number,
    tickManager: TickManager,
    aliveTimeout?: number,
    options?: NetworkClientOptions
  ) {
    checkTickManager(tickManager)
    this.options = resolveClientOptions(randomUUID() as ClientUuid, aliveTimeout, options)
    this.clientId = this.options.clientId
    const handlers: CoordinatorHandlers = {
      request: (method, params, context) => {
        if (method === opNames.holdRequests) return this.onLeaving(params)
        return this.agentRequests.handle(method, params, context)
      },
      stream: (method, params, call) => this.agentRequests.openStream(method, params, call),
      event: (body, bytes) => this.onEvent(body, bytes),
      begun: async () => await this.onBegun(),
      resumed: () => this.onResumed(),
      inFlight: () => this.agentRequests.inFlight,
      confirmed: (sentAt) => this.registrations.confirmed(sentAt),
      down: (cause) => this.relay.down(cause),
      gap: (gap) => this.relay.gap(gap)
    }
    // A container may make it in a turn, and keep it
    this.coordinator = outsideCalls(() => new Coordinator({ host, port }, tickManager, this.options, handlers))
    this.agentRequests = new AgentRequests(
      async (client, uuid, data) => await this.coordinator.sendEvent(client, uuid, data),
      (agent) => {
        void this.registrations.announceAgain(agent)
      },
      tickManager
    )
    this.registrations = new Registrations(this.coordinator, this.agentRequests, tickManager, this.options)
    this.holds = new Holds(this.coordinator, tickManager, this.options, (uuid) => this.onMovement(uuid))
    this.localCalls = new LocalCalls(this.clientId, tickManager)
    this.repeats = new Repeats(this.holds, tickManager)
    const { repeats } = this
    this.requests = new ContainerRequests(
      this.coordinator,
      this.holds,
      repeats,
      this.localCalls,
      tickManager,
      this.options
    )
    this.streams = new ContainerStreams(this.coordinator, this.holds, repeats, tickManager, this.options)
    this.relay = new RelayLine(this.coordinator, tickManager)
    this.watch = new NetworkWatch(this.coordinator, tickManager, this.options)
    this.operator = new OperatorCalls(this.coordinator, this.options.requestTimeoutMs)
    this.drainReport = new DrainReport(this.coordinator, tickManager, this.options)
    const { coordinator, holds, relay, localCalls } = this
    this.connections = new Connections({ coordinator, holds, relay, localCalls, tickManager, options: this.options })
  }

  /** The coordinator knows this client now. */
  get registered(): boolean {
    return this.coordinator.isUp
  }

  /** What this client holds, by uuid. */
  get references(): ReadonlyMap<ContainerUuid, HeldContainer> {
    return this.holds.book.held
  }

  async register(agent: NetworkAgent): Promise<void> {
    this.checkOpen()
    await this.registrations.register(checkMethods(agent, 'agent', ['list']))
  }

  async agents(): Promise<AgentRecordInfo[]> {
    this.checkOpen()
    return await this.coordinator.ask(opNames.listAgents, {}, this.repeatable)
  }

  async kinds(): Promise<ContainerKind[]> {
    this.checkOpen()
    return await this.coordinator.ask(opNames.listKinds, {}, this.repeatable)
  }

  async list(kind?: ContainerKind): Promise<ContainerRecord[]> {
    this.checkOpen()
    return await this.coordinator.list(checkKind(kind), this.repeatable)
  }

  async get(kind: ContainerKind, options: GetOptions, call?: GetCallOptions): Promise<DisposableReference> {
    this.checkOpen()
    checkName(kind, 'kind')
    const { timeoutMs = this.options.getTimeoutMs, signal } = callOptions(call, 'the call options of a get')
    duration('timeoutMs', timeoutMs)
    const wanted = checkGetOptions(options ?? {})
    const { holds, requests, streams, connections } = this
    const hold = async (): Promise<HeldContainer> => {
      const held = await holds.get(kind, wanted, timeoutMs, signal)
      // It comes to nobody
      if (signal?.aborted === true) void holds.release(held.uuid)
      return held
    }
    let held: HeldContainer
    try {
      held = await (signal === undefined ? holds.get(kind, wanted, timeoutMs) : unlessAborted(signal, hold))
    } catch (error) {
      return await toCaller(error)
    }
    const { uuid, location } = held
    const reference = new ContainerReferenceImpl(uuid, location.endpoint, {
      holds,
      requests,
      streams,
      connections,
      options: this.options,
      onClosed: (closed) => this.open.delete(closed)
    })
    this.open.add(reference)
    return reference
  }

  /** Lets one hold go, as the `close` of a reference does. */
  async release(uuid: ContainerUuid): Promise<void> {
    await this.holds.release(uuid)
  }

  async request(uuid: ContainerUuid, operation: string, data?: any, options?: RequestOptions): Promise<any> {
    this.checkOpen()
    checkName(uuid, 'uuid')
    checkName(operation, 'operation')
    return await this.requests.request(uuid, operation, data, callOptions(options, 'the options of a request'))
  }

  onUpdate(listener: NetworkUpdateListener): () => void {
    this.checkOpen()
    return this.watch.add(checkFunction(listener, 'listener'))
  }

  async waitConnection(timeoutMs: number = 0): Promise<void> {
    this.checkOpen()
    await this.coordinator.waitConnection(duration('timeoutMs', timeoutMs))
  }

  async explain(uuid: ContainerUuid): Promise<ContainerExplanation> {
    this.checkOpen()
    return await this.operator.explain(uuid)
  }

  async unserved(kind?: ContainerKind): Promise<ContainerSummary[]> {
    this.checkOpen()
    return await this.operator.unserved(checkKind(kind))
  }

  async reminders(kind?: ContainerKind): Promise<KeptReminder[]> {
    this.checkOpen()
    return await this.operator.reminders(checkKind(kind))
  }

  async cancelReminder(uuid: ContainerUuid, name: string): Promise<boolean> {
    this.checkOpen()
    return await this.operator.cancelReminder(uuid, name)
  }

  async terminate(uuid: ContainerUuid, options: TerminateOptions = {}): Promise<TerminateResult> {
    this.checkOpen()
    return await this.operator.terminate(uuid, checkOptions(options, 'the options of an end'))
  }

  async drainAgent(agentId: AgentUuid, options: DrainOptions = {}): Promise<DrainResult> {
    this.checkOpen()
    return await this.operator.drainAgent(agentId, checkOptions(options, 'the options of a drain'))
  }

  async diagnose(options: DiagnoseOptions & { agent: AgentUuid }): Promise<ProcessDiagnosis>
  async diagnose(options?: DiagnoseOptions & { agent?: undefined }): Promise<CoordinatorDiagnosis>
  async diagnose(options: DiagnoseOptions = {}): Promise<ProcessDiagnosis> {
    this.checkOpen()
    return await this.operator.diagnose(checkOptions(options, 'the options of a diagnosis'))
  }

  /**
   * Empties the agents of this client before it closes: the network starts nothing there any more, moves what is held to
   * other agents and ends the rest. No call fails of it. What nobody else offers stays and serves on; see the result. The
   * logger of the client is told what it waits for, at once and then every 5 s.
   */
  async drain(options: DrainOptions = {}): Promise<DrainResult> {
    this.checkOpen()
    const { timeoutMs = defaultTimeoutsMs.agentDrain } = checkOptions(options, 'the options of a drain')
    duration('timeoutMs', timeoutMs)
    const { registrations } = this
    return await this.drainReport.during(registrations.agents, timeoutMs, () => registrations.drain(options))
  }

  /**
   * Ends the containers of the agents and unregisters them, closes every connection, says goodbye: the coordinator releases
   * what was held. No container hands on its state, unless its move in a drain has begun. Prompt when nobody listens. What is pending is rejected with `CLOSED`.
   */
  async close(): Promise<void> {
    this.closing ??= this.end()
    await this.closing
  }

  /** Called between the end of the agents' containers and that of the connections; for servers made with the client. */
  protected async closeServers(): Promise<void> {}

  private get repeatable(): CallOptions {
    return { timeoutMs: this.options.requestTimeoutMs, resend: true }
  }

  private async end(): Promise<void> {
    await this.registrations.close()
    await this.closeServers()
    this.holds.close()
    this.localCalls.close()
    for (const reference of this.open) reference.clientClosed()
    this.repeats.close()
    this.watch.close()
    await this.connections.close()
    this.relay.close()
    await this.coordinator.close()
  }

  /** What is said before the answer of this settles goes before everything that waits for the session. */
  private async onBegun(): Promise<void> {
    this.holds.forgotten()
    this.registrations.begun()
    void this.agentRequests.begin()
    this.watch.renew()
    this.relay.session(true)
    await this.registrations.renewAll()
    this.holds.resume()
  }

  /** Its answer goes behind everything that was asked before: the coordinator knows then that no more comes but what it excused. */
  private async onLeaving(params: unknown): Promise<string> {
    this.coordinator.hold(readHold(params))
    return 'ok'
  }

  private onResumed(): void {
    this.holds.resume()
    this.relay.session(false)
  }

  /** An array is a relayed event of a container, an object one of the network. */
  private onEvent(body: unknown, bytes?: number): void {
    if (Array.isArray(body)) {
      const [uuid, data] = body as unknown[]
      this.relay.deliver(uuid, data, bytes)
      return
    }
    const gaps = readRelayGaps(body)
    for (const { uuid, reason } of gaps) this.relay.gapOf(uuid, { lost: 'unknown', reason })
    const leaseMs = readLease(body)
    if (leaseMs !== undefined) this.registrations.extend(leaseMs)
    // Such notices say nothing else
    const event = gaps.length > 0 || leaseMs !== undefined ? undefined : readNetworkEvent(body)
    if (event === undefined) return
    for (const { container, event: kind } of event.containers) this.holds.observe(container, kind)
    this.watch.deliver(event)
  }

  private onMovement(uuid: ContainerUuid): void {
    this.repeats.moved(uuid)
    this.connections.moved(uuid)
    for (const reference of [...this.open]) if (reference.uuid === uuid) reference.moved()
  }

  private checkOpen(): void {
    if (this.closing !== undefined) throw new NetworkError('CLOSED', 'The network client is closed')
  }
}

/** Protocol 1 carries no kind as `null`: both mean all. */
function checkKind(kind: ContainerKind | undefined | null): ContainerKind | undefined {
  return kind === undefined || kind === null ? undefined : checkName(kind, 'kind')
}
