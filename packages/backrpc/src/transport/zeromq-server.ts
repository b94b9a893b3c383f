// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Frames } from '../wire/frames'
import type { PeerAddress, SendResult, ServerTransport, ServerTransportHandlers } from './transport'
import { within } from './within'
import { Writer } from './writer'
import { zeromqSettings as settings } from './zeromq-settings'
import { observe, type ZeromqSocket } from './zeromq-socket'

/** Many peers over one ROUTER. */
export class ZeromqServer implements ServerTransport {
  onWritable?: (peer: PeerAddress) => void
  private readonly writers = new Map<PeerAddress, Writer>()
  private readonly cutOff = new Set<PeerAddress>()
  private closing: Promise<void> | undefined
  /** The port is free again. */
  private released = false

  /** @param secret what the socket receives in the name of a peer that has left */
  constructor(
    readonly port: number,
    private readonly socket: ZeromqSocket,
    private readonly secret: Buffer,
    private readonly handlers: ServerTransportHandlers
  ) {
    void this.receive()
    void observe(socket, ({ type }) => {
      this.released ||= type === 'close'
    })
  }

  send(address: PeerAddress, frames: Frames): SendResult {
    const writer = this.writers.get(address)
    if (writer === undefined) return 'gone'
    // Unreachable, it is not announced yet: the message is lost with the connection, as if it had left before
    return writer.closed ? 'sent' : writer.offer(frames)
  }

  cut(address: PeerAddress): void {
    this.cutOff.add(address)
    this.writers.get(address)?.close()
    this.writers.delete(address)
  }

  close(): Promise<void> {
    this.closing ??= this.end()
    return this.closing
  }

  private async end(): Promise<void> {
    const { socket } = this
    await within(settings.linger, () => [...this.writers.values()].every(({ idle }) => idle))
    for (const writer of this.writers.values()) writer.close()
    // Not unbound before: libzmq would end the connections that were accepted, and lose what it has still to send
    socket.close()
    await within(settings.unbindTimeout, () => this.released)
  }

  private async receive(): Promise<void> {
    const { socket, secret, handlers } = this
    try {
      while (!socket.closed) {
        const [id, ...frames] = await socket.receive()
        const address = id.toString('hex')
        if (frames.length === 1 && frames[0].equals(secret)) this.gone(address)
        else this.received(address, id, frames)
      }
    } catch (error) {
      if (!socket.closed && this.closing === undefined) handlers.failed(error as Error)
    }
  }

  private received(address: PeerAddress, id: Buffer, frames: Frames): void {
    if (this.closing !== undefined || this.cutOff.has(address)) return
    if (!this.writers.has(address)) {
      const writer = new Writer({
        write: (message) => this.socket.send([id, ...message]),
        failed: () => this.unreachable(address),
        writable: () => this.onWritable?.(address)
      })
      this.writers.set(address, writer)
    }
    this.handlers.message(address, frames)
  }

  /**
   * It has left. What it said before is still to be read, a goodbye perhaps, and the news come after that; only where
   * they do not come, it counts as gone at last.
   */
  private unreachable(address: PeerAddress): void {
    setTimeout(() => this.gone(address), settings.noticeTimeout).unref()
  }

  private gone(address: PeerAddress): void {
    const known = this.cutOff.delete(address) || this.writers.has(address)
    this.writers.get(address)?.close()
    this.writers.delete(address)
    if (known && this.closing === undefined) this.handlers.disconnected(address)
  }
}
