// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  BackRPCClient,
  type BackRPCCaller,
  type BackRPCStreamCall,
  type CallContext
} from '@hcengineering/network-backrpc'
import {
  opNames,
  requestName,
  type CallChain,
  type CancelSignal,
  type ClientUuid,
  type ContainerKind,
  type ContainerRecord,
  type ContainerUuid,
  type CoordinatorOperations,
  type EventGap,
  type HoldParams,
  type Logger,
  type StreamOpening,
  type StreamPeer,
  type TickManager
} from '@hcengineering/network-core'
import { callerOf } from './agent-requests'
import { formatAddress, type Address } from './address'
import { allPages } from './list-pages'
import { operationTexts } from './operation-texts'
import type { ResolvedClientOptions } from './options'
import { Deadline } from './waits'

/** What the coordinator's line tells. Must not throw. */
export interface CoordinatorHandlers {
  /** May throw as well. */
  request(method: string, params: unknown, context: CallContext): Promise<unknown>
  /** May throw as well. */
  stream(method: string, params: unknown, call: BackRPCStreamCall): Promise<StreamPeer>
  /** @param bytes of its data, on the wire */
  event(body: unknown, bytes?: number): void
  /**
   * A session began: the coordinator knows nothing of this client. What is called before the answer settles goes before
   * everything that waits for the session.
   */
  begun(): Promise<void>
  /** The connection was lost and is back, with everything as it was. */
  resumed(): void
  /** Requests that the containers of this client's agents are at; undefined without agents. */
  inFlight(): number | undefined
  /** The coordinator has heard what was sent at `sentAt`, by the tick manager's clock. */
  confirmed(sentAt: number): void
  down(cause: Error): void
  gap(gap: EventGap): void
}

/** Options of one call. */
export interface CallOptions {
  /** 0 is no deadline. */
  timeoutMs: number
  /** It is sent again to a coordinator that knows nothing of it; `'never'`: not even if it was not executed. */
  resend: boolean | 'never'
  signal?: CancelSignal
  /** The calls for which it is made. */
  chain?: CallChain
}

/** The line to the coordinator: its operations, typed, and whether it stands. */
export class Coordinator {
  readonly name: string
  private readonly logger: Logger
  private readonly rpc: BackRPCClient<ClientUuid>
  private lost = false

  constructor(
    readonly address: Address,
    private readonly tickManager: TickManager,
    options: ResolvedClientOptions,
    handlers: CoordinatorHandlers
  ) {
    const coordinator = formatAddress(address)
    this.name = `the coordinator at ${coordinator}`
    this.logger = options.logger
    this.rpc = new BackRPCClient<ClientUuid>(
      options.clientId,
      {
        requestHandler: (method, params, _send, context) =>
          context.answerWith(handlers.request(method, params, context)),
        streamHandler: (method, params, call) => handlers.stream(method, params, call),
        onEvent: async (event, bytes) => handlers.event(event, bytes),
        onSession: (fresh) => {
          this.back()
          if (!fresh) handlers.resumed()
        },
        onRegister: async () => await handlers.begun(),
        inFlight: () => handlers.inFlight(),
        onConfirmed: (sentAt) => handlers.confirmed(sentAt),
        onDisconnect: (cause) => {
          this.lost = true
          this.logger.warn('The connection to the coordinator is lost', { coordinator, cause: cause.message })
          handlers.down(cause)
        },
        onGap: (gap) => handlers.gap(gap)
      },
      address.host,
      address.port,
      tickManager,
      { logger: options.logger, ...options.socketOptions, unreadRoutes: true, callerOf },
      options.aliveTimeoutSeconds
    )
  }

  /** The connection stands. */
  get isUp(): boolean {
    return this.rpc.connected
  }

  /** It grants leases: of 0.8 or later. */
  get grantsLeases(): boolean {
    return this.rpc.serverKnowsSessions
  }

  /** Why the connection does not stand, to end a sentence with. */
  get trouble(): string {
    const { lastError } = this.rpc
    return lastError === undefined ? '' : `: ${lastError.message}`
  }

  /** Rejects after `timeoutMs` with the last cause; 0 waits without end. */
  async waitConnection(timeoutMs: number): Promise<void> {
    await this.rpc.waitConnection(timeoutMs)
  }

