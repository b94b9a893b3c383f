// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { randomUUID } from 'node:crypto'
import { messageOf, NetworkError, silentLogger, type Logger } from '@hcengineering/network-core'
import { Dealer, Router } from 'zeromq'
import type { Frames } from '../wire/frames'
import { addressOf, bindAddressOf, checkAddress, connectFailure, isLoopback } from './address'
import type {
  ClientTransport,
  ClientTransportHandlers,
  ConnectOptions,
  ListenOptions,
  PeerAddress,
  SendResult,
  ServerTransport,
  ServerTransportHandlers,
  Transport
} from './transport'
import { Writer } from './writer'
import { zeromqSettings as settings } from './zeromq-settings'

export interface ZeromqTransportOptions {
  logger?: Logger
}

function bindError(address: string, error: NodeJS.ErrnoException): NetworkError {
  const text = `Cannot listen at ${address}: ${messageOf(error)}`
  const busy = error.code === 'EADDRINUSE'
  return new NetworkError(busy ? 'UNAVAILABLE' : 'INVALID_ARGUMENT', text, { cause: error })
}

/** A ROUTER that is told when a peer's connection ends, by a text that nobody else can know. */
class NoticingRouter extends Router {
  constructor(ip: string, secret: Buffer) {
    super({
      mandatory: true,
      sendTimeout: 0,
      ipv6: ip.includes(':'),
      linger: settings.linger,
      sendHighWaterMark: settings.highWaterMark,
      receiveHighWaterMark: settings.highWaterMark,
      maxMessageSize: settings.maxMessageSize,
      handshakeInterval: settings.handshakeInterval,
      heartbeatInterval: settings.heartbeatInterval,
      heartbeatTimeout: settings.listenerHeartbeatTimeout
    })
    try {
      this.setStringOption(settings.disconnectMessageOption, secret)
    } catch {
      // A libzmq without the draft option: a lost connection is then noticed by the next send, or by silence
    }
  }
}

interface Peer {
  readonly address: PeerAddress
  readonly writer: Writer
}

class ZeromqServer implements ServerTransport {
  readonly port: number
  onWritable?: (peer: PeerAddress) => void
  private readonly peers = new Map<PeerAddress, Peer>()
  private readonly cutOff = new Set<PeerAddress>()
  private closing: Promise<void> | undefined

  constructor(
    private readonly socket: Router,
    private readonly secret: Buffer,
    private readonly handlers: ServerTransportHandlers
  ) {
    this.port = Number(socket.lastEndpoint?.split(':').at(-1))
    void this.receive()
  }

  send(peer: PeerAddress, frames: Frames): SendResult {
    return this.peers.get(peer)?.writer.offer(frames) ?? 'gone'
  }

  cut(address: PeerAddress): void {
    this.cutOff.add(address)
    this.peers.get(address)?.writer.close()
    this.peers.delete(address)
  }

  close(): Promise<void> {
    this.closing ??= this.end()
    return this.closing
  }

  private async end(): Promise<void> {
    const { socket } = this
    await within(settings.linger, () => [...this.peers.values()].every(({ writer }) => writer.idle))
    for (const { writer } of this.peers.values()) writer.close()
    let released = false
    socket.events.on('close', () => (released = true))
    if (socket.lastEndpoint !== null) await socket.unbind(socket.lastEndpoint).catch(() => {})
    await within(settings.unbindTimeout, () => released)
    socket.close()
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
    if (!this.peers.has(address)) {
      const writer = new Writer({
        write: (message) => this.socket.send([id, ...message] as Buffer[]),
        failed: () => this.gone(address),
        writable: () => this.onWritable?.(address)
      })
      this.peers.set(address, { address, writer })
    }
    this.handlers.message(address, frames)
  }

