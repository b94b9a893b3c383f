// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'

/** Bytes of a number: eight times seven bits are more than 2^53. */
const MAX_NUMBER_BYTES = 8
/** Texts up to this are remembered: names of operations and uuids come again and again. */
const MAX_KNOWN_BYTES = 64
/** What is not UTF-8 grows when it is read: each byte becomes a character of three. Passed on, it would be too long. */
const GROWTH = 3
/** How many are remembered at most, each in the place that its bytes say. */
const KNOWN_TEXTS = 1024
/** Bytes at the end of a text that choose its place. */
const HASHED_BYTES = 12
const known = new Array<string>(KNOWN_TEXTS).fill('')

const NOTHING = Buffer.alloc(0)

/** Reads what a `ByteWriter` has written. Throws `PROTOCOL_ERROR` for what it cannot have written. */
export class ByteReader {
  private view: Buffer = NOTHING
  private at = 0
  private end = 0

  /** Reads these bytes from here on; a reader may be used for one after the other. */
  constructor(bytes: Uint8Array = NOTHING) {
    this.begin(bytes)
  }

  begin(bytes: Uint8Array, start: number = 0, end: number = bytes.length): void {
    this.view = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = start
    this.end = end
  }

  /** Where the next byte is. */
  get position(): number {
    return this.at
  }

  byte(): number {
    if (this.at >= this.end) throw truncated()
    return this.view[this.at++]
  }

  number(): number {
    const first = this.byte()
    if (first < 0x80) return first
    let value = first & 0x7f
    let factor = 0x80
    for (let count = 1; count < MAX_NUMBER_BYTES; count++) {
      const next = this.byte()
      value += (next & 0x7f) * factor
      if (next < 0x80) {
        if (value <= Number.MAX_SAFE_INTEGER) return value
        break
      }
      factor *= 0x80
    }
    throw new NetworkError('PROTOCOL_ERROR', 'The peer broke the protocol: a number beyond 2^53')
  }

  text(maxBytes: number): string {
    const length = this.number()
    if (length > maxBytes) throw tooLong(length, maxBytes)
    const start = this.at
    const end = start + length
    if (end > this.end) throw truncated()
    this.at = end
    if (length <= MAX_KNOWN_BYTES) return this.shortText(start, end)
    const text = this.view.toString('utf8', start, end)
    const bytes = length > maxBytes / GROWTH ? Buffer.byteLength(text) : length
    if (bytes > maxBytes) throw tooLong(bytes, maxBytes)
    return text
  }

  /** One that was met before is the same object: nothing is made, and tables find it at once. */
  private shortText(start: number, end: number): string {
    const { view } = this
    const length = end - start
    let hash = length
    // Those that differ mostly do so at the end
    for (let index = Math.max(start, end - HASHED_BYTES); index < end; index++) {
      hash = (Math.imul(hash, 31) + view[index]) | 0
    }
    hash = (hash ^ (hash >>> 10)) & (KNOWN_TEXTS - 1)
    const text = known[hash]
    if (text.length === length) {
      let index = 0
      while (index < length && text.charCodeAt(index) === view[start + index]) index++
      if (index === length) return text
    }
    const read = view.toString('utf8', start, end)
    // Of as many characters as bytes: ASCII, and can be compared byte by byte
    if (read.length === length) known[hash] = read
    return read
  }

  skip(bytes: number): void {
    if (this.at + bytes > this.end) throw truncated()
    this.at += bytes
  }

  /** What is left, as `take` has it. */
  rest<T>(take: (bytes: Uint8Array, start: number, end: number) => T): T {
    const start = this.at
    this.at = this.end
    return take(this.view, start, this.end)
  }

  get atEnd(): boolean {
    return this.at >= this.end
  }

  /** So many bytes, as a view. */
  bytes(length: number): Uint8Array {
    const start = this.at
    this.skip(length)
    return this.view.subarray(start, this.at)
  }
}

function tooLong(bytes: number, maxBytes: number): NetworkError {
  const what = `a text of ${bytes} bytes; at most ${maxBytes} are allowed`
  return new NetworkError('PROTOCOL_ERROR', `The peer broke the protocol: ${what}`)
}

function truncated(): NetworkError {
  return new NetworkError('PROTOCOL_ERROR', 'The peer broke the protocol: a message that ends too early')
}
