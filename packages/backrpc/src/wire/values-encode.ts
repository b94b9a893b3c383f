// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { PayloadLimits } from './payload'
import { sizes, tags, type RawBuffer } from './values-format'
import {
  callToJSON,
  entriesOf,
  hasToJSON,
  itemsOf,
  kindOf,
  kindOfAnswer,
  timeOf,
  type ObjectKind
} from './values-kinds'
import { changed, explainRefusal, Refused, tooLarge } from './values-refusal'

/** A local constant is one to the optimizer; a name imported into CommonJS is looked up at every use. */
const TAG = tags
const { large: LARGE, shortList: MAX_SHORT_LIST, shortText: MAX_SHORT_TEXT } = sizes

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

/** Writes values. It keeps its scratch from one to the next, and is in use from `encode` to its return. */
export class ValueWriter {
  busy = false
  private buffer = NodeBuffer.allocUnsafeSlow(SCRATCH_BYTES) as RawBuffer
  private position = 0
  /** Bytes of the scratch that were dropped: the value is too large, only its size is still wanted. */
  private dropped = 0
  private large: Large[] = []
  private largeBytes = 0
  private tokens = 0
  private maxTokens = 0
  private maxDepth = 0
  private maxBytes = 0

  /** @throws NetworkError `UNSUPPORTED_VALUE` or `TOO_LARGE` */
  encode(value: unknown, bounds: PayloadLimits, known?: Uint8Array): Uint8Array {
    try {
      const size = this.write(value, bounds)
      return known?.length === size ? this.unlessSame(known) : this.assemble()
    } finally {
      this.release()
    }
  }

  /** Checks that the encoded value is not too large, and gives its size. */
  measure(value: unknown, bounds: PayloadLimits): number {
    try {
      return this.write(value, bounds)
    } finally {
      this.release()
    }
  }

  private write(value: unknown, bounds: PayloadLimits): number {
    this.busy = true
    this.position = this.dropped = this.largeBytes = this.tokens = 0
    this.maxTokens = bounds.maxPayloadTokens
    this.maxDepth = bounds.maxPayloadDepth
    this.maxBytes = bounds.maxPayloadBytes
    try {
      this.value(value, 1)
    } catch {
      // Whoever's code threw: the walk that explains meets it again and knows where
      throw explainRefusal(value, bounds)
    }
    const size = this.dropped + this.position + this.largeBytes
    if (size > this.maxBytes) throw tooLarge('bytes', size, this.maxBytes)
    return size
  }

  private release(): void {
    this.busy = false
    if (this.large.length > 0) this.large = []
    if (this.buffer.length > MAX_KEPT_SCRATCH_BYTES) {
      this.buffer = NodeBuffer.allocUnsafeSlow(SCRATCH_BYTES) as RawBuffer
    }
  }

  private unlessSame(known: Uint8Array): Uint8Array {
    if (this.large.length > 0) {
      const bytes = this.assemble()
      return NodeBuffer.compare(bytes, known) === 0 ? known : bytes
    }
    const { buffer, position } = this
    return buffer.compare(known, 0, position, 0, position) === 0 ? known : this.assemble()
  }

