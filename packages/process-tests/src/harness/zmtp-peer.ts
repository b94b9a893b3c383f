// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable no-bitwise -- flags of ZMTP's frames are bits */
import { connect, type Socket } from 'node:net'
import { until } from './waiting'

const MORE = 1
const LONG = 2
const COMMAND = 4

/** The 64 bytes with which a peer of ZMTP 3.0 without security greets. */
function greeting(): Buffer {
  const bytes = Buffer.alloc(64)
  bytes[0] = 0xff
  bytes[9] = 0x7f
  bytes[10] = 3
  bytes.write('NULL', 12, 'ascii')
  return bytes
}

/** One frame with its header. */
export function frame(body: Uint8Array, flags: number): Buffer {
  const long = body.length > 255
  const header = Buffer.alloc(long ? 9 : 2)
  header[0] = flags | (long ? LONG : 0)
  if (long) header.writeBigUInt64BE(BigInt(body.length), 1)
  else header[1] = body.length
  return Buffer.concat([header, body])
}

function ready(): Buffer {
  const property = (name: string, value: string): Buffer => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(value.length)
    return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), length, Buffer.from(value)])
  }
  const body = [Buffer.from('\x05READY'), property('Socket-Type', 'DEALER'), property('Identity', '')]
  return frame(Buffer.concat(body), COMMAND)
}

/** A peer that says anything, byte by byte; what it hears it keeps. */
export class ZmtpPeer {
  /** Messages that arrived, each as its frames. */
  readonly heard: string[][] = []
  closed = false
  private ready = false
  private buffer = Buffer.alloc(0)
  private greeted = false
  private message: string[] = []

  private constructor(private readonly socket: Socket) {
    socket.on('data', (data: Buffer) => {
      this.buffer = Buffer.concat([this.buffer, data])
      this.read()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.closed = true
    })
  }

  /** Connects to 127.0.0.1 and says nothing. */
  static async connect(port: number): Promise<ZmtpPeer> {
    const socket = connect(port, '127.0.0.1')
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return new ZmtpPeer(socket)
  }

  /** Connects and shakes hands as a DEALER. */
  static async dealer(port: number): Promise<ZmtpPeer> {
    const peer = await ZmtpPeer.connect(port)
    peer.raw(Buffer.concat([greeting(), ready()]))
    // A message before both sides are ready would end the connection
    await until(() => peer.ready, 'the other side is ready')
    return peer
  }

  raw(bytes: Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes)
  }

  /** Sends one message. */
  say(...frames: (string | Uint8Array)[]): void {
    const bodies = frames.map((body) => Buffer.from(body as Uint8Array))
    this.raw(Buffer.concat(bodies.map((body, i) => frame(body, i < bodies.length - 1 ? MORE : 0))))
  }

  /** Resolves with the first message that `matches`. */
  async hears(matches: (frames: string[]) => boolean, what: string): Promise<string[]> {
    return await until(() => this.heard.find(matches), what, { describe: () => JSON.stringify(this.heard) })
  }

  /** Everything said has been handed to the system. */
  async flushed(): Promise<void> {
    await until(() => this.socket.destroyed || this.socket.writableLength === 0, 'everything is sent')
  }

  end(): void {
    this.socket.destroy()
  }

  private read(): void {
    if (!this.greeted) {
      if (this.buffer.length < 64) return
      this.buffer = this.buffer.subarray(64)
      this.greeted = true
    }
    for (;;) {
      const long = (this.buffer[0] & LONG) !== 0
      const headerBytes = long ? 9 : 2
      if (this.buffer.length < headerBytes) return
      const length = long ? Number(this.buffer.readBigUInt64BE(1)) : this.buffer[1]
      if (this.buffer.length < headerBytes + length) return
      const flags = this.buffer[0]
      const body = this.buffer.subarray(headerBytes, headerBytes + length)
      this.buffer = this.buffer.subarray(headerBytes + length)
      this.take(flags, body)
    }
  }

  private take(flags: number, body: Buffer): void {
    if ((flags & COMMAND) !== 0) {
      this.command(body)
      return
    }
    this.message.push(body.toString())
    if ((flags & MORE) !== 0) return
    this.heard.push(this.message)
    this.message = []
  }

  /** Answers heartbeats, so that it is not taken for dead while it misbehaves. */
  private command(body: Buffer): void {
    if (body.subarray(0, 6).toString('latin1') === '\x05READY') this.ready = true
    if (body.subarray(0, 5).toString('latin1') !== '\x04PING') return
    this.raw(frame(Buffer.concat([Buffer.from('\x04PONG'), body.subarray(7)]), COMMAND))
  }
}
