// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { connect, createServer, type Server, type Socket } from 'node:net'

/** Stands between two processes on loopback: counts bytes, and delays them like a longer way would. */
export class TcpProxy {
  /** Payload bytes passed on so far, both ways. */
  bytes = 0
  private readonly sockets = new Set<Socket>()

  private constructor(
    private readonly server: Server,
    private readonly delayMs: number
  ) {}

  /** Listens on `port` and passes everything to `targetPort`, each way `delayMs` later. */
  static async start(port: number, targetPort: number, delayMs: number = 0): Promise<TcpProxy> {
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    const proxy = new TcpProxy(server, delayMs)
    server.on('connection', (near) => {
      const far = connect(targetPort, '127.0.0.1')
      proxy.pass(near, far)
      proxy.pass(far, near)
    })
    return proxy
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }

  private pass(from: Socket, to: Socket): void {
    this.sockets.add(from)
    from.setNoDelay(true)
    from.on('data', (data: Buffer) => {
      this.bytes += data.length
      // Timers of one length fire in the order in which they were set, so bytes stay in order
      if (this.delayMs > 0) setTimeout(() => to.destroyed || to.write(data), this.delayMs)
      else to.write(data)
    })
    from.on('error', () => {})
    from.on('close', () => {
      this.sockets.delete(from)
      to.destroy()
    })
  }
}
