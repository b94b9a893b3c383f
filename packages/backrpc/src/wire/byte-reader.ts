// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'

/** Bytes of a number: eight times seven bits are more than 2^53. */
const MAX_NUMBER_BYTES = 8
/** Up to this a text of ASCII is read character by character, which is faster than a call into the engine. */
const SHORT_TEXT = 12

/** Reads what a `ByteWriter` has written. Throws `PROTOCOL_ERROR` for what it cannot have written. */
export class ByteReader {
  private readonly view: Buffer
  private at = 0

  constructor(bytes: Uint8Array) {
    this.view = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** How much has been read. */
  get position(): number {
    return this.at
  }

  byte(): number {
    if (this.at >= this.view.length) throw truncated()
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
    if (length > maxBytes) {
      const what = `a text of ${length} bytes; at most ${maxBytes} are allowed`
      throw new NetworkError('PROTOCOL_ERROR', `The peer broke the protocol: ${what}`)
    }
    const start = this.at
    const end = start + length
    if (end > this.view.length) throw truncated()
    this.at = end
    if (length > SHORT_TEXT) return this.view.toString('utf8', start, end)
    let text = ''
    for (let index = start; index < end; index++) {
      const code = this.view[index]
      if (code > 0x7f) return this.view.toString('utf8', start, end)
      text += String.fromCharCode(code)
    }
    return text
  }

  skip(bytes: number): void {
    if (this.at + bytes > this.view.length) throw truncated()
    this.at += bytes
  }

  get atEnd(): boolean {
    return this.at >= this.view.length
  }

  /** So many bytes, as a view. */
  bytes(length: number): Uint8Array {
    const start = this.at
    this.skip(length)
    return this.view.subarray(start, this.at)
  }
}

function truncated(): NetworkError {
  return new NetworkError('PROTOCOL_ERROR', 'The peer broke the protocol: a message that ends too early')
}
