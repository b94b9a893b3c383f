// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { PayloadLimits } from './payload'
import {
  callToJSON,
  defineField,
  entriesOf,
  hasToJSON,
  isPlainPrototype,
  itemsOf,
  kindOf,
  kindOfAnswer,
  timeOf,
  type ObjectKind
} from './values-kinds'
import { Refused } from './values-refusal'

/** Bytes that a value takes at most besides its text, bytes or digits. */
const OVERHEAD = 10

/** What an assignment might meet in the prototype instead of making a field. */
const ofEveryObject: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype))

const { hasOwnProperty: hasOwn } = Object.prototype

/** Copies a value as it would arrive if it travelled. Made for one value. */
export class ValueCopier {
  private tokens = 0
  private readonly maxTokens: number
  private readonly maxDepth: number
  /** What the encoded value takes at most. */
  private content = 0

  constructor(bounds: PayloadLimits) {
    this.maxTokens = bounds.maxPayloadTokens
    this.maxDepth = bounds.maxPayloadDepth
  }

  /** Upper bound of the size of what was copied, if it were encoded. */
  get sizeAtMost(): number {
    return this.content + this.tokens * OVERHEAD
  }

  /** @throws whatever stood in the way, for `explainRefusal` to explain */
  copy(value: unknown, depth: number): unknown {
    if (++this.tokens > this.maxTokens) throw new Refused()
    switch (typeof value) {
      case 'string':
        this.content += value.length * 3
        return value
      case 'object':
        return value === null ? null : this.object(value, depth)
      case 'bigint':
        // Only the encoder counts the digits, and only of what is large: a bigint of 60 bits is by far the usual
        if (BigInt.asIntN(64, value) !== value) this.content += value.toString(16).length
        return value
      case 'function':
      case 'symbol':
        throw new Refused()
      default:
        return value
    }
  }

  private object(value: object, depth: number): unknown {
    if (Array.isArray(value) && !hasToJSON(value)) return this.array(value as unknown[], depth)
    const plain = isPlainPrototype(Object.getPrototypeOf(value))
    if (plain && !hasToJSON(value)) return this.fields(value as Record<string, unknown>, depth)
    const kind = plain ? 'toJSON' : kindOf(value)
    if (kind !== 'toJSON') return this.ofKind(kind, value, depth)
    const answer = callToJSON(value)
    if (typeof answer === 'object' && answer !== null) return this.ofKind(kindOfAnswer(answer), answer, depth)
    this.tokens--
    return this.copy(answer, depth)
  }

  private ofKind(kind: ObjectKind, value: object, depth: number): unknown {
    switch (kind) {
      case 'array':
        return this.array(value as unknown[], depth)
      case 'fields':
        return this.fields(value as Record<string, unknown>, depth)
      case 'bytes':
        this.content += (value as Uint8Array).length
        return new Uint8Array(value as Uint8Array)
      case 'date':
        return new Date(timeOf(value))
      case 'map':
        return this.map(value, depth)
      case 'set':
        return this.set(value, depth)
      default:
        throw new Refused()
    }
  }

  private fields(value: Record<string, unknown>, depth: number): Record<string, unknown> {
    this.enter(depth)
    const fields: Record<string, unknown> = {}
    // Twice as fast as a list of the keys
    for (const key in value) {
      if (!hasOwn.call(value, key)) continue
      const field = value[key]
      if (field === undefined) continue
      if (++this.tokens > this.maxTokens) throw new Refused()
      const copy =
        typeof field === 'number' || typeof field === 'boolean' ? this.leaf(field) : this.copy(field, depth + 1)
      if (copy === undefined) {
        this.tokens -= 2
        continue
      }
      this.content += key.length * 3
      if (ofEveryObject.has(key)) defineField(fields, key, copy)
      else fields[key] = copy
    }
    return fields
  }

  private leaf<T>(value: T): T {
    if (++this.tokens > this.maxTokens) throw new Refused()
    return value
  }

  private array(value: readonly unknown[], depth: number): unknown[] {
    this.enter(depth)
    const { length } = value
    if (length > this.maxTokens) throw new Refused()
    const array: unknown[] = []
    for (let index = 0; index < length; index++) array.push(this.copy(value[index], depth + 1))
    return array
  }

  private map(value: object, depth: number): Map<unknown, unknown> {
    this.enter(depth)
    const map = new Map<unknown, unknown>()
    for (const [key, item] of entriesOf(value)) {
      const copy = this.copy(key, depth + 1)
      map.set(copy, this.copy(item, depth + 1))
    }
    return map
  }

  private set(value: object, depth: number): Set<unknown> {
    this.enter(depth)
    const set = new Set<unknown>()
    for (const item of itemsOf(value)) set.add(this.copy(item, depth + 1))
    return set
  }

  private enter(depth: number): void {
    if (depth > this.maxDepth) throw new Refused()
  }
}
