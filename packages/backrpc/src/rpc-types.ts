// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types: the signatures are fixed since 0.7 */
import type {
  AgentLoad,
  CallChain,
  Caller,
  CancelSignal,
  Logger,
  NetworkError,
  StreamOpening,
  StreamPeer
} from '@hcengineering/network-core'
import type { CallContext } from './runtime/call-context'
import type { HelloInfo } from './session/server-effects'
import type { SessionLimits } from './session/session-limits'
import type { TransportName } from './transport/choice'
import type { Transport } from './transport/transport'

/** What a client calls itself: its identity, whatever connection it uses. */
export type ClientId = string

/** Answers a request, once; more are ignored. Resolves when the answer is on its way. */
export type BackRPCResponseSend = (response: any) => Promise<void>

type Handled = void | Promise<void>

/**
 * What a handler of streams is given; it resolves with the side that it serves, or rejects as a request does. Where there is
 * no such handler, streams fail with `UNKNOWN_OPERATION`.
 */
export interface BackRPCStreamCall {
  /** What the other side may be sent at first, and whether it sends, too. */
  readonly opening: StreamOpening
  /** The other side. */
  readonly asker: StreamPeer
  /** Of the opening: its deadline, and whether anybody waits for it still. */
  readonly context: CallContext
}

/** What a server does. Errors of handlers other than `requestHandler` are logged. */
export interface BackRPCServerHandler<ClientT extends string = ClientId> {
  /**
   * Answers a request by `send`, now or later. What it throws is sent as the error: a `NetworkError` as it is, anything
   * else as `REMOTE_ERROR`.
   */
  requestHandler(client: ClientT, method: string, params: any, send: BackRPCResponseSend, context: CallContext): Handled
  /** Serves a stream that a client asks for; `ServedStream` of the core makes the side to answer with of a generator. */
  streamHandler?(client: ClientT, method: string, params: any, call: BackRPCStreamCall): Promise<StreamPeer>
  /**
   * A new session began: never for one that goes on over a new connection. Requests and events of the client wait until
   * what it returns has settled.
   */
  helloHandler?(client: ClientT, info: HelloInfo): Handled
  /**
   * A session ended: the client said goodbye, or (`timedOut`) was silent for its alive timeout, or was dropped.
   *
   * @param aliveMs what is left of its alive timeout, counted from the last message that came from it: for so long it may
   * believe that it is known. 0 after a goodbye
   */
  closeHandler?(client: ClientT, timedOut: boolean, aliveMs: number): Handled
  /** @param load how busy its process is, where it says so */
  onPing?(client: ClientT, load?: AgentLoad): Handled
  /** A message without answer, in order. */
  eventHandler?(client: ClientT, body: any): Handled
  /** Events of the client were lost: this server read too slowly, or the connection broke. */
  gapHandler?(client: ClientT, gap: { lost: number | 'unknown'; reason: string }): Handled
  /** The connection is lost. The session is kept: the client may come back, or turn out to be dead. */
  disconnectHandler?(client: ClientT): Handled
  /** The client came back: its session goes on over a new connection. */
  resumeHandler?(client: ClientT): Handled
}

/** What a client does. Errors of handlers other than `requestHandler` are logged. */
export interface BackRPCClientHandler {
  /** Like that of the server. */
  requestHandler(method: string, params: any, send: BackRPCResponseSend, context: CallContext): Handled
  /** Like that of the server. */
  streamHandler?(method: string, params: any, call: BackRPCStreamCall): Promise<StreamPeer>
  /**
   * A session began with a server that knows nothing of this client: set it up here. Requests made until it has settled
   * go first; all others wait for it.
   */
  onRegister?(): Handled
  /** Events of the server, in order. @param bytes of its data, on the wire */
  onEvent?(event: any, bytes?: number): Handled
  /** A session began (`fresh`), or goes on over a new connection. */
  onSession?(fresh: boolean): Handled
  /** The connection is lost or was refused, or the server has been silent for too long; the client goes on trying. */
  onDisconnect?(cause: NetworkError): Handled
  /** Requests that this process is at: the server is told with every ping, and how late the event loop is. */
  inFlight?(): number | undefined
  /** The server has answered the ping that was sent at `sentAt`, in milliseconds of the tick manager's clock. */
  onConfirmed?(sentAt: number): Handled
  /** Events were lost: this reader was too slow, or the connection broke. */
  onGap?(gap: { lost: number | 'unknown'; reason: string }): Handled
}

/** Options of one message without answer. */
export interface BackRPCSendOptions {
  /**
   * Texts that go apart from the body, at most eight of at most 256 bytes: the peer's handler gets `[...route, body]`, the
   * body unread if it has asked for that by `unreadRoutes`, so that it can be passed on as it came.
   */
  route?: readonly string[]
}

