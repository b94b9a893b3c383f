// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { messageOf, NetworkError } from '@hcengineering/network-core'
import type { PayloadLimits } from './payload'
import {
  callToJSON,
  describe,
  entriesOf,
  hasToJSON,
  isPlainPrototype,
  itemsOf,
  kindOf,
  kindOfAnswer,
  type ObjectKind
} from './values-kinds'

/** Thrown where encoding or cloning fails: they keep no path; `explainRefusal` walks once more to say what was wrong. */
export class Refused extends Error {}

/** Where the walk is: names from the root, and the objects around it. */
interface Place {
  readonly name: string
  readonly object: object
  readonly outer: Place | undefined
}

const MAX_PATH = 256

/** The error of something that is too large, with what was found and what is allowed. */
export function tooLarge(unit: 'bytes' | 'levels' | 'tokens', found: number, allowed: number): NetworkError {
  return new NetworkError('TOO_LARGE', `A payload of ${found} ${unit} exceeds the maximum of ${allowed} ${unit}`)
}

/** The error of a value whose getters or `toJSON` say something else the second time. */
export function changed(): NetworkError {
  return unsupported('A value changed while it was read')
}

function unsupported(message: string, cause?: unknown): NetworkError {
  return new NetworkError('UNSUPPORTED_VALUE', message, { cause })
}

/** One walk in the order of encoding that throws at the first thing that cannot travel. */
class Explanation {
  private tokens = 0

  constructor(private readonly bounds: PayloadLimits) {}

  /** Whether there is anything to send: a field whose `toJSON` returns undefined is left out. */
  walk(value: unknown, outer: Place | undefined, name: string, depth: number): boolean {
    this.count()
    if (typeof value === 'function' || typeof value === 'symbol') throw refusal(describe(value), outer, name)
    if (typeof value !== 'object' || value === null) return value !== undefined
    const kind = this.read(outer, name, () => kindAt(value))
    if (kind === 'toJSON') {
      const answer = this.read(outer, name, () => callToJSON(value))
      if (typeof answer === 'object' && answer !== null) {
        this.inside(answer, kindOfAnswer(answer), { name, object: answer, outer }, depth)
      } else {
        this.tokens--
        return this.walk(answer, outer, name, depth)
      }
    } else this.inside(value, kind, { name, object: value, outer }, depth)
    return true
  }

  private inside(value: object, kind: ObjectKind, place: Place, depth: number): void {
    if (kind === 'bytes' || kind === 'date') return
    if (kind === 'refused') throw refusal(describe(value), place.outer, place.name)
    if (depth > this.bounds.maxPayloadDepth) throw this.tooDeep(place, depth)
    const read = <T>(name: string, from: () => T): T => this.read(place, name, from)
    let index = 0
    switch (kind) {
      case 'array':
        for (const array = value as unknown[]; index < array.length; index++) {
          const name = `[${index}]`
          this.walk(
            read(name, () => array[index]),
            place,
            name,
            depth + 1
          )
        }
        break
      case 'map':
        for (const [key, item] of entriesOf(value)) {
          this.walk(key, place, `.key(${index})`, depth + 1)
          this.walk(item, place, `.value(${index++})`, depth + 1)
        }
        break
      case 'set':
        for (const item of itemsOf(value)) this.walk(item, place, `.item(${index++})`, depth + 1)
        break
      default:
        for (const key of read('', () => Object.keys(value))) {
          const name = nameOf(key)
          const field = read(name, () => (value as Record<string, unknown>)[key])
          if (field === undefined) continue
          this.count()
          if (!this.walk(field, place, name, depth + 1)) this.tokens -= 2
        }
    }
  }

  private count(): void {
    if (++this.tokens > this.bounds.maxPayloadTokens) {
      throw tooLarge('tokens', this.tokens, this.bounds.maxPayloadTokens)
    }
  }

  /** Runs what may be code of the value's owner: a getter, a `toJSON`, a proxy. */
  private read<T>(outer: Place | undefined, name: string, from: () => T): T {
    try {
      return from()
    } catch (error) {
      throw unsupported(`A value cannot be read at ${pathOf(outer, name)}: ${messageOf(error)}`, error)
    }
  }

  /** A cycle is too deep, whatever the limit. */
  private tooDeep(place: Place, depth: number): NetworkError {
    const seen = new Map<object, Place>()
    const places: Place[] = []
    for (let at: Place | undefined = place; at !== undefined; at = at.outer) places.unshift(at)
    for (const at of places) {
      const first = seen.get(at.object)
      if (first !== undefined) {
        const [from, to] = [pathOf(at.outer, at.name), pathOf(first.outer, first.name)]
        return unsupported(`A cycle cannot travel: ${from} is ${to} again`)
      }
      seen.set(at.object, at)
    }
    return tooLarge('levels', depth, this.bounds.maxPayloadDepth)
  }
}

/** The error for `value`, which encoding or cloning has refused: both say the same, because both ask here. */
export function explainRefusal(value: unknown, bounds: PayloadLimits): NetworkError {
  try {
    new Explanation(bounds).walk(value, undefined, '$', 1)
  } catch (error) {
    if (error instanceof NetworkError) return error
    return unsupported(`A value cannot travel: ${messageOf(error)}`, error)
  }
  return changed()
}

/** The kind as encoding sees it, which has its fast paths first. */
function kindAt(value: object): ObjectKind {
  if (Array.isArray(value) && !hasToJSON(value)) return 'array'
  if (isPlainPrototype(Object.getPrototypeOf(value))) return hasToJSON(value) ? 'toJSON' : 'fields'
  return kindOf(value)
}

function refusal(what: string, outer: Place | undefined, name: string): NetworkError {
  return unsupported(`${what.charAt(0).toUpperCase()}${what.slice(1)} cannot travel: it is at ${pathOf(outer, name)}`)
}

function nameOf(key: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

function pathOf(outer: Place | undefined, name: string): string {
  let path = name
  for (let at = outer; at !== undefined; at = at.outer) path = at.name + path
  return path.length <= MAX_PATH ? path : `${path.slice(0, MAX_PATH)}…`
}
