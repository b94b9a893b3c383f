// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Smaller ones have a share of the blocks that Node keeps for all. */
const MIN_BYTES = 4 * 1024
/** Sizes differ a little from item to item: a block is of a multiple of this. */
const STEP_BYTES = 4 * 1024
/**
 * A block is larger by so much than what is in it: where sender and reader share a process, the reader copies bytes that
 * lie in more memory than their own, and so never shows a block that is used again.
 */
const MARGIN_BYTES = 256

/**
 * Memory for the items that one stream sends, used again once the reader has consumed what was in it: memory made anew for
 * each has the garbage collector go through everything with every few dozen mebibytes, which was half of the time of a
 * stream. Of one stream only: who says that it has consumed what it has not got meets no bytes but its own.
 */
export class ItemMemory {
  private spare: ArrayBufferLike[] = []
  /** Weak, for what may be on its way twice never comes back. */
  private readonly lent = new WeakSet<ArrayBufferLike>()

  /** So many bytes; `undefined` for so few that it is not worth it. */
  take(bytes: number): Buffer | undefined {
    if (bytes < MIN_BYTES) return undefined
    const block = this.fitting(bytes + MARGIN_BYTES)
    this.lent.add(block)
    return Buffer.from(block, 0, bytes)
  }

  /** It is not read any more; ignored when it was not taken here. */
  give({ buffer }: Uint8Array): void {
    if (this.lent.delete(buffer)) this.spare.push(buffer)
  }

  /** Nothing lies in it, and perhaps nothing comes for long. */
  clear(): void {
    this.spare = []
  }

  /** The last that came back, which is likely in the cache. Too small a one is let go: items have become larger. */
  private fitting(bytes: number): ArrayBufferLike {
    const block = this.spare.pop()
    if (block !== undefined && block.byteLength >= bytes) return block
    return Buffer.allocUnsafeSlow(Math.ceil(bytes / STEP_BYTES) * STEP_BYTES).buffer
  }
}
