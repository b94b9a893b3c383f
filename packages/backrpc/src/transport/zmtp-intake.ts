// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { GROWTH } from '../wire/zmtp-frame-decoder'
import { zmtpSettings as settings } from './zmtp-settings'

/** Takes what comes over a connection. */
export interface ZmtpReader {
  /** Memory into which the next bytes belong, where that is known. */
  readonly gap: Uint8Array | undefined
  /** So many bytes are in the gap that was asked for last. */
  filled(bytes: number): void
  /** Bytes that belong nowhere yet. Their memory is not used again. */
  received(chunk: Uint8Array): void
}

/**
 * Where a socket puts what comes, when it can be told: straight where the reader wants it, else into blocks, one piece
 * behind the other. None is used twice, since messages are views of them.
 */
export class ZmtpIntake {
  reader: ZmtpReader | undefined
  private gap: Uint8Array | undefined
  /** Room in the last gap, when it was asked for first. */
  private gapBytes = 0
  private block: Uint8Array = Buffer.allocUnsafeSlow(settings.minReadBytes)
  private at = 0
  /** Much came last, so much may come next: what comes together should be read together. */
  private busy = false

  /** Memory for the next bytes; asked for again after each {@link came}. */
  room(): Uint8Array {
    const before = this.gap
    const gap = (this.gap = this.reader?.gap)
    if (gap !== undefined) {
      if (before === undefined) this.gapBytes = gap.length
      return gap
    }
    if (before !== undefined) return this.roomForHeader()
    const bytes = this.busy ? settings.maxReadBytes : settings.minReadBytes
    // A little room would cost a read of its own
    if (this.block.length - this.at < bytes / 2) this.renew(bytes)
    return this.block.subarray(this.at)
  }

  /** So many bytes are at the beginning of the room. */
  came(bytes: number): void {
    const { gap, block, at } = this
    if (gap !== undefined) {
      this.reader?.filled(bytes)
      return
    }
    this.at += bytes
    this.busy = bytes >= settings.minReadBytes / 2
    this.reader?.received(block.subarray(at, at + bytes))
  }

  /**
   * What follows one large body is likely the header of the next: the more of that body comes with it, the more has to be
   * copied. Enough comes that memory for all of a body of the same size is set aside.
   */
  private roomForHeader(): Uint8Array {
    const { minHeaderReadBytes, minReadBytes, maxReadBytes } = settings
    const bytes = Math.min(maxReadBytes, Math.max(minHeaderReadBytes, Math.ceil(this.gapBytes / GROWTH)))
    if (this.block.length - this.at < bytes) this.renew(Math.max(bytes, minReadBytes))
    return this.block.subarray(this.at, this.at + bytes)
  }

  private renew(bytes: number): void {
    this.block = Buffer.allocUnsafeSlow(bytes)
    this.at = 0
  }
}
