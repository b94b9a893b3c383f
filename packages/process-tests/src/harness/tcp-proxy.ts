// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { connect, createServer, type Server, type Socket } from 'node:net'

/** Stands between two processes on loopback and breaks their connections on demand. */
export class TcpProxy {
  /** Connections accepted so far. */
  accepted = 0
  /** Connections refused since it was cut. */
  refused = 0
  /** What went through since `record` was called, both ways. */
  readonly recorded: Buffer[] = []
  private recording = false
  private refusing = false
  private readonly sockets = new Set<Socket>()

  private constructor(
    private readonly server: Server,
    readonly port: number
  ) {}

  /** Listens on `port` and passes everything to `targetPort`, both on 127.0.0.1. */
  static async start(port: number, targetPort: number): Promise<TcpProxy> {
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    const proxy = new TcpProxy(server, port)
    server.on('connection', (near) => proxy.join(near, targetPort))
    return proxy
  }

  /** Open connections through it. */
  get open(): number {
    return this.sockets.size / 2
  }

  /** Resets every connection; new ones are accepted. */
  reset(): void {
    for (const socket of [...this.sockets]) socket.resetAndDestroy()
  }

  /** Resets every connection and accepts none until `heal`. */
  cut(): void {
    this.refusing = true
    this.reset()
  }

  heal(): void {
    this.refusing = false
  }

  record(): void {
    this.recording = true
  }

  /** Everything recorded, as text. */
  text(): string {
    return Buffer.concat(this.recorded).toString('latin1')
  }

  async close(): Promise<void> {
    this.reset()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }

  private join(near: Socket, targetPort: number): void {
    if (this.refusing) {
      this.refused++
      near.on('error', () => {})
      near.resetAndDestroy()
      return
    }
    this.accepted++
    const far = connect(targetPort, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near]
    ]) {
      this.sockets.add(from)
      from.setNoDelay(true)
      from.on('data', (data: Buffer) => {
        if (this.recording) this.recorded.push(data)
        if (!to.write(data)) {
          from.pause()
          to.once('drain', () => from.resume())
        }
      })
      from.on('error', () => {})
      from.on('close', () => {
        this.sockets.delete(from)
        to.destroy()
      })
    }
  }
}
