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

/** Where all connections read what belongs nowhere yet: one that rests needs no memory for what may come. */
const landing = Buffer.allocUnsafeSlow(settings.maxHeaderReadBytes)
const room = landing.subarray(0, settings.readBytes)

/** A piece of so many bytes is copied into memory of its own. */
const MIN_APART_BYTES = settings.slabBytes / 8
let slab = Buffer.allocUnsafeSlow(settings.slabBytes)
let slabEnd = 0

/**
 * Where a socket puts what comes, when it can be told: straight where the reader wants it, else into memory of all
 * connections, out of which it is copied at once. What the reader gets is not used twice, since messages are views of it.
 */
export class ZmtpIntake {
  reader: ZmtpReader | undefined
  private gap: Uint8Array | undefined
  /** Room in the last gap, when it was asked for first. */
  private gapBytes = 0

  /** Memory for the next bytes; asked for again after each {@link came}. */
  room(): Uint8Array {
    const before = this.gap
    const gap = (this.gap = this.reader?.gap)
    if (gap === undefined) return before === undefined ? room : landing.subarray(0, this.headerBytes)
    if (before === undefined) this.gapBytes = gap.length
    return gap
  }

  /** So many bytes are at the beginning of the room. */
  came(bytes: number): void {
    if (this.gap === undefined) this.reader?.received(copied(bytes))
    else this.reader?.filled(bytes)
  }

  /**
   * What follows one large body is likely the header of the next: the more of that body comes with it, the more has to be
   * copied. Enough comes that memory for all of a body of the same size is set aside.
   */
  private get headerBytes(): number {
    const { minHeaderReadBytes, maxHeaderReadBytes } = settings
    return Math.min(maxHeaderReadBytes, Math.max(minHeaderReadBytes, Math.ceil(this.gapBytes / GROWTH)))
  }
}

/** So many bytes that landed: small pieces lie behind each other, for memory of its own costs more than most of them. */
function copied(bytes: number): Uint8Array {
  if (bytes >= MIN_APART_BYTES) {
    const apart = Buffer.allocUnsafeSlow(bytes)
    landing.copy(apart, 0, 0, bytes)
    return apart
  }
  if (slabEnd + bytes > slab.length) {
    slab = Buffer.allocUnsafeSlow(settings.slabBytes)
    slabEnd = 0
  }
  const start = slabEnd
  slabEnd += landing.copy(slab, start, 0, bytes)
  return slab.subarray(start, slabEnd)
}
