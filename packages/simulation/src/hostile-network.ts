// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Frames } from '@hcengineering/network-backrpc'
import { Random, type VirtualTime } from '@hcengineering/network-testing/kernel'
import type { Hostility } from './plan'

/** Longest that a message is held back while others pass it. */
const maxDelayMs = 300
/** When a message may come once more, at the latest. */
const maxReplayMs = 5_000

/** A network that does to messages what ours promises not to: they are lost, doubled, overtaken, said again, or others. */
export class HostileNetwork {
  /** Messages that something was done to. */
  count = 0
  private readonly random: Random
  private over = false

  constructor(
    private readonly hostility: Hostility,
    seed: number,
    private readonly time: VirtualTime
  ) {
    this.random = new Random(seed, 'hostile')
  }

  /** From now on it keeps its promises. */
  stop(): void {
    this.over = true
  }

  /** Hands a message on, or what becomes of it. */
  pass(frames: Frames, hand: (frames: Frames) => void): void {
    const { random, hostility } = this
    if (this.over || !random.chance(hostility.share)) return hand(frames)
    this.count++
    const later = (most: number): void => {
      this.time.after(random.int(1, most), () => hand(frames))
    }
    switch (random.pick(hostility.ways)) {
      case 'drop':
        return
      case 'duplicate':
        hand(frames)
        return hand(frames)
      case 'reorder':
        return later(maxDelayMs)
      case 'replay':
        hand(frames)
        return later(maxReplayMs)
      case 'flip':
        return hand(this.flipped(frames))
    }
  }

  private flipped(frames: Frames): Frames {
    const copies = frames.map((frame) => Uint8Array.from(frame))
    const frame = this.random.pick(copies)
    if (frame.length > 0) frame[this.random.int(0, frame.length - 1)] ^= 2 ** this.random.int(0, 7)
    return copies
  }
}
