// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { BackRPCClient } from '@hcengineering/network-backrpc'
import {
  NetworkError,
  opNames,
  readConnected,
  requestName,
  type ActivationToken,
  type ClientUuid,
  type ContainerUuid,
  type StreamOpening,
  type StreamPeer,
  type TickManager
} from '@hcengineering/network-core'
import { formatAddress } from './address'
import { nameOf } from './coordinator'
import { Farewells } from './farewells'
import type { Line, LineCall, LineListener, LineStream } from './line'
import { LineListeners } from './line-listeners'
import type { ResolvedClientOptions } from './options'
import { routeKey, type Route } from './routes'

/** A route that leads to a server of its own. */
export type DirectRoute = Exclude<Route, { via: 'relay' | 'local' }>

/**
 * How long an agent that lost a container, or is said to have, may take for a sign of life: one that works is rarely
 * busy for as long without a pause, and who waits for its answer should hear soon that it is not to come.
 */
const doubtMs = 150

/**
 * A connection of this client's own to an agent's server, or to the server that a container is (`via: 'own'`: there the
 * operation is the method, its data the parameters, and every event the container's).
 */
export class DirectLine implements Line {
  readonly key: string
  readonly name: string
  readonly own: boolean
  private readonly rpc: BackRPCClient<ClientUuid>
  private readonly listeners = new LineListeners()
  private readonly farewells: Farewells
  private sessions = 0

  constructor(route: DirectRoute, tickManager: TickManager, options: ResolvedClientOptions) {
    const { host, port } = route.address
    this.key = routeKey(route)
    this.own = route.via === 'own'
    this.name = `${this.own ? 'the container at' : 'the agent at'} ${formatAddress(route.address)}`
    this.rpc = new BackRPCClient<ClientUuid>(
      options.clientId,
      {
        requestHandler: async (method) => {
          throw new NetworkError('UNKNOWN_OPERATION', `A client has no operation '${method}'`)
        },
        onEvent: (event, bytes) => this.onEvent(event, bytes),
        onSession: (fresh) => this.onSession(fresh),
        onDisconnect: (cause) => this.onDisconnect(cause),
        onGap: (gap) => this.tell((listener) => listener.gap(gap))
      },
      host,
      port,
      tickManager,
      { logger: options.logger, ...options.socketOptions, unreadRoutes: !this.own },
      options.aliveTimeoutSeconds
    )
    const call = { timeoutMs: 0, resend: false }
    this.farewells = new Farewells(
      tickManager,
      () => this.isUp,
      async (uuid, token) => {
        const params = token === undefined ? { uuid } : { uuid, token }
        return (await this.rpc.request(opNames.disconnectContainer, params, call)) as unknown
      }
    )
  }

  get isUp(): boolean {
    return this.rpc.connected
  }

  async ready(timeoutMs: number): Promise<void> {
    await this.rpc.waitConnection(timeoutMs)
  }

  doubt(): void {
    this.rpc.doubt(doubtMs)
  }

  listen(uuid: ContainerUuid, listener: LineListener): () => void {
    return this.listeners.add(uuid, listener)
  }

  async connect(
    uuid: ContainerUuid,
    leg: number,
    timeoutMs: number,
    heard: () => void
  ): Promise<ActivationToken | undefined> {
    if (this.own) return undefined
    const before = this.farewells.connects(uuid, leg, timeoutMs)
    if (before !== undefined) await before
    const answer = await new Promise<unknown>((resolve, reject) => {
      const answered = (result: unknown): void => {
        heard()
        resolve(result)
      }
      const call = { timeoutMs, resend: false }
      this.rpc.ask(opNames.connectContainer, { uuid }, call, { resolve: answered, reject })
    })
    return readConnected(answer)
  }

  async disconnect(uuid: ContainerUuid, leg: number, later?: ActivationToken): Promise<void> {
    if (!this.own) await this.farewells.bid(uuid, leg, later)
  }

  request(uuid: ContainerUuid, operation: string, data: unknown, call: LineCall): void {
    const { timeoutMs, idempotent: resend, signal, chain } = call
    if (this.own) {
      const what = requestName(uuid, operation)
      this.rpc.ask(operation, data, { timeoutMs, resend, signal, what, chain }, call)
    } else {
      const options = { timeoutMs, resend, signal, what: nameOf, route: [uuid, operation], chain }
      this.rpc.ask(opNames.sendContainer, data, options, call)
    }
  }

  async openStream(
    { uuid, operation, data, timeoutMs, signal, chain }: LineStream,
    opening: StreamOpening,
    asker: StreamPeer
  ): Promise<StreamPeer> {
    if (this.own) {
      const what = requestName(uuid, operation)
      return await this.rpc.stream(operation, data, { timeoutMs, signal, what, chain }, opening, asker)
    }
    const options = { timeoutMs, signal, what: nameOf, route: [uuid, operation], chain }
    return await this.rpc.stream(opNames.sendContainer, data, options, opening, asker)
  }

  async close(): Promise<void> {
    this.farewells.close()
    await this.rpc.closeAsync()
  }

  private onEvent(event: unknown, bytes?: number): void {
    if (this.own) {
      this.tell((listener) => listener.event(event, bytes))
    } else if (Array.isArray(event)) {
      const [uuid, data] = event as unknown[]
      this.listeners.deliver(String(uuid), data, bytes)
    }
  }

  private onSession(fresh: boolean): void {
    this.farewells.session(fresh)
    const first = this.sessions++ === 0
    if (!first) this.tell((listener) => (fresh ? listener.fresh() : listener.up()))
  }

  private onDisconnect(cause: Error): void {
    this.tell((listener) => listener.down(cause))
  }

  private tell(what: (listener: LineListener) => void): void {
    for (const listener of this.listeners.all()) what(listener)
  }
}
