// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Frames } from '../wire/frames'
import { MemoryConnection, type MemoryEnd, type MemoryRules } from './memory-connection'
import type { PeerAddress, SendResult, ServerTransport, ServerTransportHandlers } from './transport'

/** A listener in a network of memory. */
export class MemoryServer implements ServerTransport {
  onWritable?: (peer: PeerAddress) => void
  readonly connections = new Map<PeerAddress, MemoryConnection>()
  private readonly deaf = new Set<PeerAddress>()
  private listening = true

  constructor(
    readonly node: string,
    readonly port: number,
    private readonly rules: MemoryRules,
    private readonly handlers: ServerTransportHandlers,
    private readonly onClose: () => void
  ) {}

  /** A client connects from `end`. */
  accept(address: PeerAddress, end: MemoryEnd): MemoryConnection {
    const own: MemoryEnd = {
      node: this.node,
      message: (frames) => {
        if (this.listening && !this.deaf.has(address)) this.handlers.message(address, frames)
      },
      ended: () => this.forget(address),
      writable: () => {
        if (this.listening) this.onWritable?.(address)
      }
    }
    const connection = new MemoryConnection(this.rules, end, own)
    this.connections.set(address, connection)
    return connection
  }

  send(peer: PeerAddress, frames: Frames): SendResult {
    return this.connections.get(peer)?.toClient.send(frames) ?? 'gone'
  }

  drop(peer: PeerAddress): void {
    this.connections.get(peer)?.break()
  }

  cut(peer: PeerAddress): void {
    this.deaf.add(peer)
  }

  async close(): Promise<void> {
    if (!this.listening) return
    this.stop()
    for (const connection of this.connections.values()) {
      connection.toClient.end()
      connection.toServer.cut()
    }
    this.connections.clear()
    this.onClose()
  }

  /** Its process is gone. */
  stop(): void {
    this.listening = false
  }

  private forget(address: PeerAddress): void {
    this.deaf.delete(address)
    const connection = this.connections.get(address)
    if (connection === undefined || !this.connections.delete(address)) return
    connection.drop()
    if (this.listening) this.handlers.disconnected(address)
  }
}
