// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { messageOf, NetworkError } from '@hcengineering/network-core'
import type { PayloadLimits } from './payload'
import { sizes, tags, type RawBuffer } from './values-format'
import { defineField } from './values-kinds'
import { tooLarge } from './values-refusal'

/** A local constant is one to the optimizer; a name imported into CommonJS is looked up at every use. */
const TAG = tags
const { large: LARGE } = sizes

/** The global one is behind a getter. */
const NodeBuffer = Buffer
/** Header, tag and length around bytes that came alone. */
const MAX_SHARED_BYTES = 64
const NOTHING = NodeBuffer.alloc(0) as RawBuffer

/** Names of fields met before, by a hash of their bytes: most messages have the same few. */
const KNOWN_KEYS = 1024
const keys = new Array<string>(KNOWN_KEYS).fill('')

/** Reads values. It is in use only within `decode`, which runs no one else's code. */
export class ValueReader {
  private source = NOTHING
  private position = 0
  private end = 0
  private tokens = 0
  private maxTokens = 0
  private maxDepth = 0
  /** The key just read must not be assigned: Object.prototype has a property of that name. */
  private specialKey = false

  /** @throws NetworkError `PROTOCOL_ERROR` or `TOO_LARGE` */
  decode(bytes: Uint8Array, bounds: PayloadLimits, start: number, end: number): unknown {
    const length = end - start
    if (length > bounds.maxPayloadBytes) throw tooLarge('bytes', length, bounds.maxPayloadBytes)
    this.source = (
      bytes instanceof NodeBuffer ? bytes : NodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    ) as RawBuffer
    this.position = start
    this.tokens = 0
    this.end = end
    this.maxTokens = bounds.maxPayloadTokens
    this.maxDepth = bounds.maxPayloadDepth
    try {
      const value = this.value(1)
      if (this.position !== this.end) throw malformed(`${this.end - this.position} bytes follow it`)
      return value
    } catch (error) {
      if (error instanceof NetworkError) throw error
      throw new NetworkError('PROTOCOL_ERROR', `Not an encoded value: ${messageOf(error)}`, { cause: error })
    } finally {
      this.source = NOTHING
    }
  }

  private value(depth: number): unknown {
    if (this.position >= this.end) throw malformed('it ends early')
    if (++this.tokens > this.maxTokens) throw tooLarge('tokens', this.tokens, this.maxTokens)
    const tag = this.source[this.position++]
    if (tag <= TAG.maxSmallInteger) return tag
    if (tag < TAG.shortArray) return this.shortText(tag & 0x1f)
    if (tag < TAG.shortObject) return this.array(tag & 0x0f, depth)
    if (tag < TAG.null) return this.fields(tag & 0x0f, depth)
    return this.tagged(tag, depth)
  }

  private tagged(tag: number, depth: number): unknown {
    switch (tag) {
      case TAG.null:
        return null
      case TAG.undefined:
        return undefined
      case TAG.false:
        return false
      case TAG.true:
        return true
      case TAG.int8:
        return (this.source[this.take(1)] << 24) >> 24
      case TAG.int16:
        return this.source.readInt16LE(this.take(2))
      case TAG.int32:
        return this.source.readInt32LE(this.take(4))
      case TAG.float64:
        return this.source.readDoubleLE(this.take(8))
      case TAG.latin1:
      case TAG.utf8:
      case TAG.utf16:
        return this.longText(tag)
      case TAG.array:
        return this.array(this.length(), depth)
      case TAG.object:
        return this.fields(this.count(), depth)
      case TAG.bytes:
        return this.bytes()
      case TAG.date:
        return new Date(this.source.readDoubleLE(this.take(8)))
      case TAG.positiveBigint:
        return this.bigint()
      case TAG.negativeBigint:
        return -this.bigint()
      case TAG.map:
        return this.map(this.count(), depth)
      case TAG.set:
        return this.set(this.count(), depth)
      default:
        throw malformed(`there is no kind 0x${tag.toString(16)}`)
    }
  }

  /** Where the next `bytes` bytes begin, which are there. */
  private take(bytes: number): number {
    const start = this.position
    if (bytes > this.end - start) throw malformed('it ends early')
    this.position = start + bytes
    return start
  }

