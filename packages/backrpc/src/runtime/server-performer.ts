// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type Logger, type StreamPeer, type TickManager } from '@hcengineering/network-core'
import type { BackRPCResponseSend, BackRPCServerHandler, BackRPCServerStats } from '../rpc-types'
import type { ConversationEffect, Execution, Sink } from '../session/conversation-effects'
import type { ServerEffect } from '../session/server-effects'
import type { ServerSessions } from '../session/server-sessions'
import type { ServerTransport } from '../transport/transport'
import { answered, callHandler, failed, logFailure, type Call } from './call'
import type { CallContext } from './call-context'
import { execute, type Executor } from './executor'
import { deliver } from './streams'
import { Gatekeeper } from './gatekeeper'
import { Shares } from './shares'
import { Starts } from './starts'

/** What a server counts. */
export type ServerCounts = Omit<BackRPCServerStats, 'sessions'>

type Settled = Extract<ServerEffect<Call>, { readonly kind: 'answered' | 'failed' }>

/** What comes of a peer, in an order that is kept. */
type Incoming = Settled | Extract<ServerEffect<Call>, { readonly kind: 'execute' | 'event' | 'gap' | 'stream' }>

const HELLO_TOO_SLOW = 'too much came while the hello was being handled'

/** What the effects of a server's sessions act upon. */
export interface ServerParts<ClientT extends string> {
  readonly handlers: BackRPCServerHandler<ClientT>
  readonly logger: Logger
  readonly tickManager: TickManager
  readonly counts: ServerCounts
  readonly sessions: ServerSessions<Call>
  /** Of events of one client that wait for the end of its hello handler. */
  readonly maxHeldBytes: number
  /** Where the effects of answers go. */
  readonly sink: Sink<Call>
  /** The sessions have asked for something since, about data of so many bytes. */
  note(bytes: number): void
  transport(): ServerTransport | undefined
}

/** Does what the sessions of a server ask for: calls the user's handlers, settles requests, and counts. */
export class ServerPerformer<ClientT extends string> implements Executor<Call> {
  /** Called whenever no request runs any more. */
  onIdle: (() => void) | undefined
  private readonly gatekeeper: Gatekeeper<Call>
  private readonly shares: Shares<Incoming>
  private readonly starts: Starts<Call>

  constructor(private readonly parts: ServerParts<ClientT>) {
    this.gatekeeper = new Gatekeeper(parts.maxHeldBytes, ({ peer }, lost) => this.tellGap(peer, lost, HELLO_TOO_SLOW))
    this.shares = new Shares(
      () => parts.tickManager.now(),
      bytesOf,
      (incoming) => this.begin(incoming)
    )
    this.starts = new Starts(
      () => parts.tickManager.now(),
      (execution) => this.execute(execution)
    )
  }

  /** Requests that are not answered. */
  get running(): number {
    return this.parts.counts.requests - this.parts.counts.responses
  }

  get sink(): Sink<Call> {
    return this.parts.sink
  }

  get tickManager(): TickManager {
    return this.parts.tickManager
  }

  invoke({ conversation, method, params }: Execution<Call>, send: BackRPCResponseSend, context: CallContext): unknown {
    return this.parts.handlers.requestHandler(conversation.peer as ClientT, method, params, send, context)
  }

  openStream(
    { conversation, method, params, opening }: Execution<Call>,
    asker: StreamPeer,
    context: CallContext
  ): Promise<StreamPeer> {
    const { handlers } = this.parts
    if (handlers.streamHandler === undefined || opening === undefined) {
      return Promise.reject(new NetworkError('UNKNOWN_OPERATION', `The server has no stream '${method}'`))
    }
    return handlers.streamHandler(conversation.peer as ClientT, method, params, { opening, asker, context })
  }

  note({ conversation }: Execution<Call>): void {
    this.parts.sessions.answered(conversation.peer)
    this.parts.note(0)
  }

  onAnswered(execution: Execution<Call>, bytes: number): void {
    this.parts.counts.responses++
    this.starts.answered(execution, bytes)
    this.parts.sessions.answered(execution.conversation.peer)
    this.parts.note(bytes)
    if (this.running === 0) this.onIdle?.()
  }

  perform(effect: ServerEffect<Call>): void {
    const { logger, sessions } = this.parts
    switch (effect.kind) {
      case 'answered':
      case 'failed':
        // What the peer said before it may be why: an answer does not overtake that
        if (effect.from !== undefined && this.shares.holds(effect.from.peer)) this.shares.give(effect.from.peer, effect)
        else settle(effect)
        break
      case 'execute':
        this.shares.give(effect.execution.conversation.peer, effect)
        break
      case 'event':
      case 'gap':
      case 'stream':
        this.shares.give(effect.conversation.peer, effect)
        break
      case 'violation':
        sessions.violated(effect.conversation.peer, effect.reason)
        break
      case 'overflow':
        logger.warn('A client does not read its answers', { client: effect.conversation.peer })
        sessions.end(effect.conversation.peer, true)
        break
      case 'hello':
      case 'closed':
      case 'detached':
      case 'resumed':
        // What came before is not told behind it
        this.shares.flush(effect.client)
        this.performForServer(effect)
        break
      default:
        this.performForServer(effect)
    }
  }