  private assemble(): Uint8Array {
    const { buffer, position } = this
    const out = NodeBuffer.allocUnsafe(position + this.largeBytes)
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

  /** Makes room for `bytes`, at most ROOM. */
  private room(bytes: number): void {
    if (this.position + bytes > this.buffer.length) this.grow()
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

  private value(value: unknown, depth: number): void {
    if (++this.tokens > this.maxTokens) throw new Refused()
    this.room(ROOM)
    switch (typeof value) {
      case 'string':
        this.text(value)
        return
      case 'number':
        this.number(value)
        return
      case 'boolean':
        this.buffer[this.position++] = value ? TAG.true : TAG.false
        return
      case 'object':
        if (value === null) this.buffer[this.position++] = TAG.null
        else this.object(value, depth)
        return
      case 'undefined':
        this.buffer[this.position++] = TAG.undefined
        return
      case 'bigint':
        this.bigint(value)
        return
      default:
        throw new Refused()
    }
  }

  private object(value: object, depth: number): void {
    if (Array.isArray(value) && !hasToJSON(value)) {
      this.array(value as unknown[], depth)
      return
    }
    const prototype: unknown = Object.getPrototypeOf(value)
    if ((prototype === Object.prototype || prototype === null) && !hasToJSON(value)) {
      this.fields(value as Record<string, unknown>, depth)
      return
    }
    const kind = prototype === Object.prototype || prototype === null ? 'toJSON' : kindOf(value)
    if (kind !== 'toJSON') {
      this.ofKind(kind, value, depth)
      return
    }
    const answer = callToJSON(value)
    if (typeof answer === 'object' && answer !== null) this.ofKind(kindOfAnswer(answer), answer, depth)
    else {
      this.tokens--
      this.value(answer, depth)
    }
  }

  private ofKind(kind: ObjectKind, value: object, depth: number): void {
    switch (kind) {
      case 'array':
        this.array(value as unknown[], depth)
        return
      case 'fields':
        this.fields(value as Record<string, unknown>, depth)
        return
      case 'bytes':
        this.bytes(value as Uint8Array)
        return
      case 'date':
        this.buffer[this.position] = TAG.date
        this.position = this.buffer.writeDoubleLE(timeOf(value), this.position + 1)
        return
      case 'map':
        this.map(value, depth)
        return
      case 'set':
        this.set(value, depth)
        return
      default:
        throw new Refused()
    }
  }

  private fields(value: Record<string, unknown>, depth: number): void {
    if (depth > this.maxDepth) throw new Refused()
    const keys = Object.keys(value)
    const short = keys.length <= MAX_SHORT_LIST
    const start = short ? this.position++ : this.openCount(TAG.object)
    let count = 0
    for (const key of keys) {
      const field = value[key]
      if (field === undefined) continue
      if (++this.tokens > this.maxTokens) throw new Refused()
      this.room(ROOM)
      const before = this.position
      this.text(key)
      const after = this.position
      this.value(field, depth + 1)
      if (typeof field === 'object' && this.position === after + 1 && this.buffer[after] === TAG.undefined) {
        // Its toJSON returned undefined: as if the field were
        this.position = before
        this.tokens -= 2
      } else count++
    }
    if (short) this.buffer[start] = TAG.shortObject | count
    else this.closeCount(start, count)
  }

  private array(value: readonly unknown[], depth: number): void {
    if (depth > this.maxDepth) throw new Refused()
    const { length } = value
    if (length <= MAX_SHORT_LIST) this.buffer[this.position++] = TAG.shortArray | length
    else {
      if (length > this.maxTokens) throw new Refused()
      this.lengthAfter(TAG.array, length)
    }
    for (let index = 0; index < length; index++) this.value(value[index], depth + 1)
  }

  private map(value: object, depth: number): void {
    if (depth > this.maxDepth) throw new Refused()
    const start = this.openCount(TAG.map)
    let count = 0
    for (const [key, item] of entriesOf(value)) {
      this.value(key, depth + 1)
      this.value(item, depth + 1)
      count++
    }
    this.closeCount(start, count)
  }

  private set(value: object, depth: number): void {
    if (depth > this.maxDepth) throw new Refused()
    const start = this.openCount(TAG.set)
    let count = 0
    for (const item of itemsOf(value)) {
      this.value(item, depth + 1)
      count++
    }
    this.closeCount(start, count)
  }

  private openCount(tag: number): number {
    this.buffer[this.position++] = tag
    const start = this.position
    this.position += 4
    return start
  }

  private closeCount(start: number, count: number): void {
    if (this.dropped === 0) this.buffer.writeUInt32LE(count, start)
  }

  private number(value: number): void {
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

  private text(value: string): void {
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

  private bytes(value: Uint8Array): void {
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
    this.room(ROOM)
  }

  private bigint(value: bigint): void {
    const digits = (value < 0n ? -value : value).toString(16)
    const hex = digits.length % 2 === 0 ? digits : `0${digits}`
    this.lengthAfter(value < 0n ? TAG.negativeBigint : TAG.positiveBigint, hex.length / 2)
    if (hex.length > LARGE) this.later(NodeBuffer.from(hex, 'hex'), hex.length / 2, 'latin1')
    else this.position += this.buffer.write(hex, this.position, 'hex')
  }

  private lengthAfter(tag: number, length: number): void {
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
