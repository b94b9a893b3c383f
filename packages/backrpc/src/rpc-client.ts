// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types: the signatures are fixed since 0.7 */
import {
  checkName,
  DeadlineTimer,
  defaultTimeoutsMs,
  NetworkError,
  silentLogger,
  timeouts,
  type Logger,
  type StreamOpening,
  type StreamPeer,
  type TickManager
} from '@hcengineering/network-core'
import { checkAliveTimeout, checkRoute, checkTimeout, resolveLimits, resolveProtocol } from './options'
import type {
  BackRPCCaller,
  BackRPCClientHandler,
  BackRPCClientOptions,
  BackRPCRequestOptions,
  BackRPCSendOptions,
  ClientId
} from './rpc-types'
import { Awaited } from './runtime/awaited'
import { ask, call, type Call } from './runtime/call'
import { ClientPerformer } from './runtime/client-performer'
import { ConnectionState } from './runtime/connection-state'
import { Inbox } from './runtime/inbox'
import { performAll } from './runtime/perform-all'
import { pump } from './runtime/pump'
import { SessionPort } from './runtime/session-port'
import { openStream } from './runtime/streams'
import { Turn } from './runtime/turn'
import type { ClientEffect } from './session/client-effects'
import { ClientSession } from './session/client-session'
import type { HoldExcuse } from './session/client-session-options'
import { addressOf } from './transport/address'
import { chooseTransport } from './transport/choice'
import type { ClientTransport, Frames, SendResult } from './transport/transport'
import { Body } from './wire/body'
import { EventMessage } from './wire/event-message'

/** Connects to a {@link BackRPCServer}, for requests and events both ways. It reconnects until it is closed. */
export class BackRPCClient<ClientT extends string = ClientId> {
  /** Resolves when everything has ended after `close`. */
  readonly done: Promise<void>
  private readonly logger: Logger
  private readonly requestTimeoutMs: number
  private readonly effects: ClientEffect<Call>[] = []
  private readonly session: ClientSession<Call>
  private readonly transport: ClientTransport
  private readonly timer: DeadlineTimer
  private readonly connection: ConnectionState
  private readonly callPort: SessionPort<undefined>
  private readonly sendFrames: (frames: Frames) => SendResult
  private readonly performer: ClientPerformer
  private readonly turn = new Turn(() => this.run())
  private readonly delivery: Awaited
  private running = false
  private finish: (() => void) | undefined

  /**
   * @param aliveTimeoutSeconds silence after which the server counts as lost, and this client for the server
   * @throws NetworkError `INVALID_ARGUMENT` for something that is no address or no timeout
   */
  constructor(
    /** What it calls itself. */
    readonly clientId: ClientT,
    handlers: BackRPCClientHandler,
    /** Of the server. */
    readonly host: string,
    /** Of the server. */
    readonly port: number,
    private readonly tickManager: TickManager,
    options: BackRPCClientOptions = {},
    aliveTimeoutSeconds: number = timeouts.aliveTimeout
  ) {
    checkName(clientId, 'client id')
    const aliveTimeoutMs = checkAliveTimeout(aliveTimeoutSeconds) * 1000
    this.logger = options.logger ?? silentLogger
    this.requestTimeoutMs = checkTimeout(
      options.requestTimeoutMs ?? Math.max(defaultTimeoutsMs.request, aliveTimeoutMs)
    )
    const where = addressOf(host, port)
    this.connection = new ConnectionState(where, tickManager)
    this.delivery = new Awaited(tickManager, () => this.session.conversation.streams.unread.bytes === 0)
    this.done = new Promise((resolve) => (this.finish = resolve))
    this.session = new ClientSession(
      {
        clientId,
        where,
        aliveTimeoutMs,
        // Three pings within the timeout, so that a lost one is no death
        pingIntervalMs: Math.min(timeouts.pingInterval * 1000, aliveTimeoutMs / 3),
        tickMs: 1000 / tickManager.tps,
        limits: resolveLimits(options.limits),
        protocol: resolveProtocol(options.protocol),
        unreadRoutes: options.unreadRoutes,
        inFlight: handlers.inFlight && (() => handlers.inFlight?.())
      },
      this.effects
    )
    this.timer = new DeadlineTimer(tickManager, () => this.input((now) => this.session.advance(now)))
    const transport = chooseTransport(options.transport, this.logger)
    const inbox = new Inbox<undefined>(
      tickManager,
      (_server, message, now) => this.session.receive(message, now),
      () => this.run()
    )
    this.transport = transport.connect(
      { host, port },
      {
        connected: () => this.input((now) => this.session.connected(now)),
        disconnected: (cause) =>
          this.input((now) => this.session.disconnected(NetworkError.from(cause, 'UNAVAILABLE'), now)),
        message: (frames) => inbox.message(undefined, frames),
        part: (bytes, start, end) => inbox.part(undefined, bytes, start, end),
        batchBegins: () => inbox.batchBegins(),
        batchEnds: () => inbox.batchEnds()
      }
    )
    this.transport.onWritable = () => this.run()
    this.callPort = new SessionPort(
      {
        request: (_server, asked) => this.session.request(asked, tickManager.now()),
        cancel: (_server, request, error) => this.input(() => this.session.cancel(request, error)),
        filled: () => {}
      },
      this.turn
    )
    this.sendFrames = (frames) => this.transport.send(frames)
    this.performer = new ClientPerformer({
      handlers,
      logger: this.logger,
      tickManager,
      connection: this.connection,
      sink: this.effects,
      callerOf: options.callerOf,
      note: (bytes) => this.turn.note(bytes),
      setUp: (generation) => this.input(() => this.session.registered(generation)),
      redial: (cause) => this.transport.redial?.(cause)
    })
  }