  private gone(address: PeerAddress): void {
    const known = this.cutOff.delete(address) || this.peers.has(address)
    this.peers.get(address)?.writer.close()
    this.peers.delete(address)
    if (known && this.closing === undefined) this.handlers.disconnected(address)
  }
}

/** Resolves when `done` says so, or after `timeoutMs`. */
async function within(timeoutMs: number, done: () => boolean): Promise<void> {
  const end = Date.now() + timeoutMs
  while (!done() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 1))
}

class ZeromqClient implements ClientTransport {
  onWritable?: () => void
  private readonly socket: Dealer
  /** Stands while connected. */
  private writer: Writer | undefined
  private probing = false
  private closing: Promise<void> | undefined

  constructor(
    private readonly host: string,
    private readonly port: number,
    private readonly handlers: ClientTransportHandlers
  ) {
    this.socket = new Dealer({
      // Nothing is queued for a connection that does not stand: sessions decide what is sent over the next one
      immediate: true,
      sendTimeout: 0,
      ipv6: host.includes(':'),
      linger: settings.linger,
      sendHighWaterMark: settings.highWaterMark,
      receiveHighWaterMark: settings.highWaterMark,
      maxMessageSize: settings.maxMessageSize,
      handshakeInterval: settings.handshakeInterval,
      reconnectInterval: settings.reconnectInterval,
      reconnectMaxInterval: settings.reconnectMaxInterval,
      heartbeatInterval: settings.heartbeatInterval,
      heartbeatTimeout: settings.connectorHeartbeatTimeout
    })
    const { events } = this.socket
    events.on('handshake', () => this.connected())
    events.on('disconnect', () => this.lost(`The connection to ${addressOf(host, port)} was lost`))
    events.on('connect:retry', () => {
      void this.explain()
    })
    const stranger = ({ error }: { error: Error }): void =>
      this.lost(`What listens at ${addressOf(host, port)} is no server of this network: ${error.message}`, error)
    events.on('handshake:error:protocol', stranger)
    events.on('handshake:error:auth', stranger)
    events.on('handshake:error:other', stranger)
    void this.receive()
    this.socket.connect(`tcp://${addressOf(host, port)}`)
  }

  send(frames: Frames): SendResult {
    return this.writer?.offer(frames) ?? 'gone'
  }

  close(): Promise<void> {
    this.closing ??= this.end()
    return this.closing
  }

  private async end(): Promise<void> {
    const { writer } = this
    if (writer !== undefined) await within(settings.linger, () => writer.idle)
    writer?.close()
    this.socket.close()
  }

  private connected(): void {
    if (this.closing !== undefined) return
    this.writer = new Writer({
      write: (message) => this.socket.send(message as Buffer[]),
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

/** ZeroMQ by its native addon: ROUTER listens, DEALER connects. */
export class ZeromqTransport implements Transport {
  private readonly logger: Logger

  constructor({ logger = silentLogger }: ZeromqTransportOptions = {}) {
    this.logger = logger
  }

  async listen({ host, port }: ListenOptions, handlers: ServerTransportHandlers): Promise<ServerTransport> {
    checkAddress(host, port, 0)
    const ip = await bindAddressOf(host)
    const secret = Buffer.from(randomUUID())
    const socket = new NoticingRouter(ip, secret)
    try {
      await socket.bind(`tcp://${addressOf(ip, port === 0 ? '*' : port)}`)
    } catch (error) {
      socket.close()
      throw bindError(addressOf(host, port), error as NodeJS.ErrnoException)
    }
    if (!isLoopback(ip)) {
      const advice = 'anybody who reaches this port is trusted: keep it inside a trusted network'
      this.logger.warn(`Listening beyond this machine without encryption: ${advice}`, { host, port })
    }
    return new ZeromqServer(socket, secret, handlers)
  }

  connect({ host, port }: ConnectOptions, handlers: ClientTransportHandlers): ClientTransport {
    checkAddress(host, port, 1)
    return new ZeromqClient(host, port, handlers)
  }
}
