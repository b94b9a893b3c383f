// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { decodeValue } from './values'
import { hasToJSON, isPlainPrototype } from './values-kinds'

const LIST = Symbol('list')
const FIELDS = Symbol('fields')
const END = Symbol('end')

const { hasOwnProperty: hasOwn } = Object.prototype

/**
 * What encoded bytes say, if it is all plain objects, lists and primitives: tells of a value whether it would be encoded
 * to them, several times faster than encoding it does.
 */
export class ValueTrace {
  private readonly tokens: unknown[] = []
  private at = 0

  private constructor() {}

  /** Nothing where they say something else, too. */
  static of(bytes: Uint8Array): ValueTrace | undefined {
    const trace = new ValueTrace()
    return trace.walk(decodeValue(bytes), trace.note) ? trace : undefined
  }

  /** `false` also where it cannot tell. */
  matches(value: unknown): boolean {
    this.at = 0
    try {
      return this.walk(value, this.meet) && this.at === this.tokens.length
    } catch {
      // A getter: who encodes it says so
      return false
    }
  }

  /** Hands on each token, while `step` wants more; `false` when it did not, or there is something else. */
  private walk(value: unknown, step: (token: unknown) => boolean): boolean {
    if (typeof value === 'function' || typeof value === 'symbol') return false
    if (typeof value !== 'object' || value === null) return step(value)
    if (hasToJSON(value)) return false
    if (Array.isArray(value)) {
      if (!step(LIST)) return false
      for (let index = 0; index < value.length; index++) if (!this.walk(value[index], step)) return false
      return step(END)
    }
    if (!isPlainPrototype(Object.getPrototypeOf(value)) || !step(FIELDS)) return false
    for (const key in value) {
      if (!hasOwn.call(value, key)) continue
      const field = (value as Record<string, unknown>)[key]
      if (field !== undefined && !(step(key) && this.walk(field, step))) return false
    }
    return step(END)
  }

  private readonly note = (token: unknown): boolean => this.tokens.push(token) > 0

  private readonly meet = (token: unknown): boolean => Object.is(this.tokens[this.at++], token)
}