  /** `close` was called. */
  get closed(): boolean {
    return this.session.state === 'closed'
  }

  /** A session stands. */
  get connected(): boolean {
    return this.connection.stands
  }

  /** Why there is no connection, or why the last one ended. */
  get lastError(): NetworkError | undefined {
    return this.connection.lastError
  }

  /** Id of the server's current run; '' before the first connection. */
  get serverId(): string {
    return this.session.serverId
  }

  /** The server is of 0.8 or later; false before the first connection. */
  get serverKnowsSessions(): boolean {
    return this.session.serverKnowsSessions
  }

  /**
   * Resolves when a session stands. Rejects after `timeoutMs` with the last cause, naming the address; without it, or
   * with 0, waits until `close`.
   */
  waitConnection(timeoutMs: number = 0): Promise<void> {
    return this.connection.wait(timeoutMs)
  }

  /** Rejects with the server's error, or with `DEADLINE_EXCEEDED`, `OUTCOME_UNKNOWN`, `OVERLOADED` or `CLOSED`. */
  request(method: string, params: any, options: BackRPCRequestOptions = {}): Promise<any> {
    return call(this.callPort, undefined, method, params, options, this.requestTimeoutMs)
  }

  /** `request` for who keeps no promise: tells the caller, once. */
  ask(method: string, params: unknown, options: BackRPCRequestOptions, caller: BackRPCCaller): void {
    ask(this.callPort, undefined, method, params, options, this.requestTimeoutMs, caller)
  }

  /**
   * Opens a stream: resolves with the server's side when that has taken it, rejects as `request` does, and with
   * `CONNECT_UNSUPPORTED` where the server is too old. The options are those of the opening.
   *
   * @param asker this side: it is told what comes, perhaps before
   */
  stream(
    method: string,
    params: any,
    options: BackRPCRequestOptions,
    opening: StreamOpening,
    asker: StreamPeer
  ): Promise<StreamPeer> {
    const { callPort, requestTimeoutMs } = this
    return openStream(callPort, undefined, method, params, options, requestTimeoutMs, opening, asker)
  }

  /** A message without answer: resolves when it is accepted for sending, rejects with `OVERLOADED` or `CLOSED`. */
  async send(body: any, options: BackRPCSendOptions = {}): Promise<void> {
    const event = new EventMessage(Body.of(body), checkRoute(options.route)?.slice())
    if (!this.session.conversation.takes(event)) this.turn.hasten()
    const error = this.session.send(event)
    if (error !== undefined) throw error
    this.turn.note(event.body.size)
  }

  /** Judges now whether the server has been silent for too long. */
  checkAlive(): void {
    this.input((now) => this.session.checkAlive(now))
  }

  /**
   * Somebody says that the server is gone: it is asked for a sign of life, and counts as lost when it gives none within
   * `patienceMs`. Nothing happens while there is no session.
   */
  doubt(patienceMs: number): void {
    this.input((now) => this.session.doubt(patienceMs, now))
  }

  /**
   * The server is about to go: what is asked from now on, and has not left yet, waits until there is a session over a new
   * connection, at most `forMs`. Answers and events go on. Nothing happens while there is no session.
   *
   * @param unless requests leave all the same: `asked` while requests of the server run here, `busy` while `inFlight` of the
   * handlers says that any do: what they need goes with them
   */
  hold(forMs: number, unless?: HoldExcuse): void {
    this.input((now) => this.session.hold(forMs, now, unless))
  }

  /** Resolves when the answers in parts that were given have arrived, or after that time. To be awaited before `close`. */
  async delivered(timeoutMs: number): Promise<void> {
    if (this.session.conversation.streams.unread.bytes > 0) await this.delivery.wait(timeoutMs)
  }

  /** Says goodbye if it can, rejects what is pending with `CLOSED`, and ends. More calls do nothing. */
  close(): void {
    if (this.closed) return
    this.turn.hasten()
    // A handler that is called by `run` closes it: what it has said leaves now or never
    pump(this.session.conversation.outbox, this.tickManager.now(), this.sendFrames)
    const goodbye = this.session.close()
    this.connection.close()
    this.timer.stop()
    this.run()
    const finish = (): void => this.finish?.()
    this.transport.close(goodbye).then(finish, finish)
  }

  /** `close`, and resolves when everything has ended. */
  async closeAsync(): Promise<void> {
    this.close()
    await this.done
  }

  private input(give: (now: number) => void): void {
    give(this.tickManager.now())
    this.run()
  }

  /** Does what the session asks for. Called again from within, it leaves the work to the outer call. */
  private run(): void {
    if (this.running) return
    this.running = true
    const { effects, performer } = this
    const { outbox } = this.session.conversation
    performer.turnBegins()
    try {
      do {
        performAll(effects, performer, this.logger)
        pump(outbox, this.tickManager.now(), this.sendFrames)
      } while (effects.length > 0)
    } finally {
      this.running = false
    }
    performer.turnEnds()
    this.delivery.look()
    if (!this.closed) this.timer.rearm(this.session.nextDeadline())
  }
}