  /** Waits for the connection as {@link waitConnection} does; answers with what is left of the time. */
  async connectedWithin(timeoutMs: number): Promise<number> {
    if (this.isUp) return timeoutMs
    const deadline = new Deadline(this.tickManager, timeoutMs)
    await this.waitConnection(timeoutMs)
    return deadline.leftMs
  }

  /** {@link call} of who can wait for the connection: rejects with why there is none when there is none in time. */
  async ask<N extends keyof CoordinatorOperations>(
    name: N,
    params: CoordinatorOperations[N]['params'],
    options: CallOptions
  ): Promise<CoordinatorOperations[N]['result']> {
    return await this.call(name, params, { ...options, timeoutMs: await this.connectedWithin(options.timeoutMs) })
  }

  /** Calls an operation of the coordinator. */
  call<N extends keyof CoordinatorOperations>(
    name: N,
    params: CoordinatorOperations[N]['params'],
    { timeoutMs, resend, signal, chain }: CallOptions
  ): Promise<CoordinatorOperations[N]['result']> {
    const call = { timeoutMs, resend, signal, chain, what: operationTexts[name] }
    return this.rpc.request(name, params, call) as Promise<CoordinatorOperations[N]['result']>
  }

  /** {@link call} whose answer is taken as it comes: before what comes behind it, which may be another session. */
  take<N extends keyof CoordinatorOperations, T>(
    name: N,
    params: CoordinatorOperations[N]['params'],
    { timeoutMs, resend, signal, chain }: CallOptions,
    taken: (result: unknown) => T
  ): Promise<T> {
    const call = { timeoutMs, resend, signal, chain, what: operationTexts[name] }
    return new Promise((resolve, reject) => {
      const answered = (result: unknown): void => {
        try {
          resolve(taken(result))
        } catch (error) {
          reject(error as Error)
        }
      }
      this.rpc.ask(name, params, call, { resolve: answered, reject })
    })
  }

  /** Asks a container, by way of its agent. */
  askContainer(
    uuid: ContainerUuid,
    operation: string,
    data: unknown,
    { timeoutMs, resend, signal, chain }: CallOptions,
    caller: BackRPCCaller
  ): void {
    const options = { timeoutMs, resend, signal, what: nameOf, route: [uuid, operation], chain }
    this.rpc.ask(opNames.sendContainer, data, options, caller)
  }

  /** Opens a stream with a container, by way of its agent. */
  async openStream(
    uuid: ContainerUuid,
    operation: string,
    data: unknown,
    { timeoutMs, signal, chain }: Pick<CallOptions, 'timeoutMs' | 'signal' | 'chain'>,
    opening: StreamOpening,
    asker: StreamPeer
  ): Promise<StreamPeer> {
    const options = { timeoutMs, signal, what: nameOf, route: [uuid, operation], chain }
    return await this.rpc.stream(opNames.sendContainer, data, options, opening, asker)
  }

  /** Lists the containers that serve. */
  async list(kind: ContainerKind | undefined, options: CallOptions): Promise<ContainerRecord[]> {
    return await allPages(async (page) => await this.ask('cl', { kind, page }, options))
  }

  /** Sends an event of a container for a client; resolves when it is accepted. */
  async sendEvent(client: ClientUuid, uuid: ContainerUuid, data: unknown): Promise<void> {
    await this.rpc.send(data, { route: [client, uuid] })
  }

  /** It is about to go: what has not left waits for its successor. */
  hold({ withinMs, unless }: HoldParams): void {
    this.rpc.hold(withinMs, unless)
  }

  /** Resolves when it has the answers that go to it in parts, or after that time. */
  async delivered(timeoutMs: number): Promise<void> {
    await this.rpc.delivered(timeoutMs)
  }

  private back(): void {
    if (this.lost)
      this.logger.info('The connection to the coordinator is back', { coordinator: formatAddress(this.address) })
    this.lost = false
  }

  /** Says goodbye; what is pending is rejected with `CLOSED`. */
  async close(): Promise<void> {
    await this.rpc.closeAsync()
  }
}

/** What a route asks, for errors. */
export function nameOf([uuid, operation]: readonly string[]): string {
  return requestName(uuid as ContainerUuid, operation)
}