/** Options of one request. */
export interface BackRPCRequestOptions extends BackRPCSendOptions {
  /** Aborting it ends the wait with `CANCELLED`, and tells the peer. */
  signal?: CancelSignal
  /** The result comes unread, to be passed on; see `readValue`. Default false. */
  unread?: boolean
  /**
   * How long to wait for the answer in milliseconds; 0 waits without end. Default 30 s, or the client's alive timeout
   * when that is longer.
   */
  timeoutMs?: number
  /**
   * Send it again to a server that has lost the session, although the earlier one may have executed it. Default true;
   * with false it then fails with `OUTCOME_UNKNOWN`, unless it is known that it was not executed. With `'never'` it fails even
   * then: what it says is true in this session only.
   */
  resend?: boolean | 'never'
  /**
   * What it is, for people who read an error about it, like `request 'say' to container room-1`; a function is asked with
   * the route, when there is an error. Default: its method.
   */
  what?: string | ((route: readonly string[]) => string)
  /** The calls for which it is made: told to a peer that can hear it. Default: none. */
  chain?: CallChain
  /**
   * It is passed on for somebody else: it goes behind those that are not, and leaves them some of the places in flight. Who passes on
   * what takes long is so heard at once with what it asks for itself. Default false.
   */
  passedOn?: boolean
}

/** Who is told of the answer to a request, once. */
export type BackRPCCaller = Caller

/** Options that both sides have. */
export interface BackRPCOptions {
  /** Default: `zmtp`, the protocol of ZeroMQ over sockets of Node; `zeromq` is its native binding. */
  transport?: Transport | TransportName
  /** Default: silent. */
  logger?: Logger
  /** Default of a request's `timeoutMs`. */
  requestTimeoutMs?: number
  /** In place of those of {@link defaultSessionLimits}. */
  limits?: Partial<SessionLimits>
  /**
   * Handlers get what a peer sends with a route unread (`readValue` reads it), to pass it on as it came. Data of protocol 1
   * is read anyway. Default false.
   */
  unreadRoutes?: boolean
  /** The newest protocol that is spoken. Default 2; with a 0.7 peer it is always 1. */
  protocol?: 1 | 2
  /** Options of a ZeroMQ socket, which 0.7 took here, are accepted and ignored. */
  [socketOption: string]: unknown
}

/** Options of {@link BackRPCClient}. */
export interface BackRPCClientOptions extends BackRPCOptions {
  /**
   * For whom the server asks that, where it passes on what others ask: who asks for much then keeps nobody else waiting. What
   * it asks for itself (undefined) is begun at once. Default: everything for one and the same.
   */
  callerOf?: (method: string, params: unknown) => string | undefined
}

/** Options of {@link BackRPCServer}. */
export interface BackRPCServerOptions extends BackRPCOptions {
  /** Silence after which a client that does not say otherwise is dead, in seconds. Default `timeouts.aliveTimeout`. */
  aliveTimeoutSeconds?: number
  /** Makes ids of the server and of sessions; each call another one. Default: random uuids. */
  newId?: () => string
  /**
   * The number of this run of the server, larger than that of any before it; clients that know a larger one refuse it.
   * It is given the largest that the client who asks knows. Default: none is said, and every server is taken.
   */
  epochFor?: (known: number | undefined) => number
}

/** Counts since the server was made. */
export interface BackRPCServerStats {
  /** Sessions now, with or without a connection. */
  sessions: number
  /** Sessions that began, and that went on over a new connection. */
  hellos: number
  /** Sessions that went on over a new connection. */
  resumed: number
  /** Requests of clients that were handed to the handler, and answers given. */
  requests: number
  /** Answers given. */
  responses: number
  /** Messages without answer, to and from clients. */
  eventsSent: number
  /** Messages without answer, from clients. */
  eventsReceived: number
  /** Events dropped because their reader was too slow. */
  dropped: number
  /** Frames that could not be read. */
  garbage: number
  /** Peers not listened to any more, after too much garbage. */
  cutOff: number
  /** Sessions of clients that were silent for their alive timeout. */
  timedOut: number
}

/** One session, as a server sees it. */
export interface BackRPCSessionInfo {
  /** Another one for each session. */
  id: string
  /** The client is of 0.8 or later. */
  ours: boolean
  /** Major version of the protocol that is spoken with it. */
  protocol: number
  /** It has a connection. */
  connected: boolean
  /** Silence after which the client is dead, as it asked for. */
  aliveTimeoutMs: number
  /** Requests to the client that are not settled. */
  pendingRequests: number
  /** Requests of the client that run. */
  runningRequests: number
  /** Bytes that wait because the client reads slowly. */
  unsentBytes: number
}
