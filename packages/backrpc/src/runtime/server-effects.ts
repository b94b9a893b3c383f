// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type Logger, type StreamPeer, type TickManager } from '@hcengineering/network-core'
import type { BackRPCResponseSend, BackRPCServerHandler, BackRPCServerStats } from '../rpc-types'
import type { ConversationEffect, Execution, Sink } from '../session/conversation'
import type { ServerEffect } from '../session/server-effects'
import type { ServerSessions } from '../session/server-sessions'
import type { ServerTransport } from '../transport/transport'
import { answered, callHandler, failed, type Caller } from './call'
import type { CallContext } from './call-context'
import { execute, type Executor } from './executor'
import { deliver } from './streams'
import { Gatekeeper } from './gatekeeper'

/** What a server counts. */
export type ServerCounts = Omit<BackRPCServerStats, 'sessions'>

const HELLO_TOO_SLOW = 'too much came while the hello was being handled'

/** What the effects of a server's sessions act upon. */
export interface ServerParts<ClientT extends string> {
  readonly handlers: BackRPCServerHandler<ClientT>
  readonly logger: Logger
  readonly tickManager: TickManager
  readonly counts: ServerCounts
  readonly sessions: ServerSessions<Caller>
  /** Of events of one client that wait for the end of its hello handler. */
  readonly maxHeldBytes: number
  /** Where the effects of answers go. */
  readonly sink: Sink<Caller>
  /** The sessions have asked for something since, about data of so many bytes. */
  note(bytes: number): void
  transport(): ServerTransport | undefined
}

/** Does what the sessions of a server ask for: calls the user's handlers, settles requests, and counts. */
export class ServerEffects<ClientT extends string> implements Executor<Caller> {
  /** Called whenever no request runs any more. */
  onIdle: (() => void) | undefined
  private readonly gatekeeper: Gatekeeper<Caller>

  constructor(private readonly parts: ServerParts<ClientT>) {
    this.gatekeeper = new Gatekeeper(parts.maxHeldBytes, ({ peer }, lost) => this.tellGap(peer, lost, HELLO_TOO_SLOW))
  }

  /** Requests that are not answered. */
  get running(): number {
    return this.parts.counts.requests - this.parts.counts.responses
  }

  get sink(): Sink<Caller> {
    return this.parts.sink
  }

  get tickManager(): TickManager {
    return this.parts.tickManager
  }

  invoke(
    { conversation, method, params }: Execution<Caller>,
    send: BackRPCResponseSend,
    context: CallContext
  ): unknown {
    return this.parts.handlers.requestHandler(conversation.peer as ClientT, method, params, send, context)
  }

  openStream(
    { conversation, method, params, opening }: Execution<Caller>,
    asker: StreamPeer,
    context: CallContext
  ): Promise<StreamPeer> {
    const { handlers } = this.parts
    if (handlers.streamHandler === undefined || opening === undefined) {
      return Promise.reject(new NetworkError('UNKNOWN_OPERATION', `The server has no stream '${method}'`))
    }
    return handlers.streamHandler(conversation.peer as ClientT, method, params, { opening, asker, context })
  }

  note({ conversation }: Execution<Caller>): void {
    this.parts.sessions.answered(conversation.peer)
    this.parts.note(0)
  }

  onAnswered({ conversation }: Execution<Caller>, bytes: number): void {
    this.parts.counts.responses++
    this.parts.sessions.answered(conversation.peer)
    this.parts.note(bytes)
    if (this.running === 0) this.onIdle?.()
  }

  perform(effect: ServerEffect<Caller>): void {
    const { gatekeeper } = this
    const { logger, sessions } = this.parts
    switch (effect.kind) {
      case 'answered':
        answered(effect.request, effect.body)
        break
      case 'failed':
        failed(effect.request, effect.error)
        break
      case 'execute':
        if (gatekeeper.holds(effect.execution.conversation)) {
          gatekeeper.pass(effect.execution.conversation, () => this.execute(effect.execution))
        } else {
          this.execute(effect.execution)
        }
        break
      case 'event':
        if (gatekeeper.holds(effect.conversation)) {
          const { bytes } = effect
          gatekeeper.passEvent(effect.conversation, { bytes, lost: 1, enter: () => this.receive(effect) })
        } else {
          this.receive(effect)
        }
        break
      case 'stream': {
        const { conversation, stream, news } = effect
        if (gatekeeper.holds(conversation)) gatekeeper.pass(conversation, () => deliver(stream, news))
        else deliver(stream, news)
        break
      }
      case 'violation':
        sessions.violated(effect.conversation.peer, effect.reason)
        break
      case 'overflow':
        logger.warn('A client does not read its answers', { client: effect.conversation.peer })
        sessions.end(effect.conversation.peer, true)
        break
      case 'gap': {
        const { conversation, lost, reason } = effect
        const enter = (): void => this.tellGap(conversation.peer, lost, reason)
        gatekeeper.passEvent(conversation, { bytes: 0, lost, enter })
        break
      }
      default:
        this.performForServer(effect)
    }
  }

  private execute(execution: Execution<Caller>): void {
    const { counts } = this.parts
    counts.requests++
    if (!execute(execution, this)) counts.requests--
  }

  private receive({ conversation, content }: Extract<ServerEffect<Caller>, { readonly kind: 'event' }>): void {
    const { handlers, logger, counts } = this.parts
    counts.eventsReceived++
    void callHandler(logger, 'eventHandler', () => handlers.eventHandler?.(conversation.peer as ClientT, content))
  }

  private tellGap(peer: string, lost: number | 'unknown', reason: string): void {
    const { handlers, logger } = this.parts
    void callHandler(logger, 'gapHandler', () => handlers.gapHandler?.(peer as ClientT, { lost, reason }))
  }

  private performForServer(effect: Exclude<ServerEffect<Caller>, ConversationEffect<Caller>>): void {
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
        const { client, timedOut } = effect
        void callHandler(logger, 'closeHandler', () => handlers.closeHandler?.(client as ClientT, timedOut))
        break
      }
      case 'ping':
        void callHandler(logger, 'onPing', () => handlers.onPing?.(effect.client as ClientT))
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
