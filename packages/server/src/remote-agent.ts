// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types: the signatures are fixed since 0.7 */
import type { BackRPCServer, BackRPCSessionInfo } from '@hcengineering/network-backrpc'
import {
  NetworkError,
  opNames,
  readRetireOutcome,
  readValue,
  requestName,
  Unread,
  type ActivationToken,
  type AgentEndpointRef,
  type AgentOperations,
  type AgentRecord,
  type AgentRequestOptions,
  type AgentUuid,
  type Caller,
  type ClientUuid,
  type Container,
  type ContainerEndpointRef,
  type ContainerKind,
  type ContainerRecord,
  type ContainerUuid,
  type DrainOptions,
  type DrainResult,
  type GetOptions,
  type NetworkAgent,
  type NetworkEvent,
  type ProcessDiagnosis,
  type Reminder,
  type RequestOptions,
  type RetireOptions,
  type RetireOutcome,
  type StartContext,
  type StreamOpening,
  type StreamPeer
} from '@hcengineering/network-core'

/** A kind that no agent has. */
const nothing = '' as ContainerKind

/** An agent in another process, asked over the connection of the client that registered it. */
export class RemoteAgent implements NetworkAgent {
  readonly uuid: AgentUuid
  readonly endpoint?: AgentEndpointRef
  readonly kinds: ContainerKind[]
  readonly passesOn = true
  onUpdate?: (event: NetworkEvent) => Promise<void>
  /** Its client remembers what it is told of its registration. */
  readonly settles: boolean
  private readonly protocol: number

  /** Copies that are told to be standby. */
  private readonly deactivations = new Set<Promise<unknown>>()
  /** Containers that are told to end, and have not ended. */
  private endings = 0

  /** @param client who registered it; @param session in which it did */
  constructor(
    record: AgentRecord,
    readonly client: ClientUuid,
    session: BackRPCSessionInfo | undefined,
    private readonly server: BackRPCServer<ClientUuid>
  ) {
    this.protocol = session?.protocol ?? 1
    this.uuid = record.agentId
    this.endpoint = record.endpoint
    this.kinds = record.kinds
    this.settles = session?.ours === true
    if (this.settles) return
    this.connect = undefined
    this.disconnect = undefined
    this.deactivate = undefined
    this.retire = undefined
    this.drain = undefined
    this.restore = undefined
    this.remind = undefined
  }

  async get(
    kind: ContainerKind,
    options: GetOptions,
    start?: StartContext
  ): Promise<[ContainerUuid, ContainerEndpointRef]> {
    // The coordinator has a deadline for each start and hears a late answer too: none here.
    const answer = await this.call('gg', start === undefined ? [kind, options] : [kind, options, start], 0)
    if (Array.isArray(answer) && typeof answer[0] === 'string' && typeof answer[1] === 'string') {
      return [answer[0] as ContainerUuid, answer[1] as ContainerEndpointRef]
    }
    throw new NetworkError('START_FAILED', `Agent ${this.uuid} answered the start of a ${kind} with no container`, {
      stage: `starting on agent ${this.uuid}`,
      kind,
      agentId: this.uuid
    })
  }

  async getContainer(): Promise<Container | undefined> {
    return undefined // it lives in the agent's process
  }

  async list(kind?: ContainerKind): Promise<ContainerRecord[]> {
    return (await this.call('cl', [kind])) as ContainerRecord[]
  }

  request(
    uuid: ContainerUuid,
    operation: string,
    data?: any,
    clientId?: ClientUuid,
    options?: AgentRequestOptions
  ): Promise<any> {
    return new Promise((resolve, reject) => {
      this.ask(uuid, operation, data, clientId, options ?? {}, { resolve, reject })
    })
  }

