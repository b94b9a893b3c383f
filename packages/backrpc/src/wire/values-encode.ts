// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ItemMemory } from './item-memory'
import type { PayloadLimits } from './payload'
import { sizes, tags } from './values-format'
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
import { explainRefusal, Refused, tooLarge } from './values-refusal'
import { ValueScratch } from './values-scratch'

/** A local constant is one to the optimizer; a name imported into CommonJS is looked up at every use. */
const TAG = tags
const { shortList: MAX_SHORT_LIST } = sizes

/** Writes values. It keeps its scratch from one to the next, and is in use from `encode` to its return. */
export class ValueWriter extends ValueScratch {
  busy = false
  private tokens = 0
  private maxTokens = 0
  private maxDepth = 0

  /** @throws NetworkError `UNSUPPORTED_VALUE` or `TOO_LARGE` */
  encode(value: unknown, bounds: PayloadLimits, known?: Uint8Array): Uint8Array {
    try {
      const size = this.write(value, bounds)
      return known?.length === size ? this.unlessSame(known) : this.assemble()
    } finally {
      this.release()
    }
  }

  /** {@link encode} into memory that is used again. */
  encodeInto(memory: ItemMemory, value: unknown, bounds: PayloadLimits): Uint8Array {
    try {
      this.write(value, bounds)
      return this.assemble(memory)
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
    this.tokens = 0
    this.begin(bounds.maxPayloadBytes)
    this.maxTokens = bounds.maxPayloadTokens
    this.maxDepth = bounds.maxPayloadDepth
    try {
      this.value(value, 1)
    } catch {
      // Whoever's code threw: the walk that explains meets it again and knows where
      throw explainRefusal(value, bounds)
    }
    const { size } = this
    if (size > bounds.maxPayloadBytes) throw tooLarge('bytes', size, bounds.maxPayloadBytes)
    return size
  }

  private release(): void {
    this.busy = false
    this.clear()
  }

  private value(value: unknown, depth: number): void {
    if (++this.tokens > this.maxTokens) throw new Refused()
    this.room()
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
      this.room()
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
}
