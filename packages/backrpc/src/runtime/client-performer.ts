// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type Logger, type StreamPeer, type TickManager } from '@hcengineering/network-core'
import type { BackRPCClientHandler, BackRPCClientOptions, BackRPCResponseSend } from '../rpc-types'
import type { ClientEffect } from '../session/client-effects'
import type { Execution, Sink } from '../session/conversation-effects'
import { answered, callHandler, failed, logFailure, type Call } from './call'
import type { CallContext } from './call-context'
import type { ConnectionState } from './connection-state'
import { execute, type Executor } from './executor'
import { Starts } from './starts'
import { deliver } from './streams'

/** What the effects of a client's session act upon. */
export interface ClientParts {
  readonly handlers: BackRPCClientHandler
  readonly logger: Logger
  readonly tickManager: TickManager
  readonly connection: ConnectionState
  /** Where the effects of answers go. */
  readonly sink: Sink<Call>
  /** The session has been asked for something since, about data of so many bytes. */
  note(bytes: number): void
  /** See `BackRPCClientOptions`. */
  readonly callerOf: BackRPCClientOptions['callerOf']
  /** The handlers have set up the session of that generation. */
  setUp(generation: number): void
  redial(cause: NetworkError): void
}

/** Does what the session of a client asks for: calls the user's handlers and settles requests. */
export class ClientPerformer implements Executor<Call> {
  private readonly starts: Starts<Call>

  constructor(private readonly parts: ClientParts) {
    this.starts = new Starts(
      () => parts.tickManager.now(),
      (execution) => this.execute(execution),
      parts.callerOf && (({ method, params }) => parts.callerOf?.(method, params))
    )
  }

  get sink(): Sink<Call> {
    return this.parts.sink
  }

  get tickManager(): TickManager {
    return this.parts.tickManager
  }

  invoke({ method, params }: Execution<Call>, send: BackRPCResponseSend, context: CallContext): unknown {
    return this.parts.handlers.requestHandler(method, params, send, context)
  }

  openStream(
    { method, params, opening }: Execution<Call>,
    asker: StreamPeer,
    context: CallContext
  ): Promise<StreamPeer> {
    const { handlers } = this.parts
    if (handlers.streamHandler === undefined || opening === undefined) {
      return Promise.reject(new NetworkError('UNKNOWN_OPERATION', `The client has no stream '${method}'`))
    }
    return handlers.streamHandler(method, params, { opening, asker, context })
  }

  note(): void {
    this.parts.note(0)
  }

  onAnswered(execution: Execution<Call>, bytes: number): void {
    this.starts.answered(execution, bytes)
    this.parts.note(bytes)
  }

  perform(effect: ClientEffect<Call>): void {
    const { handlers, logger, connection } = this.parts
    switch (effect.kind) {
      case 'answered':
        answered(effect.request, effect.body)
        break
      case 'failed':
        failed(effect.request, effect.error)
        break
      case 'execute':
        this.starts.give(effect.execution)
        break
      case 'event':
        void callHandler(logger, 'onEvent', () => handlers.onEvent?.(effect.content, effect.bytes))
        break
      case 'stream':
        deliver(effect.stream, effect.news)
        break
      case 'violation':
        logger.warn('The server broke the rules of streams', { reason: effect.reason, server: connection.server })
        break
      case 'gap':
        void callHandler(logger, 'onGap', () => handlers.onGap?.({ lost: effect.lost, reason: effect.reason }))
        break
      case 'registered':
        this.registered(effect.fresh, effect.generation)
        break
      case 'disconnected':
        if (connection.lost(effect.cause))
          void callHandler(logger, 'onDisconnect', () => handlers.onDisconnect?.(effect.cause))
        break
      case 'redial':
        this.parts.redial(effect.cause)
        break
      case 'confirmed':
        void callHandler(logger, 'onConfirmed', () => handlers.onConfirmed?.(effect.sentAt))
        break
      case 'garbage':
        logger.warn('The server sent garbage', { reason: effect.reason, server: connection.server })
        break
      case 'overflow':
        logger.warn('The server does not read its answers', { server: connection.server })
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

  private registered(fresh: boolean, generation: number): void {
    const { handlers, logger, connection } = this.parts
    connection.opened()
    void callHandler(logger, 'onSession', () => handlers.onSession?.(fresh))
    if (!fresh) return
    const setUp = callHandler(logger, 'onRegister', () => handlers.onRegister?.())
    if (setUp === undefined) this.parts.setUp(generation)
    else void setUp.then(() => this.parts.setUp(generation))
  }

  private execute(execution: Execution<Call>): void {
    try {
      execute(execution, this)
    } catch (error) {
      logFailure(this.parts.logger, error)
    }
  }
}
