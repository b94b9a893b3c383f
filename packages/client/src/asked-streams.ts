// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { cloneValue } from '@hcengineering/network-backrpc'
import {
  checkName,
  currentChain,
  messageOf,
  NetworkError,
  type CancelSignal,
  type ContainerUuid,
  type Logger,
  type StreamOpening,
  type StreamOptions,
  type StreamPeer
} from '@hcengineering/network-core'
import { AskedStream } from './asked-stream'
import type { LineStream } from './line'
import { callOptions, duration } from './options'

/** Opens a stream with a container. */
export type StreamWay = (stream: LineStream, opening: StreamOpening, asker: StreamPeer) => Promise<StreamPeer>

/** Streams of one reference or one connection, which end with it. */
export class AskedStreams {
  private readonly open = new Set<AskedStream>()

  constructor(
    private readonly uuid: ContainerUuid,
    private readonly defaultTimeoutMs: number,
    private readonly logger: Logger,
    private readonly way: StreamWay
  ) {}

  /** Throws what stands in the way from the start. */
  stream(operation: string, data: unknown, given?: StreamOptions): AskedStream {
    checkName(operation, 'operation')
    const options: StreamOptions = callOptions(given, 'the options of a stream')
    const { timeoutMs = this.defaultTimeoutMs } = options
    duration('timeoutMs', timeoutMs)
    const { uuid, logger } = this
    // As it is now, and only if it can travel
    const copy = cloneValue(data)
    const chain = currentChain()
    const open = async (opening: StreamOpening, asker: AskedStream, signal: CancelSignal): Promise<StreamPeer> => {
      this.open.add(asker)
      return await this.way({ uuid, operation, data: copy, timeoutMs, signal, chain }, opening, asker)
    }
    return new AskedStream(
      open,
      options,
      (over) => this.open.delete(over),
      (error) => logger.warn('The input of a stream failed at its end', { container: uuid, error: messageOf(error) })
    )
  }

  /** Ends those that are open. */
  close(what: string): void {
    for (const stream of [...this.open]) {
      stream.fail(new NetworkError('CLOSED', `${what} to container ${this.uuid} was closed`, { uuid: this.uuid }))
    }
  }
}
