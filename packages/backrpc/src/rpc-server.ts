// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types: the signatures are fixed since 0.7 */
import { randomUUID } from 'node:crypto'
import {
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
import { checkAliveTimeout, checkTimeout, resolveLimits, resolveProtocol } from './options'
import type {
  BackRPCCaller,
  BackRPCRequestOptions,
  BackRPCSendOptions,
  BackRPCServerHandler,
  BackRPCServerOptions,
  BackRPCServerStats,
  BackRPCSessionInfo,
  ClientId
} from './rpc-types'
import { Awaited } from './runtime/awaited'
import { ask, call, type Call } from './runtime/call'
import { EventSender } from './runtime/event-sender'
import { Inbox } from './runtime/inbox'
import { performAll } from './runtime/perform-all'
import { pump } from './runtime/pump'
import { newCounts, ServerPerformer } from './runtime/server-performer'
import { sessionInfoOf } from './runtime/session-info'
import { SessionPort } from './runtime/session-port'
import { openStream } from './runtime/streams'
import { Turn } from './runtime/turn'
import type { ServerEffect } from './session/server-effects'
import type { ServerSession } from './session/server-session'
import { ServerSessions } from './session/server-sessions'
import { chooseTransport } from './transport/choice'
import type { ServerTransport, Transport } from './transport/transport'

const none: BackRPCSendOptions = {}

/** Listens for {@link BackRPCClient}s, for requests and events both ways. It listens from its construction on. */
export class BackRPCServer<ClientT extends string = ClientId> {
  /** Name of this run of the server: clients that see a new one set up their sessions anew. */
  readonly uuid: string
  /** Requests of a 0.7 client that run at a time; beyond, it is told to try again. Read when a session begins. */
  requestsLimitPerClient: number
  private readonly logger: Logger
  private readonly requestTimeoutMs: number
  private readonly effects: ServerEffect<Call>[] = []
  private readonly sessions: ServerSessions<Call>
  private readonly performer: ServerPerformer<ClientT>
  private readonly timer: DeadlineTimer
  private readonly callPort: SessionPort<string>
  private readonly events: EventSender
  private readonly quietness: Awaited
  private readonly listening: Promise<ServerTransport>
  private transport: ServerTransport | undefined
  private readonly counts = newCounts()
  private running = false
  private closing: Promise<void> | undefined
  private readonly turn = new Turn(() => this.run())

  /**
   * @param host '*' for all interfaces
   * @param port 'random' or 0 lets the system choose; see `getPort`
   */
  constructor(
    handlers: BackRPCServerHandler<ClientT>,
    private readonly tickManager: TickManager,
    /** Where it listens. */
    readonly host: string = '*',
    port: number | 'random' = 'random',
    options: BackRPCServerOptions = {}
  ) {
    const { newId = randomUUID, limits, logger = silentLogger, aliveTimeoutSeconds = timeouts.aliveTimeout } = options
    this.uuid = newId()
    this.logger = logger
    this.requestTimeoutMs = checkTimeout(options.requestTimeoutMs ?? defaultTimeoutsMs.request)
    const sessionLimits = { ...resolveLimits(limits) }
    this.requestsLimitPerClient = sessionLimits.maxInFlightProtocol1
    Object.defineProperty(sessionLimits, 'maxInFlightProtocol1', { get: () => this.requestsLimitPerClient })
    this.sessions = new ServerSessions(
      {
        serverId: this.uuid,
        aliveTimeoutMs: checkAliveTimeout(aliveTimeoutSeconds) * 1000,
        pingIntervalMs: timeouts.pingInterval * 1000,
        tickMs: 1000 / tickManager.tps,
        limits: sessionLimits,
        protocol: resolveProtocol(options.protocol),
        unreadRoutes: options.unreadRoutes,
        // Names its server, so that a client's memory of a session tells whose it was.
        newSessionId: () => `${this.uuid}/${newId()}`,
        epochFor: options.epochFor
      },
      this.effects
    )
    this.performer = new ServerPerformer({
      handlers,
      logger,
      tickManager,
      counts: this.counts,
      maxHeldBytes: sessionLimits.maxUnsentBytes,
      sessions: this.sessions,
      sink: this.effects,
      note: (bytes) => this.turn.note(bytes),
      transport: () => this.transport
    })
    this.callPort = new SessionPort(
      {
        request: (client, asked) => this.sessions.request(client, asked, tickManager.now()),
        cancel: (client, request, error) => this.input(() => this.sessions.cancel(client, request, error)),
        filled: (client) => this.sessions.answered(client)
      },
      this.turn
    )
    this.events = new EventSender(this.sessions, this.turn, this.counts, () => this.transport)
    this.quietness = new Awaited(tickManager, () => this.quiet)
    this.performer.onIdle = () => this.quietness.look()
    this.timer = new DeadlineTimer(tickManager, () =>
      this.input((now) => this.sessions.advance(now, this.transport?.late))
    )
    this.listening = this.listen(chooseTransport(options.transport, logger), port === 'random' ? 0 : port)
    // Whoever asks for the port is told; nobody has to ask
    this.listening.catch((error) => logger.error('The server cannot listen', { error: (error as Error).message }))
  }

  /** Counts since it was made. */
  get stats(): BackRPCServerStats {
    return { ...this.counts, sessions: this.sessions.size }
  }

  /** The port, once it listens. Rejects with a `NetworkError` that names address and cause when it cannot. */
  async getPort(): Promise<number> {
    return (await this.listening).port
  }

  /**
   * Asks a client. Rejects with the client's error, or with `UNAVAILABLE` (no such client), `OUTCOME_UNKNOWN` (it is gone
   * since), `DEADLINE_EXCEEDED` or `OVERLOADED`. A client without a connection is waited for.
   */
  request(client: ClientT, method: string, params: any, options: BackRPCRequestOptions = {}): Promise<any> {
    return call(this.callPort, client, method, params, options, this.timeoutMsFor(client))
  }

  /** `request` for who keeps no promise: tells the caller, once. */
  ask(client: ClientT, method: string, params: unknown, options: BackRPCRequestOptions, caller: BackRPCCaller): void {
    ask(this.callPort, client, method, params, options, this.timeoutMsFor(client), caller)
  }

  /**
   * Opens a stream with a client; as that of {@link BackRPCClient}.
   *
   * @param asker this side: it is told what comes, perhaps before
   */
  stream(
    client: ClientT,
    method: string,
    params: any,
    options: BackRPCRequestOptions,
    opening: StreamOpening,
    asker: StreamPeer
  ): Promise<StreamPeer> {
    const { callPort, requestTimeoutMs } = this
    return openStream(callPort, client, method, params, options, requestTimeoutMs, opening, asker)
  }

  /**
   * A message without answer. Resolves when it is accepted for sending; rejects with `UNAVAILABLE` when there is no such
   * client, with `OVERLOADED` when it reads too slowly, with `CLOSED` after `close`. What is told to many in one turn is
   * encoded once for all whom it finds ready. Accepted is always the promise `accepted`.
   */
  send(client: ClientT, body: any, { route }: BackRPCSendOptions = none): Promise<void> {
    if (this.closing !== undefined) return Promise.reject(new NetworkError('CLOSED', 'The server is closed'))
    return this.events.send(client, body, route)
  }

  /** Ends a client's session as dead. The client is told to say hello when it speaks again. */
  dropClient(client: ClientT): void {
    const session = this.sessions.get(client)
    // What it was promised goes before
    if (session !== undefined) this.pump(session)
    this.input(() => this.sessions.end(client, true))
  }

  /** The session of that client; undefined when it has none. */
  sessionInfo(client: ClientT): BackRPCSessionInfo | undefined {
    const session = this.sessions.get(client)
    return session && sessionInfoOf(session)
  }

  /** Judges now which clients have been silent for too long. */
  checkAlive(): void {
    this.input((now) => this.sessions.checkAlive(now, this.transport?.late))
  }

  /** Resolves when every request that was handed to the handler is answered, or after that time: with whether they are. */
  async drain(timeoutMs: number): Promise<boolean> {
    this.performer.flush()
    if (this.quiet) return true
    return await this.quietness.wait(timeoutMs)
  }

  /** Nothing is being answered. */
  private get quiet(): boolean {
    return this.performer.running === 0 && !this.sessions.hasUnread
  }

  /** Sends what is under way, fails what is pending, and ends. More calls do nothing. */
  close(): Promise<void> {
    this.closing ??= this.end()
    return this.closing
  }

  private timeoutMsFor(client: ClientT): number {
    return Math.max(this.requestTimeoutMs, this.sessions.get(client)?.origin.aliveTimeoutMs ?? 0)
  }

  private async end(): Promise<void> {
    this.turn.hasten()
    this.timer.stop()
    this.performer.flush()
    // A handler that is called by `run` closes it: what it has said leaves now or never
    for (const session of this.sessions.dirty) this.pump(session)
    this.sessions.close()
    this.run()
    const transport = await this.listening.catch(() => undefined)
    await transport?.close()
  }

  private async listen(transport: Transport, port: number): Promise<ServerTransport> {
    const inbox = new Inbox<string>(
      this.tickManager,
      (peer, message, now) => {
        if (this.closing === undefined) this.sessions.receive(peer, message, now)
      },
      () => this.run()
    )
    const listener = await transport.listen(
      { host: this.host, port },
      {
        message: (peer, frames) => inbox.message(peer, frames),
        part: (peer, bytes, start, end) => inbox.part(peer, bytes, start, end),
        batchBegins: () => inbox.batchBegins(),
        batchEnds: () => inbox.batchEnds(),
        disconnected: (peer) => this.input((now) => this.sessions.disconnected(peer, now)),
        failed: (error) => this.logger.error('The transport failed', { error: error.message })
      }
    )
    listener.onWritable = (peer) => this.input(() => this.sessions.writable(peer))
    this.transport = listener
    return listener
  }

  private input(give: (now: number) => void): void {
    if (this.closing !== undefined) return
    give(this.tickManager.now())
    this.run()
  }

  /** Does what the sessions ask for. Called again from within, it leaves the work to the outer call. */
  private run(): void {
    if (this.running) return
    this.running = true
    const { effects, sessions, performer } = this
    performer.turnBegins()
    try {
      do {
        performAll(effects, performer, this.logger)
        for (const session of sessions.dirty) this.pump(session)
      } while (effects.length > 0 || sessions.dirty.size > 0)
    } finally {
      this.running = false
    }
    performer.turnEnds()
    this.quietness.look()
    if (this.closing === undefined) this.timer.rearm(sessions.nextDeadline())
  }

  private pump(session: ServerSession<Call>): void {
    const { address } = session
    this.sessions.dirty.delete(session)
    if (address === undefined || this.transport === undefined) return
    const { transport } = this
    const result = pump(session.conversation.outbox, this.tickManager.now(), (frames) =>
      transport.send(address, frames)
    )
    if (result === 'gone') this.sessions.disconnected(address, this.tickManager.now())
  }
}
