// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ItemMemory } from './item-memory'
import { sizes, tags, type RawBuffer } from './values-format'
import { changed } from './values-refusal'

/** A local constant is one to the optimizer; a name imported into CommonJS is looked up at every use. */
const TAG = tags
const { large: LARGE, shortText: MAX_SHORT_TEXT } = sizes

/** The global one is behind a getter. */
const NodeBuffer = Buffer

const SCRATCH_BYTES = 16 * 1024
/** A scratch that has grown beyond this is let go. */
const MAX_KEPT_SCRATCH_BYTES = 256 * 1024
/** Room that anything but large text and bytes fits in. */
const ROOM = LARGE * 3 + 16

/** Node has it; the ES2023 library of TypeScript does not. */
interface WellFormed {
  isWellFormed(): boolean
}

/** Text or bytes that are written when the whole size is known. */
interface Large {
  /** Where in the scratch it belongs. */
  readonly at: number
  readonly size: number
  readonly content: string | Uint8Array
  readonly encoding: 'latin1' | 'utf8' | 'utf16le'
}

/**
 * The bytes of a value while it is written, and how what has no values in it is. `ValueWriter` extends it, rather than to
 * own one: it reads and moves the position at every value.
 */
export abstract class ValueScratch {
  protected buffer = NodeBuffer.allocUnsafeSlow(SCRATCH_BYTES) as RawBuffer
  protected position = 0
  /** Bytes of the scratch that were dropped: the value is too large, only its size is still wanted. */
  private dropped = 0
  private large: Large[] = []
  private largeBytes = 0
  private maxBytes = 0

  /** Nothing is written yet. @param maxBytes beyond, only the size is still wanted */
  protected begin(maxBytes: number): void {
    this.position = this.dropped = this.largeBytes = 0
    this.maxBytes = maxBytes
  }

  /** Bytes of what was written. */
  protected get size(): number {
    return this.dropped + this.position + this.largeBytes
  }

  /** Lets go of what the next value does not need. */
  protected clear(): void {
    if (this.large.length > 0) this.large = []
    if (this.buffer.length > MAX_KEPT_SCRATCH_BYTES) {
      this.buffer = NodeBuffer.allocUnsafeSlow(SCRATCH_BYTES) as RawBuffer
    }
  }

  /** The bytes that were written: `known` themselves when they are the same, of which there are as many. */
  protected unlessSame(known: Uint8Array): Uint8Array {
    if (this.large.length > 0) {
      const bytes = this.assemble()
      return NodeBuffer.compare(bytes, known) === 0 ? known : bytes
    }
    const { buffer, position } = this
    return buffer.compare(known, 0, position, 0, position) === 0 ? known : this.assemble()
  }

  /** The bytes that were written. @param memory where they go, if it has room for so many */
  protected assemble(memory?: ItemMemory): Uint8Array {
    const { buffer, position } = this
    const size = position + this.largeBytes
    const out = memory?.take(size) ?? NodeBuffer.allocUnsafe(size)
    let from = 0
    let to = 0
    for (const { at, size, content, encoding } of this.large) {
      buffer.copy(out, to, from, at)
      to += at - from
      if (typeof content === 'string') out.write(content, to, size, encoding)
      else if (content.length === size) out.set(content, to)
      else throw changed()
      from = at
      to += size
    }
    if (position - from > 48) buffer.copy(out, to, from, position)
    else while (from < position) out[to++] = buffer[from++]
    return out
  }

  /** Makes room for anything but large text and bytes. */
  protected room(): void {
    if (this.position + ROOM > this.buffer.length) this.grow()
  }

  private grow(): void {
    if (this.dropped > 0 || this.position + this.largeBytes > this.maxBytes) {
      this.dropped += this.position
      this.position = 0
      return
    }
    const grown = NodeBuffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, SCRATCH_BYTES)) as RawBuffer
    this.buffer.copy(grown, 0, 0, this.position)
    this.buffer = grown
  }

  /** A tag, and room for the count of what follows: {@link closeCount} writes it where this says. */
  protected openCount(tag: number): number {
    this.buffer[this.position++] = tag
    const start = this.position
    this.position += 4
    return start
  }

  protected closeCount(start: number, count: number): void {
    if (this.dropped === 0) this.buffer.writeUInt32LE(count, start)
  }

  protected number(value: number): void {
    const { buffer } = this
    if ((value | 0) !== value || (value === 0 && 1 / value < 0)) {
      buffer[this.position] = TAG.float64
      this.position = buffer.writeDoubleLE(value, this.position + 1)
    } else if (value >= 0 && value <= TAG.maxSmallInteger) buffer[this.position++] = value
    else if (value >= -0x80 && value < 0) {
      buffer[this.position++] = TAG.int8
      buffer[this.position++] = value
    } else if (value >= -0x8000 && value <= 0x7fff) {
      buffer[this.position++] = TAG.int16
      buffer[this.position++] = value
      buffer[this.position++] = value >> 8
    } else {
      buffer[this.position++] = TAG.int32
      buffer[this.position++] = value
      buffer[this.position++] = value >> 8
      buffer[this.position++] = value >> 16
      buffer[this.position++] = value >> 24
    }
  }

  protected text(value: string): void {
    const { length } = value
    if (length > MAX_SHORT_TEXT) {
      this.longText(value)
      return
    }
    const { buffer } = this
    let position = this.position
    buffer[position++] = TAG.shortText | length
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index)
      if (code > 0xff) {
        this.longText(value)
        return
      }
      buffer[position++] = code
    }
    this.position = position
  }

  private longText(value: string): void {
    const { length } = value
    const size = NodeBuffer.byteLength(value, 'utf8')
    if (size === length) this.sizedText(TAG.latin1, value, size, 'latin1')
    else if ((value as unknown as WellFormed).isWellFormed()) this.sizedText(TAG.utf8, value, size, 'utf8')
    else this.sizedText(TAG.utf16, value, length * 2, 'utf16le')
  }

  private sizedText(tag: number, content: string, size: number, encoding: Large['encoding']): void {
    this.lengthAfter(tag, size)
    if (content.length > LARGE) this.later(content, size, encoding)
    else if (encoding === 'latin1') this.position += this.buffer.latin1Write(content, this.position, size)
    else if (encoding === 'utf8') this.position += this.buffer.utf8Write(content, this.position, size)
    else this.position += this.buffer.write(content, this.position, size, encoding)
  }

  protected bytes(value: Uint8Array): void {
    const { length } = value
    this.lengthAfter(TAG.bytes, length)
    if (length > LARGE) this.later(value, length, 'latin1')
    else {
      this.buffer.set(value, this.position)
      this.position += length
    }
  }

  private later(content: string | Uint8Array, size: number, encoding: Large['encoding']): void {
    this.largeBytes += size
    if (this.dropped === 0) this.large.push({ at: this.position, size, content, encoding })
    this.room()
  }

  protected bigint(value: bigint): void {
    const digits = (value < 0n ? -value : value).toString(16)
    const hex = digits.length % 2 === 0 ? digits : `0${digits}`
    this.lengthAfter(value < 0n ? TAG.negativeBigint : TAG.positiveBigint, hex.length / 2)
    if (hex.length > LARGE) this.later(NodeBuffer.from(hex, 'hex'), hex.length / 2, 'latin1')
    else this.position += this.buffer.write(hex, this.position, 'hex')
  }

  /** A tag, and the length of what follows. */
  protected lengthAfter(tag: number, length: number): void {
    const { buffer } = this
    buffer[this.position++] = tag
    let rest = length
    while (rest > 0x7f) {
      buffer[this.position++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    buffer[this.position++] = rest
  }
}
