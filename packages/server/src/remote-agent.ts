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
  type AgentEndpointRef,
  type AgentOperations,
  type AgentRecord,
  type AgentUuid,
  type ClientUuid,
  type Container,
  type ContainerEndpointRef,
  type ContainerKind,
  type ContainerRecord,
  type ContainerUuid,
  type GetOptions,
  type NetworkAgent,
  type NetworkEvent,
  type RequestOptions,
  type RetireOptions,
  type RetireOutcome,
  type StartContext
} from '@hcengineering/network-core'

/** An agent in another process, asked over the connection of the client that registered it. */
export class RemoteAgent implements NetworkAgent {
  readonly uuid: AgentUuid
  readonly endpoint?: AgentEndpointRef
  readonly kinds: ContainerKind[]
  readonly passesOn = true
  onUpdate?: (event: NetworkEvent) => Promise<void>
  private readonly protocol: number

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
    if (session?.ours === true) return
    this.connect = undefined
    this.disconnect = undefined
    this.deactivate = undefined
    this.retire = undefined
    this.restore = undefined
  }

  async get(
    kind: ContainerKind,
    options: GetOptions,
    start?: StartContext
  ): Promise<[ContainerUuid, ContainerEndpointRef]> {
    // The coordinator has a deadline for each start and hears a late answer too: none here.
    const answer = await this.ask('gg', start === undefined ? [kind, options] : [kind, options, start], 0)
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
    return (await this.ask('cl', [kind])) as ContainerRecord[]
  }

  request(
    uuid: ContainerUuid,
    operation: string,
    data?: any,
    clientId?: ClientUuid,
    options?: RequestOptions
  ): Promise<any> {
    const { timeoutMs, signal } = options ?? {}
    if (this.protocol === 1) {
      const what = requestName(uuid, operation)
      const args = [this.uuid, [uuid, operation, readValue(data), clientId]]
      return this.server.request(this.client, opNames.sendContainer, args, { timeoutMs, signal, resend: false, what })
    }
    const route = [this.uuid, uuid, operation, clientId ?? '']
    const unread = data instanceof Unread
    const call = { route, timeoutMs, signal, resend: false, what: nameOf, unread }
    return this.server.request(this.client, opNames.sendContainer, data, call)
  }

  async terminate(uuid: ContainerUuid): Promise<void> {
    await this.ask('ct', [uuid], 0)
  }

  retire? = async (uuid: ContainerUuid, options: RetireOptions): Promise<RetireOutcome> =>
    readRetireOutcome(await this.ask('ct', [uuid, options], 0))

  restore? = async (uuid: ContainerUuid): Promise<void> => {
    await this.ask('ca', [uuid], 0)
  }

  // What follows has no deadlines: a connection that is half there would stay so for the rest of the session.

  /** Its events come as backrpc events of the agent's client, so the listener is not needed here. */
  connect? = async (uuid: ContainerUuid, clientId: ClientUuid): Promise<void> => {
    await this.ask('cc', [uuid, clientId], 0)
  }

  disconnect? = async (uuid: ContainerUuid, clientId: ClientUuid): Promise<void> => {
    await this.ask('cd', [uuid, clientId], 0)
  }

  deactivate? = async (uuid: ContainerUuid): Promise<void> => {
    await this.ask('cx', [uuid], 0)
  }

  private async ask<N extends keyof AgentOperations>(
    name: N,
    args: AgentOperations[N]['params'],
    timeoutMs?: number
  ): Promise<unknown> {
    return await this.server.request(this.client, name, [this.uuid, args], { timeoutMs, resend: false })
  }
}

/** What a route asks, for errors. */
function nameOf([, uuid, operation]: readonly string[]): string {
  return requestName(uuid as ContainerUuid, operation)
}