  /** What is performed from here on has come together. */
  turnBegins(): void {
    this.starts.comesTogether()
  }

  /** Everything that came together is performed. */
  turnEnds(): void {
    this.starts.resume()
  }

  /** Begins what waits for its turn. */
  flush(): void {
    this.shares.flushAll()
    this.starts.flush()
  }

  private begin(incoming: Incoming): void {
    try {
      if (incoming.kind === 'execute') this.enterRequest(incoming.execution)
      else if (incoming.kind === 'answered' || incoming.kind === 'failed') settle(incoming)
      else this.enter(incoming)
    } catch (error) {
      logFailure(this.parts.logger, error)
    }
  }

  private enterRequest(execution: Execution<Call>): void {
    const { gatekeeper } = this
    const { conversation } = execution
    if (gatekeeper.holds(conversation)) gatekeeper.pass(conversation, () => this.starts.give(execution))
    else this.starts.give(execution)
  }

  private enter(incoming: Exclude<Incoming, Settled | { readonly kind: 'execute' }>): void {
    const { gatekeeper } = this
    const { conversation } = incoming
    if (incoming.kind === 'stream') {
      const { stream, news } = incoming
      if (gatekeeper.holds(conversation)) gatekeeper.pass(conversation, () => deliver(stream, news))
      else deliver(stream, news)
    } else if (incoming.kind === 'gap') {
      const { lost, reason } = incoming
      const enter = (): void => this.tellGap(conversation.peer, lost, reason)
      gatekeeper.passEvent(conversation, { bytes: 0, lost, enter })
    } else if (gatekeeper.holds(conversation)) {
      const enter = (): void => this.receive(incoming)
      gatekeeper.passEvent(conversation, { bytes: incoming.bytes, lost: 1, enter })
    } else this.receive(incoming)
  }

  private execute(execution: Execution<Call>): void {
    const { counts } = this.parts
    counts.requests++
    try {
      if (!execute(execution, this)) counts.requests--
    } catch (error) {
      logFailure(this.parts.logger, error)
    }
  }

  private receive({ conversation, content }: Extract<ServerEffect<Call>, { readonly kind: 'event' }>): void {
    const { handlers, logger, counts } = this.parts
    counts.eventsReceived++
    void callHandler(logger, 'eventHandler', () => handlers.eventHandler?.(conversation.peer as ClientT, content))
  }

  private tellGap(peer: string, lost: number | 'unknown', reason: string): void {
    const { handlers, logger } = this.parts
    void callHandler(logger, 'gapHandler', () => handlers.gapHandler?.(peer as ClientT, { lost, reason }))
  }

  private performForServer(effect: Exclude<ServerEffect<Call>, ConversationEffect<Call>>): void {
    const { handlers, logger, counts } = this.parts
    switch (effect.kind) {
      case 'hello': {
        counts.hellos++
        const client = effect.client as ClientT
        const handled = callHandler(logger, 'helloHandler', () => handlers.helloHandler?.(client, effect.info))
        if (handled !== undefined) this.gatekeeper.hold(effect.conversation, handled)
        break
      }
      case 'resumed':
        counts.resumed++
        void callHandler(logger, 'resumeHandler', () => handlers.resumeHandler?.(effect.client as ClientT))
        break
      case 'detached':
        void callHandler(logger, 'disconnectHandler', () => handlers.disconnectHandler?.(effect.client as ClientT))
        break
      case 'closed': {
        if (effect.timedOut) counts.timedOut++
        const { client, timedOut, aliveMs } = effect
        void callHandler(logger, 'closeHandler', () => handlers.closeHandler?.(client as ClientT, timedOut, aliveMs))
        break
      }
      case 'ping':
        void callHandler(logger, 'onPing', () => handlers.onPing?.(effect.client as ClientT, effect.load))
        break
      case 'reply':
        this.parts.transport()?.send(effect.peer, effect.frames)
        break
      case 'garbage':
        counts.garbage++
        logger.warn('A peer sent garbage', { peer: effect.peer, reason: effect.reason })
        break
      case 'drop':
        logger.info('A connection without a client is ended', { peer: effect.peer, reason: effect.reason })
        this.parts.transport()?.drop?.(effect.peer)
        break
      case 'cut':
        counts.cutOff++
        logger.warn('A peer is cut off: too much garbage', { peer: effect.peer })
        this.parts.transport()?.cut(effect.peer)
    }
  }
}

/** Tells who waits for it. */
function settle(effect: Settled): void {
  if (effect.kind === 'answered') answered(effect.request, effect.body)
  else failed(effect.request, effect.error)
}

function bytesOf(incoming: Incoming): number {
  return incoming.kind === 'event' ? incoming.bytes : 0
}

/** Nothing yet. */
export function newCounts(): ServerCounts {
  return {
    hellos: 0,
    resumed: 0,
    requests: 0,
    responses: 0,
    eventsSent: 0,
    eventsReceived: 0,
    dropped: 0,
    garbage: 0,
    cutOff: 0,
    timedOut: 0
  }
}
