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
import { ClientParts } from './client-parts'
import type { CallOptions } from './coordinator'
import type { DisposableReference } from './disposable'
import type { NetworkOperator } from './operator-calls'
import {
  callOptions,
  duration,
  resolveClientOptions,
  type NetworkClientOptions,
  type ResolvedClientOptions
} from './options'
import type { HeldContainer } from './state/reference-book'
import { unlessAborted } from './waits'

/** A client of the network: connects in the background, keeps trying, and heals what it holds by itself. */
export class NetworkClientImpl implements NetworkClient, NetworkOperator {
  readonly clientId: ClientUuid
  private readonly options: ResolvedClientOptions
  private readonly parts: ClientParts
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
    this.parts = new ClientParts({ host, port }, tickManager, this.options)
  }

  /** The coordinator knows this client now. */
  get registered(): boolean {
    return this.parts.coordinator.isUp
  }

  /** What this client holds, by uuid. */
  get references(): ReadonlyMap<ContainerUuid, HeldContainer> {
    return this.parts.holds.book.held
  }

  async register(agent: NetworkAgent): Promise<void> {
    this.checkOpen()
    await this.parts.registrations.register(checkMethods(agent, 'agent', ['list']))
  }

  async agents(): Promise<AgentRecordInfo[]> {
    this.checkOpen()
    return await this.parts.coordinator.ask(opNames.listAgents, {}, this.repeatable)
  }

  async kinds(): Promise<ContainerKind[]> {
    this.checkOpen()
    return await this.parts.coordinator.ask(opNames.listKinds, {}, this.repeatable)
  }

  async list(kind?: ContainerKind): Promise<ContainerRecord[]> {
    this.checkOpen()
    return await this.parts.coordinator.list(checkKind(kind), this.repeatable)
  }

  async get(kind: ContainerKind, options: GetOptions, call?: GetCallOptions): Promise<DisposableReference> {
    this.checkOpen()
    checkName(kind, 'kind')
    const { timeoutMs = this.options.getTimeoutMs, signal } = callOptions(call, 'the call options of a get')
    duration('timeoutMs', timeoutMs)
    const wanted = checkGetOptions(options ?? {})
    const { holds } = this.parts
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
    return this.parts.reference(held)
  }

  /** Lets one hold go, as the `close` of a reference does. */
  async release(uuid: ContainerUuid): Promise<void> {
    await this.parts.holds.release(uuid)
  }

  async request(uuid: ContainerUuid, operation: string, data?: any, options?: RequestOptions): Promise<any> {
    this.checkOpen()
    checkName(uuid, 'uuid')
    checkName(operation, 'operation')
    return await this.parts.requests.request(uuid, operation, data, callOptions(options, 'the options of a request'))
  }

  onUpdate(listener: NetworkUpdateListener): () => void {
    this.checkOpen()
    return this.parts.watch.add(checkFunction(listener, 'listener'))
  }

  async waitConnection(timeoutMs: number = 0): Promise<void> {
    this.checkOpen()
    await this.parts.coordinator.waitConnection(duration('timeoutMs', timeoutMs))
  }

  async explain(uuid: ContainerUuid): Promise<ContainerExplanation> {
    this.checkOpen()
    return await this.parts.operator.explain(uuid)
  }

  async unserved(kind?: ContainerKind): Promise<ContainerSummary[]> {
    this.checkOpen()
    return await this.parts.operator.unserved(checkKind(kind))
  }

  async reminders(kind?: ContainerKind): Promise<KeptReminder[]> {
    this.checkOpen()
    return await this.parts.operator.reminders(checkKind(kind))
  }

  async cancelReminder(uuid: ContainerUuid, name: string): Promise<boolean> {
    this.checkOpen()
    return await this.parts.operator.cancelReminder(uuid, name)
  }

  async terminate(uuid: ContainerUuid, options: TerminateOptions = {}): Promise<TerminateResult> {
    this.checkOpen()
    return await this.parts.operator.terminate(uuid, checkOptions(options, 'the options of an end'))
  }

  async drainAgent(agentId: AgentUuid, options: DrainOptions = {}): Promise<DrainResult> {
    this.checkOpen()
    return await this.parts.operator.drainAgent(agentId, checkOptions(options, 'the options of a drain'))
  }

  async diagnose(options: DiagnoseOptions & { agent: AgentUuid }): Promise<ProcessDiagnosis>
  async diagnose(options?: DiagnoseOptions & { agent?: undefined }): Promise<CoordinatorDiagnosis>
  async diagnose(options: DiagnoseOptions = {}): Promise<ProcessDiagnosis> {
    this.checkOpen()
    return await this.parts.operator.diagnose(checkOptions(options, 'the options of a diagnosis'))
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
    const { registrations, drainReport } = this.parts
    return await drainReport.during(registrations.agents, timeoutMs, () => registrations.drain(options))
  }

  /**
   * Ends the containers of the agents and unregisters them, closes every connection, says goodbye: the coordinator releases
   * what was held. No container hands on its state, unless its move in a drain has begun. Prompt when nobody listens. What is pending is rejected with `CLOSED`.
   */
  async close(): Promise<void> {
    this.closing ??= this.parts.close(async () => await this.closeServers())
    await this.closing
  }

  /** Called between the end of the agents' containers and that of the connections; for servers made with the client. */
  protected async closeServers(): Promise<void> {}

  private get repeatable(): CallOptions {
    return { timeoutMs: this.options.requestTimeoutMs, resend: true }
  }

  private checkOpen(): void {
    if (this.closing !== undefined) throw new NetworkError('CLOSED', 'The network client is closed')
  }
}

/** Protocol 1 carries no kind as `null`: both mean all. */
function checkKind(kind: ContainerKind | undefined | null): ContainerKind | undefined {
  return kind === undefined || kind === null ? undefined : checkName(kind, 'kind')
}
