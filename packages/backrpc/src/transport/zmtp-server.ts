// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { randomUUID } from 'node:crypto'
import { messageOf, type Logger } from '@hcengineering/network-core'
import type { Frames } from '../wire/frames'
import { ZmtpViolation } from '../wire/zmtp-violation'
import { ReadPace } from './read-pace'
import type { RefusalLog } from './refusal-log'
import type { PeerAddress, SendResult, ServerTransport, ServerTransportHandlers } from './transport'
import { ZmtpConnection, type ZmtpConnectionOptions } from './zmtp-connection'
import type { ZmtpIntake } from './zmtp-intake'
import type { ListenerHandlers, ZmtpListener, ZmtpSocket } from './zmtp-sockets'

/** What a server needs of its transport. */
export interface ZmtpServerOptions extends ZmtpConnectionOptions {
  /** Where it listens, for texts. */
  readonly where: string
  readonly maxHandshakes: number
  readonly refusals: RefusalLog
  readonly logger: Logger
}

/** Many peers, each over a connection of its own. */
export class ZmtpServer implements ServerTransport, ListenerHandlers {
  onWritable?: (peer: PeerAddress) => void
  /** Those that have said something: the owner of this transport knows their addresses. */
  private readonly peers = new Map<PeerAddress, ZmtpConnection>()
  private readonly connections = new Set<ZmtpConnection>()
  /** Connections whose peers have not said anything yet. */
  private strangers = 0
  /** Begins each address, so that no other server ever gives the same one. */
  private readonly prefix = randomUUID().slice(0, 8)
  private nextAddress = 0
  private listener: ZmtpListener | undefined
  private closing: Promise<void> | undefined
  private readonly pace = new ReadPace()
  private readonly options: ZmtpServerOptions

  private constructor(
    options: ZmtpServerOptions,
    private readonly handlers: ServerTransportHandlers
  ) {
    this.options = { ...options, pace: this.pace }
  }

  /** @param listen begins to accept connections for the server that it is given */
  static async start(
    options: ZmtpServerOptions,
    handlers: ServerTransportHandlers,
    listen: (accepting: ListenerHandlers) => Promise<ZmtpListener>
  ): Promise<ZmtpServer> {
    const server = new ZmtpServer(options, handlers)
    server.listener = await listen(server)
    return server
  }

  get port(): number {
    return this.listener?.port ?? 0
  }

  get late(): boolean {
    return this.pace.late
  }

  send(address: PeerAddress, frames: Frames): SendResult {
    return this.peers.get(address)?.send(frames) ?? 'gone'
  }

  drop(address: PeerAddress): void {
    this.peers.get(address)?.destroy()
  }

  cut(address: PeerAddress): void {
    this.drop(address)
  }

  close(): Promise<void> {
    this.closing ??= this.end()
    return this.closing
  }

  accepted(socket: ZmtpSocket, intake?: ZmtpIntake): void {
    const { maxHandshakes, where, refusals } = this.options
    if (this.strangers >= maxHandshakes || this.closing !== undefined) {
      socket.on('error', () => {}).destroy()
      const text = `${maxHandshakes} peers that have not said anything are connected already`
      if (this.closing === undefined) refusals.refused(new ZmtpViolation('handshakes', text), where)
      return
    }
    this.serve(socket, intake)
  }

  missed(error: Error): void {
    const { logger, where } = this.options
    logger.warn('A connection could not be accepted', { where, error: messageOf(error) })
  }

  private async end(): Promise<void> {
    const freed = this.listener?.close()
    await Promise.all([...this.connections].map((connection) => connection.close()))
    await freed
  }

  private serve(socket: ZmtpSocket, intake: ZmtpIntake | undefined): void {
    const address = `${this.prefix}-${this.nextAddress++}`
    this.strangers++
    let known = false
    const connection: ZmtpConnection = new ZmtpConnection(socket, 'ROUTER', this.options, {
      introduced: () => {
        known = true
        this.strangers--
        this.peers.set(address, connection)
      },
      message: (frames) => this.handlers.message(address, frames),
      part: (chunk, start, end) => {
        if (this.handlers.part !== undefined) this.handlers.part(address, chunk, start, end)
        else this.handlers.message(address, [chunk.subarray(start, end)])
      },
      batchBegins: () => this.handlers.batchBegins?.(),
      batchEnds: () => this.handlers.batchEnds?.(),
      writable: () => this.onWritable?.(address),
      ended: (cause) => {
        if (!known) this.strangers--
        this.connections.delete(connection)
        this.ended(address, cause)
      }
    })
    this.connections.add(connection.listen(intake))
  }

  private ended(address: PeerAddress, cause: Error | undefined): void {
    if (cause instanceof ZmtpViolation) this.options.refusals.refused(cause, this.options.where)
    // Whoever never said anything is not known by this address
    if (this.peers.delete(address) && this.closing === undefined) this.handlers.disconnected(address)
  }
}
