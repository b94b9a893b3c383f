// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits, Unread } from '@hcengineering/network-core'
import { copyBytes, type ByteWriter } from './byte-writer'
import type { ItemMemory } from './item-memory'
import { encodePayload, type PayloadLimits } from './payload'
import { decodeValue, encodeItem, encodeValue } from './values'

/** In protocol 1 data is enclosed in what says where it goes: `[method, [...route, data, options]]`. */
const ENCLOSED: PayloadLimits = {
  maxPayloadBytes: limits.maxPayloadBytes - 8 * limits.maxNameBytes,
  maxPayloadDepth: limits.maxPayloadDepth - 2,
  maxPayloadTokens: limits.maxPayloadTokens - 32
}

/** Who received the bytes, or put them together, has checked how many they are. */
const DECODED: PayloadLimits = { ...limits, maxPayloadBytes: Infinity }

/** A body of which as much as this would stay in memory besides is copied. */
const MIN_APART_BYTES = 16 * 1024

/** Up to this it is copied into a block, behind others: memory of its own would cost more than the body. */
const MAX_BLOCK_BODY_BYTES = 1024
const BLOCK_BYTES = 8 * 1024
let block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
let blockEnd = 0

/** What a message carries: parameters, a result, an event. It is read, or written in the other protocol, when asked for. */
export class Body extends Unread {
  private known: { readonly value: unknown } | undefined = undefined
  private asJson: Uint8Array | undefined = undefined

  private constructor(
    /** As protocol 2 carries it, from `start` to `end`: a view of its own would cost more than most values. */
    private encoded: Uint8Array | undefined,
    private start: number,
    private end: number,
    /** Bytes, in the form in which it came to be. */
    readonly size: number
  ) {
    super()
  }

  /**
   * Of a value as it is now; of an unread one as it came.
   *
   * @param like answered itself when it says the same
   * @param bounds of a value; an unread one has been checked where it came
   * @throws NetworkError `UNSUPPORTED_VALUE` or `TOO_LARGE`
   */
  static of(value: unknown, like?: Body, bounds: PayloadLimits = limits): Body {
    if (value instanceof Body) return value.apart()
    const known = like?.whole
    const bytes = encodeValue(value, bounds, known)
    if (like !== undefined && bytes === known) return like
    return new Body(bytes, 0, bytes.length, bytes.length)
  }

  /** {@link of} an item of a stream. @param memory of that stream: where the bytes go, unless they have come as they are */
  static ofItem(value: unknown, memory: ItemMemory): Body {
    if (value instanceof Body) return value.apart()
    const bytes = encodeItem(value, memory)
    return new Body(bytes, 0, bytes.length, bytes.length)
  }

  /** As protocol 2 carries it, from `start` to `end`. */
  static received(bytes: Uint8Array, start: number = 0, end: number = bytes.length): Body {
    return new Body(bytes, start, end, end - start)
  }

  /** A value that protocol 1 has carried, in so many bytes. */
  static parsed(value: unknown, size: number): Body {
    const body = new Body(undefined, 0, 0, size)
    body.known = { value }
    return body
  }

  /** The value. Throws `PROTOCOL_ERROR` or `TOO_LARGE` when there is none in it. */
  get value(): unknown {
    this.known ??= { value: decodeValue(this.encoded as Uint8Array, DECODED, this.start, this.end) }
    return this.known.value
  }

  /** For protocol 2. Throws `UNSUPPORTED_VALUE` or `TOO_LARGE`. */
  get bytes(): Uint8Array {
    const encoded = this.encode()
    const { start, end } = this
    if (end - start === encoded.length) return encoded
    const view = encoded.subarray(start, end)
    this.keep(view)
    return view
  }

  /** {@link bytes} in parts of so many, the last of fewer: views of them. */
  *parts(partBytes: number): Iterable<Body> {
    const encoded = this.encode()
    for (let at = this.start; at < this.end; at += partBytes) {
      yield Body.received(encoded, at, Math.min(this.end, at + partBytes))
    }
  }

  /** Number of {@link bytes}. Throws as they do. */
  get length(): number {
    this.encode()
    return this.end - this.start
  }

  /** Writes {@link bytes}, without making them an object. */
  writeTo(writer: ByteWriter): void {
    writer.bytes(this.encode(), this.start, this.end)
  }

  /** For protocol 1. Throws `UNSUPPORTED_VALUE` or `TOO_LARGE`. */
  get json(): Uint8Array {
    this.asJson ??= encodePayload(this.value, ENCLOSED)
    return this.asJson
  }

  /** It is not read any more: what it took of that memory goes back. */
  giveBack(memory: ItemMemory): void {
    if (this.encoded !== undefined) memory.give(this.encoded)
  }

  /** Throws unless it can be said in that protocol. What has come in protocol 2 can be passed on in it as it is. */
  checkFor(major: number): void {
    if (major === 1) void this.json
    else this.encode()
  }

  /** Itself, but not holding on to everything that has come with it: it may wait. */
  private apart(): this {
    const { encoded } = this
    if (encoded === undefined || encoded.buffer.byteLength <= 2 * this.size + MIN_APART_BYTES) return this
    if (this.size > MAX_BLOCK_BODY_BYTES) this.keep(Uint8Array.prototype.slice.call(encoded, this.start, this.end))
    else this.intoBlock(encoded)
    return this
  }

  private intoBlock(encoded: Uint8Array): void {
    const { start, end, size } = this
    if (blockEnd + size > BLOCK_BYTES) {
      block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
      blockEnd = 0
    }
    copyBytes(encoded, start, end, block, blockEnd)
    this.encoded = block
    this.start = blockEnd
    this.end = blockEnd += size
  }

  private encode(): Uint8Array {
    if (this.encoded === undefined) this.keep(encodeValue((this.known as { value: unknown }).value))
    return this.encoded as Uint8Array
  }

  /** The encoded bytes, when it has them for itself. */
  private get whole(): Uint8Array | undefined {
    const { encoded, start, end } = this
    return end - start === encoded?.length ? encoded : undefined
  }

  private keep(encoded: Uint8Array): void {
    this.encoded = encoded
    this.start = 0
    this.end = encoded.length
  }

  toJSON(): unknown {
    return this.value
  }
}

/** Says `undefined`. */
export const NOTHING = Body.received(Buffer.alloc(0))
