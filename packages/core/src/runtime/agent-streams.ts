// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ClientUuid } from '../api/identifiers'
import type { Logger } from '../api/logger'
import type { StreamOpening, StreamPeer } from '../api/stream'
import type { CallChain } from '../api/turns'
import { messageOf, NetworkError } from '../errors'
import type { Activations } from './activations'
import { longer } from './call-place'
import { currentChain } from './call-scope'
import type { HostedCalls } from './hosted-calls'
import type { HostedContainer } from './hosted-container'
import { ServedStream } from './served-stream'

/** The streams of an agent's containers. */
export class AgentStreams {
  private readonly byContainer = new Map<HostedContainer, Set<ServedStream>>()

  constructor(
    private readonly logger: Logger,
    private readonly activations: Activations,
    private readonly calls: HostedCalls
  ) {}

  /** Opens one; throws `UNKNOWN_OPERATION` where the container has no streams, or what the container throws. */
  open(
    hosted: HostedContainer,
    operation: string,
    data: unknown,
    caller: ClientUuid | undefined,
    opening: StreamOpening,
    asker: StreamPeer,
    made?: CallChain
  ): StreamPeer {
    hosted.checkServing()
    const { container, uuid, kind } = hosted
    if (typeof container.stream !== 'function') {
      throw new NetworkError('UNKNOWN_OPERATION', `Containers of kind '${kind}' have no streams`, hosted.details)
    }
    const chain = made === undefined ? undefined : longer(made, { uuid, operation, turn: '' }, hosted)
    let over = false
    const failure = (error: unknown): NetworkError => hosted.failure(error)
    try {
      const stream = new ServedStream({
        caller,
        opening,
        activation: this.activations.of(hosted),
        asker,
        chain,
        failure,
        // In a turn already, it is that one
        turn: (work, signal) => this.calls.inTurn(hosted, operation, { signal, chain: currentChain() ?? chain }, work),
        // Its own method: it may use `this`
        open: (context) => hosted.container.stream?.(operation, data, context) as AsyncIterable<unknown>,
        onOver: (ended) => {
          over = true
          this.forget(hosted, ended)
        },
        onLeft: (error) => {
          this.logger.warn('A container failed at the end of a stream', { uuid, operation, error: messageOf(error) })
        }
      })
      if (!over) this.byContainer.set(hosted, (this.byContainer.get(hosted) ?? new Set()).add(stream))
      return stream
    } catch (error) {
      throw failure(error)
    }
  }

  /** That container serves no more: nobody knows what became of what its streams were to do. */
  closeContainer(hosted: HostedContainer): void {
    const streams = this.byContainer.get(hosted)
    if (streams === undefined) return
    const { uuid, details } = hosted
    const text = `Container ${uuid} ended or moved in the middle of the stream, which nobody continues`
    const error = new NetworkError('OUTCOME_UNKNOWN', text, details)
    for (const stream of [...streams]) stream.cut(error)
  }

  private forget(hosted: HostedContainer, stream: ServedStream): void {
    const streams = this.byContainer.get(hosted)
    streams?.delete(stream)
    if (streams?.size === 0) this.byContainer.delete(hosted)
  }
}
