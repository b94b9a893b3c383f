// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { BackRPCServer, type MemoryNetwork } from '@hcengineering/network-backrpc'
import {
  NetworkError,
  readValue,
  type ActivationToken,
  type AgentEndpointRef,
  type AgentUuid,
  type ClientUuid,
  type ContainerEndpointRef,
  type ContainerUuid,
  type GetParams,
  type TickManager
} from '@hcengineering/network-core'

/** One call that arrived. */
export interface Call {
  readonly client: ClientUuid
  readonly method: string
  readonly params: unknown
}

/** Where the coordinator says a container is. */
export interface Placement {
  readonly endpoint: ContainerEndpointRef
  readonly agentEndpoint?: AgentEndpointRef
  readonly agentId?: AgentUuid
  readonly token?: ActivationToken
}

/** Answers one operation; what it throws is the answer. */
export type Answer = (call: Call) => unknown

/** A coordinator that answers by table, notes what it was asked and counts holds. Nothing in it decides anything. */
export class ScriptedCoordinator {
  readonly calls: Call[] = []
  readonly placements = new Map<string, Placement>()
  /** Holds by uuid, all clients together. */
  readonly holds = new Map<string, number>()
  readonly gone: { client: ClientUuid; timedOut: boolean }[] = []
  readonly events: unknown[] = []
  /** Answers that differ from the usual ones. */
  readonly answers = new Map<string, Answer>()
  private server: BackRPCServer<ClientUuid> | undefined

  constructor(
    private readonly network: MemoryNetwork,
    private readonly tickManager: TickManager
  ) {}

  /** Starts, or starts anew, knowing nothing. */
  start(): void {
    this.holds.clear()
    this.server = new BackRPCServer<ClientUuid>(
      {
        requestHandler: async (client, method, params, send) => {
          const call: Call = { client, method, params: read(params) }
          this.calls.push(call)
          await send(await (this.answers.get(method) ?? this.usual)(call))
        },
        eventHandler: (_client, body) => {
          this.events.push(read(body))
        },
        closeHandler: (client, timedOut) => {
          this.gone.push({ client, timedOut })
        }
      },
      this.tickManager,
      'coordinator',
      3737,
      { transport: this.network.node('coordinator') }
    )
  }

  /** Dies without a word. */
  kill(): void {
    this.network.kill('coordinator')
    this.server = undefined
  }

  /** Dies, and starts anew. */
  restart(): void {
    this.kill()
    this.start()
  }

  /** Forgets a client, which is still connected. */
  forget(client: ClientUuid): void {
    this.holds.clear()
    this.server?.dropClient(client)
  }

  async send(client: ClientUuid, body: unknown): Promise<void> {
    await this.server?.send(client, body)
  }

  async request(client: ClientUuid, method: string, params: unknown): Promise<unknown> {
    return (await this.server?.request(client, method, params)) as unknown
  }

  /** Parameters of the calls of one operation. */
  asked(method: string): unknown[] {
    return this.calls.filter((call) => call.method === method).map(({ params }) => params)
  }

  /** Operations in the order in which they arrived. */
  get methods(): string[] {
    return this.calls.map(({ method }) => method)
  }

  private readonly usual: Answer = ({ method, params }) => {
    switch (method) {
      case 'gg': {
        const { request } = params as GetParams
        const uuid = request.uuid ?? ('unnamed' as ContainerUuid)
        const { endpoint, agentEndpoint, agentId, token } = this.placements.get(uuid) ?? { endpoint: '' }
        this.holds.set(uuid, (this.holds.get(uuid) ?? 0) + 1)
        return [uuid, endpoint, agentEndpoint ?? null, agentId ?? null, token ?? null]
      }
      case 'cr': {
        const { uuid } = params as { uuid: string }
        const left = (this.holds.get(uuid) ?? 0) - 1
        if (left > 0) this.holds.set(uuid, left)
        else this.holds.delete(uuid)
        return 'ok'
      }
      case 'cs': {
        const [uuid, operation, data] = params as unknown[]
        return { by: 'coordinator', uuid, operation, data }
      }
      case 'ar':
      case 'al':
      case 'ak':
      case 'cl':
        return []
      case 'au':
      case 'cc':
      case 'cd':
      case 'cu':
      case 'nw':
        return 'ok'
      default:
        throw new NetworkError('UNKNOWN_OPERATION', method)
    }
  }
}

/** What has a route comes unread. */
export function read(content: unknown): unknown {
  return Array.isArray(content) ? content.map(readValue) : content
}