  private length(): number {
    let length = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.source[this.take(1)]
      length += (byte & 0x7f) * 2 ** shift
      if (byte <= 0x7f) return length
    }
    throw malformed('a length does not end')
  }

  private count(): number {
    return this.source.readUInt32LE(this.take(4))
  }

  /** Checks the nesting, and that there can be so many values: each has a byte at least. */
  private enter(count: number, valuesEach: number, depth: number): void {
    if (depth > this.maxDepth) throw tooLarge('levels', depth, this.maxDepth)
    if (count * valuesEach > this.end - this.position) throw malformed('it ends early')
  }

  private array(length: number, depth: number): unknown[] {
    this.enter(length, 1, depth)
    const array: unknown[] = []
    for (let index = 0; index < length; index++) array.push(this.value(depth + 1))
    return array
  }

  private fields(count: number, depth: number): Record<string, unknown> {
    this.enter(count, 2, depth)
    const fields: Record<string, unknown> = {}
    for (let index = 0; index < count; index++) {
      const key = this.key()
      const special = this.specialKey
      const value = this.value(depth + 1)
      if (special) defineField(fields, key, value)
      else fields[key] = value
    }
    return fields
  }

  private map(count: number, depth: number): Map<unknown, unknown> {
    this.enter(count, 2, depth)
    const map = new Map<unknown, unknown>()
    for (let index = 0; index < count; index++) {
      const key = this.value(depth + 1)
      map.set(key, this.value(depth + 1))
    }
    return map
  }

  private set(count: number, depth: number): Set<unknown> {
    this.enter(count, 1, depth)
    const set = new Set<unknown>()
    for (let index = 0; index < count; index++) set.add(this.value(depth + 1))
    return set
  }

  private key(): string {
    if (++this.tokens > this.maxTokens) throw tooLarge('tokens', this.tokens, this.maxTokens)
    const tag = this.source[this.take(1)]
    if (tag >= TAG.shortText && tag < TAG.shortArray) return this.shortKey(tag & 0x1f)
    if (tag < TAG.latin1 || tag > TAG.utf16) throw malformed('a field has no name')
    const key = this.longText(tag)
    this.specialKey = key in Object.prototype
    return key
  }

  private shortKey(length: number): string {
    const start = this.take(length)
    const { source } = this
    let hash = length
    for (let index = 0; index < length; index++) hash = (Math.imul(hash, 31) + source[start + index]) | 0
    hash = (hash ^ (hash >>> 10)) & (KNOWN_KEYS - 1)
    const known = keys[hash]
    if (known.length === length) {
      let index = 0
      while (index < length && known.charCodeAt(index) === source[start + index]) index++
      if (index === length) {
        this.specialKey = false
        return known
      }
    }
    const key = source.latin1Slice(start, start + length)
    this.specialKey = key in Object.prototype
    if (!this.specialKey) keys[hash] = key
    return key
  }

  private shortText(length: number): string {
    const start = this.take(length)
    if (length > 12) return this.source.latin1Slice(start, start + length)
    let text = ''
    let at = start
    for (const end = start + (length & ~3); at < end; at += 4) text += four(this.source, at)
    for (const end = start + length; at < end; at++) text += String.fromCharCode(this.source[at])
    return text
  }

  private longText(tag: number): string {
    const size = this.length()
    const start = this.take(size)
    if (tag === TAG.latin1) return this.source.latin1Slice(start, start + size)
    if (tag === TAG.utf8) return this.source.utf8Slice(start, start + size)
    if (size % 2 !== 0) throw malformed('half a character is left over')
    return this.source.toString('utf16le', start, start + size)
  }

  /**
   * A copy: what is given to a user must not share memory with what else has come. Large bytes that have (nearly) all of
   * their memory to themselves are handed on as they are.
   */
  private bytes(): Uint8Array {
    const size = this.length()
    const start = this.take(size)
    const { source } = this
    if (size > LARGE) {
      const view = new Uint8Array(source.buffer, source.byteOffset + start, size)
      return source.buffer.byteLength <= size + MAX_SHARED_BYTES ? view : view.slice()
    }
    const bytes = new Uint8Array(size)
    for (let index = 0; index < size; index++) bytes[index] = source[start + index]
    return bytes
  }

  private bigint(): bigint {
    const size = this.length()
    const start = this.take(size)
    return size === 0 ? 0n : BigInt(`0x${this.source.toString('hex', start, start + size)}`)
  }
}

function four(source: Buffer, at: number): string {
  return String.fromCharCode(source[at], source[at + 1], source[at + 2], source[at + 3])
}

function malformed(what: string): NetworkError {
  return new NetworkError('PROTOCOL_ERROR', `Not an encoded value: ${what}`)
}
