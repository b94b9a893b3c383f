// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Headers are written one behind the other into blocks of this size. */
const BLOCK_BYTES = 64 * 1024
/** Up to this a text is written character by character, which is faster than a call into the engine. */
const SHORT_TEXT = 64

/** Up to this bytes are copied one by one, which is faster than a call into the engine. */
const FEW_BYTES = 48

/** Copies the bytes from `start` to `end` to `at`, without making a view of them. */
export function copyBytes(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start <= FEW_BYTES) {
    for (let index = start, target = at; index < end; index++) to[target++] = from[index]
  } else if (from instanceof Buffer) {
    from.copy(to, at, start, end)
  } else {
    to.set(from.subarray(start, end), at)
  }
}

/** Writes numbers, texts and bytes one behind the other. */
export class ByteWriter {
  private block: Buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  private start = 0
  private end = 0

  /** @param maxBytes that are ever written between `begin` and `take`, unless `begin` says otherwise */
  constructor(private readonly maxBytes: number) {}

  /** Begins anew; what was taken before stays as it is. */
  begin(moreBytes: number = 0): void {
    if (this.start + this.maxBytes + moreBytes > BLOCK_BYTES) {
      this.block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
      this.start = 0
    }
    this.end = this.start
  }

  byte(value: number): void {
    this.block[this.end++] = value
  }

  /** A whole number from 0 to 2^53 - 1, seven bits a byte, the lowest first. */
  number(value: number): void {
    let rest = value
    // Above 31 bits the operators on bits do not work
    for (; rest > 0x7fffffff; rest = Math.floor(rest / 128)) this.block[this.end++] = (rest % 128) | 0x80
    for (; rest > 0x7f; rest >>>= 7) this.block[this.end++] = (rest & 0x7f) | 0x80
    this.block[this.end++] = rest
  }

  /** Its length in bytes, and its UTF-8. */
  text(text: string): void {
    const { length } = text
    if (length <= SHORT_TEXT) {
      const { block } = this
      let at = this.end
      block[at++] = length
      for (let index = 0; index < length; index++) {
        const code = text.charCodeAt(index)
        if (code > 0x7f) return this.longText(text)
        block[at++] = code
      }
      this.end = at
      return
    }
    this.longText(text)
  }

  /** Those from `start` to `end`. */
  bytes(bytes: Uint8Array, start: number, end: number): void {
    copyBytes(bytes, start, end, this.block, this.end)
    this.end += end - start
  }

  /** What was written since `begin`. */
  take(): Uint8Array {
    const taken = this.block.subarray(this.start, this.end)
    this.start = this.end
    return taken
  }

  private longText(text: string): void {
    const bytes = Buffer.byteLength(text)
    this.number(bytes)
    this.end += this.block.write(text, this.end, bytes)
  }
}
