// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Frames } from './frames'
import { LONG_HEADER_BYTES, MORE, writeHeader } from './zmtp-header'

/** Where a {@link ZmtpFramePacker} gets memory from. */
export interface ZmtpSlabs {
  /** A block of at least {@link MIN_SLAB_BYTES} bytes. */
  take(): Uint8Array
  /** It is not used any more. */
  give(slab: Uint8Array): void
}

/** From so many bytes on a frame is written from where it is: copying would cost more than a further piece. */
export const MIN_UNCOPIED_BYTES = 16 * 1024
/** A slab holds at least a header and the largest frame that is copied. */
export const MIN_SLAB_BYTES = LONG_HEADER_BYTES + MIN_UNCOPIED_BYTES

/** Turns messages into few pieces of bytes: small frames and headers together in slabs, large frames as they are. */
export class ZmtpFramePacker {
  /** The pieces so far; the last slab is added by {@link finish}. */
  private pieces: Uint8Array[] = []
  private slab: Uint8Array | undefined
  private start = 0
  private at = 0
  private full: Uint8Array[] = []

  constructor(private readonly slabs: ZmtpSlabs) {}

  add(frames: Frames): void {
    const last = frames.length - 1
    for (let index = 0; index <= last; index++) this.addFrame(frames[index], index < last ? MORE : 0)
  }

  /** The pieces in their order. What is added then goes into memory behind them. */
  finish(): Uint8Array[] {
    this.cutPiece()
    const { pieces } = this
    this.pieces = []
    return pieces
  }

  /** All pieces are written: the memory may be used again. */
  release(): void {
    if (this.slab !== undefined) this.slabs.give(this.slab)
    this.slab = undefined
    for (const slab of this.full) this.slabs.give(slab)
    this.full = []
  }

  private addFrame(frame: Uint8Array, flags: number): void {
    const { length } = frame
    const copied = length < MIN_UNCOPIED_BYTES
    const slab = this.room(LONG_HEADER_BYTES + (copied ? length : 0))
    const at = writeHeader(slab, this.at, flags, length)
    if (copied) {
      slab.set(frame, at)
      this.at = at + length
    } else {
      this.at = at
      this.cutPiece()
      this.pieces.push(frame)
    }
  }

  /** The slab at hand, when so many bytes fit, or another. */
  private room(bytes: number): Uint8Array {
    if (this.slab !== undefined && this.at + bytes <= this.slab.length) return this.slab
    if (this.slab !== undefined) {
      this.cutPiece()
      this.full.push(this.slab)
    }
    this.slab = this.slabs.take()
    this.start = this.at = 0
    return this.slab
  }

  /** What was written into the slab since the last piece is a piece. */
  private cutPiece(): void {
    if (this.slab === undefined || this.at === this.start) return
    this.pieces.push(this.slab.subarray(this.start, this.at))
    this.start = this.at
  }
}
