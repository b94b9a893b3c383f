// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { zmtpSettings as settings } from './zmtp-settings'

/** What of a socket can stop and go on. */
export interface Readable {
  pause(): unknown
  resume(): unknown
}

/**
 * Lets the event loop turn where what came takes long: the system hands over up to 2 MiB of one socket before it looks at
 * others, however long each piece keeps this process busy.
 */
export class ReadingPace {
  private began = 0

  /** @param now a clock in milliseconds */
  constructor(
    private readonly socket: Readable,
    private readonly now: () => number = () => performance.now()
  ) {}

  /** A piece is about to be handled. */
  begins(): void {
    this.began = this.now()
  }

  /** It was handled: after one that took long the others come first. */
  ends(): void {
    if (this.now() - this.began < settings.longReadMs) return
    this.socket.pause()
    setImmediate(() => this.socket.resume())
  }
}
