// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type Logger, type StreamPeer, type TickManager } from '@hcengineering/network-core'
import type { BackRPCClientHandler, BackRPCClientOptions, BackRPCResponseSend } from '../rpc-types'
import type { ClientEffect } from '../session/client-effects'
import type { Execution, Sink } from '../session/conversation-effects'
import { answered, callHandler, failed, logFailure, type Call } from './call'
import type { CallContext } from './call-context'
import { execute, type Executor } from './executor'
import { Starts } from './starts'
import { deliver } from './streams'

/** What the effects of a client's session act upon. */
export interface ClientParts {
  readonly handlers: BackRPCClientHandler
  readonly logger: Logger
  readonly tickManager: TickManager
  /** Address of the server, for texts. */
  readonly server: string
  /** Where the effects of answers go. */
  readonly sink: Sink<Call>
  /** The session has been asked for something since, about data of so many bytes. */
  note(bytes: number): void
  /** See `BackRPCClientOptions`. */
  readonly callerOf: BackRPCClientOptions['callerOf']
  registered(fresh: boolean, generation: number): void
  disconnected(cause: NetworkError): void
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
    const { handlers, logger, server } = this.parts
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
        logger.warn('The server broke the rules of streams', { reason: effect.reason, server })
        break
      case 'gap':
        void callHandler(logger, 'onGap', () => handlers.onGap?.({ lost: effect.lost, reason: effect.reason }))
        break
      case 'registered':
        this.parts.registered(effect.fresh, effect.generation)
        break
      case 'disconnected':
        this.parts.disconnected(effect.cause)
        break
      case 'redial':
        this.parts.redial(effect.cause)
        break
      case 'confirmed':
        void callHandler(logger, 'onConfirmed', () => handlers.onConfirmed?.(effect.sentAt))
        break
      case 'garbage':
        logger.warn('The server sent garbage', { reason: effect.reason, server })
        break
      case 'overflow':
        logger.warn('The server does not read its answers', { server })
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

  private execute(execution: Execution<Call>): void {
    try {
      execute(execution, this)
    } catch (error) {
      logFailure(this.parts.logger, error)
    }
  }
}
