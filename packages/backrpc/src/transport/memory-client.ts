// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import type { Frames } from '../wire/frames'
import type { MemoryConnection, MemoryEnd, MemoryRules } from './memory-connection'
import type { ClientTransport, ClientTransportHandlers, SendResult } from './transport'

/** What a client needs of its network. */
export interface MemoryClientPlaces extends MemoryRules {
  /** Connects `end` to whoever listens there; `undefined` when nobody does. */
  dial(end: MemoryEnd): MemoryConnection | undefined
  /** Calls `fn` when it is time for another attempt. */
  later(fn: () => void): () => void
  /** `client` was closed. */
  left(client: MemoryClient): void
}

/** A client in a network of memory: reconnects until it is closed. */
export class MemoryClient implements ClientTransport, MemoryEnd {
  onWritable?: () => void
  connection: MemoryConnection | undefined
  private closed = false
  private cancelRetry: (() => void) | undefined

  constructor(
    readonly node: string,
    private readonly where: string,
    private readonly places: MemoryClientPlaces,
    private readonly handlers: ClientTransportHandlers
  ) {
    places.defer(() => this.attempt())
  }

  send(frames: Frames): SendResult {
    return this.connection?.toServer.send(frames) ?? 'gone'
  }

  redial(cause: Error): void {
    if (this.closed || this.connection === undefined) return
    this.connection.toServer.end()
    this.connection = undefined
    this.lost(cause.message)
  }

  async close(last?: Frames): Promise<void> {
    if (last !== undefined) this.connection?.toServer.push(last)
    // The other end does not know yet: what it sends meanwhile is taken, and heard by nobody
    this.connection?.toServer.end()
    this.stop()
    this.places.left(this)
  }

  /** Its process is gone. */
  stop(): void {
    this.closed = true
    this.connection = undefined
    this.cancelRetry?.()
  }

  message(frames: Frames): void {
    if (!this.closed) this.handlers.message(frames)
  }

  ended(): void {
    if (this.closed || this.connection === undefined) return
    this.connection.drop()
    this.connection = undefined
    this.lost(`The connection to ${this.where} was lost`)
  }

  writable(): void {
    if (!this.closed) this.onWritable?.()
  }

  private attempt(): void {
    if (this.closed) return
    this.connection = this.places.dial(this)
    if (this.connection === undefined) this.lost(`Nobody listens at ${this.where}`)
    else this.handlers.connected()
  }

  private lost(text: string): void {
    this.cancelRetry = this.places.later(() => this.attempt())
    this.handlers.disconnected(new NetworkError('UNAVAILABLE', text))
  }
}
