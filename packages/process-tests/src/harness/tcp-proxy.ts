// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { connect, createServer, type Server, type Socket } from 'node:net'
import { TcpLane } from './tcp-lane'

/** One direction: from who connects to the target, or back. */
export type Direction = 'there' | 'back'

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
  private muted?: Direction
  private delayMs = 0
  private readonly sockets = new Set<Socket>()
  private readonly lanes = new Set<TcpLane>()

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

  /** Nothing more arrives in that direction until `heal`; whoever sends learns nothing of it. */
  mute(direction: Direction): void {
    this.muted = direction
    for (const lane of this.lanes) lane.mute(lane.direction === direction)
  }

  /** Everything takes that much longer, until `heal`. */
  delay(delayMs: number): void {
    this.delayMs = delayMs
    for (const lane of this.lanes) lane.delayMs = delayMs
  }

  /** Ends what was begun by `cut`, `mute` and `delay`; what was held back goes on, as TCP sends again what is not confirmed. */
  heal(): void {
    this.refusing = false
    this.muted = undefined
    this.delay(0)
    for (const lane of this.lanes) lane.mute(false)
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
    this.carry('there', near, far)
    this.carry('back', far, near)
  }

  private carry(direction: Direction, from: Socket, to: Socket): void {
    const lane = new TcpLane(direction, from, to, (data) => {
      if (this.recording) this.recorded.push(data)
    })
    lane.mute(this.muted === direction)
    lane.delayMs = this.delayMs
    this.lanes.add(lane)
    this.sockets.add(from)
    from.on('error', () => {})
    from.on('close', () => {
      this.lanes.delete(lane)
      this.sockets.delete(from)
      to.destroy()
    })
  }
}