  ask(
    uuid: ContainerUuid,
    operation: string,
    data: unknown,
    clientId: ClientUuid | undefined,
    { timeoutMs, signal, chain }: AgentRequestOptions,
    caller: Caller
  ): void {
    const name = opNames.sendContainer
    if (this.protocol === 1) {
      let known: unknown
      try {
        known = readValue(data)
      } catch (error) {
        return caller.reject(error as Error)
      }
      const what = requestName(uuid, operation)
      const args = [this.uuid, [uuid, operation, known, clientId]]
      return this.server.ask(
        this.client,
        name,
        args,
        { passedOn: true, resend: false, timeoutMs, signal, what },
        caller
      )
    }
    const route = [this.uuid, uuid, operation, clientId ?? '']
    const unread = data instanceof Unread
    const options = { passedOn: true, resend: false, route, timeoutMs, signal, chain, what: nameOf, unread }
    this.server.ask(this.client, name, data, options, caller)
  }

  async stream(
    uuid: ContainerUuid,
    operation: string,
    data: any,
    clientId: ClientUuid | undefined,
    opening: StreamOpening,
    asker: StreamPeer,
    { timeoutMs, signal, chain }: AgentRequestOptions = {}
  ): Promise<StreamPeer> {
    const route = [this.uuid, uuid, operation, clientId ?? '']
    const call = { passedOn: true, resend: false, route, timeoutMs, signal, chain, what: nameOf }
    return await this.server.stream(this.client, opNames.sendContainer, data, call, opening, asker)
  }

  async terminate(uuid: ContainerUuid): Promise<void> {
    await this.call('ct', [uuid], 0)
  }

  retire? = async (uuid: ContainerUuid, options: RetireOptions): Promise<RetireOutcome> => {
    this.endings++
    try {
      return readRetireOutcome(await this.call('ct', [uuid, options], 0))
    } finally {
      this.endings--
    }
  }

  restore? = async (uuid: ContainerUuid): Promise<void> => {
    await this.call('ca', [uuid], 0)
  }

  remind? = async (uuid: ContainerUuid, reminder: Reminder, { timeoutMs }: RequestOptions = {}): Promise<void> => {
    // It may wait for its turn, as what is passed on does
    await this.call('rd', [uuid, reminder], timeoutMs, true)
  }

  // What follows has no deadlines: a connection that is half there would stay so for the rest of the session.

  /** Its events come as backrpc events of the agent's client, so the listener is not needed here. */
  connect? = async (uuid: ContainerUuid, clientId: ClientUuid): Promise<undefined> => {
    await this.call('cc', [uuid, clientId], 0)
    return undefined
  }

  disconnect? = async (uuid: ContainerUuid, clientId: ClientUuid): Promise<void> => {
    await this.call('cd', [uuid, clientId], 0)
  }

  deactivate? = async (uuid: ContainerUuid, upTo?: ActivationToken): Promise<void> => {
    const told = this.call('cx', upTo === undefined ? [uuid] : [uuid, upTo], 0)
    this.deactivations.add(told)
    try {
      await told
    } finally {
      this.deactivations.delete(told)
    }
  }

  /** Resolves when it has heard which of its copies are standby and which of its containers end, or cannot hear it. */
  async heard(): Promise<void> {
    // An end may take long; but what is asked after it is answered when it has begun
    const begun = this.endings === 0 ? [] : [this.list(nothing)]
    await Promise.allSettled([...this.deactivations, ...begun])
  }

  drain? = async (options: DrainOptions = {}): Promise<DrainResult> => {
    const { moved, ended, left } = (await this.call('ad', [options], 0)) as DrainResult
    return { moved, ended, left }
  }

  /** Facts about its process. */
  async diagnose(sampleMs?: number): Promise<ProcessDiagnosis> {
    return (await this.call('di', [sampleMs === undefined ? {} : { sampleMs }])) as ProcessDiagnosis
  }

  private call<N extends keyof AgentOperations>(
    name: N,
    args: AgentOperations[N]['params'],
    timeoutMs?: number,
    passedOn = false
  ): Promise<unknown> {
    // What it is to do is so in this session: in the next the coordinator has given it up, and decides anew. One of 0.7 knows
    // no sessions, and is in the same one over a new connection
    const resend = this.settles ? 'never' : false
    return this.server.request(this.client, name, [this.uuid, args], { timeoutMs, resend, passedOn })
  }
}

/** What a route asks, for errors. */
function nameOf([, uuid, operation]: readonly string[]): string {
  return requestName(uuid as ContainerUuid, operation)
}
