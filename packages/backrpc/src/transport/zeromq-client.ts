// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { messageOf, NetworkError } from '@hcengineering/network-core'
import type { Frames } from '../wire/frames'
import { addressOf, connectFailure } from './address'
import type { ClientTransport, ClientTransportHandlers, SendResult } from './transport'
import { within } from './within'
import { Writer } from './writer'
import { zeromqSettings as settings } from './zeromq-settings'
import { observe, type SocketEvent, type ZeromqSocket } from './zeromq-socket'

/** One peer over a DEALER, which reconnects by itself. */
export class ZeromqClient implements ClientTransport {
  onWritable?: () => void
  /** Stands while connected. */
  private writer: Writer | undefined
  private probing = false
  private closing: Promise<void> | undefined

  /** @param socket not connected yet */
  constructor(
    private readonly socket: ZeromqSocket,
    private readonly host: string,
    private readonly port: number,
    private readonly handlers: ClientTransportHandlers
  ) {
    void observe(this.socket, (event) => this.observed(event))
    void this.receive()
  }

  send(frames: Frames): SendResult {
    return this.writer?.offer(frames) ?? 'gone'
  }

  redial(cause: Error): void {
    if (this.closing !== undefined || this.writer === undefined) return
    const url = `tcp://${addressOf(this.host, this.port)}`
    this.socket.disconnect(url)
    this.lost(cause.message, cause)
    this.socket.connect(url)
  }

  close(last?: Frames): Promise<void> {
    this.closing ??= this.end(last)
    return this.closing
  }

  private async end(last: Frames | undefined): Promise<void> {
    const { writer } = this
    if (last !== undefined) writer?.push(last)
    if (writer !== undefined) await within(settings.linger, () => writer.idle)
    writer?.close()
    this.socket.close()
  }

  private async observed(event: SocketEvent): Promise<void> {
    const where = addressOf(this.host, this.port)
    switch (event.type) {
      case 'handshake':
        this.connected()
        break
      case 'disconnect':
        await this.drained()
        this.lost(`The connection to ${where} was lost`)
        break
      case 'connect:retry':
        void this.explain()
        break
      case 'handshake:error:protocol':
      case 'handshake:error:auth':
      case 'handshake:error:other':
        this.lost(`What listens at ${where} is no server of this network: ${messageOf(event.error)}`, event.error)
    }
  }

  /** News travel apart from messages: what came before them is read before they are told. */
  private async drained(): Promise<void> {
    while (!this.socket.closed && this.socket.readable) await new Promise((resolve) => setImmediate(resolve))
  }

  private connected(): void {
    if (this.closing !== undefined) return
    this.writer = new Writer({
      write: (message) => this.socket.send([...message]),
      // The news that the connection is lost come as an event
      failed: () => {},
      writable: () => this.onWritable?.()
    })
    this.handlers.connected()
  }

  private lost(text: string, cause?: Error): void {
    if (this.closing !== undefined) return
    this.writer?.close()
    this.writer = undefined
    this.handlers.disconnected(new NetworkError('UNAVAILABLE', text, { cause }))
  }

  /** ZeroMQ says that it tries again, but not why it must: that is found out here. */
  private async explain(): Promise<void> {
    if (this.probing || this.writer !== undefined || this.closing !== undefined) return
    this.probing = true
    const { host, port } = this
    const cause = await connectFailure(host, port)
    this.probing = false
    if (cause === undefined || this.writer !== undefined) return
    this.lost(`Cannot connect to ${addressOf(host, port)}: ${cause.message}`, cause)
  }

  private async receive(): Promise<void> {
    const { socket } = this
    try {
      while (!socket.closed) {
        const frames = await socket.receive()
        if (this.closing === undefined) this.handlers.message(frames)
      }
    } catch (error) {
      if (!socket.closed && this.closing === undefined) this.lost(`The socket failed: ${messageOf(error)}`)
    }
  }
}
