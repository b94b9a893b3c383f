// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Socket } from 'node:net'
import type { Direction } from './tcp-proxy'

/** One direction of one connection through a proxy. */
export class TcpLane {
  /** Of what comes from now on. */
  delayMs = 0
  private isMuted = false
  private isFull = false
  private readonly underway: Buffer[] = []

  constructor(
    readonly direction: Direction,
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly saw: (data: Buffer) => void
  ) {
    from.setNoDelay(true)
    from.on('data', (data: Buffer) => this.carry(data))
  }

  /** What comes is not read: the sender's system has to keep it. */
  mute(muted: boolean): void {
    this.isMuted = muted
    this.flow()
  }

  private carry(data: Buffer): void {
    this.saw(data)
    if (this.delayMs === 0 && this.underway.length === 0) {
      this.pass(data)
      return
    }
    this.underway.push(data)
    // Whichever timer is first, the oldest goes first
    setTimeout(() => this.pass(this.underway.shift() as Buffer), this.delayMs)
  }

  private pass(data: Buffer): void {
    if (this.to.destroyed || this.to.write(data)) return
    this.isFull = true
    this.flow()
    this.to.once('drain', () => {
      this.isFull = false
      this.flow()
    })
  }

  private flow(): void {
    if (this.isMuted || this.isFull) this.from.pause()
    else this.from.resume()
  }
}
