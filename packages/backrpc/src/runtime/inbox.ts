// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TickManager } from '@hcengineering/network-core'
import { unpack } from '../wire/batch'
import { decode, decodePart, isPart } from '../wire/codec'
import type { Frames } from '../wire/frames'
import type { Message } from '../wire/message'

/** What comes from a transport: read, and given to the sessions; what they ask for then is done behind the last that came together. */
export class Inbox<Peer> {
  private batching = false
  /** When the batch at hand began: its messages came at one time. */
  private batchTime = 0

  /** @param done what was received so far may be acted upon */
  constructor(
    private readonly tickManager: TickManager,
    private readonly receive: (peer: Peer, message: Message, now: number) => void,
    private readonly done: () => void
  ) {}

  message(peer: Peer, frames: Frames): void {
    const { now } = this
    for (const each of unpack(frames)) this.receive(peer, decode(each), now)
    if (!this.batching) this.done()
  }

  /** A message of one frame, where it lies in these bytes. */
  part(peer: Peer, bytes: Uint8Array, start: number, end: number): void {
    if (!isPart(bytes, start, end)) return this.message(peer, [bytes.subarray(start, end)])
    this.receive(peer, decodePart(bytes, start, end), this.now)
    if (!this.batching) this.done()
  }

  batchBegins(): void {
    this.batching = true
    this.batchTime = this.tickManager.now()
  }

  batchEnds(): void {
    this.batching = false
    this.done()
  }

  private get now(): number {
    return this.batching ? this.batchTime : this.tickManager.now()
  }
}
